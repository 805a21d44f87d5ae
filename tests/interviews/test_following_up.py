"""Follow-ups in interviews that ask one question at a time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviews.models import AskedFollowUp, Response, Sitting
from interviews.models.responses import SaveOutcome
from tests import factories

DATA = {"prompt": "And what of its data?", "expect": ["Named volumes keep the data"]}
SIZE = {"prompt": "How would you make it small?", "expect": ["A smaller image by stages"]}
SPEED = {"prompt": "How fast does it start?", "expect": ["Within a second"]}
POINTS = (("Named volumes keep data", 3), ("Stages give a smaller image", 2))


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def sitting(alice, ines, clock):
    blueprint = factories.make_blueprint(owner=ines, navigation="one_at_a_time")
    assignment = factories.make_assignment(
        blueprint=blueprint, instructor=ines, learners=(alice,), reveal="on_release"
    )
    questions = (
        factories.make_question(
            "What is an image?", key_points=POINTS, follow_ups=(SPEED, DATA, SIZE)
        ),
        factories.make_question("What is a layer?"),
    )
    return factories.make_sitting(assignment, alice, questions=questions)


def url(name, sitting):
    return reverse(f"interviews:{name}", args=[sitting.pk])


def say(client, sitting, text, *, item=1, depth=0, number=0, go="next"):
    data = {"item": item, "depth": depth, "number": number, "text": text, "go": go}
    return client.post(url("room", sitting), data, follow=True).content.decode()


def asked(sitting):
    rows = AskedFollowUp.objects.filter(item__sitting=sitting)
    return [(row.number, row.follow_up.prompt) for row in rows.order_by("item__position", "depth")]


def test_follow_up_digs_where_the_answer_was_thin(sitting, alice_client):
    page = say(alice_client, sitting, "Stages give a smaller image.")
    assert DATA["prompt"] in page
    assert "What you were asked and answered" in page
    assert asked(sitting) == [("1.1", DATA["prompt"])]


def test_follow_ups_come_in_their_author_s_order_when_nothing_is_missed(sitting, alice_client):
    said = "Named volumes keep data. Stages give a smaller image."
    assert SPEED["prompt"] in say(alice_client, sitting, said)


def test_after_two_follow_ups_comes_the_next_question(sitting, alice_client):
    say(alice_client, sitting, "Stages give a smaller image.")
    page = say(alice_client, sitting, "Volumes.", depth=1)
    assert asked(sitting)[1][0] == "1.2"
    page = say(alice_client, sitting, "Soon.", depth=2)
    assert "What is a layer?" in page
    assert len(asked(sitting)) == 2
    texts = Response.objects.filter(asked__item__sitting=sitting).order_by("asked__depth")
    assert [each.text for each in texts] == ["Volumes.", "Soon."]


def test_nobody_is_asked_on_about_an_answer_they_did_not_give(sitting, alice_client):
    assert "What is a layer?" in say(alice_client, sitting, "  ")
    assert asked(sitting) == []


def test_follow_ups_not_promised_are_not_asked(sitting, alice_client):
    sitting.assignment.has_follow_ups = False
    sitting.assignment.save()
    assert "What is a layer?" in say(alice_client, sitting, "Stages give a smaller image.")
    assert asked(sitting) == []


def test_second_click_asks_nothing_more_and_loses_nothing(sitting, alice_client):
    say(alice_client, sitting, "Stages give a smaller image.")
    page = say(alice_client, sitting, "Stages give a smaller image.")
    assert DATA["prompt"] in page
    assert len(asked(sitting)) == 1


def test_the_answer_is_locked_once_its_follow_up_is_asked(sitting, alice_client, now):
    say(alice_client, sitting, "Stages give a smaller image.")
    response = Response.objects.get(item__sitting=sitting, item__position=0)
    outcome = response.save_draft(text="Better", base_number=response.number, now=now)
    assert outcome == SaveOutcome.LATE
    response.refresh_from_db()
    assert response.text == "Stages give a smaller image."
    assert response.revisions.get().text == "Better"


def test_follow_up_is_autosaved_and_closed_by_the_clock(sitting, alice_client, clock, now):
    say(alice_client, sitting, "Stages give a smaller image.")
    data = {"item": 1, "depth": 1, "number": 0, "text": "In vol"}
    assert alice_client.post(url("save", sitting), data).json()["outcome"] == "saved"
    clock.move_to(now + timedelta(minutes=21))
    late = alice_client.post(url("save", sitting), {**data, "number": 1, "text": "In volumes"})
    assert (late.status_code, late.json()["outcome"]) == (409, "late")
    sitting.refresh_from_db()
    assert sitting.state == Sitting.State.SUBMITTED
    assert Response.objects.get(asked__item__sitting=sitting).text == "In vol"


def test_follow_up_that_was_not_asked_is_not_there(sitting, alice_client):
    data = {"item": 1, "depth": 1, "number": 0, "text": "Anything"}
    assert alice_client.post(url("save", sitting), data).status_code == 404
    assert alice_client.post(url("room", sitting), data).status_code == 404


def test_what_was_expected_is_not_in_the_room_nor_before_release(sitting, alice_client):
    page = say(alice_client, sitting, "Stages give a smaller image.")
    assert DATA["expect"][0] not in page
    say(alice_client, sitting, "Volumes.", depth=1)
    alice_client.post(url("submit", sitting))
    page = alice_client.get(url("result", sitting)).content.decode()
    assert "Volumes." in page
    assert DATA["expect"][0] not in page


def test_marker_sees_the_follow_ups_and_what_was_expected(sitting, alice_client, ines_client):
    say(alice_client, sitting, "Stages give a smaller image.")
    say(alice_client, sitting, "Volumes.", depth=1)
    alice_client.post(url("submit", sitting))
    page = ines_client.get(
        reverse("interviews:mark", args=[sitting.items.first().pk])
    ).content.decode()
    assert "1.1 And what of its data?" in page
    assert "Volumes." in page
    assert DATA["expect"][0] in page


def test_queries_of_the_result_do_not_grow_with_follow_ups(
    sitting, alice_client, django_assert_num_queries
):
    say(alice_client, sitting, "Stages give a smaller image.")
    alice_client.post(url("submit", sitting))
    alice_client.get(url("result", sitting))  # what is made once, is made
    with CaptureQueriesContext(connection) as one:
        alice_client.get(url("result", sitting))
    item = sitting.items.get(position=0)
    left = item.revision.follow_ups.exclude(pk__in=item.asked_follow_ups.values("follow_up"))
    for depth, follow_up in enumerate(left, start=2):
        item.ask(follow_up, depth=depth, now=sitting.started_at)
    assert item.asked_follow_ups.count() == 3
    with django_assert_num_queries(len(one)):
        alice_client.get(url("result", sitting))


def test_follow_ups_are_in_the_export_of_all_my_data(sitting, alice_client):
    say(alice_client, sitting, "Stages give a smaller image.")
    say(alice_client, sitting, "Volumes.", depth=1)
    alice_client.post(url("submit", sitting))
    exported = json.loads(b"".join(alice_client.post("/account/export/").streaming_content))
    follow_up = exported["sittings"][0]["items"][0]["follow_ups"][0]
    assert (follow_up["prompt"], follow_up["response"]["text"]) == (DATA["prompt"], "Volumes.")
