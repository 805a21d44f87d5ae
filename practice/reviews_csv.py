"""One person's reviews as a table for spreadsheets, line by line: memory does not grow with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from practice.judging import Mark
from practice.models import Review
from questions.formats.csv_writer import guarded

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 500
FIELDS = {
    "reviewed_at": "reviewed_at",
    "study_day": "study_day",
    "question": "card__question__slug",
    "revision": "revision__number",
    "prompt": "revision__prompt",
    "kind": "kind",
    "rating": "rating",
    "confidence": "confidence",
    "seconds": "seconds",
    "hints_used": "hints_used",
    "answer": "answer",
    "predicted_recall": "retrievability",
    "interval_before": "interval_before",
    "interval_after": "interval_after",
    "due_on": "due_on_after",
    "stability": "stability_after",
    "difficulty": "difficulty_after",
    "parameters": "parameter_version",
    "undone_at": "voided_at",
    "imported_at": "imported_at",
}
MARKS = tuple(mark.value for mark in Mark)
HEADER = (*FIELDS, *(f"points_{mark}" for mark in MARKS))


def lines(user: User) -> Iterator[str]:
    """The oldest first, also what was undone. One query."""
    yield _line(HEADER)
    reviews = Review.objects.of(user).order_by("reviewed_at", "pk")
    for *row, points in reviews.values_list(*FIELDS.values(), "points").iterator(CHUNK):
        marks = list(points.values())
        yield _line([*map(_cell, row), *(marks.count(mark) for mark in MARKS)])


def _cell(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return guarded(value) if isinstance(value, str) else value


def _line(cells: Any) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerow(cells)
    return file.getvalue()
