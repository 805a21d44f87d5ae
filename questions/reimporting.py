"""What the next version of a file changes in the questions that are here, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from questions.comparing import Difference, Line, Side, differences, moves, parts_of
from questions.formats.document import QuestionDocument
from questions.models import Question, QuestionRevision
from questions.naming import PARTS
from questions.planning import ImportPlan, text_for
from questions.returning import without_learned
from questions.revising import with_parts

CONTEXT = 1  # lines that stay, shown around those that do not
# What the page shows of a question in a way of its own, or nobody looks at before importing.
SHOWN_APART = {"prompt", "kind", "context", "answer", "options", "steps"}
ABOUT_THE_TEXT = {"license", "source", "authors", "reviewed_on", "extra"}

type Change = tuple[str, Difference]


def texts_here(plan: ImportPlan) -> dict[int, QuestionRevision]:
    """By question, its text as it is here. As many queries for one as for many."""
    found = [planned.question or planned.suggestion for planned in plan.entries]
    revisions_found = [question.current_revision_id for question in found if question]
    pks = [pk for pk in revisions_found if pk]
    revisions = with_parts(QuestionRevision.objects.filter(pk__in=pks))
    return {revision.question_id: revision for revision in revisions}


def changes(
    question: Question | None,
    document: QuestionDocument,
    *,
    here: Mapping[int, QuestionRevision],
    format: str,
    name: str,
) -> list[Change]:
    """The name of each part that would be another one, and how it differs."""
    revision = here.get(question.pk) if question else None
    if not question or not revision:
        return []
    after = text_for(question, document, after=revision, format=format, name=name)
    if _is_of_same_file(revision.source, after.source):
        after = replace(after, source=revision.source)
    before, after = without_learned(revision, after)
    found = [*differences(before, after), *moves(before, after)]
    return [(str(PARTS[difference.part]), difference) for difference in found]


def changes_as_text(found: Sequence[Change]) -> Iterator[str]:
    """For a terminal: the name of each part, then lines with "-", "+" or a blank before them, and
    "…" where those that stay are left out."""
    for name, difference in found:
        yield name
        lines = list(_marked(difference.lines))
        changed = [place for place, (mark, _text) in enumerate(lines) if mark != " "]
        near = {place + step for place in changed for step in range(-CONTEXT, CONTEXT + 1)}
        shown = [place for place in range(len(lines)) if place in near]
        for before, place in pairwise([-1, *shown]):
            if before not in (-1, place - 1):
                yield "…"
            mark, text = lines[place]
            yield f"{mark} {_printable(text)}".rstrip()


def further_parts(document: QuestionDocument) -> list[tuple[str, str]]:
    """By name, what a page shows besides the question, its answer and its options."""
    return [
        (str(PARTS[part]), text)
        for part, text in parts_of(document)
        if text and part not in SHOWN_APART | ABOUT_THE_TEXT
    ]


def choices_of(document: QuestionDocument) -> list[tuple[str, bool]]:
    options = [(option.text, option.is_correct) for option in document.options]
    return options + [(step, True) for step in document.steps]


def _is_of_same_file(before: str, after: str) -> bool:
    """Whether both only say where in a file a text stood, which tells a reader nothing new."""
    name, colon, _lines = after.rpartition(": ")
    return bool(colon) and before.rpartition(": ")[0] == name


def _marked(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    for line in lines:
        sides = {side for side, _text in line.pieces}
        if sides <= {Side.SAME}:
            yield " ", "".join(text for _side, text in line.pieces)
            continue
        for mark, shown in (("-", Side.OUT), ("+", Side.IN)):
            if line.side in (Side.SAME, shown):
                texts = (text for side, text in line.pieces if side in (Side.SAME, shown))
                yield mark, "".join(texts)


def _printable(line: str) -> str:
    """A terminal would obey other characters."""
    return "".join(char if char.isprintable() else "�" for char in line.expandtabs(4))
