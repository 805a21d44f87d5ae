"""Choosing a round, and its score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from random import SystemRandom
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from practice.models import Card, Review, Round
from questions.models import QuestionQuerySet, QuestionRevision

if TYPE_CHECKING:
    from accounts.models import User
    from practice.queue import Scope

MOST_CARDS = 100
QUIZ_KINDS = tuple(
    kind.value for kind in QuestionRevision.Kind if kind is not QuestionRevision.Kind.OPEN
)


def questions_for_round(user: User, scope: Scope, *, today: date) -> QuestionQuerySet:
    """What a round can ask: everything in the scope, due or not, new or not, but no card set aside."""
    if scope.weak or scope.missed:
        return scope.questions(user).filter(
            pk__in=scope.cards(user, today=today).values("question")
        )
    set_aside = Card.objects.of(user).set_aside(today).filter(question=OuterRef("pk"))
    return scope.questions(user).filter(~Exists(set_aside))


@transaction.atomic
def start_round(
    user: User, scope: Scope, *, number: int, is_quiz: bool, now: datetime
) -> Round | None:
    """Cards at random from the scope, made where there are none yet; None if it is empty.

    Reads the keys of every question in the scope, once a round.
    """
    questions = questions_for_round(user, scope, today=user.study_day(now))
    keys = list(questions.order_by().values_list("pk", flat=True))
    chosen = SystemRandom().sample(keys, min(number, MOST_CARDS, len(keys)))
    if not chosen:
        return None
    Card.objects.add(user, questions.filter(pk__in=chosen), now=now)
    cards = Card.objects.of(user).filter(question__in=chosen)
    by_question = dict(cards.values_list("question", "pk"))
    return Round.objects.create(
        user=user,
        scope=scope.query,
        is_quiz=is_quiz,
        cards=[by_question[pk] for pk in chosen],
        started_at=now,
    )


@dataclass(frozen=True)
class RoundScore:
    """`answers` is the newest review of each card of the round, in its order."""

    round: Round
    answers: list[Review]

    @property
    def known(self) -> int:
        return sum(each.is_recalled for each in self.answers)

    @property
    def asked(self) -> int:
        return len(self.answers)

    @property
    def percent(self) -> int:
        return round(100 * self.known / self.asked) if self.answers else 0


def score(of: Round) -> RoundScore:
    reviews = of.reviews().order_by("number").select_related("revision", "card__question")
    newest = {each.card_id: each for each in reviews}
    return RoundScore(of, [newest[pk] for pk in of.cards if pk in newest])
