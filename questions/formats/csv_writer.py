"""Questions as a table for spreadsheets, which must not run what a cell says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from questions.formats.document import OptionText, QuestionDocument
from questions.formats.losing import lost_in

# Spreadsheets take these for the start of a formula; the apostrophe, because it guards the others.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", "'")
OPTION = re.compile(r"- \[([ x])\] ?(.*)")
BECAUSE = "  - because: "
HEADER = (
    *("Question", "Answer (Markdown)", "Id", "Kind", "Level", "Topic", "Tags", "Context"),
    *("Options", "Steps", "Output", "Key points"),
)
KEPT = {
    *("answer", "level", "topic", "tags", "context", "options", "steps", "expected_output"),
    "key_points",
}


def write_csv(documents: Sequence[QuestionDocument]) -> tuple[str, list[str]]:
    """The file, and a sentence for everything that the table cannot hold."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    for document in documents:
        writer.writerow(map(guarded, _cells(document)))
    return file.getvalue(), list(lost_in("The table", documents, kept=KEPT))


def guarded(cell: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(DANGEROUS) else cell


def options_of(cell: str) -> Iterator[OptionText]:
    """What `_options` wrote: a line for each option, more of its text indented below it."""
    found: list[list[str]] = []
    for line in cell.split("\n"):
        if OPTION.fullmatch(line):
            found.append([line])
        elif found:
            found[-1].append(line)
    for first, *more in found:
        mark = OPTION.fullmatch(first)
        because = "\n".join(line.removeprefix(BECAUSE) for line in more if line.startswith(BECAUSE))
        text = [line.removeprefix("  ") for line in more if not line.startswith(BECAUSE)]
        if mark:
            yield OptionText("\n".join([mark[2], *text]), mark[1] == "x", because)


def _cells(document: QuestionDocument) -> Iterator[str]:
    yield document.prompt
    yield document.answer
    yield document.slug
    yield document.kind
    yield document.level or ""
    yield document.topic
    yield " ".join(document.tags)
    yield document.context
    yield "\n".join(map(_option, document.options))
    yield "\n".join(document.steps)
    yield document.expected_output
    yield "\n".join(f"[{point.weight}] {point.text}" for point in document.key_points)


def _option(option: OptionText) -> str:
    text = option.text.replace("\n", "\n  ")
    because = "".join(f"\n{BECAUSE}{line}" for line in option.because.split("\n") if line)
    return f"- [{'x' if option.is_correct else ' '}] {text}{because}"
