"""Anki's log as ours: study days, kinds, and the memory after each review. No database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from math import isfinite

from practice.formulas import LONGEST_INTERVAL_DAYS, Formulas
from practice.scheduling import Memory
from questions.formats.anki_collection import AnkiCard, AnkiReview
from questions.formats.anki_schedule import NEW, REVIEW, ReviewKind

MILLISECONDS = 1000
# The clock of the learner here and that of their Anki may be half a day apart.
HALF_A_DAY = timedelta(hours=12)
LONGEST_DATA = 10_000
# Days are counted from the collection's first; what learns within the day has seconds since 1970.
MOST_DAYS = 100_000
LONGEST_MEMORY = 36_500.0
# Anki cuts at 60 seconds unless told otherwise, ours at 15 minutes.
LONGEST_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a card between two reviews; `memory` None: never learnt."""

    memory: Memory | None = None
    due_on: date | None = None
    interval_days: int = 0
    relearn_on: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One review with what it found and what it left. `kind` is ours, by its value."""

    review: AnkiReview
    at: datetime
    on: date
    kind: str
    before: Standing
    after: Standing
    recall: float | None

    @property
    def seconds(self) -> int:
        return min(max(self.review.took // MILLISECONDS, 0), LONGEST_SECONDS)


type StudyDay = Callable[[datetime], date]


def at_of(review: AnkiReview) -> datetime:
    return datetime.fromtimestamp(review.at / MILLISECONDS, UTC)


def is_answer(review: AnkiReview) -> bool:
    """Not what was set by hand, nor what Anki rescheduled when its parameters changed."""
    return 1 <= review.button <= 4 and ReviewKind.LEARN <= review.kind <= ReviewKind.FILTERED


def steps(
    reviews: Sequence[AnkiReview],
    card: AnkiCard,
    *,
    standing: Standing,
    formulas: Formulas,
    study_day: StudyDay,
) -> Iterator[Step]:
    """Answers in order of time, going on from `standing`.

    As here, the first of a study day moves the memory; what Anki asks again that day is seen
    once more. The interval is what Anki gave, so cards stay due when they were. The last
    memory is Anki's own if it says so, since its parameters may have been fitted.
    """
    days = [
        (on, list(mine)) for on, mine in groupby(reviews, key=lambda each: _day(each, study_day))
    ]
    moving = [each for each in reviews if not _is_crammed(each)]
    last_day = _day(moving[-1], study_day) if moving else None
    for on, mine in days:
        told = _told(card) if on == last_day else None
        for review in mine:
            kind = _kind(review, standing, on=on)
            recall = _recall(standing.memory, on=on, formulas=formulas)
            after = standing
            if kind in ("learn", "review"):
                after = _moved(
                    standing, review, on=on, formulas=formulas, interval=_interval(mine), told=told
                )
            if kind != "cram":
                after = replace(after, relearn_on=on if review.button == 1 else None)
            yield Step(
                review, at_of(review), on=on, kind=kind, before=standing, after=after, recall=recall
            )
            standing = after


def due_on_of(card: AnkiCard, *, created_at: int, study_day: StudyDay) -> date | None:
    """The day Anki would ask it; None if it is new there, or says nothing that can be a day."""
    if card.kind == NEW:
        return None
    try:
        if card.due <= MOST_DAYS:
            created_on = study_day(datetime.fromtimestamp(created_at, UTC) + HALF_A_DAY)
            return created_on + timedelta(days=card.due)
        return study_day(datetime.fromtimestamp(card.due, UTC)) if card.kind != REVIEW else None
    except (OverflowError, ValueError, OSError):
        return None


def _day(review: AnkiReview, study_day: StudyDay) -> date:
    return study_day(at_of(review))


def _is_crammed(review: AnkiReview) -> bool:
    """In a filtered deck that was told not to reschedule."""
    return review.kind == ReviewKind.FILTERED and review.factor == 0


def _kind(review: AnkiReview, standing: Standing, *, on: date) -> str:
    if _is_crammed(review):
        return "cram"
    if standing.memory is None:
        return "learn"
    return "review" if on > standing.memory.reviewed_on else "relearn"


def _recall(memory: Memory | None, *, on: date, formulas: Formulas) -> float | None:
    if memory is None:
        return None
    elapsed = max((on - memory.reviewed_on).days, 0)
    return formulas.recall(elapsed, memory.stability)


def _interval(day: Sequence[AnkiReview]) -> int:
    """What the day ended with. Steps of minutes are negative seconds: then it is tomorrow."""
    last = next(each for each in reversed(day) if not _is_crammed(each))
    return min(max(last.interval, 1), LONGEST_INTERVAL_DAYS)


def _moved(
    standing: Standing,
    review: AnkiReview,
    *,
    on: date,
    formulas: Formulas,
    interval: int,
    told: tuple[float, float] | None,
) -> Standing:
    memory = standing.memory
    if memory is None:
        figures = formulas.first(review.button)
    else:
        elapsed = (on - memory.reviewed_on).days
        figures = formulas.after(
            memory.stability, memory.difficulty, elapsed=elapsed, rating=review.button
        )
    stability, difficulty = told or figures
    return Standing(
        memory=Memory(stability, difficulty, on),
        due_on=on + timedelta(days=interval),
        interval_days=interval,
    )


def _told(card: AnkiCard) -> tuple[float, float] | None:
    """Stability and difficulty as Anki has them; None if FSRS is off there."""
    try:
        told = json.loads(card.data) if len(card.data) <= LONGEST_DATA else {}
        stability, difficulty = float(told["s"]), float(told["d"])
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
    is_plausible = isfinite(stability) and 0 < stability <= LONGEST_MEMORY and 1 <= difficulty <= 10
    return (stability, difficulty) if is_plausible else None
