"""Teaching by clicking: from the invite link to the learner who sees the marks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from interviews.models import Assignment, Sitting
from interviews.sweeping import sweep
from tests.browser.test_practice import sign_in
from tests.factories import (
    make_assignment,
    make_blueprint,
    make_cohort,
    make_question,
    make_sitting,
)

PASSWORD = "correct horse battery"


@pytest.fixture
def inness(page, live_server, ines):
    """Her browser."""
    sign_in(page.context, live_server, ines)
    return page


@pytest.fixture
def learners(browser, live_server):
    """A browser of somebody who has no account yet."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def make_cohort_by_hand(page, live_server) -> str:
    """Its invite link."""
    page.goto(live_server.url + reverse("interviews:teach"))
    page.get_by_role("link", name="Make a cohort").click()
    page.get_by_label("Name").fill("Autumn 2026")
    page.get_by_role("button", name="Make the cohort").click()
    return page.locator("#invite-url").inner_text()


def sign_up_and_join(page, link: str) -> None:
    page.goto(link)
    page.locator("main").get_by_role("link", name="Sign up").click()
    page.locator("[name=email]").fill("carol@example.org")
    page.locator("[name=name]").fill("Carol")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.get_by_role("button", name="Join").click()
    page.wait_for_url(lambda url: "/join/" not in url)


def build_blueprint(page) -> None:
    """One section from the pool, one with a question picked by hand."""
    page.get_by_role("link", name="Teach", exact=True).click()
    page.get_by_role("link", name="Blueprints").click()
    page.get_by_role("link", name="New blueprint").click()
    page.get_by_role("button", name="Add a section").click()
    second = page.locator("#section-1")
    second.get_by_text("Pick questions by hand").click()
    second.get_by_label("Words of the question").fill("volume")
    second.get_by_role("button", name="Search").click()
    second.get_by_role("button", name=re.compile("^Pick: ")).click()
    expect(second.locator(".ordering code")).to_have_text("docker volume")
    page.get_by_label("Title").first.fill("Docker screening")
    page.get_by_label("Marks and model answers when the instructor releases them").check()
    page.locator("#section-0").get_by_label("Questions", exact=True).fill("1")
    page.locator("#section-0").get_by_label("Tags").fill("images")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. This is what a learner might be asked.")).to_be_visible()


def assign(page) -> None:
    page.get_by_role("link", name="Assign", exact=True).click()
    page.get_by_label("Autumn 2026").check()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("Not started").last).to_be_visible()


def sit(page, live_server) -> None:
    page.goto(live_server.url)
    page.get_by_role("link", name="Docker screening").first.click()
    expect(page.get_by_text("20 minutes")).to_be_visible()
    page.get_by_role("button", name="Start now").click()
    page.get_by_label("Your answer").fill("One image from several stages")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_text("Question 2 of 2")).to_be_visible()
    page.get_by_label("Your answer").fill("It outlives the container")
    page.get_by_role("button", name="Save and hand in").click()
    page.locator("main form .button-primary").first.click()
    page.get_by_role("button", name="Skip this").click()
    expect(page.get_by_text("appear here when your instructor releases them")).to_be_visible()


def mark_by_keyboard(page, live_server) -> None:
    page.goto(live_server.url + reverse("interviews:teach"))
    page.get_by_role("link", name="Mark", exact=True).click()
    page.get_by_role("link", name="Mark Carol").click()
    page.get_by_role("link", name="Mark", exact=True).click()
    page.get_by_label("Comment").fill("Neat, see `docker history`")
    page.locator("h1").click()
    for key in ("1", "2", "2", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_text("1 of 2 marked")).to_be_visible()
    for key in ("1", "2", "Control+Enter"):
        page.keyboard.press(key)
    page.get_by_role("link", name="Release").click()
    page.get_by_role("button", name="Release to those chosen").click()
    expect(page.get_by_text("Released: 1 learner can see the marks.")).to_be_visible()


def test_from_the_invite_link_to_the_marks(inness, learners, live_server):
    make_question("What is an image?", tags=("images",), answer="The model answer.")
    make_question("What is a `docker volume`?", answer="The model answer.")
    link = make_cohort_by_hand(inness, live_server)
    sign_up_and_join(learners, link)
    build_blueprint(inness)
    assign(inness)
    sit(learners, live_server)
    hidden = learners.content()
    assert "The model answer." not in hidden
    assert "Several FROM lines" not in hidden
    mark_by_keyboard(inness, live_server)
    learners.reload()
    expect(learners.get_by_text("The model answer.").first).to_be_visible()
    expect(learners.get_by_text("Neat, see docker history")).to_be_visible()
    expect(learners.get_by_text(re.compile(r"/ 20|of 20 points"))).to_be_visible()
    assert Sitting.objects.get().state == Sitting.State.RELEASED


