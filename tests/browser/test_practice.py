"""Practising by keyboard alone, and without any script."""

from __future__ import annotations

from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from practice.judging import Mark, rating_while_undecided
from practice.models import Card, Review
from tests.factories import make_choice_question, make_question

SESSION = "/practice/session/"
POINTS = (
    ("Named volumes outlive containers", 3),
    ("Bind mounts share one host folder with containers", 2),
    ("Temporary mounts stay in memory", 1),
)
SAID, PERHAPS = "Named volumes outlive containers.", "Bind mounts share one thing."

pytestmark = pytest.mark.usefixtures("plain_engine")


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
    alices.keyboard.press("z")
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


STEPS = ("one", "two", "three", "four")


def grip_of(page, step: str):
    """The middle of the grip of this step, on the screen."""
    box = page.locator(".ordering li").filter(has_text=step).locator("[data-grip]").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def order_shown(page) -> list[str]:
    return [text.strip() for text in page.locator(".ordering li").all_inner_texts()]


def test_steps_are_dragged_into_order_by_mouse(alices, live_server):
    make_question(kind="ordering", steps=STEPS)
    alices.goto(live_server.url + SESSION)
    alices.locator("[data-grip]").first.wait_for()
    for place, step in enumerate(STEPS):
        target = grip_of(alices, order_shown(alices)[place])
        alices.mouse.move(*grip_of(alices, step))
        alices.mouse.down()
        alices.mouse.move(*target, steps=5)
        alices.mouse.up()
    expect(alices.locator(".ordering li")).to_have_text(list(STEPS))
    expect(alices.locator("[data-announcements]")).to_have_text("Now step 4 of 4")
    alices.keyboard.press("Control+Enter")
    expect(alices.get_by_text("Right.", exact=True)).to_be_visible()
    alices.keyboard.press("g")
    expect(alices.locator("#session h1")).to_have_text("Done for now")
    review = Review.objects.get()
    texts = dict(review.revision.answers.values_list("pk", "text"))
    assert [texts[pk] for pk in review.choice] == list(STEPS)


def test_drag_let_go_by_escape_changes_nothing(alices, live_server):
    make_question(kind="ordering", steps=STEPS)
    alices.goto(live_server.url + SESSION)
    alices.locator("[data-grip]").first.wait_for()
    shown = order_shown(alices)
    alices.mouse.move(*grip_of(alices, shown[0]))
    alices.mouse.down()
    alices.mouse.move(*grip_of(alices, shown[3]), steps=5)
    assert order_shown(alices) != shown
    alices.keyboard.press("Escape")
    assert order_shown(alices) == shown
    alices.mouse.up()
    assert order_shown(alices) == shown


def test_step_is_dragged_by_finger(browser, live_server, alice):
    make_question(kind="ordering", steps=STEPS)
    phone = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    sign_in(phone, live_server, alice)
    page = phone.new_page()
    page.goto(live_server.url + SESSION)
    page.locator("[data-grip]").first.wait_for()
    shown = order_shown(page)
    (x, y), (_x, end) = grip_of(page, shown[0]), grip_of(page, shown[2])
    touch = phone.new_cdp_session(page)

    def send(kind: str, *points: float) -> None:
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": at} for at in points]},
        )

    send("touchStart", y)
    for part in range(1, 9):
        send("touchMove", y + (end - y) * part / 8)
    send("touchEnd")
    expect(page.locator(".ordering li")).to_have_text([shown[1], shown[2], shown[0], shown[3]])
    assert page.evaluate("scrollY") == 0
    phone.close()


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
    assert (review.answer, review.hints_used, len(review.points)) == ("Several FROM lines", 1, 2)
    context.close()


def test_points_are_marked_already_and_the_grade_follows_each_change(alices, live_server):
    make_question(key_points=POINTS)
    alices.goto(live_server.url + SESSION)
    alices.keyboard.press("t")
    alices.keyboard.type(f"{SAID} {PERHAPS}")
    alices.keyboard.press("Control+Enter")
    points = alices.locator(".key-point")
    expect(points.nth(0).get_by_label("Covered")).to_be_checked()
    expect(points.nth(1).locator("input:checked")).to_have_count(0)
    expect(points.nth(2).get_by_label("Missed")).to_be_checked()
    expect(alices.get_by_text("1 point is not decided")).to_be_visible()
    expect(alices.locator(".grade-suggested")).to_have_count(0)
    alices.keyboard.press("2")
    expect(points.nth(1).get_by_label("Covered")).to_be_checked()
    expect(alices.get_by_text("1 point is not decided")).to_be_hidden()
    expect(alices.locator(".grade-suggested")).to_have_attribute("value", "3")
    for key, rating in (("1", "2"), ("1", "1"), ("1", "3"), ("3", "4")):
        alices.keyboard.press(key)
        expect(alices.locator(".grade-suggested")).to_have_attribute("value", rating)
    alices.keyboard.press("Enter")
    expect(alices.locator("#session h1")).to_have_text("Done for now")
    review = Review.objects.get()
    assert review.rating == 4
    assert list(review.points.values()) == ["covered"] * 3
    assert sorted(review.points_by.values()) == ["engine", "learner", "learner"]


def test_point_and_its_sentence_light_up_together(alices, live_server):
    make_question(key_points=POINTS)
    alices.goto(live_server.url + SESSION)
    alices.get_by_label("Your answer").fill(f"{SAID} {PERHAPS}")
    alices.get_by_role("button", name="Check").click()
    sentences, points = alices.locator(".typed mark"), alices.locator(".key-point")
    sentences.nth(1).hover()
    expect(points.nth(1)).to_have_class("key-point lit")
    points.nth(0).hover()
    expect(points.nth(1)).to_have_class("key-point")
    expect(sentences.nth(0)).to_have_class("found found-covered lit")
    points.nth(1).get_by_label("Partly").focus()
    expect(sentences.nth(1)).to_have_class("found found-not-sure lit")


