"""How many study days in a row. Which days count is the caller's to say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

DAY = timedelta(days=1)


def counted_days(reviews: Mapping[date, int], *, least: int) -> set[date]:
    """Those with so many reviews or more."""
    return {day for day, number in reviews.items() if number >= least}


def current_streak(days: Collection[date], *, today: date) -> int:
    """Up to today. A today that does not count yet does not break it."""
    day = today if today in days else today - DAY
    length = 0
    while day in days:
        length += 1
        day -= DAY
    return length


def longest_streak(days: Iterable[date]) -> int:
    longest = length = 0
    previous: date | None = None
    for day in sorted(set(days)):
        length = length + 1 if previous == day - DAY else 1
        longest = max(longest, length)
        previous = day
    return longest
