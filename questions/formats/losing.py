"""What another program's format has no place for, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from questions.formats.document import UNKNOWN_LICENSE, Kind, QuestionDocument

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
    "license": "the licence",
    "phrases": "phrases that also count",
    "extra": "further keys",
}


# Not stated, or names of the format's own, which it takes along.
UNSTATED = {"license": UNKNOWN_LICENSE}
OWN_KEYS = {"gift_title", "moodle_name"}


def lost_in(
    name: str,
    documents: Sequence[QuestionDocument],
    *,
    kept: Collection[str],
    kept_of_open: Collection[str] = (),
) -> Iterator[str]:
    """One sentence for each question that loses something; `kept` are fields of a document, and
    `kept_of_open` those kept of open questions alone."""
    for document in documents:
        stays = {*kept, *kept_of_open} if document.kind is Kind.OPEN else {*kept}
        lost = [
            words for field, words in NAMES.items() if field not in stays and _has(document, field)
        ]
        if lost:
            yield f"{document.slug}: {name} has no place for {', '.join(lost)}."


def _has(document: QuestionDocument, field: str) -> bool:
    if field == "phrases":
        return any(point.accept for point in document.key_points)
    if field == "extra":
        return bool(document.extra.keys() - OWN_KEYS)
    value = getattr(document, field)
    return bool(value) and value != UNSTATED.get(field)
