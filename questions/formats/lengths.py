"""How long the parts of a question may be, whatever file they come from."""

from __future__ import annotations

from collections.abc import Iterator

from questions.formats.document import QuestionDocument
from questions.formats.markdown_grammar import LONGEST_ITEM, LONGEST_PROSE

LONGEST_KEY_POINT = LONGEST_ITEM["Key points"] - len("[3] ")
LONGEST_OPTION = LONGEST_PROSE - len("[x] ")


def too_long(document: QuestionDocument) -> Iterator[str]:
    """A sentence for each part that has no room here, and could not come back from an export."""
    for name, text, most in _parts(document):
        if len(text) > most:
            yield f"{name} has {len(text):,} characters; there is room for {most:,}."


def _parts(document: QuestionDocument) -> Iterator[tuple[str, str, int]]:
    yield "The context", document.context, LONGEST_PROSE
    yield "The answer", document.answer, LONGEST_PROSE
    yield "The output", document.expected_output, LONGEST_PROSE
    yield "The notes for interviewers", document.interviewer_notes, LONGEST_PROSE
    for option in document.options:
        yield "An option", option.text, LONGEST_OPTION
        yield "The reason of an option", option.because, LONGEST_PROSE
    for step in document.steps:
        yield "A step", step, LONGEST_PROSE
    for point in document.key_points:
        yield "A key point", point.text, LONGEST_KEY_POINT
    for hint in document.hints:
        yield "A hint", hint, LONGEST_ITEM["Hints"]
