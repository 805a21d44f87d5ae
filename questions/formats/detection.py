"""Which formats a file may be in, so that a person can choose; nothing is chosen for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from questions.formats.advice import advice_for
from questions.formats.document import Reading, UnreadableFile
from questions.formats.readers import READERS, Format
from questions.formats.text_files import with_line_feeds

# By so many questions a format is known for sure.
ENOUGH = 3
MANY_MORE = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A format a file may be in, and how many questions it would give."""

    format: Format
    count: int


def detect(text: str, *, known: Mapping[Format, int] | None = None) -> list[Candidate]:
    """Best first; empty when no format fits. Reads the text once for each format it may be in.

    `known` is what some are known to give.
    """
    text = with_line_feeds(text)
    known = known or {}
    counts = {
        name: known[name] if name in known else _count(name, text)
        for name, reader in READERS.items()
        if reader.knows(text)
    }
    found = [Candidate(name, count) for name, count in counts.items() if count]
    best = _best({each.format: each.count for each in found})
    return sorted(found, key=lambda each: each.format is not best)


def best_reading(text: str) -> tuple[Format, Reading]:
    """As the first that `detect` offers. Raises UnreadableFile, saying what is wrong in the format
    that it seems to be in."""
    text = with_line_feeds(text)
    problems: list[UnreadableFile] = []
    readings: dict[Format, Reading] = {}
    for name, reader in READERS.items():
        if not reader.knows(text):
            continue
        try:
            reading = reader.read(text)
        except UnreadableFile as error:
            problems.append(error)
            continue
        if reading.entries or name is Format.MARKDOWN:
            readings[name] = reading
            if _is_sure(name, len(reading.entries)):
                break
        elif found := next((each for each in reading.findings if each.is_error), None):
            problems.append(UnreadableFile(found.message, code=found.code, line=found.line))
    best = _best({name: len(reading.entries) for name, reading in readings.items()})
    if best:
        return best, readings[best]
    telling = [error for error in problems if error.finding.code != "E-NOTHING-FOUND"]
    raise (telling or [UnreadableFile(advice_for(text), code="E-NOTHING-FOUND")])[0]


def _best(counts: Mapping[Format, int]) -> Format | None:
    """The first, unless it makes little of the file: another that finds many more fits better.

    None after the first that is sure is looked at.
    """
    looked_at: dict[Format, int] = {}
    for name, count in counts.items():
        looked_at[name] = count
        if _is_sure(name, count):
            break
    most = max(looked_at.values(), default=0)
    fitting = (name for name, count in looked_at.items() if MANY_MORE * count > most)
    return Format.MARKDOWN if Format.MARKDOWN in looked_at else next(fitting, None)


def _is_sure(name: Format, count: int) -> bool:
    """Never of options, which stand among open questions too."""
    return name is Format.MARKDOWN or (count >= ENOUGH and name is not Format.CHOICE)


def _count(name: Format, text: str) -> int:
    try:
        return len(READERS[name].read(text).entries) or int(name is Format.MARKDOWN)
    except UnreadableFile:
        return 0
