"""Assigning: to whom, when, on what terms; withdrawing; other terms for one learner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Cohort, User
from interviews.models import Assignment, Blueprint, Extension, Sitting, SittingEvent
from interviews.roster import Standing, roster
from tests import factories

ASSIGN = "/interviews/teach/assign/"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def blueprint(ines: User) -> Blueprint:
    for _number in range(3):
        factories.make_question()
    return factories.make_blueprint(owner=ines)


@pytest.fixture
def cohort(ines: User, alice: User, bob: User) -> Cohort:
    return factories.make_cohort(instructor=ines, learners=(alice, bob))


def filled(blueprint: Blueprint, *cohorts: Cohort, **fields: Any) -> dict[str, Any]:
    return {
        "blueprint": str(blueprint.pk),
        "cohorts": [str(cohort.pk) for cohort in cohorts],
        "close_policy": "start_by",
        "sittings_allowed": "1",
        **fields,
    }


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_an_interview_is_assigned_to_a_cohort(
    blueprint: Blueprint, cohort: Cohort, alice: User, ines: User, ines_client: Client
) -> None:
    response = ines_client.post(ASSIGN, filled(blueprint, cohort, minutes="30"))
    assignment = Assignment.objects.get()
    assert response.url == reverse("interviews:assignment", args=[assignment.pk])
    assert (assignment.assigned_by, assignment.minutes) == (ines, 30)
    assert list(Assignment.objects.given_to(alice)) == [assignment]


def test_a_single_learner_may_be_chosen(
    blueprint: Blueprint, cohort: Cohort, alice: User, bob: User, ines_client: Client
) -> None:
    ines_client.post(ASSIGN, filled(blueprint, learners=[str(alice.pk)]))
    assert Assignment.objects.given_to(alice).exists()
    assert not Assignment.objects.given_to(bob).exists()


def test_dates_are_read_and_shown_in_the_instructors_time_zone(
    blueprint: Blueprint, cohort: Cohort, ines: User, ines_client: Client
) -> None:
    User.objects.filter(pk=ines.pk).update(time_zone="Asia/Tokyo")
    ines_client.post(ASSIGN, filled(blueprint, cohort, opens_at="2026-12-01T09:00"))
    assignment = Assignment.objects.get()
    assert assignment.opens_at == datetime(2026, 12, 1, 0, tzinfo=UTC)
    url = reverse("interviews:assignment_edit", args=[assignment.pk])
    page = text_of(ines_client.get(url))
    assert 'value="2026-12-01T09:00"' in page
    assert "Asia/Tokyo" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            {"opens_at": "2026-12-02T09:00", "closes_at": "2026-12-01T09:00"},
            "close before it opens",
        ),
        (
            {"start_by": "2026-12-03T09:00", "closes_at": "2026-12-02T09:00"},
            "after the closing time",
        ),
        ({"opens_at": "2026-12-02T09:00", "start_by": "2026-12-01T09:00"}, "too late to start"),
        ({"closes_at": "2026-11-01T09:00"}, "in the past"),
        ({"opens_at": "tomorrow"}, "Enter a valid date/time"),
        ({"close_policy": "hard_close"}, "Say when everyone stops"),
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"sittings_allowed": "0"}, "greater than or equal to 1"),
        ({"cohorts": []}, "Choose a cohort or at least one learner."),
        ({"blueprint": ""}, "This field is required"),
        ({"blueprint": "nonsense"}, "Select a valid choice"),
    ],
)
def test_what_contradicts_itself_is_refused_in_plain_words(
    blueprint: Blueprint, cohort: Cohort, ines_client: Client, wrong: dict[str, Any], said: str
) -> None:
    response = ines_client.post(ASSIGN, {**filled(blueprint, cohort), **wrong})
    assert response.status_code == 422
    assert said in text_of(response)
    assert not Assignment.objects.exists()


def test_other_peoples_cohorts_learners_and_blueprints_are_neither_listed_nor_taken(
    blueprint: Blueprint, cohort: Cohort, otto: User, ines_client: Client
) -> None:
    stranger = factories.make_user(name="Stranger")
    foreign = factories.make_cohort(instructor=otto, learners=(stranger,), name="Ottos people")
    private = factories.make_blueprint(owner=otto, title="Ottos blueprint")
    page = text_of(ines_client.get(ASSIGN))
    assert not any(name in page for name in ("Ottos people", "Stranger", "Ottos blueprint"))
    for wrong in (
        {"cohorts": [str(cohort.pk), str(foreign.pk)]},
        {"learners": [str(stranger.pk)]},
        {"blueprint": str(private.pk)},
    ):
        response = ines_client.post(ASSIGN, {**filled(blueprint, cohort), **wrong})
        assert response.status_code == 422
    assert not Assignment.objects.exists()


def test_a_blueprint_the_bank_cannot_fill_is_not_assigned(
    cohort: Cohort, ines: User, ines_client: Client
) -> None:
    hungry = factories.make_blueprint(owner=ines, count=9)
    response = ines_client.post(ASSIGN, filled(hungry, cohort))
    assert response.status_code == 422
    assert "“Docker” is to ask 9" in text_of(response)


def test_an_interview_is_withdrawn_and_given_again(
    cohort: Cohort, alice: User, ines: User, ines_client: Client
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    page = reverse("interviews:assignment", args=[assignment.pk])
    ines_client.post(reverse("interviews:assignment_withdraw", args=[assignment.pk]))
    assert not Assignment.objects.given_to(alice).exists()
    assert "Undo" in text_of(ines_client.get(page))
    ines_client.post(reverse("interviews:assignment_restore", args=[assignment.pk]))
    assert Assignment.objects.given_to(alice).exists()
    assert "Undo" not in text_of(ines_client.get(page))


def test_new_dates_leave_the_deadline_of_a_running_interview(
    cohort: Cohort, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    sitting = factories.make_sitting(assignment, alice)
    url = reverse("interviews:assignment_edit", args=[assignment.pk])
    assert "1 interview is running." in text_of(ines_client.get(url))
    terms = {"close_policy": "hard_close", "closes_at": "2026-11-23T12:05", "minutes": "5"}
    assert ines_client.post(url, terms).status_code == 302
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 20 * MINUTE
    assert Assignment.objects.get().minutes == 5


def extend(client: Client, assignment: Assignment, learner: User, **fields: Any) -> Any:
    url = reverse("interviews:extend", args=[assignment.pk, learner.pk])
    return client.post(url, {"reason": "Was ill", **fields}, follow=True)


def test_a_running_interview_gets_its_longer_deadline_with_an_event(
    cohort: Cohort, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    sitting = factories.make_sitting(assignment, alice)
    page = extend(ines_client, assignment, alice, extra_minutes="10")
    assert "has the new deadline already" in text_of(page)
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 30 * MINUTE
    event = sitting.events.get(kind=SittingEvent.Kind.EXTENDED)
    assert (event.old_deadline_at, event.new_deadline_at) == (
        now + 20 * MINUTE,
        now + 30 * MINUTE,
    )
    assert (event.actor, event.reason, event.at) == (ines, "Was ill", now)


def test_extending_twice_alike_moves_the_deadline_once(
    cohort: Cohort, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    sitting = factories.make_sitting(assignment, alice)
    for _click in range(2):
        extend(ines_client, assignment, alice, extra_minutes="10")
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 30 * MINUTE
    assert (sitting.events.count(), Extension.objects.count()) == (1, 1)


def test_time_is_never_taken_from_a_running_interview(
    cohort: Cohort, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    sitting = factories.make_sitting(assignment, alice, deadline_at=now + 60 * MINUTE)
    page = extend(ines_client, assignment, alice, extra_minutes="5")
    assert "keeps the deadline it has" in text_of(page)
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 60 * MINUTE


@pytest.mark.parametrize("minutes_now", [10, 90])
def test_more_minutes_add_to_what_the_interview_was_begun_with(
    blueprint: Blueprint,
    cohort: Cohort,
    alice: User,
    ines: User,
    ines_client: Client,
    now: datetime,
    minutes_now: int,
) -> None:
    alice.time_factor = Decimal("1.5")
    alice.save()
    assignment = factories.make_assignment(
        blueprint=blueprint, instructor=ines, cohorts=(cohort,), minutes=20
    )
    sitting = assignment.start(alice, now=now)
    Assignment.objects.update(minutes=minutes_now)
    for minutes in (6, 2, 6):
        extend(ines_client, assignment, alice, extra_minutes=str(minutes), seen=stamp_of(alice))
        sitting.refresh_from_db()
        assert sitting.deadline_at == now + 36 * MINUTE


def stamp_of(learner: User) -> str:
    extension = Extension.objects.filter(learner=learner).first()
    return extension.stamp if extension else ""


def test_the_limit_can_be_lifted(
    cohort: Cohort, alice: User, ines: User, ines_client: Client
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    sitting = factories.make_sitting(assignment, alice)
    extend(ines_client, assignment, alice, is_untimed="on")
    sitting.refresh_from_db()
    assert sitting.deadline_at is None


def test_more_minutes_do_not_wake_what_the_timer_has_ended(
    cohort: Cohort, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    sitting = factories.make_sitting(assignment, alice, deadline_at=now - MINUTE)
    extend(ines_client, assignment, alice, extra_minutes="60")
    sitting.refresh_from_db()
    assert (sitting.state, sitting.deadline_at) == ("in_progress", now - MINUTE)


def test_a_learner_with_other_dates_starts_where_others_are_too_late(
    blueprint: Blueprint,
    cohort: Cohort,
    alice: User,
    bob: User,
    ines: User,
    ines_client: Client,
    now: datetime,
) -> None:
    assignment = factories.make_assignment(
        blueprint=blueprint, instructor=ines, cohorts=(cohort,), closes_at=now - MINUTE
    )
    extend(ines_client, assignment, alice, closes_at="2026-11-24T12:00")
    assert assignment.terms_for(alice).closes_at == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert {place.learner: place.standing for place in roster(assignment, now=now)} == {
        alice: Standing.NOT_STARTED,
        bob: Standing.MISSED,
    }


def test_an_old_page_never_overwrites_terms_given_meanwhile(
    cohort: Cohort, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    other = factories.make_user(name="Omar")
    assignment.extend(
        alice, terms={"extra_minutes": 30, "reason": "Ill"}, actor=other, now=now - MINUTE
    )
    refused = extend(ines_client, assignment, alice, extra_minutes="10")
    assert refused.status_code == 409
    assert "Omar changed these terms at" in text_of(refused)
    assert Extension.objects.get().extra_minutes == 30
    seen = refused.context["form"]["seen"].value()
    assert refused.context["form"]["extra_minutes"].value() == "10"
    assert extend(ines_client, assignment, alice, extra_minutes="10", seen=seen).status_code == 200
    assert Extension.objects.get().extra_minutes == 10


def test_a_later_closing_alone_warns_of_the_old_time_to_start(
    cohort: Cohort, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    assignment = factories.make_assignment(
        instructor=ines, cohorts=(cohort,), start_by=now - MINUTE, closes_at=now + MINUTE
    )
    url = reverse("interviews:extend", args=[assignment.pk, alice.pk])
    assert "Move that too" in text_of(ines_client.get(url))
    page = extend(ines_client, assignment, alice, closes_at="2026-11-24T12:00")
    assert "must still start by the old time" in text_of(page)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "Nothing is different yet"),
        ({"extra_minutes": "10", "reason": ""}, "This field is required"),
        ({"extra_minutes": "0"}, "greater than or equal to 1"),
        ({"extra_minutes": "999"}, "less than or equal to 480"),
        ({"sittings_allowed": "0"}, "greater than or equal to 1"),
        ({"closes_at": "2026-11-01T00:00"}, "close before it opens"),
    ],
)
def test_an_extension_that_says_nothing_or_nonsense_is_refused(
    cohort: Cohort,
    alice: User,
    ines: User,
    ines_client: Client,
    now: datetime,
    wrong: dict[str, str],
    said: str,
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,), opens_at=now)
    response = extend(ines_client, assignment, alice, **wrong)
    assert response.status_code == 422
    assert said in text_of(response)
    assert not Extension.objects.exists()


def test_who_was_not_given_the_interview_cannot_be_extended(
    cohort: Cohort, otto: User, ines: User, ines_client: Client
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    assert extend(ines_client, assignment, otto, extra_minutes="5").status_code == 404


STANDINGS = [
    ({}, None, Standing.NOT_STARTED),
    ({"opens_at": MINUTE}, None, Standing.NOT_OPEN),
    ({"closes_at": -MINUTE}, None, Standing.MISSED),
    ({"start_by": -MINUTE}, None, Standing.MISSED),
    ({}, {"deadline_at": MINUTE}, Standing.RUNNING),
    ({}, {"deadline_at": None}, Standing.RUNNING),
    ({}, {"deadline_at": -MINUTE}, Standing.TIME_UP),
    ({}, {"state": "submitted"}, Standing.SUBMITTED),
    ({"closes_at": -MINUTE}, {"state": "marked"}, Standing.MARKED),
    ({}, {"state": "released"}, Standing.RELEASED),
    ({"closes_at": -MINUTE}, {"state": "voided"}, Standing.VOIDED),
    ({}, {"state": "voided"}, Standing.NOT_STARTED),
]


@pytest.mark.parametrize(("dates", "sitting", "standing"), STANDINGS)
def test_how_far_a_learner_is(
    alice: User, ines: User, now: datetime, dates: dict[str, Any], sitting: Any, standing: Standing
) -> None:
    assignment = factories.make_assignment(
        instructor=ines, learners=(alice,), **{name: now + by for name, by in dates.items()}
    )
    if sitting is not None:
        by = sitting.pop("deadline_at", MINUTE)
        deadline_at = by and now + by
        closed = {"submitted_at": now} if "state" in sitting else {}
        factories.make_sitting(assignment, alice, deadline_at=deadline_at, **closed, **sitting)
    (place,) = roster(assignment, now=now)
    assert place.standing == standing
    assert Sitting.objects.filter(state="in_progress").count() == (
        standing in (Standing.RUNNING, Standing.TIME_UP)
    )


def test_who_left_the_cohort_is_seen_only_with_a_sitting(
    cohort: Cohort, alice: User, bob: User, ines: User, now: datetime
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    factories.make_sitting(assignment, alice)
    cohort.memberships.filter(user__in=(alice, bob)).update(left_at=now)
    assert [place.learner for place in roster(assignment, now=now)] == [alice]


def test_the_page_shows_everyone_and_can_be_narrowed(
    cohort: Cohort, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    factories.make_sitting(assignment, alice, deadline_at=now + 3.5 * MINUTE)
    url = reverse("interviews:assignment", args=[assignment.pk])
    page = text_of(ines_client.get(url))
    assert "4 minutes left" in page
    assert "Not started" in page
    running = ines_client.get(url, {"state": "running"})
    assert [place.learner for place in running.context["page"]] == [alice]
    assert "Nobody is at this point." in text_of(ines_client.get(url, {"state": "marked"}))


def test_the_page_takes_as_many_queries_for_many_learners_as_for_few(
    ines: User, ines_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    learners = tuple(factories.make_user(name=f"Person {number}") for number in range(60))
    cohort = factories.make_cohort(instructor=ines, learners=learners)
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    question = factories.make_question()
    for learner in learners[:20]:
        factories.make_sitting(assignment, learner, questions=(question,))
        Extension.objects.create(assignment=assignment, learner=learner, extra_minutes=5)
    url = reverse("interviews:assignment", args=[assignment.pk])
    with django_assert_max_num_queries(12):
        page = ines_client.get(url)
    assert len(page.context["page"]) == 50
    assert len(ines_client.get(url, {"page": 2}).context["page"]) == 10
