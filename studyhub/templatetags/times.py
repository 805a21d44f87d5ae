"""How a length of time is shown."""

from __future__ import annotations

from datetime import timedelta

from django import template
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
