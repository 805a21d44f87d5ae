"""Which formats a file may be in, so that a person can choose; nothing is chosen for them."""

from __future__ import annotations

from dataclasses import dataclass

from questions.formats.document import Reading, UnreadableFile
from questions.formats.readers import READERS, Format
from questions.formats.text_files import with_line_feeds

NOTHING_FITS = (
    "No question was found. Notes are read like this: a line that begins with “Q.” and the "
    "question, a row of at least five asterisks below it, then the answer, then another row. "
    "Put “Q.” in front of each question, or choose another format for this file."
)


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


def best_reading(text: str) -> tuple[Format, Reading]:
    """As the first that `detect` offers, read once. Raises UnreadableFile, saying what is wrong in
    the format that it seems to be in."""
    text = with_line_feeds(text)
    problems: list[UnreadableFile] = []
    for name, reader in READERS.items():
        if not reader.knows(text):
            continue
        try:
            reading = reader.read(text)
        except UnreadableFile as error:
            problems.append(error)
            continue
        if reading.entries or name is Format.MARKDOWN:
            return name, reading
    telling = [error for error in problems if error.finding.code != "E-NOTHING-FOUND"]
    raise (telling or [UnreadableFile(NOTHING_FITS, code="E-NOTHING-FOUND")])[0]


def _count(name: Format, text: str) -> int:
    try:
        return len(READERS[name].read(text).entries) or int(name is Format.MARKDOWN)
    except UnreadableFile:
        return 0
