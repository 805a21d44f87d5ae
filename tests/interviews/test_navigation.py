"""How one is asked is settled by the draw, whatever becomes of the blueprint."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse

from interviews.models import Sitting
from tests import factories


@pytest.fixture
def start(alice, ines, alice_client, now):
    """Begins a sitting of two questions with a follow-up each, asked in the given way."""

    def start(navigation):
        for number in (1, 2):
            factories.make_question(f"Question number {number}?", follow_ups=("And then?",))
        blueprint = factories.make_blueprint(owner=ines, navigation=navigation)
        assignment = factories.make_assignment(
            blueprint=blueprint, instructor=ines, learners=(alice,)
        )
        alice_client.post(reverse("interviews:start", args=[assignment.pk]))
        return Sitting.objects.get(), blueprint

    with time_machine.travel(now, tick=False):
        yield start


def answer(client, sitting, **data):
    url = reverse("interviews:room", args=[sitting.pk])
    data = {"item": 1, "number": 0, "text": "A stage.", "go": "next", **data}
    return client.post(url, data, follow=True).content.decode()


def test_who_is_asked_one_at_a_time_is_so_to_the_end(start, alice_client):
    sitting, blueprint = start("one_at_a_time")
    blueprint.navigation = "free"
    blueprint.save()
    assert "And then?" in answer(alice_client, sitting)
    back = answer(alice_client, sitting, text="Another stage.", number=1)
    assert "That question is locked" in back
    assert sitting.items.get(position=0).response.text == "A stage."


def test_who_may_go_back_and_forth_may_to_the_end(start, alice_client):
    sitting, blueprint = start("free")
    blueprint.navigation = "one_at_a_time"
    blueprint.save()
    assert "And then?" not in answer(alice_client, sitting)
    answer(alice_client, sitting, text="Another stage.", number=1)
    assert sitting.items.get(position=0).response.text == "Another stage."


def test_sittings_from_before_are_asked_as_their_blueprint_says_today(alice, bob, ines):
    for navigation, learner in (("one_at_a_time", alice), ("free", bob)):
        blueprint = factories.make_blueprint(owner=ines, navigation=navigation)
        assignment = factories.make_assignment(blueprint=blueprint, instructor=ines)
        factories.make_sitting(assignment, learner, is_one_at_a_time=False)
    minute = timedelta(minutes=1)
    paced = {"think_time": minute, "answer_time": minute, "follow_up_time": minute}
    factories.make_sitting(assignment, alice, **paced)
    import_module("interviews.migrations.0006_navigation_frozen").copy_from_blueprints(apps, None)
    found = Sitting.objects.values_list("learner__name", "think_time", "is_one_at_a_time")
    assert sorted(found, key=str) == [
        ("Alice", None, True),
        ("Alice", minute, True),
        ("Bob", None, False),
    ]
