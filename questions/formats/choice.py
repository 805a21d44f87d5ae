"""Multiple choice in Markdown: a heading with the question, then `- [ ]` and `- [x]` lines.

Or options with letters, as `- A: …`, and below them `Answer: C`.
"""

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
from questions.formats.labels import without_answer_label
from questions.formats.numbered import is_rule, without_number
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
from questions.formats.text_files import check_count, check_options, lines_of, prompt_findings

OPTION = re.compile(
    r"\s{0,6}(?:(?:[-*+]|[0-9]{1,2}[.)]|[A-Za-z][.)])\s+)?(?:\[([ xX])\]|\(([ xX])\))(?:\s(.*)|$)"
)
LETTERED = re.compile(
    r"\s{0,6}(?:[-*+]\s+)?[*_]{0,2}\(?([A-H])[.:)][*_]{0,2}\s+(\S.*)", re.IGNORECASE
)
# The letters may be several, and be followed by why.
RIGHT = re.compile(
    r"\s{0,6}(?:[-*+]\s++)?(?:#{1,6}\s*+)?[*_]{0,3}(?:the\s)?(?:correct\s|right\s)?"
    r"(?:answers?|ans)(?:\s(?:is|are))?\s*+[:.\-]?\s*+[*_]{0,3}\s*+\(?"
    r"([A-H](?:\s*+(?:,|and|&)\s*+[A-H])*)\b(?![-'’])[.:)]*[*_]{0,3}(?:\s++(\S.*)|\s*$)",
    re.IGNORECASE,
)
LOOSE_QUESTION = re.compile(r"\s{0,3}(?:[*_]{2})?(?:q|question)?\s*[0-9]{1,4}\s*[.:)]\s*\S.*", re.I)
NOTHING_FOUND = (
    "No question was found. This format reads a heading with the question, then its options as "
    "“- [ ]” lines, with “- [x]” before those that are right; or as “- A: …”, with “Answer: A” below."
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an option begins: its place in the list of lines, and what stands behind its mark.

    `letter` is "" where a box says whether it is right.
    """

    place: int
    text: str
    is_correct: bool = False
    letter: str = ""


def read_choice(text: str) -> Reading:
    lines, findings = lines_of(text)
    headings = [place for place, line in enumerate(lines) if _is_heading(line)]
    check_count(len(headings))
    entries: list[Entry] = []
    outside: list[Line] = list(lines[: headings[0]]) if headings else []
    for place, following in pairwise([*headings, len(lines)]):
        marks = _marks(lines, place + 1, following)
        if not marks:
            outside += lines[place:following]
            continue
        check_options(len(marks), line=lines[place].number)
        entry, found = _entry(lines, place, marks, following)
        entries.append(entry)
        findings += [*found, *prompt_findings(entry), *option_findings(entry)]
    if not entries:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    findings += left_over(outside)
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def _is_heading(line: Line) -> bool:
    if line.is_code or OPTION.fullmatch(line.text):
        return False
    heading = HEADING.fullmatch(line.text)
    if heading and heading[2].strip():
        return not RIGHT.fullmatch(line.text)
    return bool(LOOSE_QUESTION.fullmatch(line.text))


def _marks(lines: Sequence[Line], first: int, last: int) -> list[Mark]:
    """The options between two headings: boxes, or else letters from A on without a gap."""
    boxes: list[Mark] = []
    letters: list[Mark] = []
    for place in range(first, last):
        line = lines[place]
        if line.is_code:
            continue
        if box := OPTION.fullmatch(line.text):
            is_correct = (box[1] or box[2]) in ("x", "X")
            boxes.append(Mark(place, box[3] or "", is_correct))
        elif found := LETTERED.fullmatch(line.text):
            letter = found[1].upper()
            if letter == "ABCDEFGH"[len(letters) : len(letters) + 1]:
                letters.append(Mark(place, found[2], letter=letter))
    return boxes or (letters if len(letters) > 1 else [])


def _entry(
    lines: Sequence[Line], place: int, marks: Sequence[Mark], end: int
) -> tuple[WholeEntry, list[Finding]]:
    heading = lines[place]
    context, findings = markdown_body(lines[place + 1 : marks[0].place])
    bodies, rest = _bodies(lines, marks, end)
    right, rest = _right(rest) if marks[0].letter else (set[str](), rest)
    rest = without_answer_label(rest)
    options = []
    for mark, body in zip(marks, bodies, strict=True):
        text, found = markdown_body([Line(lines[mark.place].number, mark.text), *dedented(body)])
        options.append(OptionText(text, mark.is_correct or mark.letter in right))
        findings += found
    while rest and (not rest[-1].text.strip() or is_rule(rest[-1])):
        rest = rest[:-1]
    answer, found = markdown_body(rest)
    document = QuestionDocument(
        slug="",
        prompt=inline_text(without_number(inline_text(heading.text).strip("*_ "))),
        kind=kind_of(options),
        context=context,
        answer=answer,
        options=tuple(options),
    )
    last = max(line.number for line in lines[place:end] if line.text.strip())
    return whole_entry(document, line=heading.number, end_line=last), [*findings, *found]


def _bodies(
    lines: Sequence[Line], marks: Sequence[Mark], end: int
) -> tuple[list[Sequence[Line]], Sequence[Line]]:
    """What is fenced below each option, or indented further; then what comes after them all."""
    bodies: list[Sequence[Line]] = []
    rest: list[Line] = []
    following = [*(mark.place for mark in marks[1:]), end]
    for mark, after in zip(marks, following, strict=True):
        below = lines[mark.place + 1 : after]
        furthest_out = _indent(lines[mark.place]) + 2
        ends = (at for at, line in enumerate(below) if not _goes_on(line, mark, furthest_out))
        own = next(ends, len(below))
        bodies.append([line for line in below[:own] if line.is_code or line.text.strip()])
        rest += below[own:]
    return bodies, rest


def _goes_on(line: Line, mark: Mark, furthest_out: int) -> bool:
    if line.is_code or not line.text.strip():
        return True
    is_answer = bool(mark.letter and RIGHT.fullmatch(line.text))
    return _indent(line) >= furthest_out and not is_answer


def _indent(line: Line) -> int:
    text = line.text.expandtabs(4)
    return len(text) - len(text.lstrip(" "))


def _right(lines: Sequence[Line]) -> tuple[set[str], Sequence[Line]]:
    """The letters that are right, and the rest without them."""
    for place, line in enumerate(lines):
        found = None if line.is_code else RIGHT.fullmatch(line.text)
        if found:
            behind = Line(line.number, found[2] or "")
            return set(re.findall(r"\b[A-H]\b", found[1].upper())), [
                *lines[:place],
                behind,
                *lines[place + 1 :],
            ]
    return set(), lines
