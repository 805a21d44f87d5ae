"""What another program's format has no place for, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from questions.formats.document import QuestionDocument

NAMES = {
    "context": "the context",
    "answer": "the model answer",
    "options": "the options",
    "steps": "the steps",
    "expected_output": "the expected output",
    "key_points": "key points",
    "misconceptions": "misconceptions",
    "hints": "hints",
    "follow_ups": "follow-ups",
    "references": "references",
    "interviewer_notes": "interviewer notes",
    "level": "the level",
    "tags": "tags",
    "topic": "the topic",
    "speak_seconds": "the speaking time",
    "applies_to": "what it applies to",
    "reviewed_on": "the day of review",
    "source": "the source",
    "authors": "authors",
}


def lost_in(
    name: str, documents: Sequence[QuestionDocument], *, kept: Collection[str]
) -> Iterator[str]:
    """One sentence for each question that loses something; `kept` are fields of a document."""
    for document in documents:
        lost = [
            words
            for field, words in NAMES.items()
            if field not in kept and getattr(document, field)
        ]
        if lost:
            yield f"{document.slug}: {name} has no place for {', '.join(lost)}."
