"""Rubric changes: what counts of a question in one assignment, and the marks that follow it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from interviews.models import Assignment, Item, Mark, Rubric, Sitting, SittingEvent
from interviews.models.rubrics import RubricConflict
from interviews.regrading import change_rubric, effects
from questions.models import Question
from tests import factories

POINTS = (("Several FROM lines", 3), ("Smaller image", 1))
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def question(db: None) -> Question:
    return factories.make_question("What is a multi-stage build?", key_points=POINTS)


@pytest.fixture
def assignment(alice: User, ines: User) -> Assignment:
    return factories.make_assignment(instructor=ines, learners=(alice,))


def sit(assignment: Assignment, learner: User, question: Question, now: datetime) -> Item:
    """Handed in and marked: the first point covered, the second missed."""
    sitting = factories.make_sitting(
        assignment,
        learner,
        questions=(question,),
        answers=("Several FROM lines.",),
        state="submitted",
        submitted_at=now,
        closed_by="learner",
    )
    item: Item = sitting.items.get()
    first, second = item.judged
    item.mark(
        points={first: "covered", second: "missed"},
        comment="Neat.",
        base_number=0,
        marker=assignment.assigned_by,
        now=now,
    )
    return item


@pytest.fixture
def item(assignment: Assignment, alice: User, question: Question, now: datetime) -> Item:
    return sit(assignment, alice, question, now)


def weights(item: Item, *values: int) -> dict[str, int]:
    return dict(zip(item.judged, values, strict=True))


def form_of(item: Item, *values: int, **fields: str) -> dict[str, str]:
    given = {f"weight-{key}": str(value) for key, value in weights(item, *values).items()}
    return {"number": "0", "reason": "The second was never taught.", **given, **fields}


def url_of(item: Item) -> str:
    return reverse("interviews:rubric", args=[item.sitting.assignment_id, item.revision_id])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def change(item: Item, *values: int, actor: User, now: datetime, base_number: int = 0) -> Any:
    return change_rubric(
        item.sitting.assignment,
        item.revision,
        weights=weights(item, *values),
        reason="The second was never taught.",
        actor=actor,
        base_number=base_number,
        now=now,
    )


def test_a_rubric_change_recomputes_unreleased_marks(item: Item, ines: User, now: datetime) -> None:
    assert item.marks.get().score == Decimal("7.50")
    change(item, 3, 0, actor=ines, now=now + HOUR)
    mark = item.marks.get()
    assert (mark.number, mark.score, mark.comment, mark.marked_at) == (1, 10, "Neat.", now)
    item.sitting.refresh_from_db()
    assert (item.sitting.state, item.sitting.score) == ("marked", 10)
    assert not item.sitting.events.filter(kind=SittingEvent.Kind.AMENDED).exists()


def test_a_rubric_change_makes_new_versions_of_released_marks_and_says_so(
    item: Item, ines: User, now: datetime
) -> None:
    item.sitting.release(actor=ines, now=now)
    change(item, 1, 1, actor=ines, now=now + HOUR)
    scores = [(mark.number, mark.score, mark.marker) for mark in item.marks.order_by("number")]
    assert scores == [(1, Decimal("7.50"), ines), (2, Decimal("5.00"), ines)]
    item.sitting.refresh_from_db()
    assert (item.sitting.state, item.sitting.score) == ("released", 5)
    event = item.sitting.events.get(kind=SittingEvent.Kind.AMENDED)
    assert (event.actor, event.reason) == (ines, "The second was never taught.")


def test_a_mark_it_does_not_move_gets_no_new_version(item: Item, ines: User, now: datetime) -> None:
    item.sitting.release(actor=ines, now=now)
    assert change(item, 3, 1, actor=ines, now=now) == []
    assert item.marks.count() == 1
    assert not item.sitting.events.filter(kind=SittingEvent.Kind.AMENDED).exists()


def test_an_adjustment_stays_on_top(item: Item, ines: User, now: datetime) -> None:
    points = item.newest_mark.points if item.newest_mark else {}
    item.mark(points=points, adjustment=Decimal(-2), base_number=1, marker=ines, now=now)
    change(item, 3, 0, actor=ines, now=now)
    assert [mark.score for mark in item.marks.order_by("number")] == [Decimal("7.50"), 8]


def test_marks_given_later_count_by_the_new_rubric(
    item: Item, assignment: Assignment, bob: User, question: Question, ines: User, now: datetime
) -> None:
    change(item, 3, 0, actor=ines, now=now)
    assert sit(assignment, bob, question, now).marks.get().score == 10


def test_other_assignments_and_voided_sittings_keep_their_marks(
    item: Item, assignment: Assignment, bob: User, question: Question, ines: User, now: datetime
) -> None:
    voided = sit(assignment, bob, question, now)
    voided.sitting.void(reason="Fire alarm", actor=ines, now=now)
    elsewhere = sit(factories.make_assignment(instructor=ines), bob, question, now)
    change(item, 3, 0, actor=ines, now=now)
    assert {voided.marks.get().score, elsewhere.marks.get().score} == {Decimal("7.50")}


def test_the_same_change_sent_twice_is_made_once(item: Item, ines: User, now: datetime) -> None:
    item.sitting.release(actor=ines, now=now)
    assert len(change(item, 3, 0, actor=ines, now=now)) == 1
    assert change(item, 3, 0, actor=ines, now=now) is None
    assert (Rubric.objects.count(), item.marks.count()) == (1, 2)


def test_an_old_page_never_overwrites_a_newer_rubric(item: Item, ines: User, now: datetime) -> None:
    change(item, 3, 0, actor=ines, now=now)
    with pytest.raises(RubricConflict):
        change(item, 0, 1, actor=ines, now=now)
    assert item.marks.get().score == 10


@pytest.mark.parametrize("values", [(0, 0), (4, 1), (-1, 1)])
def test_impossible_weights_are_refused(
    item: Item, ines: User, ines_client: Client, now: datetime, values: tuple[int, int]
) -> None:
    with pytest.raises(ValueError, match="count"):
        change(item, *values, actor=ines, now=now)
    response = ines_client.post(url_of(item), form_of(item, *values, go="change"))
    assert response.status_code == 422
    assert not Rubric.objects.exists()


def test_weights_of_another_question_are_refused(item: Item, ines: User, now: datetime) -> None:
    with pytest.raises(ValueError, match="Each key point"):
        change_rubric(
            item.sitting.assignment,
            item.revision,
            weights={"1": 1, "0": 2},
            reason="x",
            actor=ines,
            base_number=0,
            now=now,
        )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": ""}, "This field is required."),
        ({"reason": "x" * 201}, "at most 200"),
        ({"number": "x"}, "whole number"),
        ({}, "Nothing is different yet"),
    ],
)
def test_bad_input_is_refused_in_words(
    item: Item, ines_client: Client, wrong: dict[str, str], said: str
) -> None:
    values = (3, 1) if not wrong else (3, 0)
    response = ines_client.post(url_of(item), form_of(item, *values, go="change", **wrong))
    assert response.status_code == 422
    assert said in text_of(response)
    assert not Rubric.objects.exists()


def test_the_page_first_shows_what_would_change_and_changes_nothing(
    item: Item, ines: User, ines_client: Client, now: datetime
) -> None:
    item.sitting.release(actor=ines, now=now)
    response = ines_client.post(url_of(item), form_of(item, 3, 0, go="look"))
    text = text_of(response)
    assert response.status_code == 200
    assert "1 mark changes. 1 of them is released" in text
    assert '<td class="align-end number">7.5</td>' in text
    assert '<td class="align-end number strong">10</td>' in text
    assert not Rubric.objects.exists()
    assert item.marks.get().score == Decimal("7.50")


def test_the_page_changes_it_and_tells_how_many(item: Item, ines_client: Client) -> None:
    response = ines_client.post(url_of(item), form_of(item, 3, 0, go="change"), follow=True)
    text = text_of(response)
    assert "1 mark is worked out anew." in text
    assert "The question says 1." in text
    assert "The second was never taught." in text
    assert item.marks.get().score == 10


def test_a_second_click_is_no_error(item: Item, ines_client: Client) -> None:
    for _time in range(2):
        response = ines_client.post(url_of(item), form_of(item, 3, 0, go="change"))
        assert response.status_code == 302
    assert Rubric.objects.count() == 1


def test_a_page_that_came_too_late_shows_theirs_and_keeps_yours(
    item: Item, ines: User, ines_client: Client, now: datetime
) -> None:
    change(item, 2, 1, actor=ines, now=now)
    response = ines_client.post(url_of(item), form_of(item, 3, 0, go="change"))
    assert response.status_code == 409
    assert "changed what counts at" in text_of(response)
    assert response.context["form"]["number"].value() == "1"
    again = ines_client.post(url_of(item), form_of(item, 3, 0, go="change", number="1"))
    assert again.status_code == 302
    assert [each.number for each in Rubric.objects.order_by("number")] == [1, 2]
    assert item.marks.get().score == 10


def test_the_learner_is_told_what_does_not_count(
    item: Item, ines: User, alice_client: Client, now: datetime
) -> None:
    result = reverse("interviews:result", args=[item.sitting_id])
    change(item, 3, 0, actor=ines, now=now)
    assert "does not count" not in text_of(alice_client.get(result))  # not released: nothing leaks
    item.sitting.release(actor=ines, now=now)
    assert "does not count" in text_of(alice_client.get(result))
    scorecard = alice_client.get(reverse("interviews:scorecard", args=[item.sitting_id]))
    assert "Smaller image **Missed** (does not count in this interview)" in text_of(scorecard)


def test_the_marking_page_leads_there_and_shows_what_does_not_count(
    item: Item, ines: User, ines_client: Client, now: datetime
) -> None:
    change(item, 3, 0, actor=ines, now=now)
    text = text_of(ines_client.get(reverse("interviews:mark", args=[item.pk])))
    assert url_of(item) in text
    assert text.count("does not count") == 1


def test_strangers_find_nothing(
    item: Item, alice_client: Client, bob_client: Client, client: Client
) -> None:
    for browser in (alice_client, bob_client):
        assert browser.get(url_of(item)).status_code == 404
        assert browser.post(url_of(item), form_of(item, 3, 0, go="change")).status_code == 404
    assert client.get(url_of(item)).status_code == 302
    assert not Rubric.objects.exists()


def test_another_instructor_and_a_question_not_asked_find_nothing(
    item: Item, ines_client: Client, client: Client, assignment: Assignment
) -> None:
    client.force_login(factories.make_user(is_instructor=True))
    assert client.get(url_of(item)).status_code == 404
    unasked = factories.make_question("What is a volume?", key_points=POINTS)
    elsewhere = reverse("interviews:rubric", args=[assignment.pk, unasked.current_revision_id])
    assert ines_client.get(elsewhere).status_code == 404
    assert ines_client.get(url_of(item)).status_code == 200


def test_queries_do_not_grow_with_marks(
    item: Item,
    assignment: Assignment,
    question: Question,
    ines_client: Client,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(5):
        sit(assignment, factories.make_user(), question, now)
    with django_assert_max_num_queries(14):
        response = ines_client.post(url_of(item), form_of(item, 3, 0, go="look"))
    assert "6 marks change." in text_of(response)


def test_nothing_is_half_done_when_it_fails(
    item: Item, ines: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Sitting, "settle", fail)
    with pytest.raises(RuntimeError):
        change(item, 3, 0, actor=ines, now=now)
    assert not Rubric.objects.exists()
    assert Mark.objects.get().score == Decimal("7.50")


def test_effects_are_known_before_without_a_change(item: Item) -> None:
    found = effects(item.sitting.assignment, item.revision, weights(item, 3, 0))
    assert [(each.mark.score, each.score, each.is_released) for each in found] == [
        (Decimal("7.50"), Decimal("10.00"), False)
    ]
