"""Releasing marks, amending them afterwards, voiding and reopening."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from interviews.models import Assignment, Sitting, SittingEvent
from interviews.models.sittings import NotMarked, NotReopenable
from tests import factories


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def assignment(alice: User, bob: User, ines: User) -> Assignment:
    cohort = factories.make_cohort(instructor=ines, learners=(alice, bob))
    blueprint = factories.make_blueprint(owner=ines, reveal="on_release")
    return factories.make_assignment(blueprint=blueprint, instructor=ines, cohorts=(cohort,))


def make_marked(assignment: Assignment, learner: User, now: datetime) -> Sitting:
    sitting = factories.make_sitting(
        assignment,
        learner,
        questions=(factories.make_question(key_points=()),),
        state="submitted",
        submitted_at=now,
        closed_by="learner",
    )
    item = sitting.items.get()
    item.mark(points={"whole": "partly"}, base_number=0, marker=assignment.assigned_by, now=now)
    sitting.refresh_from_db()
    return sitting


def release(client: Client, assignment: Assignment, *sittings: Sitting) -> Any:
    url = reverse("interviews:release", args=[assignment.pk])
    return client.post(url, {"sittings": [str(sitting.pk) for sitting in sittings]})


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_marks_are_hidden_before_the_release_and_shown_after(
    assignment: Assignment, alice: User, ines_client: Client, now: datetime
) -> None:
    sitting = make_marked(assignment, alice, now)
    before = sitting.shown_to(alice)
    assert not before.marks
    assert not before.model_answers
    assert release(ines_client, assignment, sitting).status_code == 302
    sitting.refresh_from_db()
    assert (sitting.state, sitting.released_at) == ("released", now)
    assert sitting.shown_to(alice).marks


def test_no_e_mail_tells_of_marks_before_or_after_the_release(
    assignment: Assignment,
    alice: User,
    ines: User,
    ines_client: Client,
    now: datetime,
    mailoutbox: list[Any],
) -> None:
    """There is none yet; whoever sends the first has `shown_to` to ask."""
    sitting = make_marked(assignment, alice, now)
    assert mailoutbox == []
    release(ines_client, assignment, sitting)
    item = sitting.items.get()
    item.mark(points={"whole": "covered"}, base_number=1, marker=ines, now=now)
    assert mailoutbox == []


def test_releasing_twice_is_releasing_once(
    assignment: Assignment, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    sitting = make_marked(assignment, alice, now)
    for _click in range(2):
        assert release(ines_client, assignment, sitting).status_code == 302
    sitting.refresh_from_db()
    assert sitting.events.filter(kind=SittingEvent.Kind.RELEASED).count() == 1
    assert sitting.release(actor=ines, now=now + timedelta(hours=1)) is False
    sitting.refresh_from_db()
    assert sitting.released_at == now


def test_some_are_released_and_the_others_stay_hidden(
    assignment: Assignment, alice: User, bob: User, ines_client: Client, now: datetime
) -> None:
    one, other = make_marked(assignment, alice, now), make_marked(assignment, bob, now)
    release(ines_client, assignment, one)
    other.refresh_from_db()
    assert other.state == "marked"


def test_the_page_says_how_many_are_released_and_how_many_wait(
    assignment: Assignment, alice: User, bob: User, ines_client: Client, now: datetime
) -> None:
    sitting = make_marked(assignment, alice, now)
    factories.make_sitting(assignment, bob, state="submitted", submitted_at=now)
    url = reverse("interviews:release", args=[assignment.pk])
    page = text_of(ines_client.get(url))
    assert "1 marked interview" in page
    assert "1 more is handed in and not marked yet." in page
    done = ines_client.post(url, {"sittings": [str(sitting.pk)]}, follow=True)
    assert "Released: 1 learner can see the marks." in text_of(done)
    assert "Nothing is marked and waiting." in text_of(ines_client.get(url))


def test_an_unmarked_sitting_is_refused_and_nothing_released(
    assignment: Assignment, alice: User, bob: User, ines: User, ines_client: Client, now: datetime
) -> None:
    marked = make_marked(assignment, alice, now)
    unmarked = factories.make_sitting(assignment, bob, state="submitted", submitted_at=now)
    response = release(ines_client, assignment, marked, unmarked)
    assert response.status_code == 422
    assert "Bob’s interview is not marked to the end yet." in text_of(response)
    marked.refresh_from_db()
    assert marked.state == "marked"
    with pytest.raises(NotMarked):
        unmarked.release(actor=ines, now=now)


def test_sittings_of_other_assignments_are_refused(
    assignment: Assignment, bob: User, otto: User, ines_client: Client, now: datetime
) -> None:
    foreign = make_marked(factories.make_assignment(instructor=otto, learners=(bob,)), bob, now)
    assert release(ines_client, assignment, foreign).status_code == 422
    assert release(ines_client, assignment).status_code == 422
    foreign.refresh_from_db()
    assert foreign.state == "marked"


def test_amending_after_the_release_is_a_new_version_with_an_event(
    assignment: Assignment, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    sitting = make_marked(assignment, alice, now)
    release(ines_client, assignment, sitting)
    item = sitting.items.get()
    url = reverse("interviews:mark", args=[item.pk])
    ines_client.post(url, {"number": "1", "point-whole": "covered"})
    sitting.refresh_from_db()
    assert (sitting.state, sitting.score) == ("released", 10)
    assert [mark.number for mark in item.marks.all()] == [2, 1]
    assert sitting.events.get(kind=SittingEvent.Kind.AMENDED).actor == ines


def test_the_learner_is_told_of_a_mark_that_changed_after_the_release(
    assignment: Assignment,
    alice: User,
    alice_client: Client,
    ines: User,
    ines_client: Client,
    now: datetime,
) -> None:
    sitting = make_marked(assignment, alice, now)
    release(ines_client, assignment, sitting)
    url = reverse("interviews:result", args=[sitting.pk])
    assert "Marked anew on" not in text_of(alice_client.get(url))
    item = sitting.items.get()
    with time_machine.travel(now + timedelta(hours=3), tick=False):
        mark_url = reverse("interviews:mark", args=[item.pk])
        ines_client.post(mark_url, {"number": "1", "point-whole": "covered"})
        page = text_of(alice_client.get(url))
    assert "Marked anew on 23 Nov 2026, 15:00, after the release" in page
    assert 'Changed: <a href="#question-1">Question 1</a>.' in page


@pytest.mark.parametrize("state", ["in_progress", "submitted"])
def test_a_voided_sitting_does_not_count(
    assignment: Assignment, alice: User, ines: User, ines_client: Client, now: datetime, state: str
) -> None:
    closed = {} if state == "in_progress" else {"submitted_at": now}
    sitting = factories.make_sitting(assignment, alice, state=state, **closed)
    url = reverse("interviews:void", args=[sitting.pk])
    assert ines_client.post(url, {"reason": ""}).status_code == 422
    for _click in range(2):
        ines_client.post(url, {"reason": "Fire alarm"})
    sitting.refresh_from_db()
    assert sitting.state == "voided"
    event = sitting.events.get()
    assert (event.kind, event.actor, event.reason) == ("voided", ines, "Fire alarm")
    assert not Sitting.objects.of(alice).counting().exists()


def test_what_is_released_is_not_voided(
    assignment: Assignment, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    sitting = make_marked(assignment, alice, now)
    sitting.release(actor=ines, now=now)
    ines_client.post(reverse("interviews:void", args=[sitting.pk]), {"reason": "Oh no"})
    sitting.refresh_from_db()
    assert sitting.state == "released"


def test_a_reopened_sitting_goes_on_until_its_new_deadline(
    assignment: Assignment, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    sitting = make_marked(assignment, alice, now)
    url = reverse("interviews:reopen", args=[sitting.pk])
    form = {"deadline_at": "2026-11-23T13:00", "reason": "The network was down"}
    assert ines_client.post(url, form).status_code == 302
    sitting.refresh_from_db()
    assert (sitting.state, sitting.score, sitting.submitted_at) == ("in_progress", None, None)
    assert sitting.deadline_at == now + timedelta(hours=1)
    event = sitting.events.get(kind=SittingEvent.Kind.REOPENED)
    assert (event.old_deadline_at, event.new_deadline_at, event.reason) == (
        now + timedelta(minutes=20),
        now + timedelta(hours=1),
        "The network was down",
    )
    assert sitting.submit(now=now + timedelta(minutes=30))
    sitting.refresh_from_db()
    assert sitting.state == "submitted"


@pytest.mark.parametrize("reveal", ["on_submit", "on_release"])
def test_reopening_warns_of_model_answers_that_the_learner_may_have_seen(
    alice: User, ines: User, ines_client: Client, now: datetime, reveal: str
) -> None:
    blueprint = factories.make_blueprint(owner=ines, reveal=reveal)
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    sitting = factories.make_sitting(assignment, alice, state="submitted", submitted_at=now)
    page = text_of(ines_client.get(reverse("interviews:reopen", args=[sitting.pk])))
    assert ("may have seen the model answers" in page) is (reveal == "on_submit")


def test_a_sitting_scored_by_the_server_can_be_reopened_and_handed_in_again(
    assignment: Assignment, alice: User, ines: User, now: datetime
) -> None:
    questions = (factories.make_choice_question(),)
    sitting = factories.make_sitting(assignment, alice, questions=questions)
    sitting.submit(now=now)
    later = now + timedelta(hours=1)
    sitting.reopen(deadline_at=later, reason="Mistake", actor=ines, now=now)
    assert sitting.submit(now=now + timedelta(minutes=1))
    sitting.refresh_from_db()
    assert sitting.state == "marked"
    assert sitting.items.get().marks.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"deadline_at": "2026-11-23T12:00"}, "Choose a moment still to come."),
        ({"deadline_at": "soon"}, "Enter a valid date/time."),
        ({"reason": ""}, "This field is required."),
    ],
)
def test_reopening_needs_a_reason_and_time_to_come(
    assignment: Assignment,
    alice: User,
    ines_client: Client,
    now: datetime,
    wrong: dict[str, str],
    said: str,
) -> None:
    sitting = make_marked(assignment, alice, now)
    form = {"deadline_at": "2026-11-23T13:00", "reason": "Why", **wrong}
    response = ines_client.post(reverse("interviews:reopen", args=[sitting.pk]), form)
    assert response.status_code == 422
    assert said in text_of(response)


def test_released_voided_and_running_sittings_are_not_reopened(
    assignment: Assignment, alice: User, ines: User, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    sitting = make_marked(assignment, alice, now)
    for state in ("released", "voided", "in_progress"):
        Sitting.objects.filter(pk=sitting.pk).update(state=state)
        with pytest.raises(NotReopenable):
            sitting.reopen(deadline_at=later, reason="Why", actor=ines, now=now)


def test_nothing_is_reopened_beside_another_sitting_in_progress(
    assignment: Assignment, alice: User, ines_client: Client, now: datetime
) -> None:
    sitting = make_marked(assignment, alice, now)
    factories.make_sitting(assignment, alice, number=2)
    form = {"deadline_at": "2026-11-23T13:00", "reason": "Why"}
    url = reverse("interviews:reopen", args=[sitting.pk])
    page = ines_client.post(url, form, follow=True)
    assert "has begun another sitting" in text_of(page)
    sitting.refresh_from_db()
    assert sitting.state == "marked"
