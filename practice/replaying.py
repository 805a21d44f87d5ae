"""The log is the truth: what each card and each day's sums must be, worked out from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db import transaction

from practice.leeches import Recall, is_leech
from practice.models import Adjustment, Card, CardQuerySet, Review, StudyDay

if TYPE_CHECKING:
    from accounts.models import User

CHUNK = 2_000


@dataclass(frozen=True)
class Difference:
    """`stored` and `logged` name the fields that differ, with what the row and the log say."""

    row: Card | StudyDay
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
def differences(user: User, *, exact_days: bool = False) -> list[Difference]:
    """Where this person's cards and days are not what their log says. Reads all of it, in pieces.

    A day may say more than the log, since a deleted question takes its reviews along: with
    `exact_days` that is a difference too.
    """
    cards = Card.objects.of(user)
    return [*_card_differences(cards), *_day_differences(user, is_exact=exact_days)]


@transaction.atomic
def mend(user: User, *, exact_days: bool = False) -> list[Difference]:
    """Make the cards and days what the log says; what was wrong. Locks all the person's cards."""
    _lock(Card.objects.of(user))
    return _mended(differences(user, exact_days=exact_days))


@transaction.atomic
def rebuild(cards: CardQuerySet) -> list[Difference]:
    """Make these cards what their log says; what was wrong. Locks them."""
    _lock(cards)
    return _mended(list(_card_differences(cards)))


def _lock(cards: CardQuerySet) -> None:
    list(cards.select_for_update().order_by("pk").values_list("pk"))


def _mended(found: list[Difference]) -> list[Difference]:
    for each in found:
        for name, value in each.logged.items():
            setattr(each.row, name, value)
        each.row.save(update_fields=each.logged if each.row.pk else None)
    return found


def _card_differences(cards: CardQuerySet) -> Iterator[Difference]:
    logs = _logs(cards)
    pk, log = next(logs, (None, []))
    for card in cards.order_by("pk").iterator(CHUNK):
        mine: list[Review | Adjustment] = []
        if pk == card.pk:
            mine = log
            pk, log = next(logs, (None, []))
        anew = replayed(card, mine)
        yield from _difference(card, {name: getattr(anew, name) for name in Card.DERIVED})


def _day_differences(user: User, *, is_exact: bool) -> Iterator[Difference]:
    stored = {day.study_day: day for day in user.study_days.order_by("study_day")}
    logged = StudyDay.objects.logged(user)
    for on in sorted({*stored, *logged}):
        day = stored.get(on) or StudyDay(user=user, study_day=on)
        sums = {name: logged.get(on, {}).get(name, 0) for name in StudyDay.DERIVED}
        least = {name: 0 if is_exact else getattr(day, name) for name in sums}
        yield from _difference(day, {name: max(least[name], sums[name]) for name in sums})


def _difference(row: Card | StudyDay, right: Mapping[str, object]) -> Iterator[Difference]:
    stored = {name: getattr(row, name) for name in right}
    wrong = [name for name in right if stored[name] != right[name]]
    if wrong:
        stored, logged = ({name: each[name] for name in wrong} for each in (stored, right))
        yield Difference(row, stored, logged)


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
