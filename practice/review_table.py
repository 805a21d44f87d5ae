"""A learner's reviews as a table of comma-separated values."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from practice.judging import Mark
from practice.models import Review, ReviewQuerySet
from questions.formats.csv_writer import guarded

CHUNK = 500
COPIED = ("reviewed_at", "study_day", "kind", "rating", "seconds", "confidence", "hints_used")
MEMORY = ("retrievability", "stability_after", "difficulty_after", "due_on_after")
COLUMNS = ("question", "prompt", *COPIED, *(mark.value for mark in Mark), *MEMORY)
COLUMNS += ("undone_at", "answer")


class _Line:
    """What csv writes to: the line itself is the answer."""

    @staticmethod
    def write(line: str) -> str:
        return line


def written(reviews: ReviewQuerySet) -> Iterator[str]:
    """Line by line, oldest first; about `CHUNK` reviews are held at a time."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    rows = reviews.select_related("card__question", "revision").order_by("reviewed_at", "number")
    for review in rows.iterator(CHUNK):
        yield writer.writerow(row_of(review))


def row_of(review: Review) -> Iterable[Any]:
    marks = list(review.points.values())
    yield review.card.question.slug
    yield guarded(review.revision.prompt)
    yield from (_text(getattr(review, name)) for name in COPIED)
    yield from (marks.count(mark) for mark in Mark)
    yield from (_text(getattr(review, name)) for name in MEMORY)
    yield _text(review.voided_at)
    yield guarded(review.answer)


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
