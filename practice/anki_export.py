"""Cards to take along to Anki: the questions, where the memory of each stands, and the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from practice.models import Card, CardQuerySet, Review, StudySettings
from questions.exporting import Export, documents_of
from questions.formats.anki import write_apkg
from questions.formats.anki_schedule import LearntCard, LearntReview, ReviewKind, Schedule
from questions.models import Question
from questions.rendering import render

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 2_000
# What moves no schedule is for it a review in a filtered deck.
KINDS = {
    Review.Kind.LEARN: ReviewKind.LEARN,
    Review.Kind.REVIEW: ReviewKind.REVIEW,
    Review.Kind.RELEARN: ReviewKind.RELEARN,
    Review.Kind.CRAM: ReviewKind.FILTERED,
}


def deck_of(user: User, *, now: datetime) -> Export:
    """An .apkg file with every card the person can practise, and all its reviews that stand."""
    cards = portable(user)
    questions = Question.objects.filter(pk__in=cards.order_by().values("question"))
    documents = documents_of(questions, reader=user)
    schedule = schedule_of(user, cards, now=now)
    data, lost = write_apkg(documents, render=render, now=now, schedule=schedule)
    return Export(data, tuple(lost))


def portable(user: User) -> CardQuerySet:
    return Card.objects.of(user).on(Question.objects.practisable_by(user))


def schedule_of(user: User, cards: CardQuerySet, *, now: datetime) -> Schedule:
    today = user.study_day(now)
    began_at = datetime.combine(today, time(user.day_start_hour), user.zone)
    logs = _logs(cards)
    in_order = cards.select_related("question").order_by("pk").iterator(CHUNK)
    return Schedule(
        today=today,
        began_at=began_at,
        desired_retention=StudySettings.objects.of(user).desired_retention,
        cards={
            card.question.slug: _learnt(card, logs.get(card.pk, []), today=today)
            for card in in_order
        },
    )


def _logs(cards: CardQuerySet) -> dict[int, list[LearntReview]]:
    pks = cards.order_by().values("pk")
    reviews = Review.objects.standing().filter(card__in=pks).defer("answer", "choice", "points")
    in_order = reviews.order_by("card_id", "number", "reviewed_at").iterator(CHUNK)
    return {pk: list(map(_logged, mine)) for pk, mine in groupby(in_order, attrgetter("card_id"))}


def _logged(review: Review) -> LearntReview:
    kind = KINDS[Review.Kind(review.kind)]
    return LearntReview(
        at=review.reviewed_at,
        rating=review.rating,
        kind=kind,
        interval_days=review.interval_after,
        previous_interval_days=review.interval_before,
        difficulty=None if kind is ReviewKind.FILTERED else review.difficulty_after,
        seconds=review.seconds,
    )


def _learnt(card: Card, reviews: Iterable[LearntReview], *, today: date) -> LearntCard:
    return LearntCard(
        due_on=card.due_on,
        interval_days=card.interval_days,
        stability=card.stability,
        difficulty=card.difficulty,
        lapses=card.lapse_count,
        is_suspended=card.suspended_at is not None,
        is_buried=card.buried_until is not None and card.buried_until > today,
        reviews=tuple(reviews),
    )
