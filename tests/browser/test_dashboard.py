"""The visitor's trial with and without script, and what a person sees first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from practice.models import StudyDay
from tests.browser.test_practice import sign_in
from tests.factories import make_assignment, make_card, make_question, make_review

POINTS = (("Named volumes outlive the container", 3), ("A bind mount is a host folder", 1))


@pytest.fixture
def question(db):
    return make_question("What survives docker rm?", key_points=POINTS)


def test_a_visitor_tries_a_question_by_keyboard(page, live_server, question):
    page.goto(live_server.url)
    page.get_by_label("Your answer").fill("The volume stays.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="What survives docker rm?")).to_be_focused()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You said 1 of 2 points.")).to_be_focused()
    page.get_by_role("link", name="Make an account and keep this").click()
    expect(page).to_have_url(live_server.url + reverse("account_signup"))


def test_the_trial_needs_no_script(browser, live_server, question):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url)
    page.get_by_role("button", name="Check my answer").click()
    page.get_by_label("Named volumes outlive the container").check()
    page.get_by_role("button", name="Count my points").click()
    expect(page.get_by_text("You said 1 of 2 points.")).to_be_visible()


def test_the_pages_have_no_violation(page, audit, live_server, alice, ines, question):
    today = alice.study_day(timezone.now())
    for ago in range(60):
        StudyDay.objects.create(
            user=alice,
            study_day=today - timedelta(days=ago),
            reviews=ago,
            due_reviews=ago,
            recalled=ago - ago // 9,
            seconds=60 * ago,
        )
    make_review(make_card(alice, question, due_on=today), points={"1": "covered"})
    make_assignment(instructor=ines, learners=(alice,), closes_at=timezone.now() + timedelta(3))
    sign_in(page.context, live_server, alice)
    assert audit(reverse("dashboard:today")) == []
    assert audit(reverse("dashboard:progress")) == []
