"""How one line of text is shown."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

CODE = re.compile(r"`([^`]+)`")


@register.filter
def with_code(line: object) -> SafeString:
    """What stands between backticks becomes <code>; everything is escaped."""
    text = str(line)
    if "`" not in text:
        return escape(text)
    parts = CODE.split(text)
    shown = (
        format_html("<code>{}</code>", part) if place % 2 else part
        for place, part in enumerate(parts)
    )
    return format_html_join("", "{}", ((part,) for part in shown))
