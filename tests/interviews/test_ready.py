"""Ready-made interviews, sat on one's own."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from interviews.models import Assignment, Blueprint, Sitting
from tests import factories

LIST = "/interviews/"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def blueprint(alice: User) -> Blueprint:
    for number in range(3):
        factories.make_question(f"What is the secret prompt {number}?")
    return factories.make_blueprint(title="Docker screening", minutes=20)


def url_of(blueprint: Blueprint) -> str:
    return reverse("interviews:ready", args=[blueprint.pk])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def start(client: Client, blueprint: Blueprint) -> Any:
    page = client.get(url_of(blueprint))
    return client.post(url_of(blueprint), {"id": str(page.context["ready_id"])})


def test_the_list_offers_what_is_shipped_and_not_archived(
    alice_client: Client, blueprint: Blueprint, ines: User, now: datetime
) -> None:
    factories.make_blueprint(title="Somebody's own", owner=ines)
    factories.make_blueprint(title="Of last year", archived_at=now)
    page = text_of(alice_client.get(LIST))
    assert "Ready-made" in page
    assert f'href="{url_of(blueprint)}"' in page
    assert "2 questions" in page
    assert "Somebody" not in page
    assert "Of last year" not in page


def test_its_page_says_the_rules_and_nothing_of_the_questions(
    alice: User, alice_client: Client, blueprint: Blueprint
) -> None:
    User.objects.filter(pk=alice.pk).update(time_factor="1.5")
    page = text_of(alice_client.get(url_of(blueprint)))
    assert "30 minutes" in page
    assert "You see the model answers at once and mark yourself." in page
    assert "secret prompt" not in page
    assert not Assignment.objects.exists()


def test_it_starts_at_once_and_is_the_learners_own_to_mark(
    alice: User, alice_client: Client, blueprint: Blueprint, now: datetime
) -> None:
    answer = start(alice_client, blueprint)
    sitting = Sitting.objects.get()
    assert answer.url == reverse("interviews:room", args=[sitting.pk])
    assert (sitting.learner, sitting.is_own_mock) == (alice, True)
    assert sitting.deadline_at == now + 20 * MINUTE
    assert sitting.assignment.blueprint == blueprint


def test_starting_twice_from_one_page_makes_one_and_from_another_page_another(
    alice_client: Client, blueprint: Blueprint
) -> None:
    data = {"id": str(alice_client.get(url_of(blueprint)).context["ready_id"])}
    urls = {alice_client.post(url_of(blueprint), data).url for _click in range(2)}
    assert (len(urls), Sitting.objects.count()) == (1, 1)
    start(alice_client, blueprint)
    assert Sitting.objects.count() == 2


def test_one_that_runs_is_gone_on_with(alice_client: Client, blueprint: Blueprint) -> None:
    room = start(alice_client, blueprint).url
    page = text_of(alice_client.get(url_of(blueprint)))
    assert f'href="{room}"' in page
    assert "Start now" not in page


def test_it_neither_waits_to_be_done_nor_is_among_what_was_given(
    ines: User, ines_client: Client, blueprint: Blueprint, now: datetime
) -> None:
    start(ines_client, blueprint)
    Sitting.objects.get().submit(now=now)
    page = ines_client.get(LIST)
    assert page.context["to_do"] == []
    assert "Docker screening" in text_of(page)
    teaching = ines_client.get(reverse("interviews:teach"))
    assert (teaching.context["running"], teaching.context["waiting"]) == ([], [])
    about = reverse("interviews:assignment", args=[Assignment.objects.get().pk])
    assert ines_client.get(about).status_code == 404


def test_an_instructor_tries_their_own_and_nobody_else_does(
    ines: User, ines_client: Client, alice_client: Client, blueprint: Blueprint
) -> None:
    own = factories.make_blueprint(owner=ines)
    page = text_of(ines_client.get(reverse("interviews:blueprint", args=[own.pk])))
    assert f'href="{url_of(own)}"' in page
    assert start(ines_client, own).status_code == 302
    assert alice_client.get(url_of(own)).status_code == 404
    assert alice_client.post(url_of(own), {"id": str(uuid.uuid4())}).status_code == 404
    assert Sitting.objects.get().learner == ines


@pytest.mark.parametrize("data", [{}, {"id": ""}, {"id": "x"}])
def test_without_its_id_nothing_starts(
    alice_client: Client, blueprint: Blueprint, data: dict[str, str]
) -> None:
    assert alice_client.post(url_of(blueprint), data).status_code == 422
    assert not Assignment.objects.exists()


def test_somebody_elses_id_starts_nothing(
    alice_client: Client, bob_client: Client, blueprint: Blueprint
) -> None:
    start(alice_client, blueprint)
    taken = {"id": str(Assignment.objects.get().pk)}
    assert bob_client.post(url_of(blueprint), taken).url == url_of(blueprint)
    assert Sitting.objects.count() == 1


def test_a_quick_mock_never_takes_the_id_of_a_blueprint_that_is_there(
    alice_client: Client, blueprint: Blueprint
) -> None:
    data = {"id": str(blueprint.pk), "minutes": 20, "count": 1}
    assert alice_client.post(reverse("interviews:quick"), data).status_code == 302
    assert not Assignment.objects.exists()


def test_too_few_questions_are_said_and_nothing_is_left_behind(
    alice_client: Client, blueprint: Blueprint
) -> None:
    blueprint.sections.update(count=9)
    answer = start(alice_client, blueprint)
    assert answer.status_code == 422
    assert "“Docker” is to ask 9, but 3 questions are there for it." in text_of(answer)
    assert not Assignment.objects.exists()


def test_the_list_takes_as_many_queries_for_many_as_for_few(
    alice_client: Client,
    blueprint: Blueprint,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        factories.make_blueprint(title=f"Screening {number}")
    with django_assert_max_num_queries(12):
        alice_client.get(LIST)
