"""Days, distances and numbers in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.dateformat import format as date_format
from django.utils.timesince import timesince, timeuntil
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from dashboard.heat_map import HeatMap


def day_label(day: date) -> str:
    return date_format(day, "j M")


def titled(day: date, text: str) -> str:
    return f"{date_format(day, 'D j M')}: {text}"


def distance(moment: datetime, *, now: datetime) -> str:
    """Such as "in 3 hours"; from a day and a half on in days of the calendar."""
    if moment <= now:
        return gettext("%s ago") % timesince(moment, now, depth=1)
    days = (localtime(moment).date() - localtime(now).date()).days
    hours = round((moment - now) / timedelta(hours=1))
    if hours >= 36:
        return ngettext("in %d day", "in %d days", days) % days
    if hours >= 2:
        return ngettext("in %d hour", "in %d hours", hours) % hours
    return gettext("in %s") % timeuntil(moment, now, depth=1)


def cards_text(number: int) -> str:
    return ngettext("%d card", "%d cards", number) % number


def reviews_text(number: int) -> str:
    return ngettext("%d review", "%d reviews", number) % number


def minutes_text(number: int) -> str:
    return ngettext("%d minute", "%d minutes", number) % number


def heat_map_summary(heat_map: HeatMap) -> str:
    days = ngettext("on %d day", "on %d days", heat_map.days_studied) % heat_map.days_studied
    done = gettext("%(reviews)s %(days)s since %(since)s.") % {
        "reviews": reviews_text(heat_map.reviews),
        "days": days,
        "since": date_format(heat_map.days[0].on, "j F Y"),
    }
    return f"{done} {counted_text(heat_map.days_counted)}" if heat_map.least > 1 else done


def counted_text(days: int) -> str:
    return ngettext("%d of these days counts.", "%d of these days count.", days) % days
