"""Practising by keyboard alone, and without any script."""

from __future__ import annotations

from itertools import product

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from practice.judging import Mark, proposed_rating
from practice.models import Card, Review
from tests.factories import make_choice_question, make_question

SESSION = "/practice/session/"


def sign_in(context, live_server, user) -> None:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "accounts.backends.RoleBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": store.session_key}
    context.add_cookies([{**cookie, "url": live_server.url}])


@pytest.fixture
def alices(page, live_server, alice):
    """Her browser."""
    sign_in(page.context, live_server, alice)
    return page


def test_session_goes_by_keyboard_alone(alices, live_server):
    make_question("First?", slug="a", key_points=(("Must", 3), ("Nice", 1)))
    make_question("Second?", slug="b")
    make_question("Third?", slug="c")
    heading = alices.locator("#session h1")
    alices.goto(live_server.url + SESSION)
    expect(heading).to_have_text("First?")
    alices.keyboard.press("t")
    alices.keyboard.type("a space and the letter g are only text here")
    alices.keyboard.press("Control+Enter")
    expect(alices.locator(".answer-model h2")).to_be_focused()
    for key in ("1", "2", "2"):
        alices.keyboard.press(key)
    expect(alices.locator(".grade-suggested")).to_have_attribute("value", "3")
    alices.keyboard.press("Enter")
    expect(heading).to_have_text("Second?")
    expect(heading).to_be_focused()
    alices.keyboard.press("b")
    expect(heading).to_have_text("Third?")
    alices.keyboard.press("Space")
    expect(alices.locator(".grades")).to_be_visible()
    alices.keyboard.press("z")
    expect(heading).to_have_text("First?")
    alices.keyboard.press("a")
    expect(heading).to_have_text("Third?")
    alices.keyboard.press("s")
    expect(heading).to_have_text("First?")
    alices.keyboard.press("Space")
    alices.locator(".grades").wait_for()
    alices.keyboard.press("g")
    expect(heading).to_have_text("Done for now")
    expect(alices.locator("[data-announcements]")).to_have_text("Done for now")
    kinds = [(each.kind, each.rating) for each in Review.objects.standing().order_by("reviewed_at")]
    assert kinds == [("learn", 1), ("relearn", 3)]


def test_choice_is_made_by_digits(alices, live_server):
    make_choice_question()
    alices.goto(live_server.url + SESSION)
    alices.keyboard.press("1")
    expect(alices.locator("input[type=radio]").first).to_be_checked()
    alices.keyboard.press("Control+Enter")
    alices.locator(".grade-suggested").wait_for()
    alices.keyboard.press("Enter")
    expect(alices.locator(".grades")).to_have_count(0)
    review = Review.objects.get()
    is_right = review.revision.answers.get(pk=review.choice[0]).is_correct
    assert (review.rating > 1) is is_right


def test_steps_move_by_their_buttons(alices, live_server):
    make_question(kind="ordering", steps=("one", "two", "three"))
    alices.goto(live_server.url + SESSION)
    steps = alices.locator(".ordering li")
    first = steps.first.inner_text()
    alices.locator("[data-move=down]").first.focus()
    alices.keyboard.press("Enter")
    expect(steps.nth(1)).to_have_text(first)
    alices.keyboard.press("Enter")
    expect(steps.nth(2)).to_have_text(first)


def test_session_works_without_script(browser, live_server, alice):
    make_question("Only one?", hints=("Think of layers",))
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, alice)
    page = context.new_page()
    page.goto(live_server.url + SESSION)
    page.get_by_role("button", name="Hint").click()
    expect(page.get_by_text("Think of layers")).to_be_visible()
    page.get_by_label("Your answer").fill("Several FROM lines")
    page.get_by_role("button", name="Check").click()
    page.get_by_label("Covered").first.check()
    page.get_by_role("button", name="Propose a grade").click()
    expect(page.locator(".grade-suggested")).to_have_count(1)
    page.get_by_role("button", name="Good").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done for now")
    review = Review.objects.get()
    assert (review.answer, review.hints_used, len(review.points)) == ("Several FROM lines", 1, 1)
    context.close()


def test_outlined_grade_follows_the_same_rule_as_the_server(alices, live_server):
    make_question()
    alices.goto(live_server.url + SESSION)
    cases = [
        (list(zip(weights, marks, strict=True)), is_fast)
        for weights in ((3,), (1,), (3, 1), (2, 1), (3, 3, 2, 1))
        for marks in product(Mark, repeat=len(weights))
        for is_fast in (True, False)
    ]
    points = [
        ([{"weight": weight, "mark": mark.value} for weight, mark in case], is_fast)
        for case, is_fast in cases
    ]
    source = "async (cases) => { const { proposedRating } = await import('/static/js/practice.js');"
    by_script = alices.evaluate(
        source + " return cases.map((each) => proposedRating(...each)); }", points
    )
    by_server = [
        proposed_rating(case, seconds=30 if is_fast else 90, speak_seconds=60)
        for case, is_fast in cases
    ]
    assert by_script == by_server


@pytest.mark.parametrize("path", ["", "settings/", "cards/", "session/", "session/?topic=nowhere"])
def test_practice_pages_have_no_violation(alices, audit, alice, path):
    question = make_question(tags=("images",), hints=("Look",))
    Card.objects.add(alice, [question], now=question.created_at)
    assert audit(f"/practice/{path}") == []
