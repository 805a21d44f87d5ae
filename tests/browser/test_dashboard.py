"""The visitor's trial with and without script, and what a person sees first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from interviews.models import Goal
from practice.models import Card, Review, StudyDay
from questions.models import Topic
from tests.browser.test_practice import sign_in
from tests.factories import make_assignment, make_blueprint, make_card, make_question, make_review

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


def practised(user, number: int = 120) -> Card:
    """One card that is due today, with so many marked reviews, each with a forecast."""
    question = make_question("Which flags does `docker run` need?", key_points=POINTS)
    card = make_card(user, question, due_on=user.study_day(timezone.now()))
    keys = [str(point.pk) for point in question.current_revision.key_points.all()]
    for ago in range(number):
        said = "covered" if ago % 4 else "missed"
        make_review(
            card,
            rating=3 if ago % 4 else 1,
            points=dict(zip(keys, (said, "missed"), strict=True)),
            confidence=ago % 3 + 1,
            retrievability=0.6 + ago % 40 / 100,
            interval_before=ago,
            reviewed_at=timezone.now() - timedelta(days=ago),
            seconds=40,
        )
    return card


def test_a_day_is_named_and_its_best_half_hour_practised_by_keyboard(
    page, live_server, alice, question
):
    card = practised(alice)
    sign_in(page.context, live_server, alice)
    page.goto(live_server.url + reverse("dashboard:progress"))
    page.get_by_role("link", name="Readiness").press("Enter")
    day = alice.study_day(timezone.now()) + timedelta(days=9)
    page.get_by_label("The day of the interview").fill(day.isoformat())
    page.get_by_label("What is it?").fill("Interview at Acme")
    page.get_by_role("button", name="Show how ready I will be").press("Enter")
    expect(page.get_by_text("Tick at least one topic").first).to_be_visible()
    expect(page.get_by_label("What is it?")).to_have_value("Interview at Acme")
    page.get_by_role("checkbox", name="Docker").press("Space")
    page.get_by_role("button", name="Show how ready I will be").press("Enter")
    expect(page.get_by_role("heading", name="What to expect that day")).to_be_visible()
    expect(page.get_by_role("table").get_by_text("60 minutes")).to_be_visible()
    page.get_by_role("link", name="Practise exactly these").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert set(Card.objects.values_list("question", flat=True)) == {card.question_id, question.pk}


def test_a_day_is_removed_after_asking_once_more(page, live_server, alice, question):
    day = alice.study_day(timezone.now()) + timedelta(days=9)
    Goal.objects.create(user=alice, interview_on=day).topics.add(Topic.objects.get(path="docker"))
    sign_in(page.context, live_server, alice)
    page.goto(live_server.url + reverse("dashboard:readiness"))
    page.get_by_role("button", name="Remove this day").click()
    page.get_by_role("button", name="Cancel").click()
    assert Goal.objects.exists()
    page.get_by_role("button", name="Remove this day").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The day was removed.")).to_be_visible()


def test_readiness_needs_no_script(browser, live_server, alice, question):
    practised(alice, 20)
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, alice)
    page = context.new_page()
    page.goto(live_server.url + reverse("dashboard:readiness"))
    tomorrow = alice.study_day(timezone.now()) + timedelta(days=1)
    page.get_by_label("The day of the interview").fill(tomorrow.isoformat())
    page.get_by_role("button", name="Show how ready I will be").click()
    expect(page.get_by_text("Tick at least one topic").first).to_be_visible()
    page.get_by_role("checkbox", name="Docker").check()
    page.get_by_role("button", name="Show how ready I will be").click()
    expect(page.get_by_text("tomorrow.")).to_be_visible()
    page.get_by_role("button", name="Remove this day").click()
    expect(page.get_by_text("The day was removed.")).to_be_visible()


def test_readiness_and_what_was_foretold_have_no_violation(
    page, audit, live_server, alice, question
):
    practised(alice)
    make_blueprint(title="Incident drill")
    sign_in(page.context, live_server, alice)
    readiness, foretold = reverse("dashboard:readiness"), reverse("dashboard:calibration")
    assert audit(readiness) == []
    today = alice.study_day(timezone.now())
    for days in (-9, -2, 12):
        goal = Goal.objects.create(
            user=alice, interview_on=today + timedelta(days=days), title="Interview at Acme"
        )
        goal.topics.add(Topic.objects.get(path="docker"))
    assert audit(readiness) == []
    assert audit(foretold) == []
    assert audit(reverse("dashboard:today")) == []
    assert audit(reverse("dashboard:progress")) == []
    Review.objects.all().delete()
    assert audit(readiness) == []
    assert audit(foretold) == []
