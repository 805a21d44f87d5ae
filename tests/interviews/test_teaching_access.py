"""Who may open what: the whole matrix of teaching pages and people."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from interviews.models import Assignment, Blueprint, Sitting
from tests import factories


@pytest.fixture
def urls(alice: User, ines: User, now: datetime) -> dict[str, str]:
    """Every page for teaching, by name, about an assignment of ines's with a sitting of alice's."""
    cohort = factories.make_cohort(instructor=ines, learners=(alice,))
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    question = factories.make_question()
    sitting = factories.make_sitting(
        assignment, alice, questions=(question,), state="submitted", submitted_at=now
    )
    blueprint, item = assignment.blueprint, sitting.items.get()
    about = {
        "blueprint": [blueprint.pk],
        "blueprint_edit": [blueprint.pk],
        "blueprint_copy": [blueprint.pk],
        "blueprint_archive": [blueprint.pk],
        "blueprint_restore": [blueprint.pk],
        "assignment": [assignment.pk],
        "assignment_edit": [assignment.pk],
        "assignment_withdraw": [assignment.pk],
        "assignment_restore": [assignment.pk],
        "extend": [assignment.pk, alice.pk],
        "extend_cohort": [assignment.pk, cohort.pk],
        "extend_many": [assignment.pk],
        "release": [assignment.pk],
        "marking": [sitting.pk],
        "void": [sitting.pk],
        "pause": [sitting.pk],
        "reopen": [sitting.pk],
        "mark": [item.pk],
        "hold": [item.pk],
    }
    return {name: reverse(f"interviews:{name}", args=args) for name, args in about.items()}


OPEN_TO_INSTRUCTORS = ("teach", "blueprints", "blueprint_create", "assign")
POST_ONLY = ("blueprint_copy", "blueprint_archive", "blueprint_restore", "hold")
GET_ONLY = ("blueprint", "assignment", "marking")
POST_ONLY += ("assignment_withdraw", "assignment_restore")


def test_a_visitor_is_asked_to_log_in_everywhere(urls: dict[str, str], client: Client) -> None:
    general = [reverse(f"interviews:{name}") for name in OPEN_TO_INSTRUCTORS]
    for url in [*general, *urls.values()]:
        for response in (client.get(url), client.post(url)):
            assert response.status_code == 302, url
            assert reverse("account_login") in response.url


@pytest.mark.parametrize("person", ["alice", "bob", "edda"])
def test_learners_and_editors_find_no_page_for_teaching(
    urls: dict[str, str], person: str, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(f"{person}_client")
    general = [reverse(f"interviews:{name}") for name in OPEN_TO_INSTRUCTORS]
    for url in [*general, *urls.values()]:
        assert client.get(url).status_code == 404, url
        assert client.post(url).status_code == 404, url


def test_an_instructor_of_others_finds_nothing_of_this_assignment(
    urls: dict[str, str], otto_client: Client
) -> None:
    before = [list(model.objects.values()) for model in (Assignment, Blueprint, Sitting)]
    for name, url in urls.items():
        if name not in POST_ONLY:
            assert otto_client.get(url).status_code == 404, url
        posted = otto_client.post(url, {"reason": "Mine now"})
        assert posted.status_code == (405 if name in GET_ONLY else 404), url
    assert before == [list(model.objects.values()) for model in (Assignment, Blueprint, Sitting)]


def test_the_instructor_opens_every_page(urls: dict[str, str], ines_client: Client) -> None:
    for name in OPEN_TO_INSTRUCTORS:
        assert ines_client.get(reverse(f"interviews:{name}")).status_code == 200, name
    for name, url in urls.items():
        expected = 405 if name in POST_ONLY else 200
        assert ines_client.get(url).status_code == expected, name


def test_a_second_instructor_of_the_cohort_sees_the_assignment(
    urls: dict[str, str], otto: User, otto_client: Client
) -> None:
    cohort = Assignment.objects.get().cohorts.get()
    cohort.memberships.create(user=otto, role="instructor")
    names = (
        "assignment",
        "assignment_edit",
        "extend",
        "extend_cohort",
        "release",
        "marking",
        "mark",
    )
    for name in names:
        assert otto_client.get(urls[name]).status_code == 200, name
    assert otto_client.get(urls["blueprint"]).status_code == 404


def test_who_stopped_teaching_the_cohort_sees_it_no_more(
    urls: dict[str, str], otto: User, otto_client: Client, now: datetime
) -> None:
    cohort = Assignment.objects.get().cohorts.get()
    cohort.memberships.create(user=otto, role="instructor", left_at=now)
    assert otto_client.get(urls["assignment"]).status_code == 404


def test_a_mock_of_ones_own_is_no_assignment_to_teach(
    ines: User, ines_client: Client, now: datetime
) -> None:
    quick = factories.make_blueprint(owner=ines, is_quick=True)
    mock = factories.make_assignment(blueprint=quick, instructor=ines, learners=(ines,))
    assert ines_client.get(reverse("interviews:assignment", args=[mock.pk])).status_code == 404
    assert ines_client.get(reverse("interviews:blueprint", args=[quick.pk])).status_code == 404
    assert "Docker screening" not in ines_client.get(reverse("interviews:teach")).content.decode()
