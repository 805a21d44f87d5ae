"""Multiple choice in Markdown: a heading with the question, then `- [ ]` and `- [x]` lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from questions.formats.document import (
    Entry,
    Finding,
    OptionText,
    QuestionDocument,
    Reading,
    UnreadableFile,
)
from questions.formats.entries import WholeEntry, whole_entry
from questions.formats.numbered import without_answer_label, without_number
from questions.formats.plain_text import Line
from questions.formats.sections import (
    HEADING,
    dedented,
    inline_text,
    kind_of,
    left_over,
    markdown_body,
    option_findings,
)
from questions.formats.text_files import check_count, lines_of, prompt_findings

OPTION = re.compile(r"\s{0,6}[-*+]\s+\[([ xX])\]\s?(.*)")
LOOSE_QUESTION = re.compile(r"\s{0,3}(?:[*_]{2})?(?:q|question)?\s*[0-9]{1,4}\s*[.:)]\s*\S.*", re.I)
NOTHING_FOUND = (
    "No question was found. This format reads a heading with the question, then its options as "
    "“- [ ]” lines, with “- [x]” before those that are right."
)


@dataclass(frozen=True, slots=True)
class Span:
    """Places in the list of lines: the heading, the first option, the line after the last."""

    heading: int
    options: int
    end: int


def read_choice(text: str) -> Reading:
    lines, findings = lines_of(text)
    headings = [place for place, line in enumerate(lines) if _is_heading(line)]
    check_count(len(headings))
    entries: list[Entry] = []
    outside: list[Line] = list(lines[: headings[0]]) if headings else []
    for place, following in pairwise([*headings, len(lines)]):
        options = [at for at in range(place + 1, following) if _option(lines[at])]
        if not options:
            outside += lines[place:following]
            continue
        entry, found = _entry(lines, Span(place, options[0], following))
        entries.append(entry)
        findings += [*found, *prompt_findings(entry), *option_findings(entry)]
    if not entries:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    findings += left_over(outside)
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def _is_heading(line: Line) -> bool:
    if line.is_code:
        return False
    heading = HEADING.fullmatch(line.text)
    return bool(heading and heading[2].strip()) or bool(LOOSE_QUESTION.fullmatch(line.text))


def _option(line: Line) -> re.Match[str] | None:
    return None if line.is_code else OPTION.fullmatch(line.text)


def _entry(lines: Sequence[Line], span: Span) -> tuple[WholeEntry, list[Finding]]:
    heading = lines[span.heading]
    context, findings = markdown_body(lines[span.heading + 1 : span.options])
    options, rest = _options(lines[span.options : span.end])
    answer, found = markdown_body(without_answer_label(rest))
    prompt = inline_text(without_number(inline_text(heading.text).strip("*_ ")))
    document = QuestionDocument(
        slug="",
        prompt=prompt,
        kind=kind_of(options),
        context=context,
        answer=answer,
        options=tuple(options),
    )
    last = max(line.number for line in lines[span.heading : span.end] if line.text.strip())
    return whole_entry(document, line=heading.number, end_line=last), [*findings, *found]


def _options(lines: Sequence[Line]) -> tuple[list[OptionText], list[Line]]:
    """Each option with what is indented or fenced below it; then what comes after them all."""
    found: list[tuple[bool, list[Line]]] = []
    rest: list[Line] = []
    for line in lines:
        option = _option(line)
        if option:
            found.append((option[1] != " ", [Line(line.number, option[2])]))
        elif rest or not (line.is_code or line.text.startswith(("  ", "\t"))):
            if rest or line.text.strip():
                rest.append(line)
        else:
            found[-1][1].append(line)
    return [_option_text(is_correct, body) for is_correct, body in found], rest


def _option_text(is_correct: bool, body: Sequence[Line]) -> OptionText:
    first, *more = body
    text, _findings = markdown_body([first, *dedented(more)])
    return OptionText(text, is_correct)
