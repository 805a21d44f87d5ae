"""Notes of one line each: `12. What is an image? A read-only template.`"""

from __future__ import annotations

import re
from collections.abc import Sequence

from questions.formats.document import Entry, Finding, Reading, UnreadableFile
from questions.formats.plain_text import Line, blocks_of, markdown_of
from questions.formats.sections import answer_findings, left_over
from questions.formats.text_files import check_count, lines_of, prompt_findings

# Some forget the blank: "8.What is it?".
NUMBERED = re.compile(r"\s{0,3}[0-9]{1,4}[.)](?:\s+|(?=[^\W\d_]))(\S.*)")
HEADING = re.compile(r" {0,3}#{1,6}[ \t]+\S.*")
# The first question mark with a blank behind it, so that "?x=1" stays in the question.
END_OF_QUESTION = re.compile(r"\?(?=\s|$)")
NOTHING_FOUND = (
    "No question was found. This format reads lines that begin with a number, such as “1. What "
    "is an image? A read-only template.”: the answer begins behind the first question mark."
)


def read_one_liners(text: str) -> Reading:
    """Lines without a number go on with the answer above them."""
    lines, findings = lines_of(text)
    starts = [place for place, line in enumerate(lines) if _asks(line)]
    if not starts:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    check_count(len(starts))
    entries = []
    outside = list(lines[: starts[0]])
    for place, following in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = _end(lines, place, following)
        entry = _entry(lines[place:end])
        entries.append(entry)
        findings += [*prompt_findings(entry), *answer_findings(entry)]
        findings += _numbered_statements(lines[place + 1 : end])
        outside += lines[end:following]
    findings += left_over(outside)
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def _asks(line: Line) -> bool:
    numbered = None if line.is_code else NUMBERED.fullmatch(line.text)
    return bool(numbered and END_OF_QUESTION.search(numbered[1]))


def _end(lines: Sequence[Line], place: int, following: int) -> int:
    """A heading begins another part of the list, not of the answer."""
    for position in range(place + 1, following):
        if not lines[position].is_code and HEADING.fullmatch(lines[position].text):
            return position
    return following


def _entry(lines: Sequence[Line]) -> Entry:
    numbered = NUMBERED.fullmatch(lines[0].text)
    text = numbered[1] if numbered else ""
    end = END_OF_QUESTION.search(text)
    cut = end.end() if end else len(text)
    body = [Line(lines[0].number, text[cut:].strip()), *lines[1:]]
    prose = [line for line in body if line.is_code or line.text.strip()]
    return Entry(
        prompt=text[:cut].strip(),
        answer=markdown_of(blocks_of(prose, is_unwrapped=False)),
        line=lines[0].number,
        end_line=max((line.number for line in prose), default=lines[0].number),
    )


def _numbered_statements(lines: Sequence[Line]) -> list[Finding]:
    """A numbered line that asks nothing may be a step of the answer, or a question without "?"."""
    message = (
        "This numbered line asks nothing, so it was taken for a part of the answer above. Put a "
        "question mark behind its question if it is one."
    )
    return [
        Finding("W-NOT-A-QUESTION", line.number, message)
        for line in lines
        if not line.is_code and NUMBERED.fullmatch(line.text)
    ]
