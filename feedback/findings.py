"""What the engine says of an answer: per key point a status, and the words it goes by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    COVERED = "covered"
    NOT_SURE = "not_sure"
    NOT_FOUND = "not_found"
    CHECK = "check"  # the sentence may say the opposite


class Method(StrEnum):
    MODEL = "model"
    LEXICAL = "lexical"  # shown as "basic matching"


@dataclass(frozen=True)
class PointText:
    """A key point as its author wrote it. `accept`: other ways to say it, which count as much."""

    text: str
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, order=True)
class Span:
    """Places of characters in the answer as it was typed: `answer[start:end]`."""

    start: int
    end: int

    def of(self, answer: str) -> str:
        return answer[self.start : self.end]


@dataclass(frozen=True)
class Match:
    """`said`: a word of the answer. `meant`: the key point's word that it stands for."""

    said: Span
    meant: str


@dataclass(frozen=True)
class Finding:
    """One key point. `score` is 0 to 1. `sentence` is None when nothing was found.

    `reason` says why a sentence is to be checked: "negation", "opposite", "number", "swapped",
    or "misconception" where the site knows one; it is empty for every other status.
    """

    status: Status
    score: float
    sentence: Span | None = None
    matches: tuple[Match, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Feedback:
    """A finding for each key point, in the order they were given."""

    method: Method
    findings: tuple[Finding, ...]
