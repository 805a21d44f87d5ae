"""The formats a file may come in: by what each is known, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from questions.formats.aiken import ANSWER as AIKEN_ANSWER
from questions.formats.aiken import read_aiken
from questions.formats.choice import LETTERED, LOOSE_QUESTION, OPTION, RIGHT, read_choice
from questions.formats.details import read_details
from questions.formats.document import Reading
from questions.formats.entries import whole_entry
from questions.formats.gift import read_gift
from questions.formats.markdown import parse_question
from questions.formats.moodle_xml import read_moodle_xml
from questions.formats.notes import ROW, read_notes
from questions.formats.numbered import looks_like_headings, read_numbered
from questions.formats.one_liners import read_one_liners
from questions.formats.qa import ANSWER, QUESTION, read_qa
from questions.formats.tables import SEPARATOR, read_table

FRONT_MATTER = re.compile(
    r"\ufeff?---[ \t]*\n(?P<keys>(?:(?!---[ \t]*$).*\n)*)---[ \t]*$", re.MULTILINE
)
IDENTITY = re.compile(r"^id:[ \t]*\S", re.MULTILINE)
DETAILS = re.compile(r"<details\b[^<>]*>\s*<summary\b", re.IGNORECASE)
HEADING = re.compile(r" {0,3}#{1,6}[ \t]+\S.*")
# Possessive (`++`, `*+`), so that a hostile file is looked through only once.
ONE_LINER = re.compile(r"\s{0,3}[0-9]{1,4}[.)](?:\s++|(?=[^\W\d_]))[^?\n]*+\?(?:\s.*)?")
GIFT = re.compile(r"(?<!\\)\{[^{}]*(?<!\\)\}", re.DOTALL)
GIFT_SIGN = re.compile(r"::|\{\s*\}|\{\s*(?:[=~#]|T(?:RUE)?\b|F(?:ALSE)?\b)")
GIFT_TITLE = re.compile(r"^[ \t]*(?:::[^\n]+::|\$CATEGORY:)", re.MULTILINE)
XML = re.compile(
    r"\ufeff?\s*+(?:<\?xml[^>]*+>)?(?>\s++|<!--.*?-->)*+<(?:quiz\b|!DOCTYPE\b)", re.DOTALL
)
TABLE_HEADER = re.compile(
    rf"(?:{SEPARATOR.pattern})?\ufeff?\s*[\"']?(?:question|front|prompt|answer|back)s?[\"']?\s*[,;\t|]",
    re.IGNORECASE,
)
ANKI_HEADER = re.compile(r"\ufeff?#(?:separator|html|notetype|deck|tags)\b.*:", re.IGNORECASE)
UNDERLINED = re.compile(
    r"^ {0,3}q[^\n]*\n {0,3}(?:-{3,}|={3,})[ \t]*$", re.IGNORECASE | re.MULTILINE
)
FEWEST = 3


class Format(StrEnum):
    MARKDOWN = "markdown"
    NOTES = "notes"
    DETAILS = "details"
    NUMBERED = "numbered"
    CHOICE = "choice"
    QA = "qa"
    LINES = "lines"
    CSV = "csv"
    GIFT = "gift"
    MOODLE_XML = "moodle-xml"
    AIKEN = "aiken"
    XLSX = "xlsx"
    APKG = "apkg"


TEXT_FORMATS = [format for format in Format if format not in (Format.APKG, Format.XLSX)]


class Reader(NamedTuple):
    """`knows` says cheaply whether a text may be in the format; `read` may still refuse it."""

    knows: Callable[[str], bool]
    read: Callable[[str], Reading]


def read_markdown(text: str) -> Reading:
    """One question a file, in our own format."""
    document, findings = parse_question(text)
    if not document:
        return Reading((), tuple(findings))
    entry = whole_entry(document, line=1, end_line=len(text.splitlines()))
    return Reading((entry,), tuple(findings))


def _is_own(text: str) -> bool:
    front_matter = FRONT_MATTER.match(text)
    return bool(front_matter and IDENTITY.search(front_matter["keys"]))


def _is_details(text: str) -> bool:
    return len(DETAILS.findall(text)) > 0


def _is_numbered(text: str) -> bool:
    return looks_like_headings(text) and not _is_own(text)


def _is_choice(text: str) -> bool:
    has_options = _lines(text, OPTION) >= 2 or (
        _lines(text, LETTERED) >= 2 and _lines(text, RIGHT) > 0
    )
    return has_options and _lines(text, HEADING) + _lines(text, LOOSE_QUESTION) > 0


def _is_qa(text: str) -> bool:
    questions = _lines(text, QUESTION)
    return 0 < questions <= 2 * _lines(text, ANSWER)


def _is_notes(text: str) -> bool:
    """“Q:” and “A:” pairs are notes only where rows part them too; so are underlined questions."""
    return _lines(text, ROW) > 0 or not (_is_qa(text) or UNDERLINED.search(text))


def _is_lines(text: str) -> bool:
    return _lines(text, ONE_LINER) >= FEWEST


def _is_table(text: str) -> bool:
    return bool(TABLE_HEADER.match(text) or ANKI_HEADER.match(text))


def _is_gift(text: str) -> bool:
    """Braces stand in many a text: here most paragraphs have them, and mean answers."""
    if not (GIFT_SIGN.search(text) and GIFT.search(text)) or _is_own(text) or _is_qa(text):
        return False
    if GIFT_TITLE.search(text):
        return True
    blocks = [block for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
    asking = sum(bool(GIFT_SIGN.search(block) or "}" in block) for block in blocks)
    return 2 * asking >= len(blocks) and "```" not in text


def _is_xml(text: str) -> bool:
    return bool(XML.match(text))


def _is_aiken(text: str) -> bool:
    return _lines(text, AIKEN_ANSWER) > 0


def _lines(text: str, pattern: re.Pattern[str]) -> int:
    return sum(1 for line in text.split("\n") if pattern.fullmatch(line))


# The order in which formats are offered where several give something: the plainer the later.
READERS = {
    Format.MARKDOWN: Reader(_is_own, read_markdown),
    Format.MOODLE_XML: Reader(_is_xml, read_moodle_xml),
    Format.DETAILS: Reader(_is_details, read_details),
    Format.AIKEN: Reader(_is_aiken, read_aiken),
    Format.CSV: Reader(_is_table, read_table),
    Format.CHOICE: Reader(_is_choice, read_choice),
    Format.GIFT: Reader(_is_gift, read_gift),
    Format.QA: Reader(_is_qa, read_qa),
    Format.NOTES: Reader(_is_notes, read_notes),
    Format.NUMBERED: Reader(_is_numbered, read_numbered),
    Format.LINES: Reader(_is_lines, read_one_liners),
}
