"""How an interval and a day are said."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

WEEKS_FROM, MONTHS_FROM, YEARS_FROM = 21, 60, 730


def interval_words(days: int) -> str:
    """Such as: in 3 days. Rounded as it grows, since nobody needs to know a day in a year."""
    return _interval_words(days, get_language())


@lru_cache(maxsize=2_000)
def _interval_words(days: int, _language: str | None) -> str:
    """Each put together once: four buttons for every card say one, and a plural is slow."""
    if days <= 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days < WEEKS_FROM:
        return ngettext("in %d day", "in %d days", days) % days
    if days < MONTHS_FROM:
        weeks = round(days / 7)
        return ngettext("in %d week", "in %d weeks", weeks) % weeks
    if days < YEARS_FROM:
        months = round(days / 30.4)
        return ngettext("in %d month", "in %d months", months) % months
    years = round(days / 365.25)
    return ngettext("in %d year", "in %d years", years) % years


def day_words(day: date, today: date) -> str:
    """Such as: tomorrow, on Friday, on 3 January 2027."""
    days = (day - today).days
    if days <= 1:
        return interval_words(days)
    if days < 7:
        return gettext("on %s") % date_format(day, "l")
    return gettext("on %s") % date_format(day, "j F Y" if day.year != today.year else "j F")


def length_words(days: int) -> str:
    """Such as: 3 weeks. Rounded as `interval_words` is."""
    if days < 1:
        return gettext("less than a day")
    if days < WEEKS_FROM:
        return ngettext("%d day", "%d days", days) % days
    if days < MONTHS_FROM:
        weeks = round(days / 7)
        return ngettext("%d week", "%d weeks", weeks) % weeks
    if days < YEARS_FROM:
        months = round(days / 30.4)
        return ngettext("%d month", "%d months", months) % months
    years = round(days / 365.25)
    return ngettext("%d year", "%d years", years) % years
