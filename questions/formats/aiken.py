"""Aiken: a question, lettered options, and `ANSWER: B`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from questions.formats.document import (
    Entry,
    Finding,
    OptionText,
    QuestionDocument,
    Reading,
    UnreadableFile,
)
from questions.formats.entries import whole_entry
from questions.formats.plain_text import Line, escaped
from questions.formats.sections import kind_of, prompt_and_context
from questions.formats.text_files import (
    check_count,
    check_options,
    line_span,
    prompt_findings,
    with_line_feeds,
)

OPTION = re.compile(r"\s{0,3}([A-Za-z])[.)]\s+(\S.*)")
ANSWER = re.compile(r"\s{0,3}ANSWER:\s*([A-Z](?:\s*,\s*[A-Z])*)\s*", re.IGNORECASE)
NOTHING_FOUND = (
    "No question was found. In Aiken a question stands on its own line, its options below it as "
    "“A. …”, “B. …”, and then “ANSWER: B”."
)


def read_aiken(text: str) -> Reading:
    lines = [
        Line(number, line)
        for number, line in enumerate(with_line_feeds(text).split("\n"), start=1)
        if line.strip()
    ]
    check_count(sum(1 for line in lines if ANSWER.fullmatch(line.text)))
    entries: list[Entry] = []
    findings: list[Finding] = []
    pending: list[Line] = []
    for line in lines:
        answer = ANSWER.fullmatch(line.text)
        if not answer:
            pending.append(line)
            continue
        entry, found = _entry(pending, answer[1].upper(), end_line=line.number)
        entries += [entry] if entry else []
        findings += found
        pending = []
    if not entries and not findings:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    if pending:
        findings.append(_unfinished(pending))
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def _entry(
    lines: Sequence[Line], right: str, *, end_line: int
) -> tuple[Entry | None, list[Finding]]:
    check_options(len(lines), line=lines[0].number if lines else end_line)
    options = list(_options(lines, right))
    asked = [line.text for line in lines if not OPTION.fullmatch(line.text)]
    letters = [found[1].upper() for line in lines if (found := OPTION.fullmatch(line.text))]
    start = lines[0].number if lines else end_line
    missing = set(re.findall("[A-Z]", right)) - set(letters)
    if not asked or len(options) < 2 or missing:
        message = (
            f"{line_span(start, end_line)}: A question needs its text, two options or more, and an "
            "answer that is among them. This is not imported."
        )
        return None, [Finding("E-AIKEN", start, message)]
    prompt, context = prompt_and_context("\n\n".join(map(escaped, asked)))
    document = QuestionDocument(
        slug="", prompt=prompt, kind=kind_of(options), context=context, options=tuple(options)
    )
    entry = whole_entry(document, line=start, end_line=end_line)
    return entry, list(prompt_findings(entry))


def _options(lines: Sequence[Line], right: str) -> Iterator[OptionText]:
    for line in lines:
        if option := OPTION.fullmatch(line.text):
            yield OptionText(escaped(option[2].strip()), option[1].upper() in right)


def _unfinished(lines: Sequence[Line]) -> Finding:
    first, last = lines[0].number, lines[-1].number
    message = f"{line_span(first, last)}: No “ANSWER:” stands below, so this is not imported."
    return Finding("W-OUTSIDE", lines[0].number, message)
