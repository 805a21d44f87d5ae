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
    said_minutes = ngettext("%d minute", "%d minutes", minutes) % minutes
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
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    hours, minutes = divmod(minutes, 60)
    said_minutes = ngettext("%d minute", "%d minutes", minutes) % minutes
    if hours < 2 * 24:
        said_hours = ngettext("%d hour", "%d hours", hours) % hours
        return f"{said_hours} {said_minutes}" if minutes else said_hours
    days, hours = divmod(hours, 24)
    said_days = ngettext("%d day", "%d days", days) % days
    said_hours = ngettext("%d hour", "%d hours", hours) % hours
    return f"{said_days} {said_hours}" if hours else said_days


@register.filter
def moment(value: datetime, now: datetime) -> str:
    """The time of a moment today; of any other the day too."""
    is_today = localtime(value).date() == localtime(now).date()
    return date_format(localtime(value), "TIME_FORMAT" if is_today else "DATETIME_FORMAT")


@register.filter
def moment_to_the_second(value: datetime, now: datetime) -> str:
    """The same, for a deadline that is near."""
    is_today = localtime(value).date() == localtime(now).date()
    return date_format(localtime(value), "H:i:s" if is_today else "DATETIME_FORMAT")