def test_answer_is_judged_on_a_phone_by_taps(browser, live_server, alice):
    make_question(key_points=POINTS)
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    sign_in(phone, live_server, alice)
    page = phone.new_page()
    page.goto(live_server.url + SESSION)
    page.get_by_label("Your answer").fill(f"{SAID} {PERHAPS}")
    page.get_by_role("button", name="Check").tap()
    point = page.locator(".key-point").nth(1)
    point.get_by_text("Covered", exact=True).tap()
    expect(page.locator(".typed mark").nth(1)).to_have_class("found found-not-sure lit")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".grade-suggested").tap()
    expect(page.locator("#session h1")).to_have_text("Done for now")
    assert Review.objects.get().rating == 3
    phone.close()


def test_findings_are_numbered_and_judged_without_script(browser, live_server, alice):
    make_question(key_points=POINTS)
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, alice)
    page = context.new_page()
    page.goto(live_server.url + SESSION)
    page.get_by_label("Your answer").fill(f"{SAID} {PERHAPS}")
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".typed mark")).to_have_text(
        [f"{SAID}1 (key point 1)", f"{PERHAPS}2? (perhaps key point 2)"]
    )
    page.locator(".key-point").nth(1).get_by_label("Covered").check()
    page.get_by_role("button", name="Propose a grade").click()
    expect(page.get_by_text("1 point is not decided")).to_be_hidden()
    page.locator(".grade-suggested").click()
    assert Review.objects.get().rating == 3
    context.close()


def test_follow_up_waits_beside_the_next_card(alices, live_server):
    follow_up = {"prompt": "And its data?", "expect": ["Named volumes keep the data"]}
    make_question("First?", slug="a", follow_ups=(follow_up,))
    make_question("Second?", slug="b")
    alices.goto(live_server.url + SESSION)
    alices.keyboard.press("Space")
    alices.locator(".grades").wait_for()
    alices.keyboard.press("g")
    expect(alices.locator("#session h1")).to_have_text("Second?")
    expect(alices.locator("#session h1")).to_be_focused()
    alices.keyboard.press("i")
    expect(alices.get_by_role("heading", level=1)).to_have_text("And its data?")
    alices.keyboard.press("t")
    alices.keyboard.type("Named volumes keep the data.")
    alices.keyboard.press("Control+Enter")
    expect(alices.get_by_text("Looks covered, because you wrote:")).to_be_visible()
    alices.keyboard.press("Enter")
    expect(alices.locator("#session h1")).to_have_text("Second?")
    assert Review.objects.count() == 1


def test_grade_pressed_the_moment_it_appears_stays_on_the_page(alices, live_server):
    make_question("First?", slug="a")
    make_question("Second?", slug="b")
    alices.goto(live_server.url + SESSION)
    alices.evaluate(
        """() => {
            window.isSamePage = true;
            new MutationObserver((_, observer) => {
                const grade = document.querySelector(".grades button");
                if (!grade) return;
                observer.disconnect();
                grade.click();
            }).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    alices.keyboard.press("Space")
    expect(alices.locator("#session h1")).to_have_text("Second?")
    expect(alices.locator("#session h1")).to_be_focused()
    assert alices.evaluate("window.isSamePage")


def test_outlined_grade_follows_the_same_rule_as_the_server(alices, live_server):
    make_question()
    alices.goto(live_server.url + SESSION)
    cases = [
        (list(zip(weights, marks, strict=True)), is_fast)
        for weights in ((3,), (1,), (3, 1), (2, 1), (3, 3, 2, 1))
        for marks in product([*Mark, None], repeat=len(weights))
        for is_fast in (True, False)
    ]
    points = [
        ([{"weight": weight, "mark": mark and mark.value} for weight, mark in case], is_fast)
        for case, is_fast in cases
    ]
    source = "async (cases) => { const { ratingWhileUndecided } = await import('/static/js/practice.js');"
    by_script = alices.evaluate(
        source + " return cases.map((each) => ratingWhileUndecided(...each)); }", points
    )
    by_server = [
        rating_while_undecided(case, seconds=30 if is_fast else 90, speak_seconds=60)
        for case, is_fast in cases
    ]
    assert by_script == by_server


@pytest.mark.parametrize("path", ["", "settings/", "cards/", "session/", "session/?topic=nowhere"])
def test_practice_pages_have_no_violation(alices, audit, alice, path):
    question = make_question(tags=("images",), hints=("Look",))
    Card.objects.add(alice, [question], now=question.created_at)
    assert audit(f"/practice/{path}") == []


def test_reveal_and_follow_up_have_no_violation(alices, live_server, browser):
    """Pages that only a form leads to, so they are looked at where they stand."""
    make_question(key_points=POINTS, follow_ups=({"prompt": "And?", "expect": ["Volumes"]},))
    page = browser.new_context(
        bypass_csp=True, storage_state=alices.context.storage_state()
    ).new_page()
    page.goto(live_server.url + SESSION)
    page.get_by_label("Your answer").fill(f"{SAID} {PERHAPS}")
    page.get_by_role("button", name="Check").click()
    page.locator(".grades").wait_for()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("g")
    page.get_by_text("An interviewer might now ask").wait_for()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("link", name="And?").click()
    page.get_by_label("Your answer").fill("Volumes.")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("What is expected").wait_for()
    assert Axe().run(page).response["violations"] == []
    page.context.close()
