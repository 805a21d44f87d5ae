"""Many cards changed at once: once, with the log kept, and taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from practice.changing import Target, change_cards, undo_change
from practice.models import Adjustment, Card, Change
from practice.replaying import differences
from tests.factories import NOON, make_card, suspend

TODAY = NOON.date()
TOMORROW = TODAY + timedelta(days=1)
Kind = Change.Kind


def learnt(user, *, at=NOON - timedelta(days=5), rating=3) -> Card:
    card = make_card(user)
    revision = card.question.current_revision
    card.review(rating, review_id=uuid4(), revision=revision, now=at)
    return card


def change(user, kind, *, change_id=None, now=NOON, target=None, cards=None) -> Change:
    cards = Card.objects.of(user) if cards is None else cards
    change_id = change_id or uuid4()
    return change_cards(cards, kind, user=user, change_id=change_id, now=now, target=target)


def held(user) -> list[dict]:
    return list(Card.objects.of(user).order_by("pk").values())


@pytest.mark.parametrize(
    ("kind", "prepared"),
    [
        (Kind.SUSPEND, {}),
        (Kind.UNSUSPEND, {"suspended_at": NOON - timedelta(days=1)}),
        (Kind.BURY, {"buried_until": TODAY - timedelta(days=9)}),
        (Kind.UNBURY, {"buried_until": TOMORROW}),
        (Kind.RESET, {}),
        (Kind.MOVE, {}),
    ],
)
def test_every_change_can_be_taken_back_to_the_last_figure(alice, kind, prepared):
    for _number in range(3):
        learnt(alice)
    make_card(alice)
    Card.objects.update(**prepared)
    before = held(alice)
    made = change(alice, kind, target=Target(days=4))
    assert made.number == (3 if made.is_logged else 4)
    assert held(alice) != before
    assert differences(alice) == []
    assert undo_change(made, now=NOON) == made.number
    assert held(alice) == before
    assert differences(alice) == []


def test_double_tap_moves_a_card_once(alice):
    card = learnt(alice)
    before = card.due_on
    tapped = uuid4()
    for _tap in range(2):
        change(alice, Kind.MOVE, change_id=tapped, target=Target(days=4))
    card.refresh_from_db()
    assert card.due_on == max(before, TODAY) + timedelta(days=4)
    assert Adjustment.objects.count() == 1


def test_undo_is_done_once(alice):
    learnt(alice)
    made = change(alice, Kind.SUSPEND)
    assert [undo_change(made, now=NOON) for _tap in range(2)] == [1, 0]


def test_undo_leaves_alone_what_was_reviewed_or_changed_since(alice):
    reviewed, adjusted, idle = learnt(alice), learnt(alice), learnt(alice)
    made = change(alice, Kind.RESET)
    reviewed.review(3, review_id=uuid4(), revision=reviewed.question.current_revision, now=NOON)
    one = Card.objects.filter(pk=adjusted.pk)
    one.update(suspended_at=NOON)
    learnt_anew = Card.objects.get(pk=adjusted.pk)
    learnt_anew.review(3, review_id=uuid4(), revision=adjusted.question.current_revision, now=NOON)
    learnt_anew.move_due(TODAY + timedelta(days=30), now=NOON)
    assert undo_change(made, now=NOON) == 1
    assert Card.objects.get(pk=idle.pk).due_on is not None
    assert Card.objects.get(pk=adjusted.pk).due_on == TODAY + timedelta(days=30)
    assert differences(alice) == []


def test_undo_of_suspending_leaves_what_was_brought_back_and_suspended_anew(alice):
    card = make_card(alice)
    made = change(alice, Kind.SUSPEND)
    card.unsuspend()
    later = NOON + timedelta(hours=1)
    suspend(card, now=later)
    assert undo_change(made, now=later) == 0
    assert Card.objects.get().suspended_at == later


def test_review_taken_back_takes_the_change_after_it_along(alice):
    card = learnt(alice)
    made = change(alice, Kind.MOVE, target=Target(days=4))
    card.give_back(card.reviews.get(), now=NOON)
    assert undo_change(made, now=NOON) == 0
    assert Card.objects.get().due_on is None
    assert differences(alice) == []


def test_only_the_newest_change_is_offered_for_undo_and_only_for_a_day(alice, bob):
    make_card(alice)
    change(alice, Kind.SUSPEND)
    newest = change(alice, Kind.UNSUSPEND, now=NOON + timedelta(hours=1))
    assert Change.objects.to_undo(alice, now=NOON + timedelta(hours=2)) == newest
    assert Change.objects.to_undo(alice, now=NOON + timedelta(days=2)) is None
    assert Change.objects.to_undo(bob, now=NOON) is None
    undo_change(newest, now=NOON)
    assert Change.objects.to_undo(alice, now=NOON + timedelta(hours=2)) is None


def test_change_that_changed_nothing_leaves_the_one_before_it_to_undo(alice):
    learnt(alice)
    first = change(alice, "suspend")
    change(alice, "suspend", now=NOON + timedelta(minutes=1))
    assert Change.objects.to_undo(alice, now=NOON + timedelta(minutes=2)) == first
    assert undo_change(first, now=NOON + timedelta(minutes=2)) == 1


def test_what_is_so_already_does_not_count(alice):
    make_card(alice, suspended_at=NOON)
    assert change(alice, Kind.SUSPEND).number == 0
    assert change(alice, Kind.RESET).number == 0
    assert Change.objects.to_undo(alice, now=NOON) is None


@pytest.mark.parametrize(
    ("due", "days", "expected"), [(-9, 3, 3), (5, 3, 8), (5, -3, 2), (5, -30, 0), (0, 1, 1)]
)
def test_days_count_from_the_due_day_or_from_today(due, days, expected):
    moved = Target(days=days).of(TODAY + timedelta(days=due), TODAY)
    assert moved == TODAY + timedelta(days=expected)


def test_queries_do_not_grow_with_the_cards(alice, django_assert_max_num_queries):
    for _number in range(30):
        learnt(alice)
    with django_assert_max_num_queries(12):
        made = change(alice, Kind.RESET)
    with django_assert_max_num_queries(45):  # a rebuilt card is written by itself
        undo_change(made, now=NOON)
