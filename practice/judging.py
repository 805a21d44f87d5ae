"""Which rating an answer earns: from its key points, or from right, wrong and time."""

from collections.abc import Sequence
from enum import StrEnum

from feedback.findings import Status
from practice.scheduling import Rating

MUST_HAVE = 3


class Mark(StrEnum):
    COVERED = "covered"
    PARTLY = "partly"
    MISSED = "missed"


class Judge(StrEnum):
    """Who said so."""

    ENGINE = "engine"
    LEARNER = "learner"


# What the engine is not sure of, or warns of, is left to the learner: either may be a false alarm.
MARKS_FOUND = {Status.COVERED: Mark.COVERED, Status.NOT_FOUND: Mark.MISSED}

SHARE_SAID = {Mark.COVERED: 1.0, Mark.PARTLY: 0.5, Mark.MISSED: 0.0}

type MarkedPoint = tuple[int, Mark]
"""A key point's weight, 1 to 3 (must-have), and its mark."""


def points_said(points: Sequence[MarkedPoint]) -> float | None:
    """The share of the answer's weight that was said, 0 to 1; None when it has no key points."""
    if not points:
        return None
    said = sum(weight * SHARE_SAID[mark] for weight, mark in points)
    return said / sum(weight for weight, _ in points)


def proposed_rating(
    points: Sequence[MarkedPoint], *, seconds: float | None, speak_seconds: int | None
) -> Rating | None:
    """The rating to propose for an open answer; None when there are no key points to judge by.

    Fast is an answer given within the time it takes to say; an unknown time is never fast.
    """
    if not points:
        return None
    must_haves = [mark for weight, mark in points if weight >= MUST_HAVE]
    if Mark.MISSED in must_haves or points_said(points) == 0:
        return Rating.AGAIN
    rest_said = points_said([point for point in points if point[0] < MUST_HAVE])
    if Mark.PARTLY in must_haves or (rest_said is not None and rest_said < 0.5):
        return Rating.HARD
    is_complete = all(mark is Mark.COVERED for _, mark in points)
    is_fast = seconds is not None and speak_seconds is not None and seconds <= speak_seconds
    return Rating.EASY if is_complete and is_fast else Rating.GOOD


def rating_while_undecided(
    points: Sequence[tuple[int, Mark | None]], *, seconds: float | None, speak_seconds: int | None
) -> Rating | None:
    """As above, with None for a point nobody has decided.

    Undecided points count as missed. None where that would be unkind: where the answer would
    not be Good without them, and better with them.
    """
    worst, best = (
        proposed_rating(
            [(weight, mark or instead) for weight, mark in points],
            seconds=seconds,
            speak_seconds=speak_seconds,
        )
        for instead in (Mark.MISSED, Mark.COVERED)
    )
    return worst if worst == best or worst == Rating.GOOD else None


def rating_for_choice(
    is_right: bool, *, seconds: float | None, expected_seconds: float | None
) -> Rating:
    """Right within half the expected time is Easy, after more than twice of it Hard."""
    if not is_right:
        return Rating.AGAIN
    if seconds is None or expected_seconds is None:
        return Rating.GOOD
    if seconds <= expected_seconds / 2:
        return Rating.EASY
    return Rating.HARD if seconds > expected_seconds * 2 else Rating.GOOD
