"""Which formats a file may be in, so that a person can choose; nothing is chosen for them."""

from __future__ import annotations

from dataclasses import dataclass

from questions.formats.document import UnreadableFile
from questions.formats.readers import READERS, Format
from questions.formats.text_files import with_line_feeds


@dataclass(frozen=True, slots=True)
class Candidate:
    """A format a file may be in, and how many questions it would give."""

    format: Format
    count: int


def detect(text: str) -> list[Candidate]:
    """Best first; empty when no format fits. Reads the text once for each format it may be in."""
    text = with_line_feeds(text)
    counts = {name: _count(name, text) for name, reader in READERS.items() if reader.knows(text)}
    return [Candidate(name, count) for name, count in counts.items() if count]


def _count(name: Format, text: str) -> int:
    try:
        return len(READERS[name].read(text).entries) or int(name is Format.MARKDOWN)
    except UnreadableFile:
        return 0
