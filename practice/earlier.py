"""Earlier answers to the same question, with what they covered."""

from __future__ import annotations

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
    pks = {int(pk) for review in reviews for pk in review.points}
    texts = dict(
        KeyPoint.objects.filter(pk__in=pks).order_by("position", "pk").values_list("pk", "text")
    )
    answers = [EarlierAnswer(review, _points(review, texts)) for review in reviews]
    return EarlierAnswers(answers[:SHOWN_AT_ONCE], answers[SHOWN_AT_ONCE:])


def _points(review: Review, texts: dict[int, str]) -> list[EarlierPoint]:
    return [
        EarlierPoint(
            text,
            Mark(review.points[str(pk)]),
            Judge(review.points_by.get(str(pk), Judge.LEARNER)),
        )
        for pk, text in texts.items()
        if str(pk) in review.points
    ]
