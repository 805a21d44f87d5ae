"""What the engine said of an answer, small enough to travel signed with the page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from feedback.findings import Feedback, Finding, Method, Span, Status
from practice.judging import MARKS_FOUND, Mark
from questions.matching import Matched


@dataclass(frozen=True, slots=True)
class CarriedFindings:
    """`digest` is of the text it was said of; of any other text it says nothing."""

    digest: str
    matched: Matched

    @classmethod
    def of(cls, matched: Matched, text: str) -> CarriedFindings:
        return cls(digest_of(text), matched)

    @classmethod
    def read(cls, stored: list[Any]) -> CarriedFindings:
        """The sentences are there again, the single words that matched are not."""
        digest, method, rows = stored
        by_point = {
            pk: Finding(Status(status), score, Span(start, end) if end else None)
            for pk, status, score, start, end in rows
        }
        return cls(digest, Matched(Feedback(Method(method), tuple(by_point.values())), by_point))

    @property
    def stored(self) -> list[Any]:
        rows = []
        for pk, finding in self.matched.by_point.items():
            sentence = finding.sentence or Span(0, 0)
            score = round(finding.score, 3)
            rows.append([pk, finding.status.value, score, sentence.start, sentence.end])
        return [self.digest, self.matched.feedback.method.value, rows]

    def are_of(self, text: str) -> bool:
        return self.digest == digest_of(text)

    @property
    def marks(self) -> dict[int, Mark]:
        """What it decided, by key point."""
        found = self.matched.by_point.items()
        return {
            pk: MARKS_FOUND[finding.status]
            for pk, finding in found
            if finding.status in MARKS_FOUND
        }


def digest_of(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
