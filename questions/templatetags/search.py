"""Shows where the searched words are."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from questions.wording import marked
from studyhub.templatetags.text import CODE

register = template.Library()


@register.filter
def with_marks(text: object, words: Sequence[str]) -> SafeString:
    """Searched words become <mark>, and what stands between backticks <code>."""
    parts = CODE.split(str(text))
    shown = (
        format_html("<code>{}</code>", _marked(part, words)) if place % 2 else _marked(part, words)
        for place, part in enumerate(parts)
    )
    return format_html_join("", "{}", ((part,) for part in shown))


def _marked(text: str, words: Sequence[str]) -> SafeString:
    pieces = marked(text, words)
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", piece) if is_found else piece,)
            for piece, is_found in pieces
        ),
    )
