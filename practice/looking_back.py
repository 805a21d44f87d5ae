"""What was done, day by day, over all cards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from practice.judging import Mark
from practice.models import Review, ReviewQuerySet, StudyDay
from questions.models import Question

if TYPE_CHECKING:
    from accounts.models import User

REVIEWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """`has_card_page` is False for a question that has been withdrawn."""

    review: Review
    has_card_page: bool

    @property
    def marked(self) -> int:
        return len(self.review.points)

    @property
    def covered(self) -> int:
        return list(self.review.points.values()).count(Mark.COVERED)


@dataclass(frozen=True, slots=True)
class Day:
    """`sums` are of the whole day, `entries` those of it that this page shows."""

    on: date
    sums: StudyDay
    entries: list[Entry]

    @property
    def minutes(self) -> int:
        return round(self.sums.seconds / 60)


def reviews_of(user: User) -> ReviewQuerySet:
    """Newest first, without those that were undone: their card's page shows them."""
    return Review.objects.of(user).standing().newest_first()


def by_day(user: User, reviews: Iterable[Review]) -> list[Day]:
    """Two queries, however many reviews."""
    shown = list(reviews)
    questions = Question.objects.practisable_by(user).order_by()
    pks = {each.card.question_id for each in shown}
    practisable = set(questions.filter(pk__in=pks).values_list("pk", flat=True))
    days = StudyDay.objects.filter(user=user, study_day__in={each.study_day for each in shown})
    sums = {day.study_day: day for day in days}
    return [
        Day(
            on,
            sums.get(on) or StudyDay(user=user, study_day=on),
            [Entry(each, each.card.question_id in practisable) for each in entries],
        )
        for on, entries in groupby(shown, key=lambda review: review.study_day)
    ]