def test_each_sees_the_closing_time_on_their_own_clock(inness, browser, live_server, ines, alice):
    ines.time_zone, alice.time_zone = "America/New_York", "Asia/Tokyo"
    ines.save(update_fields=["time_zone"])
    alice.save(update_fields=["time_zone"])
    make_question("One?")
    make_cohort(instructor=ines, learners=(alice,))
    make_blueprint(owner=ines, count=1)
    inness.goto(live_server.url + reverse("interviews:assign"))
    expect(inness.get_by_text("America/New_York")).to_be_visible()
    inness.get_by_label("Blueprint").select_option(label="Docker screening")
    inness.get_by_label("Autumn cohort").check()
    inness.locator("[name=start_by]").fill("2099-01-10T18:00")
    inness.get_by_role("button", name="Assign", exact=True).click()
    expect(inness.get_by_text("10 Jan 2099, 18:00")).to_be_visible()
    context = browser.new_context()
    sign_in(context, live_server, alice)
    hers = context.new_page()
    hers.goto(live_server.url + reverse("interviews:start", args=[Assignment.objects.get().pk]))
    expect(hers.get_by_text("11 Jan 2099, 08:00")).to_be_visible()
    context.close()


def test_an_interview_left_alone_is_handed_in_and_can_be_marked(inness, live_server, ines, alice):
    assignment = make_assignment(instructor=ines, learners=(alice,))
    now = timezone.now()
    make_sitting(
        assignment,
        alice,
        questions=(make_question(),),
        answers=("A draft",),
        started_at=now - timedelta(minutes=30),
        deadline_at=now - timedelta(minutes=10),
    )
    page_url = live_server.url + reverse("interviews:assignment", args=[assignment.pk])
    inness.goto(page_url)
    expect(inness.locator("tbody").get_by_text("Time is up")).to_be_visible()
    sweep(now)
    inness.goto(page_url)
    inness.get_by_role("link", name="Mark Alice").click()
    expect(inness.locator("dd").get_by_text("by the timer")).to_be_visible()
    inness.get_by_role("link", name="Mark", exact=True).click()
    expect(inness.get_by_text("A draft")).to_be_visible()


def test_the_pages_for_teaching_have_no_violation(inness, audit, live_server, ines, alice, bob):
    now = timezone.now()
    question = make_question("Why `EXPOSE`?")
    cohort = make_cohort(instructor=ines, learners=(alice, bob))
    blueprint = make_blueprint(owner=ines, count=1)
    assignment = make_assignment(blueprint=blueprint, instructor=ines, cohorts=(cohort,))
    running = make_sitting(
        assignment,
        alice,
        questions=(question,),
        started_at=now,
        deadline_at=now + timedelta(minutes=20),
    )
    closed = make_sitting(
        assignment,
        bob,
        questions=(question,),
        answers=("Metadata",),
        state="submitted",
        submitted_at=now,
        closed_by="learner",
    )
    item = closed.items.get()
    paths = [
        reverse("interviews:teach"),
        reverse("interviews:blueprints"),
        reverse("interviews:blueprint", args=[blueprint.pk]),
        reverse("interviews:blueprint_edit", args=[blueprint.pk]),
        reverse("interviews:assign"),
        reverse("interviews:assignment", args=[assignment.pk]),
        reverse("interviews:assignment_edit", args=[assignment.pk]),
        reverse("interviews:extend", args=[assignment.pk, alice.pk]),
        reverse("interviews:marking", args=[running.pk]),
        reverse("interviews:marking", args=[closed.pk]),
        reverse("interviews:mark", args=[item.pk]) + "?by=question",
        reverse("interviews:reopen", args=[closed.pk]),
        reverse("interviews:void", args=[closed.pk]),
        reverse("accounts:cohorts"),
        reverse("accounts:cohort", args=[cohort.pk]),
    ]
    assert [finding for path in paths for finding in audit(path)] == []
    points = dict.fromkeys(item.judged, "covered")
    item.mark(points=points, base_number=0, marker=ines, now=now)
    assert audit(reverse("interviews:release", args=[assignment.pk])) == []
