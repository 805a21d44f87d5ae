"""What a question needs: the parts its kind asks for, and what is missing to publish it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from questions.formats.document import Finding, Kind, QuestionDocument
from questions.formats.markdown_grammar import prose_findings

CHOICE_KINDS = (Kind.SINGLE, Kind.MULTIPLE, Kind.BOOLEAN)
FEWEST_OPTIONS = 2
FEWEST_STEPS = 3
KEY_POINTS = range(3, 9)
SPEAK_SECONDS = range(30, 301)
PROSE = ("context", "answer", "interviewer_notes")
# The sections of a file that `kind_problems` names, by their name in a document.
PARTS = {"Options": "options", "Sequence": "steps", "Output": "expected_output"}


def kind_problems(document: QuestionDocument) -> list[tuple[str, str]]:
    """Section and message of each part that does not fit the kind."""
    return [*_foreign_parts(document), *_missing_parts(document)]


def _foreign_parts(document: QuestionDocument) -> list[tuple[str, str]]:
    problems = []
    if document.options and document.kind not in CHOICE_KINDS:
        problems.append(("Options", f"A question of kind {document.kind} has no options."))
    if document.steps and document.kind != Kind.ORDERING:
        problems.append(("Sequence", f"A question of kind {document.kind} has no sequence."))
    if document.expected_output and document.kind != Kind.OUTPUT:
        problems.append(("Output", f"A question of kind {document.kind} has no output."))
    return problems


def _missing_parts(document: QuestionDocument) -> list[tuple[str, str]]:
    correct = sum(option.is_correct for option in document.options)
    match document.kind:
        case Kind.SINGLE | Kind.BOOLEAN if correct != 1:
            return [("Options", f"Mark exactly one option as correct with [x], not {correct}.")]
        case Kind.MULTIPLE if correct < 1:
            return [("Options", "Mark at least one option as correct with [x].")]
        case Kind.ORDERING if len(document.steps) < FEWEST_STEPS:
            return [("Sequence", f"Write at least {FEWEST_STEPS} steps in their right order.")]
        case Kind.OUTPUT if not document.expected_output:
            return [("Output", "Write the expected output.")]
    return []


def publishing_gaps(document: QuestionDocument) -> list[Finding]:
    """What is missing to publish. A document has no lines, so each finding stands at line 1."""
    return [
        Finding(code="E-GAP", line=1, message=message) for _part, message in gaps_by_part(document)
    ]


def gaps_by_part(document: QuestionDocument) -> list[tuple[str, str]]:
    """The part of the document that each gap is in, by its name there, and the message."""
    return [
        *_missing_facts(document),
        *_missing_content(document),
        *_prose_that_breaks_out(document),
        *((PARTS[section], message) for section, message in kind_problems(document)),
    ]


def _missing_facts(document: QuestionDocument) -> list[tuple[str, str]]:
    missing = []
    if not document.prompt.strip():
        missing.append(("prompt", "Write the question."))
    if not document.topic:
        missing.append(("topic", "Choose a topic."))
    if document.level is None:
        missing.append(("level", "Choose a level."))
    if document.speak_seconds not in SPEAK_SECONDS:
        said = "Say how long a good spoken answer takes: 30 to 300 seconds."
        missing.append(("speak_seconds", said))
    if not document.references:
        missing.append(("references", "Name at least one reference."))
    return missing


def _missing_content(document: QuestionDocument) -> list[tuple[str, str]]:
    missing = []
    if not document.answer.strip():
        missing.append(("answer", "Write a model answer."))
    if document.kind == Kind.OPEN and len(document.key_points) not in KEY_POINTS:
        said = f"Write 3 to 8 key points; there are {len(document.key_points)}."
        missing.append(("key_points", said))
    if document.kind in CHOICE_KINDS and len(document.options) < FEWEST_OPTIONS:
        missing.append(("options", f"Write at least {FEWEST_OPTIONS} options."))
    if _has_repeats([option.text for option in document.options]):
        missing.append(("options", "Two options say the same. Change one of them."))
    if _has_repeats(document.steps):
        missing.append(("steps", "Two steps say the same. Change one of them."))
    return missing


def _prose_that_breaks_out(document: QuestionDocument) -> Iterator[tuple[str, str]]:
    """What could not be written to a file, because it would end its section or run over it."""
    for part in PROSE:
        for found in prose_findings(getattr(document, part)):
            yield part, f"Line {found.line}: {found.message}"


def _has_repeats(texts: Sequence[str]) -> bool:
    return len(set(texts)) < len(texts)
