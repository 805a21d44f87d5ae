"""The day that studying counts for: by the learner's clock and their own start of the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

DEFAULT_DAY_START = time(4)


def study_day(
    moment: datetime, time_zone: tzinfo, *, day_starts_at: time = DEFAULT_DAY_START
) -> date:
    """The day a learner would say it is: a new one begins when their clock shows the day start."""
    if moment.tzinfo is None:
        raise ValueError("A study day needs a moment with a time zone.")
    local = moment.astimezone(time_zone)
    day = local.date()
    if local.time() < day_starts_at:
        day -= timedelta(days=1)
    # Clocks put back over the day start show it twice; a day that has begun does not end again.
    if local.fold and _first_start(day + timedelta(days=1), time_zone, day_starts_at) <= moment:
        return day + timedelta(days=1)
    return day


def _first_start(day: date, time_zone: tzinfo, day_starts_at: time) -> datetime:
    start = datetime.combine(day, day_starts_at.replace(tzinfo=time_zone, fold=0))
    # In UTC, because two moments of one zone are compared by what the clock showed.
    return start.astimezone(UTC)
