"""How well predictions of memory, one's own confidence, and practice itself foretell what happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, sqrt
from statistics import fmean, variance
from typing import NamedTuple

from dashboard.retention import ENOUGH_REVIEWS, NORMAL_95, Retention, months_until

# Anki's word and bound: an interval of three weeks or more is mature.
MATURE_DAYS = 21
TENTHS = 10
# Below this there would be fewer than five groups of a size that says anything.
ENOUGH_PREDICTIONS = 5 * ENOUGH_REVIEWS
ENOUGH_PAIRS = 10


class Reviewed(NamedTuple):
    """One review within the schedule. `predicted` and `interval` are None for a first showing."""

    on: date
    is_recalled: bool
    predicted: float | None
    interval: int | None
    confidence: int | None


def counted(reviews: Iterable[Reviewed]) -> Retention:
    outcomes = [each.is_recalled for each in reviews]
    return Retention(len(outcomes), sum(outcomes))


@dataclass(frozen=True, slots=True)
class Group:
    """Reviews about as likely to be recalled: predicted from `low` to `high`, 0 to 1."""

    low: float
    high: float
    predicted: float
    outcome: Retention

    @property
    def predicted_percent(self) -> int:
        return round(100 * self.predicted)

    @property
    def predicted_range(self) -> tuple[int, int]:
        return round(100 * self.low), round(100 * self.high)


def tenths(reviews: Iterable[Reviewed]) -> list[Group]:
    """Ten groups of one size, the least likely first; fewer where ten would be too small.

    Groups of one size, since most reviews are predicted between 80 and 100 %.
    """
    known = [(each.predicted, each) for each in reviews if each.predicted is not None]
    known.sort(key=lambda pair: pair[0])
    number = min(TENTHS, len(known) // ENOUGH_REVIEWS)
    groups = []
    for place in range(number):
        part = known[len(known) * place // number : len(known) * (place + 1) // number]
        predicted = [each for each, _review in part]
        outcome = counted(review for _predicted, review in part)
        groups.append(Group(predicted[0], predicted[-1], fmean(predicted), outcome))
    return groups


def mean_prediction(reviews: Iterable[Reviewed]) -> float | None:
    predicted = [each.predicted for each in reviews if each.predicted is not None]
    return fmean(predicted) if predicted else None


def by_confidence(reviews: Iterable[Reviewed], levels: Sequence[int]) -> dict[int, Retention]:
    """What came of it, by what was said before the reveal. First showings count too."""
    said: dict[int, list[Reviewed]] = {level: [] for level in levels}
    for each in reviews:
        if each.confidence in said:
            said[each.confidence].append(each)
    return {level: counted(each) for level, each in said.items()}


@dataclass(frozen=True, slots=True)
class Ages:
    """Due reviews of memories that were young, below 21 days, and mature."""

    young: Retention
    mature: Retention

    @classmethod
    def of(cls, reviews: Iterable[Reviewed]) -> Ages:
        due = [(each.interval, each) for each in reviews if each.interval is not None]
        return cls(
            counted(each for interval, each in due if interval < MATURE_DAYS),
            counted(each for interval, each in due if interval >= MATURE_DAYS),
        )


def ages_by_month(
    reviews: Iterable[Reviewed], *, today: date, months: int = 12
) -> dict[date, Ages]:
    """The months with a due review among the last so many, oldest first."""
    found: dict[date, list[Reviewed]] = {month: [] for month in months_until(today, months)}
    for each in reviews:
        if each.interval is not None and (month := each.on.replace(day=1)) in found:
            found[month].append(each)
    return {month: Ages.of(each) for month, each in found.items() if each}


@dataclass(frozen=True, slots=True)
class Gap:
    """Shares of the points of the same questions, in practice and in interviews after it."""

    pairs: int = 0
    practice: float = 0.0
    interview: float = 0.0
    spread: float = 0.0

    @classmethod
    def of(cls, pairs: Sequence[tuple[float, float]]) -> Gap:
        """Each pair is of one question asked: its share in practice, and in the interview."""
        if not pairs:
            return cls()
        differences = [interview - practice for practice, interview in pairs]
        error = sqrt(variance(differences) / len(pairs)) if len(pairs) > 1 else 0.0
        return cls(
            pairs=len(pairs),
            practice=fmean(practice for practice, _interview in pairs),
            interview=fmean(interview for _practice, interview in pairs),
            spread=NORMAL_95 * error,
        )

    @property
    def is_enough(self) -> bool:
        return self.pairs >= ENOUGH_PAIRS

    @property
    def missing(self) -> int:
        return max(0, ENOUGH_PAIRS - self.pairs)

    @property
    def percents(self) -> tuple[int, int]:
        return round(100 * self.practice), round(100 * self.interview)

    @property
    def percent(self) -> int:
        """Below nothing where interviews go worse than practice. Of the figures as they are shown."""
        practice, interview = self.percents
        return interview - practice

    @property
    def percent_interval(self) -> tuple[int, int]:
        """Rounded outwards."""
        middle = self.interview - self.practice
        return floor(100 * (middle - self.spread)), ceil(100 * (middle + self.spread))

    @property
    def text(self) -> str:
        return signed(self.percent)

    @property
    def interval_texts(self) -> tuple[str, str]:
        low, high = self.percent_interval
        return signed(low), signed(high)

    @property
    def is_clear(self) -> bool:
        """It is not likely to be chance."""
        low, high = self.percent_interval
        return low > 0 or high < 0


def signed(number: int) -> str:
    """With a true minus."""
    return f"{number:+d}".replace("-", "−") if number else "0"


@dataclass(frozen=True, slots=True)
class Missed:
    """A key point: of the answers that decided on it, how often it was missed; partly is half."""

    point: int
    times: int
    missed: float

    @property
    def missed_text(self) -> str:
        """Such as 3 or 2½."""
        whole, is_half = divmod(self.missed, 1)
        return f"{whole:.0f}½" if is_half and whole else "½" if is_half else f"{whole:.0f}"


LOST = {"missed": 1.0, "partly": 0.5}


def weakest_points(newest_first: Iterable[Mapping[str, str]], number: int) -> list[Missed]:
    """Those missed most often, of answers that map points to marks.

    A point that was said the last time is left out: it has been learnt.
    """
    times: dict[str, int] = {}
    lost: dict[str, float] = {}
    learnt: set[str] = set()
    for points in newest_first:
        for point, mark in points.items():
            if point not in times and mark not in LOST:
                learnt.add(point)
            times[point] = times.get(point, 0) + 1
            lost[point] = lost.get(point, 0.0) + LOST.get(mark, 0.0)
    found = [
        Missed(int(point), times[point], lost[point])
        for point in times
        if point not in learnt and point.isdecimal()
    ]
    found.sort(key=lambda each: (-each.missed, each.times))
    return found[:number]
