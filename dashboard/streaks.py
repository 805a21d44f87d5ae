"""How many study days in a row. A day counts with at least one review."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta

DAY = timedelta(days=1)


def current_streak(days: Collection[date], *, today: date) -> int:
    """Up to today. A today without a review yet does not break it, but does not count either."""
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
