"""How a length of time is shown, and a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()


@register.filter
def duration(length: timedelta) -> str:
    """Such as “3 minutes 30 seconds”; rounded down, as nobody should be promised too much."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    said_minutes = _minutes(minutes)
    said_seconds = ngettext("%d second", "%d seconds", seconds) % seconds
    if not minutes:
        return said_seconds
    if not seconds:
        return said_minutes
    return _("%(minutes)s %(seconds)s") % {"minutes": said_minutes, "seconds": said_seconds}


@register.filter
def roughly(length: timedelta) -> str:
    """In minutes; from two hours on in hours and minutes, from two days on in days and hours."""
    minutes = int(length.total_seconds()) // 60
    if minutes < 1:
        return _("less than a minute")
    if minutes < 2 * 60:
        return _minutes(minutes)
    hours, minutes = divmod(minutes, 60)
    if hours < 2 * 24:
        return f"{_hours(hours)} {_minutes(minutes)}" if minutes else _hours(hours)
    days, hours = divmod(hours, 24)
    said_days = ngettext("%d day", "%d days", days) % days
    return f"{said_days} {_hours(hours)}" if hours else said_days


def _hours(number: int) -> str:
    return ngettext("%d hour", "%d hours", number) % number


def _minutes(number: int) -> str:
    return ngettext("%d minute", "%d minutes", number) % number


@register.filter
def moment(value: datetime, now: datetime) -> str:
    """The time of a moment today; of any other the day too."""
    return _moment(value, now, today="TIME_FORMAT")


@register.filter
def moment_to_the_second(value: datetime, now: datetime) -> str:
    """The same, for a deadline that is near."""
    return _moment(value, now, today="H:i:s")


def _moment(value: datetime, now: datetime, *, today: str) -> str:
    value = localtime(value)
    is_today = value.date() == localtime(now).date()
    return date_format(value, today if is_today else "DATETIME_FORMAT")
