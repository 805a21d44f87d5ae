"""The first page of teaching: what waits, what runs, and the next step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests import factories

TEACH = "/interviews/teach/"


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_new_instructor_is_told_to_begin_with_a_cohort(ines_client: Client) -> None:
    page = text_of(ines_client.get(TEACH))
    assert "Begin with a cohort" in page
    assert "Build one" in page


def test_what_was_handed_in_waits_to_be_marked_and_released(
    alice: User, bob: User, ines: User, ines_client: Client, now: datetime
) -> None:
    cohort = factories.make_cohort(instructor=ines, learners=(alice, bob))
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    factories.make_sitting(assignment, alice, state="submitted", submitted_at=now)
    factories.make_sitting(assignment, bob, state="marked", submitted_at=now)
    page = ines_client.get(TEACH)
    assert list(page.context["waiting"]) == [assignment]
    assert "1 interview to mark" in text_of(page)
    assert "1 marked, not released" in text_of(page)
    assert "2 learners" in text_of(page)


def test_only_ones_own_work_waits(alice: User, otto_client: Client, now: datetime) -> None:
    assignment = factories.make_assignment(learners=(alice,))
    factories.make_sitting(assignment, alice, state="submitted", submitted_at=now)
    page = otto_client.get(TEACH)
    assert not page.context["waiting"]
    assert not page.context["running"]


def test_closed_and_withdrawn_ones_stand_apart(
    ines: User, ines_client: Client, now: datetime
) -> None:
    running = factories.make_assignment(instructor=ines)
    closed = factories.make_assignment(
        instructor=ines, closes_at=datetime(2020, 1, 1, tzinfo=now.tzinfo)
    )
    withdrawn = factories.make_assignment(instructor=ines, withdrawn_at=now)
    page = ines_client.get(TEACH)
    assert page.context["running"] == [running]
    assert set(page.context["finished"]) == {closed, withdrawn}


def test_the_page_takes_as_many_queries_for_many_as_for_few(
    alice: User,
    ines: User,
    ines_client: Client,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(8):
        cohort = factories.make_cohort(instructor=ines, learners=(alice,), name=f"C{number}")
        assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
        factories.make_sitting(assignment, alice, state="submitted", submitted_at=now)
    with django_assert_max_num_queries(7):
        ines_client.get(TEACH)
