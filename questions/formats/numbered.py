"""Question lists with a heading for each question: `## 1. Question` or `### Q1: Question?`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from questions.formats.document import Entry, Finding, Reading, UnreadableFile
from questions.formats.plain_text import Line
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
NUMBER = re.compile(
    r"[*_]{0,2}(?:(?:question|q)\s*\.?\s*[0-9]{1,4}|(?:question|q)|[0-9]{1,4}(?:\.[0-9]{1,3})?)"
    r"\s*[.:)\]-]+[*_]{0,2}\s*",
    re.IGNORECASE,
)
ANSWER_LABEL = re.compile(
    r"\s*(?:#{1,6}\s*)?[*_]{0,3}(?:answer|ans|solution|a)\s*(?:[:.\-]\s*[*_]{0,3}|[*_]{1,3}\s*:?|$)",
    re.IGNORECASE,
)
NOTHING_FOUND = (
    "No question was found. This format reads headings with numbers, such as “## 1. What is an "
    "image?” or “### Q1: …”, each with its answer below."
)


def read_numbered(text: str) -> Reading:
    """Each heading with a number, or a question mark at its end, begins a question.

    It goes on until the next heading as high as its own.
    """
    lines, findings = lines_of(text)
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
    findings += left_over([line for line in outside if not _is_rule(line)])
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def question_headings(lines: Sequence[Line]) -> list[int]:
    """Places of the headings that ask: all that bear a number, else all with a question mark."""
    headings = [place for place, line in enumerate(lines) if not line.is_code and _heading(line)]
    numbered = [place for place in headings if NUMBER.match(_heading(lines[place]))]
    asking = [place for place in headings if _heading(lines[place]).rstrip("*_ #").endswith("?")]
    return numbered if len(numbered) >= len(asking) else asking


def without_number(text: str) -> str:
    return NUMBER.sub("", text, count=1)


def without_answer_label(lines: Sequence[Line]) -> list[Line]:
    """The word “Answer” above an answer, or before it, says nothing here."""
    kept = list(lines)
    for place, line in enumerate(kept):
        if line.text.strip():
            label = None if line.is_code else ANSWER_LABEL.match(line.text)
            if label and not _is_article(line.text, label):
                kept[place] = Line(line.number, line.text[label.end() :].lstrip())
            break
    return kept


def _is_article(text: str, label: re.Match[str]) -> bool:
    """“A container …” begins with a word, not with a label."""
    return label[0].strip().lower() == "a" and bool(text[label.end() :].strip())


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


def _is_rule(line: Line) -> bool:
    return not line.is_code and bool(re.fullmatch(r"\s*([*_-])(\s*\1){2,}\s*", line.text))


def _nothing_asked(entry: Entry) -> Finding:
    where = line_span(entry.line, entry.end_line)
    verb = "is" if entry.line == entry.end_line else "are"
    message = f"{where} {verb} not imported: the heading asks nothing. Write the question there."
    return Finding("E-EMPTY", entry.line, message)


def _entry(lines: Sequence[Line]) -> tuple[Entry, list[Finding]]:
    heading, *body = lines
    while body and (not body[-1].text.strip() or _is_rule(body[-1])):
        body.pop()
    answer, findings = markdown_body(without_answer_label(body))
    entry = Entry(
        prompt=inline_text(without_number(_heading(heading))),
        answer="" if is_no_answer(answer) else answer,
        line=heading.number,
        end_line=(body or [heading])[-1].number,
    )
    return entry, findings
