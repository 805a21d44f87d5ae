"""What each desired retention would cost this person, from their own cards, times and ratings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from practice.models import Card, CardQuerySet, Review, StudySettings
from practice.scheduling import DEFAULT_PARAMETERS
from practice.workload import RETENTIONS, Cost, Deck, Habits, Known, costs
from questions.models import Question

if TYPE_CHECKING:
    from accounts.models import User

SAMPLE = 400
NEWEST_REVIEWS = 2_000
# The assumptions below count as much as so many reviews of one's own.
WEIGHT = 10
# With fewer reviews than this the page says that it mostly assumes.
ENOUGH_REVIEWS = 100

ASSUMED_FIRST = (0.25, 0.10, 0.55, 0.10)
ASSUMED_RECALLED = (0.10, 0.80, 0.10)
ASSUMED_FIRST_SECONDS = (90.0, 90.0, 75.0, 60.0)
ASSUMED_REVIEW_SECONDS = (75.0, 70.0, 50.0, 30.0)
ASSUMED_AGAIN_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`chosen` is the cost of what the learner wants now; it is among `costs`, which rise."""

    costs: list[Cost]
    chosen: Cost
    own_reviews: int
    known_count: int
    new_left: int

    @property
    def is_mostly_assumed(self) -> bool:
        return self.own_reviews < ENOUGH_REVIEWS

    @property
    def is_empty(self) -> bool:
        return not self.known_count and not self.chosen.learnt


def foreseen(
    user: User,
    settings: StudySettings,
    *,
    today: date,
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
) -> Foreseen:
    """Reads a sample of the cards and the newest reviews: as dear for 500 cards as for 50,000."""
    deck = _deck(user, settings, today=today)
    habits, own_reviews = _habits(user)
    wanted = settings.desired_retention
    retentions = sorted({*RETENTIONS, wanted})
    found = costs(deck, habits, retentions, parameters=parameters)
    return Foreseen(
        costs=found,
        chosen=found[retentions.index(wanted)],
        own_reviews=own_reviews,
        known_count=deck.known_count,
        new_left=deck.new_left,
    )


def _deck(user: User, settings: StudySettings, *, today: date) -> Deck:
    practisable = Question.objects.practisable_by(user)
    mine = Card.objects.of(user).on(practisable)
    numbers = mine.aggregate(
        seen=Count("pk", filter=Q(due_on__isnull=False)),
        known=Count("pk", filter=Q(due_on__isnull=False, suspended_at=None)),
        put_aside=Count("pk", filter=Q(due_on=None, suspended_at__isnull=False)),
    )
    known = mine.filter(suspended_at=None, due_on__isnull=False)
    return Deck(
        known=sampled(known, numbers["known"], today=today),
        known_count=numbers["known"],
        new_left=max(0, practisable.count() - numbers["seen"] - numbers["put_aside"]),
        new_a_day=settings.new_cards_a_day,
    )


def sampled(cards: CardQuerySet, number: int, *, today: date) -> list[Known]:
    if number > SAMPLE:
        cards = cards.sampled(SAMPLE / number)
    memories = ((card.memory, card.due_on) for card in cards.order_by("pk")[: 2 * SAMPLE])
    return [
        Known(
            stability=memory.stability,
            difficulty=memory.difficulty,
            elapsed=max((today - memory.reviewed_on).days, 0),
            due_in=(due_on - today).days,
        )
        for memory, due_on in memories
        if memory and due_on
    ]


def _habits(user: User) -> tuple[Habits, int]:
    """And how many reviews they are drawn from."""
    kinds = (Review.Kind.LEARN, Review.Kind.REVIEW, Review.Kind.RELEARN)
    standing = Review.objects.of(user).standing().newest_first()
    rows = list(standing.values_list("kind", "rating", "seconds")[:NEWEST_REVIEWS])
    rows = [row for row in rows if row[0] in kinds]
    number = Counter((kind, rating) for kind, rating, _seconds in rows)
    learn, review = Review.Kind.LEARN, Review.Kind.REVIEW

    def times(kind: str, assumed: Iterable[float]) -> tuple[float, ...]:
        return tuple(
            _mean((s for k, r, s in rows if (k, r) == (kind, rating) and s), usual)
            for rating, usual in enumerate(assumed, start=1)
        )

    habits = Habits(
        first=_shares([number[learn, rating] for rating in (1, 2, 3, 4)], ASSUMED_FIRST),
        recalled=_shares([number[review, rating] for rating in (2, 3, 4)], ASSUMED_RECALLED),
        first_seconds=times(learn, ASSUMED_FIRST_SECONDS),
        review_seconds=times(review, ASSUMED_REVIEW_SECONDS),
        again_seconds=_mean(
            (s for k, _r, s in rows if k == Review.Kind.RELEARN and s), ASSUMED_AGAIN_SECONDS
        ),
    )
    return habits, len(rows)


def _mean(measured: Iterable[int], usual: float) -> float:
    """Pulled towards what is usual while little is measured."""
    values = list(measured)
    return (sum(values) + WEIGHT * usual) / (len(values) + WEIGHT)


def _shares(numbers: Sequence[int], usual: Sequence[float]) -> tuple[float, ...]:
    whole = sum(numbers) + WEIGHT
    return tuple(
        (number + WEIGHT * share) / whole for number, share in zip(numbers, usual, strict=True)
    )
