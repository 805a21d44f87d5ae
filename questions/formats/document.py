"""What every format reads into and writes from: a question as plain data, and findings about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

UNKNOWN_LICENSE = "unknown"


class Kind(StrEnum):
    OPEN = "open"
    SINGLE = "single"
    MULTIPLE = "multiple"
    BOOLEAN = "boolean"
    ORDERING = "ordering"
    OUTPUT = "output"


class Level(StrEnum):
    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class Status(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class KeyPointText:
    """One idea a good answer says, as a full statement. `weight` is 1 to 3; 3 is a must-have."""

    text: str
    weight: int = 1
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MisconceptionText:
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class OptionText:
    text: str
    is_correct: bool = False
    because: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpText:
    """`condition` is the `if` sub-key; `next_slug` names the question that carries the thread on."""

    prompt: str
    expect: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    condition: str = ""
    next_slug: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceText:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class QuestionDocument:
    """One question, whole. Prose fields are Markdown; "" means the part is absent.

    `speak_seconds`, `level` and `reviewed_on` (ISO date) may be None: not stated.
    `extra` holds front-matter keys we do not know, kept so that they can be written back.
    """

    slug: str
    prompt: str
    kind: Kind = Kind.OPEN
    version: int = 1
    level: Level | None = None
    topic: str = ""
    tags: tuple[str, ...] = ()
    speak_seconds: int | None = None
    status: Status = Status.DRAFT
    reviewed_on: str | None = None
    applies_to: str = ""
    license: str = UNKNOWN_LICENSE
    source: str = ""
    authors: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    context: str = ""
    answer: str = ""
    options: tuple[OptionText, ...] = ()
    steps: tuple[str, ...] = ()
    expected_output: str = ""
    interviewer_notes: str = ""
    key_points: tuple[KeyPointText, ...] = ()
    misconceptions: tuple[MisconceptionText, ...] = ()
    hints: tuple[str, ...] = ()
    follow_ups: tuple[FollowUpText, ...] = ()
    references: tuple[ReferenceText, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader noticed. `line` counts from 1. Codes begin with E-, W- or I-.

    `words` are those of the line that one click can mend, `instead` what they may be meant to be.
    `part` is that of the entry it is about.
    """

    code: str
    line: int
    message: str
    words: str = ""
    instead: str = ""
    part: int = 1

    @property
    def is_error(self) -> bool:
        return self.code.startswith("E-")


class Spelt(NamedTuple):
    """A word of a prompt that was changed: at which place of the prompt, and in which whole one."""

    place: int
    word: str
    instead: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A question found in somebody's notes: verbatim prompt, answer as Markdown, where it stood.

    `candidates` are short paragraphs that may be key points; a person ticks them. Of a prompt that
    was split, `part` counts from 1, and `of_prompt` is what the parts were. `as_it_came` is the
    prompt before its words were mended; "" if none was. `spelt` are those words, and those that
    were mended before the prompt was split.
    """

    prompt: str
    answer: str
    line: int
    end_line: int
    kind: Kind = Kind.OPEN
    options: tuple[OptionText, ...] = ()
    candidates: tuple[str, ...] = ()
    part: int = 1
    of_prompt: str = ""
    as_it_came: str = ""
    spelt: tuple[Spelt, ...] = ()

    @property
    def key(self) -> int:
        """Its own in its file: the line, unless it is a later part of what stands there."""
        return self.line + (self.part - 1) * MOST_LINES_OF_ALL


# More than any file has.
MOST_LINES_OF_ALL = 1_000_000_000


class SheetLines(NamedTuple):
    """A sheet of a spreadsheet: its first row is the line below `above`."""

    above: int
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a file: the entries in order, and every finding at its line.

    `sheets`, where a file has them: lines count the rows of one after the other.
    """

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    sheets: tuple[SheetLines, ...] = ()


def place_of(line: int, sheets: Sequence[SheetLines]) -> tuple[str, int]:
    """The name of the sheet, and the row on it; "" and the line where there are no sheets."""
    found = next((sheet for sheet in reversed(sheets) if sheet.above < line), None)
    return (found.name, line - found.above) if found else ("", line)


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message tells a person why and what to do."""

    def __init__(self, message: str, *, code: str = "E-FILE", line: int = 1) -> None:
        super().__init__(message)
        self.finding = Finding(code=code, line=line, message=message)
