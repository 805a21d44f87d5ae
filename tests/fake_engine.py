"""An engine for tests that matches words as they are: quick, and the same everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.findings import Feedback, Finding, Match, Method, PointText, Span, Status

VERSION = "fake"
WORD = re.compile(r"\w+")
SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
PLAIN = {"a", "an", "the", "is", "are", "of", "in", "to", "and", "it", "not"}


class OutdatedVectors(Exception):
    pass


@dataclass(frozen=True)
class Prepared:
    question: str
    points: tuple[PointText, ...]
    method: Method = Method.LEXICAL

    def to_bytes(self) -> bytes:
        points = [[point.text, list(point.accept)] for point in self.points]
        return json.dumps([VERSION, self.question, points]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Prepared:
        try:
            version, question, points = json.loads(data)
        except ValueError as error:
            raise OutdatedVectors from error
        if version != VERSION:
            raise OutdatedVectors
        return cls(question, tuple(PointText(text, tuple(accept)) for text, accept in points))


def prepare(
    question: str, points: Sequence[PointText], *, method: Method | None = None
) -> Prepared:
    return Prepared(question, tuple(points))


def assess(prepared: Prepared, answer: str) -> Feedback:
    return Feedback(prepared.method, tuple(_finding(point, answer) for point in prepared.points))


def warm() -> None:
    pass


def is_loaded() -> bool:
    return False


def is_available() -> bool:
    return False


def _words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(text)}


def _finding(point: PointText, answer: str) -> Finding:
    best = Finding(Status.NOT_FOUND, 0.0)
    for text in (point.text, *point.accept):
        wanted = _words(text) - PLAIN
        for found in SENTENCE.finditer(answer):
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            sentence = Span(start, found.end())
            matches = tuple(
                Match(Span(start + word.start(), start + word.end()), word[0].lower())
                for word in WORD.finditer(sentence.of(answer))
                if word[0].lower() in wanted
            )
            score = len({match.meant for match in matches}) / max(len(wanted), 1)
            if score <= best.score or score < 0.4:
                continue
            negated = ("not" in _words(text)) != ("not" in _words(sentence.of(answer)))
            status = Status.CHECK if negated else Status.COVERED if score > 0.6 else Status.NOT_SURE
            best = Finding(status, score, sentence, matches, "negation" if negated else "")
    return best
