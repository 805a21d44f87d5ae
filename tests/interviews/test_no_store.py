"""No page of an interview is kept by a browser: going back asks the server what may be seen now."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from tests import factories


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def sitting(alice, ines):
    assignment = factories.make_assignment(instructor=ines, learners=(alice,))
    return factories.make_sitting(assignment, alice, questions=(factories.make_question(),))


def is_kept(answer) -> bool:
    return "no-store" not in answer.get("Cache-Control", "")


@pytest.mark.parametrize("name", ["room", "clock", "submit"])
def test_the_back_button_shows_nothing_of_a_running_interview(sitting, alice_client, name):
    answer = alice_client.get(reverse(f"interviews:{name}", args=[sitting.pk]))
    assert (answer.status_code, is_kept(answer)) == (200, False)


@pytest.mark.parametrize("name", ["result", "scorecard"])
def test_the_back_button_shows_no_old_result(sitting, alice_client, now, name):
    sitting.submit(now=now)
    answer = alice_client.get(reverse(f"interviews:{name}", args=[sitting.pk]))
    assert (answer.status_code, is_kept(answer)) == (200, False)


def test_the_back_button_shows_no_answer_to_whoever_uses_the_markers_browser_next(
    sitting, ines_client, now
):
    sitting.submit(now=now)
    pages = (("marking", sitting.pk), ("mark", sitting.items.get().pk))
    for name, pk in pages:
        answer = ines_client.get(reverse(f"interviews:{name}", args=[pk]))
        assert (answer.status_code, is_kept(answer)) == (200, False)
