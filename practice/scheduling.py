"""When a card comes back: FSRS 6, counted in study days instead of blocks of 24 hours."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from functools import lru_cache
from math import floor, log2
from typing import Self
from uuid import UUID

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS as FSRS_DEFAULT_PARAMETERS
from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

from practice.formulas import LONGEST_INTERVAL_DAYS, Formulas

PARAMETER_VERSION = "fsrs6"
DEFAULT_PARAMETER_VERSION = "fsrs6-default"
DEFAULT_PARAMETERS: tuple[float, ...] = tuple(FSRS_DEFAULT_PARAMETERS)

DEFAULT_RETENTION = 0.90
LOWEST_RETENTION = 0.70
HIGHEST_RETENTION = 0.97

# The lowest holds all below two hours, the highest begins at 90 years.
BANDS = 39

NOON = time(12, tzinfo=UTC)
UNUSED = datetime(1970, 1, 1, tzinfo=UTC)
# From day, to day, share of the days between them by which an interval may differ.
FUZZ_BANDS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, float("inf"), 0.05))

type Seed = tuple[int | str | UUID, int]
"""The card's key and how many reviews it has had."""


class Rating(IntEnum):
    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """What FSRS knows of a card after its last review; a new card has None instead.

    Stability is in days: how long until recall falls to 90%. Difficulty is 1 to 10.
    """

    stability: float
    difficulty: float
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """`due_on` is `interval_days` after `memory.reviewed_on`."""

    memory: Memory
    interval_days: int
    due_on: date


def review(
    memory: Memory | None,
    rating: Rating,
    on: date,
    *,
    desired_retention: float,
    seed: Seed | None,
    previous_interval_days: int = 0,
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
) -> Outcome:
    """The outcome that `preview` shows for this rating, worked out by py-fsrs.

    Again changes the memory once. That the card comes back at the session's end is practice
    within the day and must not be passed here a second time.
    """
    day = on if memory is None else max(on, memory.reviewed_on)
    scheduler = _scheduler(tuple(parameters), desired_retention)
    after, planned = _reviewed(scheduler, _card(memory), rating, day)
    if tuple(parameters) == DEFAULT_PARAMETERS:
        interval = max(1, _drawn(*_range(planned, rating, previous_interval_days, seed), seed))
    else:
        # Fitted ones may plan fewer days for a better rating; the buttons mend that.
        buttons = preview(
            memory,
            on,
            desired_retention=desired_retention,
            seed=seed,
            previous_interval_days=previous_interval_days,
            parameters=parameters,
        )
        interval = buttons[Rating(rating)].interval_days
    return Outcome(after, interval, day + timedelta(days=interval))


def preview(
    memory: Memory | None,
    on: date,
    *,
    desired_retention: float,
    seed: Seed | None,
    previous_interval_days: int = 0,
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
) -> dict[Rating, Outcome]:
    """What each rating would bring, never a shorter interval for a better rating.

    A study day before the last review (the learner travelled west) counts as the day of that
    review. A seed of None leaves out the fuzz.

    Fuzz takes no Hard, Good or Easy below the previous interval, except where even the top of
    the range is below it: then retention or parameters have changed and the shorter interval is
    meant. Again is never raised: not to the previous interval, nor by fuzz above the model's own.
    """
    formulas, rest = _formulas(tuple(parameters), desired_retention)
    day = on if memory is None else max(on, memory.reviewed_on)
    elapsed = 0 if memory is None else (day - memory.reviewed_on).days
    outcomes = dict[Rating, Outcome]()
    interval = 1
    for rating in Rating:
        if memory is None:
            stability, difficulty = formulas.first(rating)
        else:
            stability, difficulty = formulas.after(
                memory.stability, memory.difficulty, elapsed=elapsed, rating=rating
            )
        planned = formulas.interval(stability, rest)
        drawn = _drawn(*_range(planned, rating, previous_interval_days, seed), seed)
        # Fitted parameters may give a new card less for Hard than for Again; the buttons may not.
        interval = max(interval, drawn)
        after = Memory(stability, difficulty, day)
        outcomes[rating] = Outcome(after, interval, day + timedelta(days=interval))
    return outcomes


