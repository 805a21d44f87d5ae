"""The learner's note on a card as a page shows it, and as a form brings it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext

from practice.models import LONGEST_NOTE, Card


@dataclass(frozen=True, slots=True)
class NoteOnPage:
    """`kept` is what is stored, `typed` what stands in the field. `action` is for plain forms."""

    card: Card
    kept: str
    typed: str
    action: str
    said: str = ""
    error: str = ""
    longest: int = LONGEST_NOTE


def posted_note(data: QueryDict) -> str | None:
    """None if the page has no note, or it stands as it did: then nothing need be asked."""
    if "note" not in data:
        return None
    text, before = _clean(data.get("note", "")), _clean(data.get("note_before", ""))
    return None if text == before else text


def note_on_page(card: Card, data: QueryDict, *, action: str, said: str = "") -> NoteOnPage:
    """With what was typed, where it could not be kept. One query."""
    kept, posted = card.written_note(), posted_note(data)
    error = too_long_words() if posted is not None and is_too_long(posted) else ""
    typed = posted if error and posted is not None else kept
    return NoteOnPage(card, kept, typed, action, said=said, error=error)


def keep_note(card: Card, data: QueryDict, *, now: datetime) -> bool:
    """Keep what was changed, if it has room; whether it did."""
    text = posted_note(data)
    if text is None or is_too_long(text):
        return False
    card.keep_note(text, now=now)
    return True


def kept_words(text: str) -> str:
    return gettext("Note kept.") if text.strip() else gettext("Note deleted.")


def is_too_long(text: str) -> bool:
    return len(text) > LONGEST_NOTE


def too_long_words() -> str:
    words = gettext("A note has room for %d characters. Yours is kept here; please shorten it.")
    return words % LONGEST_NOTE


def _clean(text: str) -> str:
    """Browsers send lines by CRLF; PostgreSQL takes no NUL."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
