"""Which formats a file may be in, so that a person can choose; nothing is chosen for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from questions.formats.document import UnreadableFile
from questions.formats.notes import read_notes

FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\n(?P<keys>(?:(?!---[ \t]*$).*\n)*)---[ \t]*$", re.MULTILINE
)
IDENTITY = re.compile(r"^id:[ \t]*\S", re.MULTILINE)


class Format(StrEnum):
    MARKDOWN = "markdown"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A format a file may be in, and how many questions it would give."""

    format: Format
    count: int


def detect(text: str) -> list[Candidate]:
    """Best first; empty when no format fits. Reads the text once for each format."""
    counts = {Format.MARKDOWN: _markdown_questions(text), Format.NOTES: _notes_questions(text)}
    candidates = [Candidate(name, count) for name, count in counts.items() if count]
    # Front matter with an id is written on purpose, so it goes before any number of "Q." lines.
    return sorted(candidates, key=lambda found: (found.format is not Format.MARKDOWN, -found.count))


def _markdown_questions(text: str) -> int:
    """A Markdown file holds one question."""
    front_matter = FRONT_MATTER.match(text.replace("\r\n", "\n").replace("\r", "\n"))
    return 1 if front_matter and IDENTITY.search(front_matter["keys"]) else 0


def _notes_questions(text: str) -> int:
    try:
        return len(read_notes(text).entries)
    except UnreadableFile:
        return 0
