"""Which follow-up an interviewer would ask after an answer, and what an answer to it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from feedback import engine
from feedback.findings import Feedback, Method, PointText


class Asked(Protocol):
    """A follow-up; `expect` is a list of statements."""

    prompt: str
    expect: list[str]


@dataclass(frozen=True)
class Missed:
    """A key point that was not said, or only partly. `weight` is 1 to 3 (must-have)."""

    text: str
    weight: int


def choose_follow_up[Each: Asked](
    follow_ups: Sequence[Each], missed: Sequence[Missed], *, question: str
) -> Each | None:
    """The one that leads back to most of what was missed; the first where none does.

    By the words they share, not by the model: it is chosen while the next page is made.
    """
    if not follow_ups:
        return None
    if not missed or len(follow_ups) == 1:
        return follow_ups[0]
    points = [PointText(point.text) for point in missed]
    prepared = engine.prepare(question, points, method=Method.LEXICAL)

    def leads_back(follow_up: Each) -> float:
        text = "\n".join([follow_up.prompt, *follow_up.expect])
        found = engine.assess(prepared, text).findings
        return sum(each.score * point.weight for each, point in zip(found, missed, strict=True))

    return max(follow_ups, key=leads_back)  # of equals the first


def assess_follow_up(follow_up: Asked, answer: str) -> Feedback | None:
    """A finding for each statement expected; None where none is, or nothing was said."""
    if not follow_up.expect or not answer.strip():
        return None
    points = [PointText(statement) for statement in follow_up.expect]
    return engine.assess(engine.prepare(follow_up.prompt, points), answer)
