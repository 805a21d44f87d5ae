"""Changes to many cards at once, each made once and to be taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from practice.models import Adjustment, Card, CardQuerySet, Change
from practice.replaying import rebuild

if TYPE_CHECKING:
    from accounts.models import User

MOST_AT_ONCE = 10_000
CHUNK = 1_000
FIELDS = {
    Change.Kind.SUSPEND: "suspended_at",
    Change.Kind.UNSUSPEND: "suspended_at",
    Change.Kind.BURY: "buried_until",
    Change.Kind.UNBURY: "buried_until",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a card's due day is moved: to a day, or by so many days, back if negative."""

    day: date | None = None
    days: int = 0

    def of(self, due_on: date, today: date) -> date:
        """What is overdue counts from today, and nothing is moved into the past."""
        if self.day is not None:
            return self.day
        return max(today, max(due_on, today) + timedelta(days=self.days))


@transaction.atomic
def change_cards(
    cards: CardQuerySet,
    kind: Change.Kind,
    *,
    user: User,
    change_id: UUID,
    now: datetime,
    target: Target | None = None,
) -> Change:
    """Change those of the cards that are not so already. The same id again changes nothing.

    Locks the cards. `target` is for moving only.
    """
    # Made first, so that a second tap waits here for the first one.
    change, is_new = Change.objects.get_or_create(
        pk=change_id, defaults={"user": user, "kind": kind, "made_at": now}
    )
    if not is_new:
        return change
    today = user.study_day(now)
    if kind == Change.Kind.RESET:
        change.number = _reset(cards, change)
    elif kind == Change.Kind.MOVE:
        change.number = _move(cards, change, target=target or Target(), today=today)
    else:
        _set(cards, change, today=today)
    change.save()
    if change.number:
        earlier = Change.objects.filter(user=user).exclude(pk=change.pk)
        earlier.exclude(before={}).update(before={})
    return change


def _set(cards: CardQuerySet, change: Change, *, today: date) -> None:
    field = FIELDS[Change.Kind(change.kind)]
    after: datetime | date | None = None
    match change.kind:
        case Change.Kind.SUSPEND:
            cards, after = cards.filter(suspended_at=None), change.made_at
        case Change.Kind.UNSUSPEND:
            cards = cards.suspended()
        case Change.Kind.BURY:
            after = today + timedelta(days=1)
            cards = cards.exclude(buried_until=after)
        case Change.Kind.UNBURY:
            cards = cards.buried(today)
    before: dict[str, list[int]] = defaultdict(list)
    held = cards.select_for_update().order_by("pk").values_list("pk", field)
    for pk, value in held:
        before[value.isoformat() if value else ""].append(pk)
    for some in batched((pk for pks in before.values() for pk in pks), CHUNK):
        _these(some).update(**{field: after})
    change.before, change.after = dict(before), after.isoformat() if after else ""
    change.number = sum(map(len, before.values()))


def _reset(cards: CardQuerySet, change: Change) -> int:
    held = _held(cards)
    for some in batched(held, CHUNK):
        _log(change, some)
        _these(card.pk for card in some).update(**Card.FORGOTTEN)
    return len(held)


def _move(cards: CardQuerySet, change: Change, *, target: Target, today: date) -> int:
    by_day: dict[date, list[Card]] = defaultdict(list)
    for card in _held(cards):
        if card.due_on and (day := target.of(card.due_on, today)) != card.due_on:
            by_day[day].append(card)
    for day, moved in by_day.items():
        for some in batched(moved, CHUNK):
            _log(change, some, due_on=day)
            _these(card.pk for card in some).update(due_on=day)
    return sum(map(len, by_day.values()))


def _held(cards: CardQuerySet) -> list[Card]:
    """Those that have a schedule; a new card has none to change."""
    seen = cards.filter(due_on__isnull=False).select_for_update().order_by("pk")
    return list(seen.only("pk", "review_count", "due_on"))


def _log(change: Change, cards: Iterable[Card], *, due_on: date | None = None) -> None:
    Adjustment.objects.bulk_create(
        Adjustment(
            card=card,
            number=card.review_count,
            kind=change.kind,
            change=change,
            due_on=due_on,
            made_at=change.made_at,
        )
        for card in cards
    )


def _these(pks: Iterable[int]) -> CardQuerySet:
    return Card.objects.filter(pk__in=list(pks))


@transaction.atomic
def undo_change(change: Change, *, now: datetime) -> int:
    """Take it back where nothing has happened to the card since; on how many cards. Locks them."""
    standing = Change.objects.filter(pk=change.pk, undone_at=None)
    if not standing.update(undone_at=now):
        return 0
    return _unlog(change, now=now) if change.is_logged else _unset(change)


def _unset(change: Change) -> int:
    field = FIELDS[Change.Kind(change.kind)]
    after = _read(field, change.after)
    restored = 0
    for value, pks in change.before.items():
        for some in batched(pks, CHUNK):
            as_left = _these(some).filter(**{field: after})
            restored += as_left.update(**{field: _read(field, value)})
    return restored


def _read(field: str, value: str) -> datetime | date | None:
    if not value:
        return None
    return datetime.fromisoformat(value) if field == "suspended_at" else date.fromisoformat(value)


def _unlog(change: Change, *, now: datetime) -> int:
    """A later review or adjustment builds on this one, so there it stands."""
    cards = Card.objects.filter(adjustments__change=change).order_by("pk")
    list(cards.select_for_update(of=("self",)).values_list("pk"))
    later = Adjustment.objects.standing().filter(card=OuterRef("card"), pk__gt=OuterRef("pk"))
    newest = change.adjustments.standing().filter(~Exists(later), number=F("card__review_count"))
    undone = list(newest.values_list("pk", "card_id"))
    for some in batched(undone, CHUNK):
        Adjustment.objects.filter(pk__in=[pk for pk, _card in some]).update(voided_at=now)
        rebuild(_these(card for _pk, card in some))
    return len(undone)