def retrievability(
    memory: Memory, on: date, *, parameters: Sequence[float] = DEFAULT_PARAMETERS
) -> float:
    """The chance, 0 to 1, that the learner would recall the card on this study day."""
    scheduler = _scheduler(tuple(parameters), DEFAULT_RETENTION)
    return float(scheduler.get_card_retrievability(_card(memory), datetime.combine(on, NOON)))


def band(stability: float | None) -> int | None:
    """Memories about as steady: within a band the stability differs by a factor of 1.41 at most.

    So within a band the one reviewed longest ago is about the least likely to be recalled,
    today and on any later day, which an index can hold; recall itself changes every day.
    """
    if stability is None:
        return None
    return min(max(floor(2 * log2(stability)) + 8, 0), BANDS - 1)


def within_bounds(parameters: Sequence[float]) -> tuple[float, ...]:
    """Where py-fsrs takes them: other programs keep 32 bits, and pass its bounds by a hair."""
    bounds = zip(parameters, LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return tuple(min(max(number, lowest), highest) for number, lowest, highest in bounds)


@lru_cache(maxsize=256)
def _scheduler(parameters: tuple[float, ...], desired_retention: float) -> fsrs.Scheduler:
    """Raises ValueError for parameters out of their bounds too: py-fsrs checks them."""
    if not LOWEST_RETENTION <= desired_retention <= HIGHEST_RETENTION:
        raise ValueError(
            f"Desired retention must be {LOWEST_RETENTION} to {HIGHEST_RETENTION},"
            f" not {desired_retention}."
        )
    return fsrs.Scheduler(
        parameters=parameters,
        desired_retention=desired_retention,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_INTERVAL_DAYS,
        enable_fuzzing=False,
    )


@lru_cache(maxsize=256)
def _formulas(parameters: tuple[float, ...], desired_retention: float) -> tuple[Formulas, float]:
    """What the buttons are worked out by: by py-fsrs they would take twice as long.

    Raises ValueError as `_scheduler` does.
    """
    _scheduler(parameters, desired_retention)
    formulas = Formulas(parameters)
    return formulas, formulas.rest(desired_retention)


def _reviewed(
    scheduler: fsrs.Scheduler, card: fsrs.Card, rating: Rating, day: date
) -> tuple[Memory, int]:
    """The memory after a review, and the interval in days before fuzz. The card stays as it is."""
    moment = datetime.combine(day, NOON)
    after, _ = scheduler.review_card(card, fsrs.Rating(rating), moment)
    return Memory(after.stability, after.difficulty, day), (after.due - moment).days


class _CopiedCard(fsrs.Card):  # type: ignore[misc]  # py-fsrs states no types
    """py-fsrs copies a card for each review: Python's way of any object takes as long as FSRS."""

    def __copy__(self) -> Self:
        made = self.__class__.__new__(self.__class__)
        made.__dict__.update(self.__dict__)
        return made


def _card(memory: Memory | None) -> fsrs.Card:
    # Without an id py-fsrs sleeps a millisecond to make one, without a due moment it reads the clock.
    if memory is None:
        return _CopiedCard(card_id=0, due=UNUSED)
    return _CopiedCard(
        card_id=0,
        state=fsrs.State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=UNUSED,
        last_review=datetime.combine(memory.reviewed_on, NOON),
    )


def _range(planned: int, rating: int, previous: int, seed: Seed | None) -> tuple[int, int]:
    """What the interval is drawn from. Both ends rise with the days planned."""
    shortest, longest = _fuzz_range(planned) if seed is not None else (planned, planned)
    if rating == Rating.AGAIN:
        longest = planned
    elif previous <= longest:
        shortest = max(shortest, previous)
    return shortest, longest


def _fuzz_range(days: int) -> tuple[int, int]:
    """The range of py-fsrs and Anki. Both ends rise with the days, so ratings keep their order."""
    if days < 3:
        return days, days
    spread = 1.0 + sum(share * max(min(days, end) - start, 0) for start, end, share in FUZZ_BANDS)
    return max(2, round(days - spread)), min(round(days + spread), LONGEST_INTERVAL_DAYS)


def _drawn(shortest: int, longest: int, seed: Seed | None) -> int:
    """A uniform draw, the same on every machine and in every version of Python."""
    if seed is None or shortest == longest:
        return shortest
    card, review_count = seed
    digest = hashlib.blake2b(f"{card}:{review_count}".encode(), digest_size=8).digest()
    return shortest + (int.from_bytes(digest) * (longest - shortest + 1) >> 64)
