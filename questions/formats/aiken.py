"""Aiken: a question, lettered options, and `ANSWER: B`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from questions.formats.document import (
    Entry,
    Finding,
    OptionText,
    QuestionDocument,
    Reading,
    UnreadableFile,
)
from questions.formats.entries import whole_entry
from questions.formats.numbered import without_number
from questions.formats.plain_text import Line, escaped, escaped_line
from questions.formats.sections import HEADING, inline_text, kind_of, without_closing
from questions.formats.text_files import (
    check_count,
    check_options,
    line_span,
    prompt_findings,
    with_line_feeds,
)

OPTION = re.compile(r"\s{0,3}([A-Za-z])[.)]\s+(\S.*)")
LETTERS = r"[A-Z](?:\s*,\s*[A-Z])*"
ANSWER = re.compile(rf"\s{{0,3}}ANSWER:\s*({LETTERS})\s*", re.IGNORECASE)
ANSWER_LINE = re.compile(r"\s{0,3}ANSWER\s*:\s*(.*)", re.IGNORECASE)
# The letters may be followed by why, or by the option once more.
RIGHT = re.compile(rf"\(?({LETTERS})(?:[.:)]+(?:\s+(.*))?)?", re.IGNORECASE)
# A line that tells what to do with a question, which stands above it.
TASK = re.compile(r"\(?(?:choose|select|pick|mark|tick|check)\b.*", re.IGNORECASE)
NOTHING_FOUND = (
    "No question was found. In Aiken a question stands on its own line, its options below it as "
    "“A. …”, “B. …”, and then “ANSWER: B”."
)
NOT_WHOLE = (
    "A question needs its text, two options or more with the letters A, B, C and so on in their "
    "order, and an answer that is among them. This is not imported."
)
NO_ANSWER = "No “ANSWER:” stands below, so this is not imported."


class Block(NamedTuple):
    """The lines of a question, and what stands behind its “ANSWER:”; None where there is none."""

    lines: list[Line]
    answer: str | None
    start: int
    end: int


def read_aiken(text: str) -> Reading:
    lines = [
        Line(number, line)
        for number, line in enumerate(with_line_feeds(text).split("\n"), start=1)
        if line.strip()
    ]
    check_count(sum(1 for line in lines if ANSWER_LINE.fullmatch(line.text)))
    entries: list[Entry] = []
    findings: list[Finding] = []
    for block in _blocks(lines):
        entry = _entry(block)
        if entry:
            entries.append(entry)
            findings += prompt_findings(entry)
        else:
            findings.append(_not_whole(block, is_last=block.end == lines[-1].number))
    if not entries and all(found.code == "W-OUTSIDE" for found in findings):
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """Text below options that does not go on with the last begins another question."""
    pending: list[Line] = []
    has_options = False
    for line in lines:
        if answer := ANSWER_LINE.fullmatch(line.text):
            start = pending[0].number if pending else line.number
            yield Block(pending, answer[1].strip(), start, line.number)
            pending, has_options = [], False
            continue
        letter = _letter(line)
        if has_options and not letter and not _goes_on(pending[-1], line):
            yield Block(pending, None, pending[0].number, pending[-1].number)
            pending, has_options = [], False
        has_options = has_options or letter == "A"
        pending.append(line)
    if pending:
        yield Block(pending, None, pending[0].number, pending[-1].number)


def _letter(line: Line) -> str:
    option = OPTION.fullmatch(line.text)
    return option[1].upper() if option else ""


def _goes_on(above: Line, line: Line) -> bool:
    """The rest of an option too long for a line, if it looks like that."""
    is_below = line.number == above.number + 1
    return is_below and (line.text[0] in " \t" or line.text[0].islower())


def _entry(block: Block) -> Entry | None:
    """None unless it is whole, with its letters in their order."""
    right = RIGHT.fullmatch(block.answer or "")
    begins = (place for place, line in enumerate(block.lines) if _letter(line) == "A")
    first = next(begins, len(block.lines))
    check_options(len(block.lines), line=block.start)
    letters, texts = "", list[str]()
    for line in block.lines[first:]:
        if option := OPTION.fullmatch(line.text):
            letters += option[1].upper()
            texts.append(option[2].strip())
        else:
            texts[-1] += f" {line.text.strip()}"
    asked = [_bare(line.text) for line in block.lines[:first]]
    is_in_order = letters == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(letters)]
    if not right or not any(asked) or len(texts) < 2 or not is_in_order:
        return None
    marked = set(re.findall("[A-Z]", right[1].upper()))
    if not marked <= set(letters):
        return None
    options = tuple(
        OptionText(escaped(text), letter in marked)
        for letter, text in zip(letters, texts, strict=True)
    )
    prompt, context = _parted(asked)
    document = QuestionDocument(
        slug="",
        prompt=prompt,
        kind=kind_of(options),
        context=context,
        answer=escaped_line((right[2] or "").strip()),
        options=options,
    )
    return whole_entry(document, line=block.start, end_line=block.end)


def _bare(text: str) -> str:
    heading = HEADING.fullmatch(text)
    return without_number(without_closing(heading[2]) if heading else text.strip()).strip()


def _parted(asked: Sequence[str]) -> tuple[str, str]:
    """The question, and what stands around it: a header to look at, or a title."""
    filled = [text for text in asked if text]
    asking = [place for place, text in enumerate(filled) if text.endswith("?")]
    stating = [place for place, text in enumerate(filled) if not TASK.fullmatch(text)]
    at = [0, *stating[-1:], *asking[-1:]][-1]
    context = [escaped_line(text) for place, text in enumerate(filled) if place != at]
    return inline_text(escaped_line(filled[at])), "\n\n".join(context)


def _not_whole(block: Block, *, is_last: bool) -> Finding:
    where = line_span(block.start, block.end)
    if block.answer is not None:
        return Finding("E-AIKEN", block.start, f"{where}: {NOT_WHOLE}")
    code = "W-OUTSIDE" if is_last else "E-AIKEN"
    return Finding(code, block.start, f"{where}: {NO_ANSWER}")
