"""When each answer was asked, begun and left; and the scorecard to take away."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from interviews.models import Response, Sitting
from tests import factories

SECOND = timedelta(seconds=1)
MODEL = "Several FROM lines in one Dockerfile."
FOLLOW_UP = {"prompt": "And what of its data?", "expect": ["Named volumes keep the data"]}


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def sitting(alice, ines, now, clock):
    """One question, with half a minute to think and a follow-up."""
    blueprint = factories.make_blueprint(
        owner=ines,
        count=1,
        minutes=None,
        navigation="one_at_a_time",
        think_seconds=30,
        answer_seconds=120,
        reveal="on_release",
    )
    factories.make_question("What is an image?", follow_ups=(FOLLOW_UP,))
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    return assignment.start(alice, now=now)


def url(name, sitting):
    return reverse(f"interviews:{name}", args=[sitting.pk])


def said(client, address):
    return " ".join(client.get(address).content.decode().split())


def save(client, sitting, text, *, number=0, written_ms="", sequence=1, depth=0):
    data = {
        **{"item": 1, "depth": depth, "number": number, "text": text},
        **{"writer": "tab", "sequence": sequence, "written_ms": written_ms},
    }
    return client.post(url("save", sitting), data).json()


def go_on(client, sitting, text, *, number, depth=0):
    data = {"item": 1, "depth": depth, "number": number, "text": text, "go": "next"}
    return client.post(url("room", sitting), data)


def sit(client, sitting, clock, now):
    """Thinks to the end, begins 4 seconds later, saves twice, is asked on, hands in."""
    clock.move_to(now + 36 * SECOND)
    save(client, sitting, "A", written_ms=2_000)
    clock.move_to(now + 50 * SECOND)
    save(client, sitting, "A template", number=1, sequence=2, written_ms=16_000)
    clock.move_to(now + 60 * SECOND)
    go_on(client, sitting, "A template", number=2)
    clock.move_to(now + 80 * SECOND)
    go_on(client, sitting, "Volumes", number=0, depth=1)
    clock.move_to(now + 90 * SECOND)
    client.post(url("submit", sitting))
    client.post(url("predict", sitting), {"predicted-1": "75"})


def test_result_tells_when_each_answer_was_begun_and_how_long_it_took(
    sitting, alice_client, clock, now
):
    sit(alice_client, sitting, clock, now)
    page = said(alice_client, url("result", sitting))
    assert "1: begun after 34 seconds, saved 2 times, last at 12:00:50" in page
    assert "1 minute in all, 30 seconds of it to think" in page
    assert "1.1: begun after 20 seconds, saved once, last at 12:01:20; 30 seconds in all" in page


def test_first_key_is_told_once_and_never_before_the_question(sitting, alice_client, clock, now):
    clock.move_to(now + 36 * SECOND)
    save(alice_client, sitting, "A", written_ms=2_000_000)
    save(alice_client, sitting, "AB", number=1, sequence=2, written_ms=1_000)
    assert Response.objects.get(item__sitting=sitting).first_key_at == now


def test_where_any_question_may_be_open_only_its_beginning_is_told(alice, alice_client, now):
    assignment = factories.make_assignment(instructor=alice, learners=(alice,))
    sitting = factories.make_sitting(
        assignment, alice, questions=(factories.make_question(), factories.make_question())
    )
    later = now + 70 * SECOND
    sitting.items.first().response.save_draft(text="A", base_number=0, now=later)
    sitting.submit(now=now + 90 * SECOND)
    page = said(alice_client, url("result", sitting))
    assert "begun 1 minute 10 seconds into the interview, saved once" in page
    assert "in all" not in page


def test_scorecard_hides_what_the_page_hides(sitting, alice_client, clock, now):
    sit(alice_client, sitting, clock, now)
    answer = alice_client.get(url("scorecard", sitting))
    card = answer.content.decode()
    assert answer["Content-Disposition"] == 'attachment; filename="interview-2026-11-23.md"'
    assert answer["Content-Type"].startswith("text/markdown")
    assert "## 1. What is an image?" in card
    assert "> A template" in card
    assert "### 1.1 And what of its data?" in card
    assert "> Volumes" in card
    assert "Time for 1: 1 minute" in card
    assert "Expected: 75 %" in card
    for hidden in (MODEL, "Smaller image", FOLLOW_UP["expect"][0], "points"):
        assert hidden not in card


def test_scorecard_says_all_once_it_is_released(sitting, alice_client, ines, clock, now):
    sit(alice_client, sitting, clock, now)
    item = sitting.items.get()
    points = dict(zip(item.judged, ("covered", "missed"), strict=True))
    item.mark(points=points, comment="Neat.", base_number=0, marker=ines, now=now)
    Sitting.objects.get().release(actor=ines, now=now)
    card = alice_client.get(url("scorecard", sitting)).content.decode()
    assert "**75 %: 7.5 of 10 points**" in card
    assert "You expected 75 %; it was 75 %." in card
    assert MODEL in card
    assert f"- {FOLLOW_UP['expect'][0]}" in card
    assert "**Covered**" in card
    assert "**Missed**" in card
    assert "Neat." in card


def test_scorecard_of_an_own_mock_lists_the_key_points(alice, alice_client, now):
    assignment = factories.make_assignment(instructor=alice, learners=(alice,))
    sitting = factories.make_sitting(
        assignment, alice, questions=(factories.make_question(),), answers=("",)
    )
    sitting.submit(now=now)
    card = alice_client.get(url("scorecard", sitting)).content.decode()
    assert "> Nothing was written." in card
    assert "- Smaller image" in card


def test_scorecard_is_for_the_learner_and_after_the_end(
    sitting, alice_client, bob_client, ines_client
):
    assert alice_client.get(url("scorecard", sitting)).status_code == 302
    for client in (bob_client, ines_client):
        assert client.get(url("scorecard", sitting)).status_code == 404


def test_what_to_practise_names_the_points_that_were_missed(alice, alice_client, now):
    assignment = factories.make_assignment(instructor=alice, learners=(alice,))
    sitting = factories.make_sitting(assignment, alice, questions=(factories.make_question(),))
    sitting.submit(now=now)
    item = sitting.items.get()
    names = [f"point-{item.pk}-{key}" for key in item.judged]
    data = dict(zip(names, ("covered", "missed"), strict=True))
    alice_client.post(url("self_mark", sitting), data)
    practise = said(alice_client, url("result", sitting)).partition("What to practise next")[2]
    missed, covered = list(item.judged.values())[1], list(item.judged.values())[0]
    assert missed in practise
    assert covered not in practise
    assert f'href="#question-{item.number}"' in practise
