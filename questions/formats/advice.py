"""What to do with a text in which no format finds a question."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence

NOTHING_FITS = (
    "No question was found. Notes are read like this: a line that begins with “Q.” and the "
    "question, a row of at least five asterisks below it, then the answer, then another row. "
    "Put “Q.” in front of each question, or choose another format for this file."
)
TABLE = (
    "This looks like a table, but its first line does not name the columns of the questions and "
    "answers. Put a line above it that names them “Question” and “Answer”, parted as the others "
    "are."
)
MARKDOWN_TABLE = (
    "This is a table in Markdown, which is not read. Paste it into a spreadsheet, name its columns "
    "“Question” and “Answer” in the first line, and save it as CSV or .xlsx."
)
JSON = (
    "This is JSON, which is not read. Export questions of this site as Markdown instead; save "
    "others as a table (CSV) with the columns “Question” and “Answer”."
)
RICH_TEXT = "This is rich text (RTF), which is not read. Save it as plain text, and try again."
# Possessive (`*+`), so that a hostile file is looked through only once.
RULE = r":?-++:?[ \t]*+"
MARKDOWN_RULE = re.compile(
    rf"^[ \t]*+\|?[ \t]*+{RULE}(?:\|[ \t]*+{RULE})++\|?[ \t]*+$", re.MULTILINE
)
LINES_LOOKED_AT = 50
LONGEST_LINE = 10_000


def advice_for(text: str) -> str:
    if text.startswith("{\\rtf"):
        return RICH_TEXT
    if _is_json(text):
        return JSON
    if MARKDOWN_RULE.search(text):
        return MARKDOWN_TABLE
    return TABLE if _is_table(text) else NOTHING_FITS


def _is_json(text: str) -> bool:
    if not text.lstrip("\ufeff \t\n").startswith(("{", "[")):
        return False
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(text: str) -> bool:
    """Whether all lines have as many cells, and more than one; prose may have two with a comma."""
    filled = (line[:LONGEST_LINE] for line in text.split("\n") if line.strip())
    lines = [line for line, _place in zip(filled, range(LINES_LOOKED_AT), strict=False)]
    return any(
        len(lines) >= fewest and _has_columns(lines, delimiter)
        for delimiter, fewest in (("\t", 2), (";", 3), (",", 3), ("|", 3))
    )


def _has_columns(lines: Sequence[str], delimiter: str) -> bool:
    try:
        widths = {len(row) for row in csv.reader(lines, delimiter=delimiter)}
    except csv.Error:
        return False
    return len(widths) == 1 and widths != {1}
