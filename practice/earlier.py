"""Earlier answers to the same question, with what they covered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from practice.judging import Judge, Mark
from practice.models import Card, Review
from questions.models import KeyPoint

MOST = 25
SHOWN_AT_ONCE = 5


@dataclass(frozen=True)
class EarlierPoint:
    text: str
    mark: Mark
    judge: Judge


@dataclass(frozen=True)
class EarlierAnswer:
    review: Review
    points: list[EarlierPoint]


@dataclass(frozen=True)
class EarlierAnswers:
    """Newest first."""

    newest: list[EarlierAnswer]
    others: list[EarlierAnswer]

    @property
    def number(self) -> int:
        return len(self.newest) + len(self.others)


def earlier_answers(card: Card) -> EarlierAnswers:
    """What was typed for this card before, 25 at most. Two queries."""
    reviews = list(
        Review.objects.standing().filter(card=card).exclude(answer="").newest_first()[:MOST]
    )
    texts = point_texts(reviews)
    answers = [EarlierAnswer(review, points_of(review, texts)) for review in reviews]
    return EarlierAnswers(answers[:SHOWN_AT_ONCE], answers[SHOWN_AT_ONCE:])


def point_texts(reviews: Iterable[Review]) -> dict[int, str]:
    """The key points that these reviews speak of, in their order. One query."""
    pks = {int(pk) for review in reviews for pk in review.points}
    points = KeyPoint.objects.filter(pk__in=pks).order_by("position", "pk")
    return dict(points.values_list("pk", "text"))


def points_of(review: Review, texts: dict[int, str]) -> list[EarlierPoint]:
    return [
        EarlierPoint(
            text,
            Mark(review.points[str(pk)]),
            Judge(review.points_by.get(str(pk), Judge.LEARNER)),
        )
        for pk, text in texts.items()
        if str(pk) in review.points
    ]
