"""Other terms for a whole cohort: running interviews, those to come, and whose own terms win."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Cohort, User
from interviews.extending import extend_cohort
from interviews.models import Assignment, Extension, SittingEvent
from interviews.roster import Standing, roster
from tests import factories

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def cohort(ines: User, alice: User, bob: User) -> Cohort:
    return factories.make_cohort(name="Autumn class", instructor=ines, learners=(alice, bob))


@pytest.fixture
def assignment(ines: User, cohort: Cohort) -> Assignment:
    for _number in range(3):
        factories.make_question()
    return factories.make_assignment(
        blueprint=factories.make_blueprint(owner=ines), instructor=ines, cohorts=(cohort,)
    )


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def url_of(assignment: Assignment, cohort: Cohort) -> str:
    return reverse("interviews:extend_cohort", args=[assignment.pk, cohort.pk])


def extend(client: Client, assignment: Assignment, cohort: Cohort, **fields: Any) -> Any:
    data = {"reason": "The fire alarm", **fields}
    return client.post(url_of(assignment, cohort), data, follow=True)


def deadline_of(sitting: Any) -> datetime | None:
    sitting.refresh_from_db()
    deadline_at: datetime | None = sitting.deadline_at
    return deadline_at


def test_what_runs_is_longer_at_once_and_who_starts_later_has_it_too(
    assignment: Assignment,
    cohort: Cohort,
    alice: User,
    bob: User,
    ines: User,
    ines_client: Client,
    now: datetime,
) -> None:
    sitting = factories.make_sitting(assignment, alice)
    page = extend(ines_client, assignment, cohort, extra_minutes="10")
    assert "Saved for Autumn class. 1 running interview has its new deadline already." in text_of(
        page
    )
    assert deadline_of(sitting) == now + 30 * MINUTE
    event = sitting.events.get(kind=SittingEvent.Kind.EXTENDED)
    assert (event.old_deadline_at, event.new_deadline_at, event.actor, event.reason) == (
        now + 20 * MINUTE,
        now + 30 * MINUTE,
        ines,
        "The fire alarm",
    )
    assert assignment.start(bob, now=now).deadline_at == now + 30 * MINUTE


def test_other_dates_let_the_cohort_start_where_others_are_too_late(
    cohort: Cohort, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    late = factories.make_user(name="Zoe")
    other = factories.make_cohort(instructor=ines, learners=(late,))
    assignment = factories.make_assignment(
        instructor=ines, cohorts=(cohort, other), closes_at=now - MINUTE
    )
    extend(ines_client, assignment, cohort, closes_at="2026-11-24T12:00")
    assert assignment.terms_for(alice).closes_at == datetime(2026, 11, 24, 12, tzinfo=UTC)
    standings = {str(each.learner): each.standing for each in roster(assignment, now=now)}
    assert standings["Zoe"] == Standing.MISSED
    assert standings[str(alice)] == Standing.NOT_STARTED


def test_more_sittings_for_the_cohort_allow_another_one(
    assignment: Assignment, cohort: Cohort, alice: User, ines_client: Client, now: datetime
) -> None:
    factories.make_sitting(assignment, alice, state="submitted", submitted_at=now)
    extend(ines_client, assignment, cohort, sittings_allowed="2")
    assert assignment.start(alice, now=now).number == 2


def test_the_limit_can_be_lifted_for_all(
    assignment: Assignment, cohort: Cohort, alice: User, bob: User, ines_client: Client
) -> None:
    sittings = [factories.make_sitting(assignment, learner) for learner in (alice, bob)]
    page = extend(ines_client, assignment, cohort, is_untimed="on")
    assert "2 running interviews have their new deadlines already." in text_of(page)
    assert [deadline_of(sitting) for sitting in sittings] == [None, None]


def test_terms_of_a_single_learner_count_before_those_of_the_cohort(
    assignment: Assignment,
    cohort: Cohort,
    alice: User,
    bob: User,
    ines: User,
    ines_client: Client,
    now: datetime,
) -> None:
    assignment.extend(alice, terms={"extra_minutes": 5}, actor=ines, now=now)
    sittings = [
        factories.make_sitting(assignment, alice, deadline_at=now + 25 * MINUTE),
        factories.make_sitting(assignment, bob),
    ]
    page = text_of(ines_client.get(url_of(assignment, cohort)))
    own = reverse("interviews:extend", args=[assignment.pk, alice.pk])
    assert "Terms set for a single learner count before these:" in page
    assert f'<a href="{own}">' in page
    extend(ines_client, assignment, cohort, extra_minutes="15")
    assert [deadline_of(each) for each in sittings] == [now + 25 * MINUTE, now + 35 * MINUTE]
    assert not sittings[0].events.filter(kind="extended").exists()


def test_who_is_in_two_cohorts_has_the_better_of_each(
    assignment: Assignment, cohort: Cohort, alice: User, ines: User, now: datetime
) -> None:
    other = factories.make_cohort(instructor=ines, learners=(alice,))
    assignment.cohorts.add(other)
    sitting = factories.make_sitting(assignment, alice)
    for each, minutes in ((cohort, 20), (other, 5)):
        extend_cohort(assignment, each, terms={"extra_minutes": minutes}, actor=ines, now=now)
    assert deadline_of(sitting) == now + 40 * MINUTE
    assert sitting.events.filter(kind="extended").count() == 1


def test_who_has_left_the_cohort_keeps_the_old_deadline(
    assignment: Assignment, cohort: Cohort, alice: User, ines: User, now: datetime
) -> None:
    sitting = factories.make_sitting(assignment, alice)
    cohort.memberships.filter(user=alice).update(left_at=now)
    assert extend_cohort(assignment, cohort, terms={"extra_minutes": 9}, actor=ines, now=now) == 0
    assert deadline_of(sitting) == now + 20 * MINUTE


def test_time_is_never_taken_and_what_is_over_is_not_woken(
    assignment: Assignment,
    cohort: Cohort,
    alice: User,
    bob: User,
    ines: User,
    now: datetime,
) -> None:
    long = factories.make_sitting(assignment, alice, deadline_at=now + 60 * MINUTE)
    over = factories.make_sitting(assignment, bob, deadline_at=now - MINUTE)
    assert extend_cohort(assignment, cohort, terms={"extra_minutes": 5}, actor=ines, now=now) == 0
    assert deadline_of(long) == now + 60 * MINUTE
    assert deadline_of(over) == now - MINUTE


def test_saying_the_same_twice_moves_the_deadline_once(
    assignment: Assignment, cohort: Cohort, alice: User, ines_client: Client, now: datetime
) -> None:
    sitting = factories.make_sitting(assignment, alice)
    for _click in range(2):
        assert extend(ines_client, assignment, cohort, extra_minutes="10").status_code == 200
    assert deadline_of(sitting) == now + 30 * MINUTE
    assert (sitting.events.count(), Extension.objects.count()) == (1, 1)


def test_an_old_page_never_overwrites_terms_that_another_instructor_has_given_meanwhile(
    assignment: Assignment, cohort: Cohort, ines_client: Client, now: datetime
) -> None:
    omar = factories.make_user(name="Omar")
    terms = {"extra_minutes": 30, "reason": "Ill"}
    extend_cohort(assignment, cohort, terms=terms, actor=omar, now=now - MINUTE)
    refused = extend(ines_client, assignment, cohort, extra_minutes="10")
    assert refused.status_code == 409
    assert "Omar changed these terms at" in text_of(refused)
    assert "<span>+30 min</span>" in text_of(refused)
    assert refused.context["form"]["extra_minutes"].value() == "10"
    assert Extension.objects.get().extra_minutes == 30
    seen = refused.context["form"]["seen"].value()
    extend(ines_client, assignment, cohort, extra_minutes="10", seen=seen)
    assert Extension.objects.get().extra_minutes == 10


def test_emptying_all_of_them_goes_back_to_the_terms_for_everyone(
    assignment: Assignment, cohort: Cohort, alice: User, bob: User, ines_client: Client
) -> None:
    about = reverse("interviews:assignment", args=[assignment.pk])
    for url in (
        url_of(assignment, cohort),
        reverse("interviews:extend", args=[assignment.pk, bob.pk]),
    ):
        ines_client.post(url, {"extra_minutes": "10", "reason": "Alarm"})
        assert "other terms" in text_of(ines_client.get(about))
        page = ines_client.get(url)
        assert "To go back to the terms for everyone, empty all of them." in text_of(page)
        seen = page.context["form"]["seen"].value()
        ines_client.post(url, {"reason": "Not needed", "seen": seen})
        assert "other terms" not in text_of(ines_client.get(about))
    everyone = assignment.terms_with([], user=alice)
    assert assignment.terms_for(alice) == assignment.terms_for(bob) == everyone


def test_the_assignment_says_what_is_different_for_which_cohort(
    assignment: Assignment, cohort: Cohort, ines: User, ines_client: Client, now: datetime
) -> None:
    factories.make_cohort(name="Spring class", instructor=ines)
    assignment.cohorts.add(Cohort.objects.get(name="Spring class"))
    terms = {
        "opens_at": now,
        "start_by": now + 60 * MINUTE,
        "closes_at": now + 90 * MINUTE,
        "extra_minutes": 15,
        "sittings_allowed": 2,
    }
    extend_cohort(assignment, cohort, terms=terms, actor=ines, now=now)
    page = text_of(ines_client.get(reverse("interviews:assignment", args=[assignment.pk])))
    autumn, spring = page.split('<span class="row-title">')[1:3]
    for said in ("opens ", "start by ", "closes ", "+15 min", "2 sittings"):
        assert said in autumn
    assert "on the terms above" in spring.split("</li>")[0]
    assert f'href="{url_of(assignment, cohort)}"' in autumn


def test_the_learner_is_told_the_number_and_why(
    assignment: Assignment,
    cohort: Cohort,
    alice_client: Client,
    ines: User,
    now: datetime,
) -> None:
    extend_cohort(assignment, cohort, terms={"extra_minutes": 10}, actor=ines, now=now)
    page = text_of(alice_client.get(reverse("interviews:start", args=[assignment.pk])))
    assert "30 minutes" in page
    assert "with 10 minutes added by your instructor" in page


def test_a_later_closing_alone_warns_of_the_old_time_to_start(
    cohort: Cohort, ines: User, ines_client: Client, now: datetime
) -> None:
    assignment = factories.make_assignment(
        instructor=ines, cohorts=(cohort,), start_by=now - MINUTE, closes_at=now + MINUTE
    )
    page = extend(ines_client, assignment, cohort, closes_at="2026-11-24T12:00")
    assert "Autumn class must still start by the old time" in text_of(page)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "Nothing is different yet"),
        ({"extra_minutes": "10", "reason": ""}, "This field is required"),
        ({"extra_minutes": "0"}, "greater than or equal to 1"),
        ({"extra_minutes": "many"}, "Enter a whole number"),
        ({"sittings_allowed": "0"}, "greater than or equal to 1"),
        ({"start_by": "2027-11-24T12:00", "closes_at": "2026-11-24T12:00"}, "after the closing"),
        ({"closes_at": "soon"}, "Enter a valid date/time"),
    ],
)
def test_terms_that_say_nothing_or_nonsense_are_refused(
    assignment: Assignment,
    cohort: Cohort,
    ines_client: Client,
    wrong: dict[str, str],
    said: str,
) -> None:
    response = extend(ines_client, assignment, cohort, **wrong)
    assert response.status_code == 422
    assert said in text_of(response)
    assert not Extension.objects.exists()


def test_a_cohort_that_was_not_given_the_interview_is_not_there(
    assignment: Assignment, ines: User, ines_client: Client
) -> None:
    other = factories.make_cohort(instructor=ines)
    for cohort_pk in (other.pk, uuid.uuid4()):
        url = reverse("interviews:extend_cohort", args=[assignment.pk, cohort_pk])
        assert ines_client.get(url).status_code == 404
        assert ines_client.post(url, {"extra_minutes": 5, "reason": "Mine"}).status_code == 404
    assert not Extension.objects.exists()


def test_the_page_takes_as_many_queries_for_a_large_cohort_as_for_a_small_one(
    ines: User, ines_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    learners = tuple(factories.make_user(name=f"Person {number}") for number in range(30))
    cohort = factories.make_cohort(instructor=ines, learners=learners)
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    for learner in learners[:20]:
        factories.make_sitting(assignment, learner)
        Extension.objects.create(assignment=assignment, learner=learner, extra_minutes=5)
    with django_assert_max_num_queries(11):
        page = text_of(ines_client.get(url_of(assignment, cohort)))
    assert "20 interviews are running." in page
