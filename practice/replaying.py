"""The log is the truth: what each card must be, worked out from its reviews and adjustments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db import transaction

from practice.leeches import Recall, is_leech
from practice.models import Adjustment, Card, CardQuerySet, Review

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 2_000


@dataclass(frozen=True)
class Difference:
    """`stored` and `logged` name the fields that differ, with what the card and its log say."""

    card: Card
    stored: dict[str, object]
    logged: dict[str, object]


def replayed(card: Card, log: Iterable[Review | Adjustment]) -> Card:
    """The card, unsaved, as this log leaves it; the log in its order, without what was undone.

    A review is taken over as it was logged, not worked out again: the interval is the one its
    button promised, whatever parameters hold today, and for imported histories too.
    """
    anew = Card(pk=card.pk, user_id=card.user_id, question_id=card.question_id)
    recalls: list[Recall] = []
    for entry in log:
        if isinstance(entry, Review):
            anew.remember(entry)
            recalls += [entry.recall] if entry.recall else []
            continue
        anew.follow(entry)
        if entry.kind == Adjustment.Kind.RESET:
            recalls.clear()
    anew.is_leech = is_leech(recalls)
    return anew


@transaction.atomic
def differences(user: User) -> list[Difference]:
    """Where this person's cards are not what their log says. Reads all of it, in pieces."""
    return list(_differences(Card.objects.of(user)))


def mend(user: User) -> list[Difference]:
    """Make this person's cards what their log says; what was wrong. Locks all their cards."""
    return rebuild(Card.objects.of(user))


@transaction.atomic
def rebuild(cards: CardQuerySet) -> list[Difference]:
    """Make these cards what their log says; what was wrong. Locks them."""
    list(cards.select_for_update().order_by("pk").values_list("pk"))
    found = list(_differences(cards))
    for each in found:
        Card.objects.filter(pk=each.card.pk).update(**each.logged)
    return found


def _differences(cards: CardQuerySet) -> Iterator[Difference]:
    logs = _logs(cards)
    pk, log = next(logs, (None, []))
    for card in cards.order_by("pk").iterator(CHUNK):
        mine: list[Review | Adjustment] = []
        if pk == card.pk:
            mine = log
            pk, log = next(logs, (None, []))
        anew = replayed(card, mine)
        wrong = [name for name in Card.DERIVED if getattr(card, name) != getattr(anew, name)]
        if wrong:
            stored, logged = (
                {name: getattr(each, name) for name in wrong} for each in (card, anew)
            )
            yield Difference(card, stored, logged)


def _logs(cards: CardQuerySet) -> Iterator[tuple[int, list[Review | Adjustment]]]:
    """Each card's log, in the order of the cards' keys."""
    adjusted: dict[int, list[Adjustment]] = {}
    pks = cards.order_by().values("pk")
    for adjustment in Adjustment.objects.standing().filter(card__in=pks).order_by("pk"):
        adjusted.setdefault(adjustment.card_id, []).append(adjustment)
    # What was typed is the bulk of a review, and not needed.
    reviews = Review.objects.standing().filter(card__in=pks).defer("answer", "choice")
    in_order = reviews.order_by("card_id", "number", "reviewed_at").iterator(CHUNK)
    for pk, mine in groupby(in_order, attrgetter("card_id")):
        log: list[Review | Adjustment] = [*mine, *adjusted.get(pk, ())]
        # Sorting keeps the order of equals: an adjustment follows the review of its number.
        yield pk, sorted(log, key=attrgetter("number"))
