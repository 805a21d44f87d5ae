"""A year of study days as weeks from Monday to Sunday, each day with a level from 0 to 4."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# Fixed numbers of reviews, so that a day keeps its colour whatever comes after it.
LEVEL_STARTS = (1, 10, 25, 50)
YEAR = 365


@dataclass(frozen=True, slots=True)
class Day:
    """`week` and `weekday` are its column and its row, from 0; Monday is row 0.

    `is_short`: something was done, and less than makes a day count.
    """

    on: date
    reviews: int
    level: int
    week: int
    weekday: int
    is_short: bool


@dataclass(frozen=True, slots=True)
class Week:
    """Seven places, Monday first; None before the first day and after the last."""

    monday: date
    days: tuple[Day | None, ...]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`least` reviews make a day count."""

    days: tuple[Day, ...]
    least: int

    @property
    def weeks(self) -> list[Week]:
        first = self.days[0]
        monday = first.on - timedelta(days=first.weekday)
        weeks: list[list[Day | None]] = [[None] * 7 for _ in range(self.days[-1].week + 1)]
        for day in self.days:
            weeks[day.week][day.weekday] = day
        return [
            Week(monday + timedelta(weeks=number), tuple(days)) for number, days in enumerate(weeks)
        ]

    @property
    def month_starts(self) -> list[Day]:
        """The first day of each month that has one here."""
        return [day for day in self.days if day.on.day == 1]

    @property
    def days_studied(self) -> int:
        return sum(day.reviews > 0 for day in self.days)

    @property
    def days_counted(self) -> int:
        return sum(day.reviews >= self.least for day in self.days)

    @property
    def reviews(self) -> int:
        return sum(day.reviews for day in self.days)


def level_of(reviews: int) -> int:
    return bisect_right(LEVEL_STARTS, reviews)


def heat_map(
    reviews: Mapping[date, int], *, today: date, days: int = YEAR, least: int = 1
) -> HeatMap:
    """The last so many days, today included; days that are not in `reviews` had none."""
    first = today - timedelta(days=days - 1)
    first_monday = first - timedelta(days=first.weekday())
    return HeatMap(
        tuple(
            Day(
                on=day,
                reviews=reviews.get(day, 0),
                level=level_of(reviews.get(day, 0)),
                week=(day - first_monday).days // 7,
                weekday=day.weekday(),
                is_short=0 < reviews.get(day, 0) < least,
            )
            for day in (first + timedelta(days=number) for number in range(days))
        ),
        least=least,
    )
