"""Interviews with time for each question, in real Chromium: the page follows the interviewer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from interviews.models import Response, Sitting
from tests import factories
from tests.browser.test_practice import sign_in

SECOND = timedelta(seconds=1)
FOLLOW_UP = {"prompt": "And what of its data?", "expect": ["Named volumes keep the data"]}


@pytest.fixture
def assignment(alice, ines):
    blueprint = factories.make_blueprint(
        owner=ines,
        count=2,
        minutes=None,
        navigation="one_at_a_time",
        think_seconds=60,
        answer_seconds=120,
    )
    for prompt in ("What is an image?", "What is a layer?"):
        factories.make_question(prompt, follow_ups=(FOLLOW_UP,))
    return factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))


@pytest.fixture
def clock():
    """The server's clock stands still until it is moved; the browser's goes on."""
    with time_machine.travel(timezone.now(), tick=False) as travelling:
        yield travelling


@pytest.fixture
def open_room(page, live_server, assignment, alice, clock):
    """Begun so long ago."""
    sign_in(page.context, live_server, alice)

    def opened(*, begun: timedelta) -> Sitting:
        sitting = assignment.start(alice, now=timezone.now() - begun)
        page.goto(live_server.url + reverse("interviews:room", args=[sitting.pk]))
        return sitting

    return opened


def test_answer_box_comes_by_itself_when_the_thinking_ends(page, open_room, clock):
    open_room(begun=59 * SECOND)
    expect(page.get_by_text("Time to think until")).to_be_visible()
    expect(page.get_by_label("Your answer")).to_have_count(0)
    clock.shift(SECOND)
    expect(page.get_by_label("Your answer")).to_be_visible()
    expect(page.locator("[data-clock-face]")).to_have_text(re.compile(r"0[12]:\d\d"))


def test_answering_begins_with_one_key(page, open_room):
    open_room(begun=0 * SECOND)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Your answer")).to_be_focused()
    page.keyboard.type("A template.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name=FOLLOW_UP["prompt"])).to_be_visible()


def test_what_stands_there_at_the_end_is_saved_and_asked_on(page, open_room, clock):
    sitting = open_room(begun=179 * SECOND)
    page.get_by_label("Your answer").fill("A template.")
    clock.shift(SECOND)
    expect(page.get_by_role("heading", name=FOLLOW_UP["prompt"])).to_be_visible()
    response = Response.objects.get(item__sitting=sitting, item__position=0)
    assert response.text == "A template."


def test_without_scripts_thinking_and_answering_go_on_by_buttons(
    browser, live_server, assignment, alice
):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, alice)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(live_server.url + reverse("interviews:start", args=[assignment.pk]))
    page.get_by_role("button", name="Start now").click()
    expect(page.get_by_text(re.compile(r"until \d\d:\d\d:\d\d")).first).to_be_visible()
    page.get_by_role("button", name="Answer now").click()
    page.get_by_label("Your answer").fill("A template.")
    page.get_by_role("button", name="Answer and go on").click()
    expect(page.get_by_role("heading", name=FOLLOW_UP["prompt"])).to_be_visible()
    context.close()


def test_room_with_think_time_passes_the_audit(page, open_room, audit):
    sitting = open_room(begun=0 * SECOND)
    assert audit(reverse("interviews:room", args=[sitting.pk])) == []


def test_prediction_and_what_came_of_it_pass_the_audit(page, live_server, audit, alice, now):
    sign_in(page.context, live_server, alice)
    assignment = factories.make_assignment(instructor=alice, learners=(alice,))
    questions = (factories.make_choice_question(), factories.make_choice_question())
    sitting = factories.make_sitting(assignment, alice, questions=questions, predicted_at=None)
    sitting.submit(now=now)
    assert audit(reverse("interviews:predict", args=[sitting.pk])) == []
    sitting.predict({0: 75, 1: 0}, now=now)
    page.goto(live_server.url + reverse("interviews:result", args=[sitting.pk]))
    expect(page.get_by_role("heading", name="What you expected")).to_be_visible()
    assert audit(reverse("interviews:result", args=[sitting.pk])) == []
