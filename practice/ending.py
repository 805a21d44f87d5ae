"""The end of a session: what was done, what moved, when to come back, and what could be next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from practice import pacing
from practice.intervals import day_words
from practice.models import Card, CardQuerySet, Review, Round, StudyDay, StudySettings
from practice.queue import EVERYTHING, Scope, allowance, counts
from practice.rounds import RoundScore, score

if TYPE_CHECKING:
    from accounts.models import User

MOVED_SHOWN = 8
MORE = 20


@dataclass(frozen=True)
class Move:
    review: Review
    words: str


@dataclass(frozen=True)
class SessionEnd:
    """`card` is the one card of a scope of one question, None if there is none.

    `held_back` names what stopped the session: the daily limit "new" or "due", "holiday",
    "no new" where the learner takes none at all, or "". `suspended` cards of the scope are
    counted where nothing was done today.
    """

    day: StudyDay
    moved: list[Move]
    next_words: str
    next_count: int
    left_elsewhere: int
    suspended: int
    held_back: str
    card: Card | None
    card_words: str
    more: int = MORE
    score: RoundScore | None = None

    @property
    def minutes(self) -> int:
        return round(self.day.seconds / 60)

    @property
    def recalled_percent(self) -> int | None:
        if not self.day.due_reviews:
            return None
        return round(100 * self.day.recalled / self.day.due_reviews)


def next_due(user: User, *, today: date, wish: StudySettings | None = None) -> date | None:
    """The first day after today with a card to review; what is put off today waits tomorrow.

    Never a day of a holiday. `wish` saves asking for the learner's settings.
    """
    card = _waiting(user).order_by("due_on").first()
    if card is None or card.due_on is None:
        return None
    day = max(card.due_on, today + timedelta(days=1))
    wish = wish or StudySettings.objects.of(user)
    if wish.is_holiday(day) and wish.holiday_until:
        return wish.holiday_until + timedelta(days=1)
    return day


def next_asked(user: User, *, today: date) -> tuple[date, int] | None:
    """The day of `next_due`, and how many cards it will ask for. None if its limit is none at all."""
    wish = StudySettings.objects.of(user)
    day = next_due(user, today=today, wish=wish)
    if day is None:
        return None
    most = pacing.paced(user, day, wish=wish).reviews_on(day)
    number = _waiting(user).due(day)[:most].count()
    return (day, number) if number else None


def _waiting(user: User) -> CardQuerySet:
    seen = Card.objects.of(user).filter(suspended_at=None, due_on__isnull=False)
    return seen.on(EVERYTHING.questions(user))


def session_end(user: User, *, today: date, scope: Scope) -> SessionEnd:
    next_on, next_count = next_asked(user, today=today) or (None, 0)
    begun = Round.objects.of(user).filter(pk=scope.round).first() if scope.round else None
    card = _only_card(user, scope)
    day = StudyDay.objects.at(user, today)
    mine = Card.objects.of(user).on(scope.questions(user))
    return SessionEnd(
        day=day,
        moved=[] if begun else _moved(user, today),
        next_words=day_words(next_on, today) if next_on else "",
        next_count=next_count,
        left_elsewhere=0 if scope == EVERYTHING else counts(user, today=today).total,
        suspended=0 if begun or card or day.reviews else mine.suspended().count(),
        held_back=_held_back(user, today, scope),
        card=card,
        card_words=_comes_back_words(card, today) if card else "",
        score=score(begun) if begun else None,
    )


def _only_card(user: User, scope: Scope) -> Card | None:
    if not scope.question:
        return None
    cards = Card.objects.of(user).on(scope.questions(user))
    return cards.select_related("question__current_revision").first()


def _comes_back_words(card: Card, today: date) -> str:
    """Empty for a new card."""
    if card.due_on is None:
        return ""
    return day_words(max(card.due_on, card.buried_until or card.due_on), today)


def _moved(user: User, today: date) -> list[Move]:
    reviews = Review.objects.of(user).standing().newest_first().filter(study_day=today)
    newest = reviews.select_related("card", "card__question", "revision")[:MOVED_SHOWN]
    return [
        Move(review, day_words(review.due_on_after, today) if review.due_on_after else "")
        for review in newest
    ]


def _held_back(user: User, today: date, scope: Scope) -> str:
    if scope.round:
        return ""
    left = allowance(user, today=today, scope=scope)
    if left.is_holiday:
        return "holiday"
    cards = scope.rested(scope.cards(user, today=today), today)
    if not left.due and cards.due(today).exists():
        return "due"
    if not left.new and (cards.new().exists() or scope.unseen(user).exists()):
        return "new" if left.new_done else "no new"
    return ""
