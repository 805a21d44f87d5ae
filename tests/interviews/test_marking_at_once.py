"""Markers who save at the very same moment, each in a thread and a transaction of their own."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import pytest

from interviews.models import Hold, Item, Rubric, Sitting
from interviews.models.holds import LASTS
from interviews.models.marking import MarkConflict
from interviews.regrading import change_rubric
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.usefixtures("shared_database")


@pytest.fixture
def sitting(shared_database: None, now: datetime) -> Sitting:
    return factories.make_sitting(
        factories.make_assignment(),
        factories.make_user(),
        questions=(factories.make_question(key_points=()), factories.make_question()),
        state="submitted",
        submitted_at=now,
    )


def test_of_two_markers_one_saves_and_the_other_is_told(sitting: Sitting, now: datetime) -> None:
    pk = sitting.items.get(position=0).pk
    markers = [factories.make_user(), factories.make_user()]

    def mark(number: int) -> str:
        try:
            Item.objects.get(pk=pk).mark(
                points={"whole": "covered"}, base_number=0, marker=markers[number], now=now
            )
        except MarkConflict:
            return "conflict"
        return "saved"

    assert sorted(at_once(lambda: mark(0), lambda: mark(1))) == ["conflict", "saved"]
    assert Item.objects.get(pk=pk).marks.count() == 1


def test_a_double_click_makes_one_mark(sitting: Sitting, now: datetime) -> None:
    item, marker = sitting.items.get(position=0), factories.make_user()

    def mark() -> int:
        points = {"whole": "partly"}
        again = Item.objects.get(pk=item.pk)
        return again.mark(points=points, base_number=0, marker=marker, now=now).number

    assert at_once(mark, mark, mark) == [1, 1, 1]
    assert item.marks.count() == 1


def test_the_last_two_items_marked_at_once_make_the_sitting_marked(
    sitting: Sitting, now: datetime
) -> None:
    marker = factories.make_user()

    def mark(position: int) -> None:
        item = Item.objects.get(sitting=sitting, position=position)
        points = dict.fromkeys(item.judged, "covered")
        item.mark(points=points, base_number=0, marker=marker, now=now)

    at_once(lambda: mark(0), lambda: mark(1))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.score) == ("marked", 20)
    assert [event.kind for event in sitting.events.all()] == ["marked"]


def test_two_who_release_release_once(sitting: Sitting, now: datetime) -> None:
    Sitting.objects.filter(pk=sitting.pk).update(state="marked")
    actor = factories.make_user()

    def release() -> bool:
        return Sitting.objects.get(pk=sitting.pk).release(actor=actor, now=now)

    assert sorted(at_once(release, release)) == [False, True]
    assert sitting.events.filter(kind="released").count() == 1


def test_a_mark_given_while_the_rubric_changes_counts_by_the_new_one(
    shared_database: None, now: datetime
) -> None:
    question = factories.make_question(key_points=(("Several FROM lines", 3), ("Smaller", 1)))
    assignment = factories.make_assignment()
    sittings = [
        factories.make_sitting(
            assignment,
            factories.make_user(),
            questions=(question,),
            state="submitted",
            submitted_at=now,
        )
        for _number in range(4)
    ]
    items = [sitting.items.get() for sitting in sittings]
    first, second = items[0].judged
    marker = factories.make_user()

    def mark(item: Item) -> None:
        again = Item.objects.get(pk=item.pk)
        points = {first: "covered", second: "missed"}
        again.mark(points=points, base_number=0, marker=marker, now=now)

    def change() -> None:
        change_rubric(
            assignment,
            question.current_revision,
            weights={first: 3, second: 0},
            reason="Never taught",
            actor=marker,
            base_number=0,
            now=now,
        )

    at_once(*(partial(mark, item) for item in items), change, change)
    assert {item.marks.get().score for item in items} == {10}
    assert Rubric.objects.count() == 1


def test_of_two_who_open_it_at_once_one_holds_it(sitting: Sitting, now: datetime) -> None:
    """Free because nobody had it, and free because it ran out."""
    item = sitting.items.get(position=0)
    markers = [factories.make_user() for _number in range(4)]
    for at in (now, now + LASTS, now + 3 * LASTS):
        takes = [
            lambda marker=marker, at=at: Hold.objects.take(item, marker=marker, now=at)
            for marker in markers
        ]
        taken = at_once(*takes)
        assert sorted(taken) == [False, False, False, True]
        hold = Hold.objects.get()
        assert (hold.marker, hold.ends_at) == (markers[taken.index(True)], at + LASTS)


def test_a_beat_beside_another_who_takes_it_never_takes_it_back(
    sitting: Sitting, now: datetime
) -> None:
    item, first, second = (
        sitting.items.get(position=0),
        factories.make_user(),
        factories.make_user(),
    )
    Hold.objects.take(item, marker=first, now=now)

    def beat() -> bool:
        return Hold.objects.renew(item, marker=first, now=now)

    def take() -> bool:
        return Hold.objects.take(item, marker=second, now=now, by_force=True)

    assert at_once(beat, take, beat)[1]
    assert Hold.objects.get().marker == second
    assert not beat()
