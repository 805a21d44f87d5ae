"""Question lists with a heading for each question: `## 1. Question` or `### Q1: Question?`.

Also where the heading is an item of a list (`1. ### Question`), a line that is all bold, or a line
underlined with `---`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from questions.formats.document import Entry, Finding, QuestionDocument, Reading, UnreadableFile
from questions.formats.entries import WholeEntry, whole_entry
from questions.formats.labels import ANSWER_LABEL, parted, without_answer_label
from questions.formats.plain_text import Line, outdented
from questions.formats.sections import (
    HEADING,
    answer_findings,
    inline_text,
    is_no_answer,
    left_over,
    markdown_body,
    without_closing,
)
from questions.formats.text_files import check_count, line_span, lines_of, prompt_findings

FEWEST = 3
# Questions that end in no question mark, as lists of them have under the same headings.
ASKS = re.compile(
    r"(?:wh(?:at|y|en|ere|ich|o|ose)|how|explain|describe|compare|differentiate|differences?|define"
    r"|discuss|name|list|write|implement|design|give|tell|is|are|can|could|do|does|did|should|would"
    r"|will|have|has)\b(?!.*:$)",
    re.IGNORECASE,
)
# “12-factor”, “2.5 GHz” and “Q-learning” begin with a word, “1.2 What …” with a number.
NUMBER = re.compile(
    r"[*_]{0,2}(?:(?:(?:question|q)\s*+\.?\s*+[0-9]{1,4}|(?:question|q)|[0-9]{1,4}(?:\.[0-9]{1,3}){0,3})"
    r"\s*(?:[.:)\]]++-*+(?![0-9]|(?-i:[A-Z])\.)|-++(?=[\s*_]|$))"
    rf"|[0-9]{{1,4}}(?:\.[0-9]{{1,3}}){{1,3}}(?=\s+(?:{ASKS.pattern}|(?-i:[A-Z][a-z]))))[*_]{{0,2}}\s*",
    re.IGNORECASE,
)
LIST_HEADING = re.compile(r" {0,3}([0-9]{1,4})[.)][ \t]+(#{1,6})[ \t]+(\S.*)")
BOLD_LINE = re.compile(r" {0,3}(?:[0-9]{1,4}[.)][ \t]+)?(\*\*|__)(?=\S)([^*\n]+)\1[ \t]*+:?[ \t]*+")
UNDERLINE = re.compile(r" {0,3}(?:(={3,})|-{3,})[ \t]*")
FURTHEST_IN = 6
NOTHING_FOUND = (
    "No question was found. This format reads headings with numbers, such as “## 1. What is an "
    "image?” or “### Q1: …”, each with its answer below."
)


def read_numbered(text: str) -> Reading:
    """Each heading with a number, or a question mark at its end, begins a question.

    It goes on until the next heading as high as its own.
    """
    lines, findings = lines_of(text)
    lines = _with_plain_headings(lines)
    starts = question_headings(lines)
    if not starts:
        lines = _with_other_headings(lines)
        starts = question_headings(lines)
    if not starts:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    check_count(len(starts))
    entries: list[Entry] = []
    outside: list[Line] = list(lines[: starts[0]])
    for place, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = _end(lines, place, following)
        entry, found = _entry(lines[place:end])
        if entry.prompt:
            entries.append(entry)
            findings += [*found, *prompt_findings(entry), *answer_findings(entry)]
        else:
            findings.append(_nothing_asked(entry))
        outside += lines[end:following]
    findings += left_over([line for line in outside if not is_rule(line)])
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def question_headings(lines: Sequence[Line]) -> list[int]:
    """Places of the headings that ask: all that bear a number, else all with a question mark, and
    those as high that begin like a question."""
    headings = [place for place, line in enumerate(lines) if not line.is_code and _heading(line)]
    numbered = [place for place in headings if NUMBER.match(_heading(lines[place]))]
    asking = [place for place in headings if _heading(lines[place]).rstrip("*_ #").endswith("?")]
    if len(numbered) >= len(asking):
        return numbered
    at_once = set(asking)
    levels = {_level(lines[place]) for place in asking}
    return [
        place
        for place in headings
        if place in at_once
        or (_level(lines[place]) in levels and ASKS.match(_heading(lines[place]).lstrip("*_ ")))
    ]


def looks_like_headings(text: str) -> bool:
    """Cheaply: whether there are as many lines as a list of questions has."""
    found = 0
    above, before = "", ""
    for line in text.split("\n"):
        is_any = (
            HEADING.fullmatch(line) or LIST_HEADING.fullmatch(line) or BOLD_LINE.fullmatch(line)
        )
        is_underlined = above.strip() and not before.strip() and UNDERLINE.fullmatch(line)
        found += bool(is_any or is_underlined)
        if found >= FEWEST:
            return True
        above, before = line, above
    return False


def _with_plain_headings(lines: Sequence[Line]) -> list[Line]:
    """`1. ### Question` as `### 1. Question`, and what is indented below it no more so."""
    written: list[Line] = []
    indent: int | None = 0
    for line in lines:
        heading = None if line.is_code else LIST_HEADING.fullmatch(line.text)
        if heading:
            written.append(Line(line.number, f"{heading[2]} {heading[1]}. {heading[3]}"))
            indent = None
            continue
        if not line.is_code and HEADING.fullmatch(line.text):
            indent = 0
        if indent is None and line.text.strip():
            blanks = len(line.text) - len(line.text.lstrip(" "))
            indent = blanks if blanks <= FURTHEST_IN else 0
        written.append(Line(line.number, outdented(line.text, indent or 0), line.is_code))
    return written


def _with_other_headings(lines: Sequence[Line]) -> list[Line]:
    """Bold lines and underlined lines as headings, which lists without others have."""
    written = list(lines)
    for place, line in enumerate(lines):
        if line.is_code or not line.text.strip():
            continue
        if bold := BOLD_LINE.fullmatch(line.text):
            number = re.match(r" {0,3}[0-9]{1,4}[.)][ \t]+", line.text)
            written[place] = Line(line.number, f"###### {number[0] if number else ''}{bold[2]}")
        elif place and (underline := UNDERLINE.fullmatch(line.text)):
            above, before = lines[place - 1], lines[place - 2] if place > 1 else None
            is_apart = before is None or not before.text.strip()
            if is_apart and above.text.strip() and not above.is_code and not _heading(above):
                mark = "#" if underline[1] else "##"
                written[place - 1] = Line(above.number, f"{mark} {above.text.strip()}")
                written[place] = Line(line.number, "")
    return written


def without_number(text: str) -> str:
    number = NUMBER.match(text)
    return text[number.end() :] if number else text


def _heading(line: Line) -> str:
    heading = HEADING.fullmatch(line.text)
    return without_closing(heading[2]) if heading else ""


def _level(line: Line) -> int:
    heading = None if line.is_code else HEADING.fullmatch(line.text)
    return len(heading[1]) if heading and heading[2].strip() else 0


def _end(lines: Sequence[Line], place: int, following: int) -> int:
    own = _level(lines[place])
    for position in range(place + 1, following):
        is_label = ANSWER_LABEL.match(lines[position].text)
        if 0 < _level(lines[position]) <= own and not is_label:
            return position
    return following


def is_rule(line: Line) -> bool:
    return not line.is_code and bool(re.fullmatch(r"\s*([*_-])(\s*\1){2,}\s*", line.text))


def _nothing_asked(entry: Entry) -> Finding:
    where = line_span(entry.line, entry.end_line)
    verb = "is" if entry.line == entry.end_line else "are"
    message = f"{where} {verb} not imported: the heading asks nothing. Write the question there."
    return Finding("E-EMPTY", entry.line, message)


def _entry(lines: Sequence[Line]) -> tuple[WholeEntry, list[Finding]]:
    heading, *body = lines
    while body and (not body[-1].text.strip() or is_rule(body[-1])):
        body.pop()
    above, below = parted(body)
    context, findings = markdown_body(above)
    answer, found = markdown_body(without_answer_label(below))
    document = QuestionDocument(
        slug="",
        prompt=inline_text(without_number(_heading(heading))),
        context=context,
        answer="" if is_no_answer(answer) else answer,
    )
    last = (body or [heading])[-1].number
    return whole_entry(document, line=heading.number, end_line=last), [*findings, *found]
