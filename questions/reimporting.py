"""What the next version of a file changes in the questions that are here, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from questions.formats.document import QuestionDocument
from questions.importing import ImportPlan
from questions.models import Question, QuestionRevision
from questions.revising import document_of, with_parts

# Comparing takes time that grows with the square of the lines.
MOST_LINES = 400
CONTEXT = 1  # lines that stay, shown around those that do not


def texts_here(plan: ImportPlan) -> dict[int, QuestionDocument]:
    """By question, its text as it is here. As many queries for one as for many."""
    found = [planned.question or planned.suggestion for planned in plan.entries]
    revisions_found = [question.current_revision_id for question in found if question]
    pks = [pk for pk in revisions_found if pk]
    revisions = with_parts(QuestionRevision.objects.filter(pk__in=pks))
    return {revision.question_id: document_of(revision) for revision in revisions}


def whole_difference(
    question: Question | None, document: QuestionDocument, *, here: Mapping[int, QuestionDocument]
) -> list[tuple[str, str]]:
    """Each line with "same", "out" or "in"."""
    before = here.get(question.pk) if question else None
    if not before:
        return []
    marks = {" ": "same", "-": "out", "+": "in"}
    lines = difflib.ndiff(_as_lines(before), _as_lines(document))
    return [(marks[line[0]], line[2:]) for line in lines if line[0] in marks]


def difference_as_text(before: QuestionDocument, after: QuestionDocument) -> Iterator[str]:
    """For a terminal: lines with "-", "+" or a blank before them, and "…" where equal ones are left
    out."""
    lines = difflib.unified_diff(_as_lines(before), _as_lines(after), n=CONTEXT, lineterm="")
    is_first = True
    for line in list(lines)[2:]:  # the names of two files
        if not line.startswith("@@"):
            yield f"{line[0]} {_printable(line[1:])}".rstrip()
        elif not is_first:
            yield "…"
        is_first = False


def choices_of(document: QuestionDocument) -> list[tuple[str, bool]]:
    options = [(option.text, option.is_correct) for option in document.options]
    return options + [(step, True) for step in document.steps]


def _as_lines(document: QuestionDocument) -> list[str]:
    options = [f"{'✓' if is_right else '·'} {text}" for text, is_right in choices_of(document)]
    parts = (document.prompt, document.context, document.answer, "\n".join(options))
    return "\n".join([*filter(None, parts), document.expected_output]).splitlines()[:MOST_LINES]


def _printable(line: str) -> str:
    """A terminal would obey other characters."""
    return "".join(char if char.isprintable() else "�" for char in line.expandtabs(4))
