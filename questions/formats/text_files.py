"""Text files whatever their dialect: bytes to text, lines with their numbers, code in fences."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from questions.formats.document import Entry, Finding, Kind, UnreadableFile
from questions.formats.plain_text import Line

MOST_BYTES = 2 * 1024 * 1024
MOST_LINES = 100_000
MOST_QUESTIONS = 10_000
MOST_OPTIONS = 100
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PROMPT_LENGTH = 300

# However far in: people keep code within the items of lists.
FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})(.*)")
QUESTION_MARKS = re.compile(r"\?+")


class Fence(NamedTuple):
    position: int
    mark: str
    length: int
    may_close: bool


def decode(data: bytes) -> tuple[str, list[Finding]]:
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            "This file is larger than 2 MB. Split it into smaller files and import them one by one.",
            code="E-TOO-LARGE",
        )
    data = _without_wide_characters(data)
    if b"\0" in data:
        raise UnreadableFile(
            "This does not look like a text file. If it is one, save it again as UTF-8.",
            code="E-BINARY",
        )
    if data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") > MOST_LINES:
        raise UnreadableFile(
            f"This file has more than {MOST_LINES:,} lines. Split it into smaller files and import "
            "them one by one.",
            code="E-TOO-LARGE",
        )
    data = data.removeprefix(BYTE_ORDER_MARK)
    try:
        return with_line_feeds(data.decode("utf-8")), []
    except UnicodeDecodeError as error:
        line = _line_of_byte(data, error.start)
    return with_line_feeds(_decoded_as_windows(data)), [
        Finding(
            "W-ENCODING",
            line,
            "This file is not UTF-8, so it was read as Windows text. Check accents and quotation "
            "marks, beginning with this line.",
        )
    ]


def _without_wide_characters(data: bytes) -> bytes:
    """Spreadsheets save “Unicode text” as UTF-16, and say so in their first two bytes."""
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeError:
        return data


def check_count(questions: int) -> None:
    """Before they are read one by one: each takes a hundred times its length in memory."""
    if questions > MOST_QUESTIONS:
        raise UnreadableFile(
            f"This file has more than {MOST_QUESTIONS:,} questions. Split it into smaller files and "
            "import them one by one.",
            code="E-TOO-LARGE",
        )


def check_options(options: int, *, line: int) -> None:
    if options > MOST_OPTIONS:
        raise UnreadableFile(
            f"A question in this file has more than {MOST_OPTIONS} answers to choose from.",
            code="E-TOO-LARGE",
            line=line,
        )


def with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line_of_byte(data: bytes, position: int) -> int:
    before = data[:position].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def _decoded_as_windows(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "This file has characters that are neither UTF-8 nor Windows text. Open it in an "
            "editor, save it as UTF-8, and try again.",
            code="E-ENCODING",
            line=_line_of_byte(data, error.start),
        ) from error


def lines_of(text: str) -> tuple[list[Line], list[Finding]]:
    """Every line with its number, blank ones too. A fence that is never closed is text, and is
    reported."""
    raw = with_line_feeds(text).split("\n")
    code, unclosed = fenced(raw)
    lines = [Line(number, line, number in code) for number, line in enumerate(raw, start=1)]
    return lines, [unclosed_fence(number) for number in unclosed]


def unclosed_fence(number: int) -> Finding:
    message = (
        "This code block is never closed, so it is read as text. Close it with the same marks."
    )
    return Finding("W-FENCE", number, message)


def fenced(raw: Sequence[str]) -> tuple[set[int], list[int]]:
    """The numbers of all lines in closed fences, and of those that open one in vain."""
    fences = list(_fences(raw))
    longest_closings = _longest_closings(fences)
    code: set[int] = set()
    unclosed: list[int] = []
    position = 0
    while position < len(fences):
        opening = fences[position]
        if longest_closings[position] < opening.length:
            unclosed.append(opening.position + 1)
            position += 1
            continue
        position += 1
        while not _closes(fences[position], opening):
            position += 1
        code.update(range(opening.position + 1, fences[position].position + 2))
        position += 1
    return code, unclosed


def _fences(raw: Sequence[str]) -> Iterator[Fence]:
    for position, text in enumerate(raw):
        if match := FENCE.fullmatch(text):
            marks, after = match.groups()
            yield Fence(position, marks[0], len(marks), may_close=not after.strip(" \t"))


def _longest_closings(fences: Sequence[Fence]) -> list[int]:
    """For each fence the longest one of its mark below it: looked up, so that no search is vain."""
    longest = {"`": 0, "~": 0}
    lengths: list[int] = []
    for fence in reversed(fences):
        lengths.append(longest[fence.mark])
        if fence.may_close:
            longest[fence.mark] = max(longest[fence.mark], fence.length)
    return lengths[::-1]


def _closes(fence: Fence, opening: Fence) -> bool:
    return fence.may_close and fence.mark == opening.mark and fence.length >= opening.length


def line_span(first: int, last: int) -> str:
    """How a message names the lines from first to last: "Line 7", or "Lines 7 to 9"."""
    return f"Line {first}" if first == last else f"Lines {first} to {last}"


def prompt_findings(entry: Entry) -> Iterator[Finding]:
    questions = len(QUESTION_MARKS.findall(entry.prompt))
    if questions > 1:
        yield Finding(
            "W-DOUBLE",
            entry.line,
            f"This prompt asks {questions} questions. Splitting it makes each easier to answer.",
        )
    if not questions and entry.kind != Kind.BOOLEAN:
        yield Finding("W-NOT-A-QUESTION", entry.line, "This prompt has no question mark.")
    if len(entry.prompt) > PROMPT_LENGTH:
        yield Finding(
            "W-LONG-PROMPT",
            entry.line,
            f"This prompt has {len(entry.prompt)} characters; {PROMPT_LENGTH} is the most a "
            "question can have. Move what is not the question into its context.",
        )
