"""Pairs of lines: `Q: question`, then `A: answer`, which may go on over many lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from questions.formats.document import Entry, Finding, Reading, UnreadableFile
from questions.formats.labels import FULL_STOP
from questions.formats.plain_text import Line
from questions.formats.sections import (
    HEADING,
    answer_findings,
    dedented,
    inline_text,
    is_no_answer,
    left_over,
    markdown_body,
)
from questions.formats.text_files import check_count, line_span, lines_of, prompt_findings

QUESTION = re.compile(
    r"\s{0,3}(?:[-*+]\s+)?[*_]{0,3}(?:question|q)(?:\.[0-9]{1,4}(?:[.:)]|(?=\s))"
    rf"|\s*(?:[0-9]{{1,4}}\s*)?(?:[:)]|{FULL_STOP}))[*_]{{0,3}}\s*(.*)",
    re.IGNORECASE,
)
ANSWER = re.compile(
    r"\s{0,3}(?:[-*+]\s+)?[*_]{0,3}(?:answer|ans|a)\s*(?:[0-9]{1,4}\s*)?"
    rf"(?:[:)]|{FULL_STOP})[*_]{{0,3}}\s*(.*)",
    re.IGNORECASE,
)
NOTHING_FOUND = (
    "No question was found. This format reads a line that begins with “Q:”, and below it one "
    "that begins with “A:” and the answer."
)


def read_qa(text: str) -> Reading:
    """Text between a question and its “A:” belongs to the question; without one, what stands
    below a blank line is the answer."""
    lines, findings = lines_of(text)
    starts = [place for place, line in enumerate(lines) if _question(line)]
    if not starts or not any(_answer(line) for line in lines[starts[0] :]):
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    check_count(len(starts))
    entries = []
    outside = list(lines[: starts[0]])
    for place, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = _end(lines, place, following)
        outside += lines[end:following]
        entry, found = _entry(lines[place:end])
        findings += found
        if entry.prompt:
            entries.append(entry)
            findings += [*prompt_findings(entry), *answer_findings(entry)]
    findings += left_over(outside)
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def _end(lines: Sequence[Line], place: int, following: int) -> int:
    """Without the headings directly above the next question: they name a part of the list."""
    end = following
    for position in range(following - 1, place, -1):
        line = lines[position]
        if line.is_code or not (HEADING.fullmatch(line.text) or not line.text.strip()):
            break
        if line.text.strip() and following < len(lines):
            end = position
    return end


def _question(line: Line) -> re.Match[str] | None:
    return None if line.is_code else QUESTION.fullmatch(line.text)


def _answer(line: Line) -> re.Match[str] | None:
    return None if line.is_code else ANSWER.fullmatch(line.text)


def _entry(lines: Sequence[Line]) -> tuple[Entry, list[Finding]]:
    first = _question(lines[0])
    answer_at = _start_of_answer(lines)
    asked = [first[1] if first else "", *(line.text for line in lines[1:answer_at])]
    body = list(lines[answer_at:])
    if body and (label := _answer(body[0])):
        body = [Line(body[0].number, label[1]), *dedented(body[1:])]
    answer, findings = markdown_body(body)
    filled = [line.number for line in lines if line.text.strip()]
    entry = Entry(
        prompt=inline_text(" ".join(asked).strip(" *_")),
        answer="" if is_no_answer(answer) else answer,
        line=lines[0].number,
        end_line=filled[-1],
    )
    if not entry.prompt:
        message = (
            f"{line_span(entry.line, entry.end_line)}: No question stands behind this “Q:”, so "
            "nothing is imported here. Write it there."
        )
        findings = [Finding("E-EMPTY", entry.line, message)]
    return entry, findings


def _start_of_answer(lines: Sequence[Line]) -> int:
    labels = (place for place, line in enumerate(lines) if _answer(line))
    blanks = (place for place, line in enumerate(lines) if not line.text.strip() or line.is_code)
    return next(labels, next(blanks, len(lines)))
