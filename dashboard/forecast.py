"""How many cards come due on each of the next days, as the schedule stands now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAYS = 30


@dataclass(frozen=True, slots=True)
class ForecastDay:
    on: date
    due: int


def last_day(today: date, *, days: int = DAYS) -> date:
    return today + timedelta(days=days - 1)


def forecast(
    due: Iterable[tuple[date, int]], *, today: date, days: int = DAYS
) -> list[ForecastDay]:
    """From today on. What is overdue waits today; what is due after the last day is left out."""
    counts = dict.fromkeys((today + timedelta(days=number) for number in range(days)), 0)
    for day, number in due:
        if (day := max(day, today)) in counts:
            counts[day] += number
    return [ForecastDay(day, number) for day, number in counts.items()]
