"""What share of due reviews was recalled, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, sqrt

# Below this the figure says more about luck than about memory.
ENOUGH_REVIEWS = 20
NORMAL_95 = 1.959964

type DueDay = tuple[date, int, int]
"""A study day, the due reviews on it, and how many of them were recalled."""


@dataclass(frozen=True, slots=True)
class Retention:
    due: int = 0
    recalled: int = 0

    @property
    def is_enough(self) -> bool:
        return self.due >= ENOUGH_REVIEWS

    @property
    def missing(self) -> int:
        """Reviews until the figure is shown."""
        return max(0, ENOUGH_REVIEWS - self.due)

    @property
    def share(self) -> float | None:
        """0 to 1; None without a due review."""
        return self.recalled / self.due if self.due else None

    @property
    def percent(self) -> int | None:
        return None if self.share is None else round(100 * self.share)

    @property
    def percent_interval(self) -> tuple[int, int]:
        """Rounded outwards, so that it never promises more than it knows."""
        low, high = wilson_interval(self.recalled, self.due)
        return floor(100 * low), ceil(100 * high)


def wilson_interval(successes: int, trials: int, *, z: float = NORMAL_95) -> tuple[float, float]:
    """The 95 % score interval of Wilson (1927); it stays sound near 0 and 1. No trials: 0 to 1."""
    if trials == 0:
        return 0.0, 1.0
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / scale
    return max(0.0, centre - spread), min(1.0, centre + spread)


def retention(days: Iterable[DueDay], *, today: date, last: int) -> Retention:
    """Of the last so many study days, today included."""
    first = today - timedelta(days=last - 1)
    within = [day for day in days if first <= day[0] <= today]
    return Retention(sum(due for _, due, _ in within), sum(said for _, _, said in within))


def by_month(days: Iterable[DueDay], *, today: date, months: int = 12) -> dict[date, Retention]:
    """The last so many months, keyed by their first day, oldest first."""
    sums = {month: [0, 0] for month in months_until(today, months)}
    for day, due, recalled in days:
        if (month := day.replace(day=1)) in sums:
            sums[month][0] += due
            sums[month][1] += recalled
    return {month: Retention(due, recalled) for month, (due, recalled) in sums.items()}


def months_until(today: date, months: int) -> list[date]:
    """The first days of so many months, the month of today last."""
    newest = today.year * 12 + today.month - 1
    return [
        date(number // 12, number % 12 + 1, 1) for number in range(newest - months + 1, newest + 1)
    ]
