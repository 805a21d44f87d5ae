"""Whole sessions over every kind of question: by keyboard alone, by thumb, and without script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from practice.models import Card, Note, Review
from questions.models import Report
from tests.browser.test_practice import sign_in
from tests.factories import make_card, make_question

SESSION = "/practice/session/"
OPTIONS = (("A named volume", True), ("The writable layer", False), ("A bind mount", True))
STEPS = ("FROM", "COPY", "RUN")
# A finger needs this much, in CSS pixels; rounding aside.
TARGET = 44

pytestmark = pytest.mark.usefixtures("plain_engine")


@pytest.fixture
def alices(page: Page, live_server, alice):
    """Her browser."""
    sign_in(page.context, live_server, alice)
    return page


@pytest.fixture
def one_of_each(db):
    """A question of each kind, in this order."""
    make_question(
        "Open?",
        slug="a",
        hints=("Think of layers", "And of caches"),
        misconceptions=("An image is a machine",),
    )
    make_question("Single?", slug="b", kind="single", options=OPTIONS[:2])
    make_question("Multiple?", slug="c", kind="multiple", options=OPTIONS)
    truth = (("True", True), ("False", False))
    make_question("Boolean?", slug="d", kind="boolean", options=truth)
    make_question("Ordering?", slug="e", kind="ordering", steps=STEPS)
    make_question("Output?", slug="f", kind="output", expected_output="1\n2")


def heading(page: Page):
    return page.locator("#session h1")


def right_keys(page: Page) -> list[str]:
    """The digits of the options that are right."""
    right = {text for text, is_correct in (*OPTIONS, ("True", True)) if is_correct}
    choices = page.locator(".choice")
    texts = [choices.nth(index).inner_text().split("\n")[0] for index in range(choices.count())]
    return [str(key) for key, text in enumerate(texts, 1) if re.sub(r"\s*\d$", "", text) in right]


def keys_of(page: Page) -> Callable[[str], None]:
    """Presses a key on whichever page stands there by then."""
    return lambda key: page.keyboard.press(key)


def tab_to(page: Page, selector: str) -> None:
    for _time in range(60):
        if page.evaluate("(it) => document.activeElement.matches(it)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")


def put_in_order(page: Page, press: Callable[[str], None]) -> None:
    """Move steps up until they are in their order; `press` is given the selector of a button."""
    steps = page.locator(".ordering li")
    expect(steps).to_have_count(len(STEPS))
    shown = [text.strip() for text in steps.all_inner_texts()]
    for place, step in enumerate(STEPS):
        while (at := shown.index(step)) > place:
            press(f".ordering li:nth-child({at + 1}) [value^=up]")
            shown.insert(at - 1, shown.pop(at))
            expect(steps).to_contain_text(shown)  # a slow server shows the old order for a while


def test_whole_session_by_keyboard_alone(alices, live_server, one_of_each):
    press, insert = keys_of(alices), alices.keyboard.type
    alices.goto(live_server.url + SESSION)
    expect(heading(alices)).to_have_text("Open?")
    press("h")
    expect(alices.locator(":focus")).to_contain_text("Think of layers")
    press("t")
    insert("Several FROM lines.")
    press("Tab")
    press("Space")
    press("Control+Enter")
    expect(alices.get_by_text("An image is a machine")).to_be_visible()
    press("2")
    press("2")
    expect(alices.locator(".key-point").nth(1).get_by_label("Partly")).to_be_checked()
    press("Enter")

    expect(heading(alices)).to_have_text("Single?")
    expect(heading(alices)).to_be_focused()
    for key in right_keys(alices):
        press(key)
    press("Control+Enter")
    expect(alices.locator(":focus")).to_have_text("Right.")
    press("g")

    expect(heading(alices)).to_have_text("Multiple?")
    for key in right_keys(alices):
        press(key)
    press("Control+Enter")
    expect(alices.locator(":focus")).to_have_text("Right.")
    press("Enter")

    expect(heading(alices)).to_have_text("Boolean?")
    press("2")
    press("Control+Enter")
    expect(alices.locator(":focus")).to_have_text("Not right yet.")
    press("Enter")

    expect(heading(alices)).to_have_text("Ordering?")
    expect(heading(alices)).to_be_focused()

    def press_by_keyboard(button: str) -> None:
        tab_to(alices, button)
        press("Enter")

    put_in_order(alices, press_by_keyboard)
    press("Control+Enter")
    expect(alices.locator(":focus")).to_have_text("Right.")
    press("e")

    expect(heading(alices)).to_have_text("Output?")
    press("t")
    insert("1\n2")
    press("Control+Enter")
    expect(alices.locator(":focus")).to_have_text("Right.")
    press("h")

    expect(heading(alices)).to_have_text("Boolean?")
    expect(alices.locator("p.number")).to_have_text("1 left, 1 of them once more")
    press("1")
    press("Control+Enter")
    expect(alices.locator(":focus")).to_have_text("Right.")
    press("g")

    expect(heading(alices)).to_have_text("Done for now")
    expect(heading(alices)).to_be_focused()
    expect(alices.get_by_role("heading", name="What moved, and when it comes back")).to_be_visible()
    expect(alices.get_by_text(re.compile(r"cards? comes? back tomorrow"))).to_be_visible()
    log = Review.objects.order_by("reviewed_at").select_related("revision")
    assert [(each.revision.prompt, each.rating, each.kind) for each in log] == [
        ("Open?", 3, "learn"),
        ("Single?", 3, "learn"),
        ("Multiple?", log[2].rating, "learn"),
        ("Boolean?", 1, "learn"),
        ("Ordering?", 4, "learn"),
        ("Output?", 2, "learn"),
        ("Boolean?", 3, "relearn"),
    ]
    assert log[2].is_recalled
    assert (log[0].hints_used, log[0].confidence, log[0].answer) == (1, 1, "Several FROM lines.")


def test_report_that_opened_in_a_session_is_not_left_unasked(alices, live_server):
    make_question("First?", slug="a")
    asked: list[str] = []
    alices.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    press = keys_of(alices)
    alices.goto(live_server.url + SESSION)
    press("Space")
    alices.locator(".grades").wait_for()
    press("f")
    alices.locator("#report textarea").fill("The second point is wrong.")
    alices.get_by_role("link", name="Open in the bank").click(no_wait_after=True)
    expect(alices.locator("#report textarea")).to_have_value("The second point is wrong.")
    assert asked == ["beforeunload"]
    alices.locator("#report button").click()
    expect(alices.get_by_text("An editor will look at it")).to_be_focused()
    alices.get_by_role("link", name="Open in the bank").click()
    expect(alices).to_have_url(f"{live_server.url}/bank/question/a/")
    assert asked == ["beforeunload"]


def test_note_report_and_list_of_keys_by_keyboard(alices, live_server):
    make_question("First?", slug="a")
    press = keys_of(alices)
    alices.goto(live_server.url + SESSION)
    press("?")
    dialog = alices.get_by_role("dialog")
    expect(dialog).to_contain_text("Check")
    expect(dialog).to_contain_text("Put away until tomorrow")
    press("Escape")
    press("Space")
    alices.locator(".grades").wait_for()
    press("?")
    for words in ("Again", "Hard", "Good", "Easy", "Note", "Report a problem", "Suspend"):
        expect(dialog).to_contain_text(words)
    press("Escape")

    press("n")
    expect(alices.get_by_label("Your note")).to_be_focused()
    alices.keyboard.type("a g h are only text here")
    press("Control+Enter")
    expect(alices.locator(":focus")).to_have_text("Note kept.")
    expect(alices.locator(".own-note")).to_contain_text("a g h are only text here")
    assert Note.objects.get().text == "a g h are only text here"

    press("f")
    expect(alices.get_by_role("heading", name="Report a problem")).to_be_focused()
    tab_to(alices, "textarea[name=text]:not([hidden])")
    alices.keyboard.type("The second point is wrong.")
    tab_to(alices, "#report button")
    press("Enter")
    expect(alices.get_by_text("An editor will look at it")).to_be_focused()
    assert Report.objects.get().text == "The second point is wrong."
    press("g")
    expect(heading(alices)).to_have_text("Done for now")
    assert Review.objects.get().rating == 3


def test_card_that_does_not_stick_is_told_to_the_editors_on_the_spot(alices, live_server, alice):
    due_on = alice.study_day(timezone.now())
    make_card(alice, make_question("First?"), due_on=due_on, is_leech=True, lapse_count=5)
    alices.goto(live_server.url + SESSION)
    alices.keyboard.press("Space")
    alices.get_by_role("link", name="Tell the editors").click()
    expect(alices.get_by_role("heading", name="Report a problem")).to_be_focused()
    expect(alices).to_have_url(live_server.url + SESSION)
    expect(alices.locator(".grades")).to_be_visible()


def test_undo_after_the_last_card_also_on_another_device(alices, browser, live_server, alice):
    make_question("First?", slug="a")
    make_question("Second?", slug="b")
    alices.goto(live_server.url + SESSION)
    for prompt in ("First?", "Second?"):
        expect(heading(alices)).to_have_text(prompt)
        alices.keyboard.press("t")
        alices.keyboard.type(f"My answer to {prompt}")
        alices.keyboard.press("Control+Enter")
        alices.locator(".grades").wait_for()
        alices.keyboard.press("g")
    expect(heading(alices)).to_have_text("Done for now")
    alices.keyboard.press("z")
    expect(heading(alices)).to_have_text("Second?")
    expect(alices.locator(".answer-yours")).to_contain_text("My answer to Second?")
    assert Review.objects.standing().count() == 1

    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    sign_in(phone, live_server, alice)
    page = phone.new_page()
    page.goto(live_server.url + SESSION)
    expect(heading(page)).to_have_text("Second?")
    page.get_by_role("button", name="Undo").tap()
    expect(heading(page)).to_have_text("First?")
    expect(page.locator(".answer-yours")).to_contain_text("My answer to First?")
    assert not Review.objects.standing().exists()
    page.get_by_role("button", name="Hard").tap()
    expect(heading(page)).to_have_text("Second?")
    assert Review.objects.standing().get().rating == 2
    phone.close()


def test_double_tap_judges_one_card_once(browser, live_server, alice):
    make_question("First?", slug="a")
    make_question("Second?", slug="b")
    phone = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    sign_in(phone, live_server, alice)
    page = phone.new_page()
    page.goto(live_server.url + SESSION)
    page.get_by_role("button", name="Check").tap()
    box = page.get_by_role("button", name="Good").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.touchscreen.tap(x, y)
    page.touchscreen.tap(x, y)
    expect(heading(page)).to_have_text("Second?")
    page.wait_for_load_state("networkidle")
    expect(heading(page)).to_have_text("Second?")
    expect(page.locator(".grades")).to_have_count(0)
    assert Review.objects.count() == 1
    assert Card.objects.get(question__slug="b").review_count == 0
    phone.close()


def small_targets(page: Page) -> list[str]:
    """What a thumb would have to hit that is less than 44 px high; links within text aside."""
    return page.evaluate(
        """(least) => [...document.querySelectorAll("button, a.button, summary, .segment, .choice, select")]
            .filter((each) => each.checkVisibility() && !each.closest(".visually-hidden"))
            .filter((each) => each.getBoundingClientRect().height < least - 0.5)
            .map((each) => each.outerHTML.slice(0, 120))""",
        TARGET,
    )


def fits_a_thumb(page: Page) -> None:
    assert small_targets(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_whole_session_on_a_phone_by_thumb(browser, live_server, alice, one_of_each):
    phone = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    sign_in(phone, live_server, alice)
    page = phone.new_page()
    page.goto(live_server.url + SESSION)

    def check_and_judge(grade: str) -> None:
        fits_a_thumb(page)
        page.get_by_role("button", name="Check").tap()
        button = page.get_by_role("button", name=grade)
        expect(button).to_be_in_viewport()
        fits_a_thumb(page)
        button.tap()

    expect(heading(page)).to_have_text("Open?")
    page.get_by_role("button", name="Hint").tap()
    page.get_by_role("button", name="Another hint").tap()
    expect(page.get_by_text("And of caches")).to_be_visible()
    page.get_by_text("Fairly sure").tap()
    page.get_by_label("Your answer").fill("Several FROM lines.")
    check_and_judge("Good")

    for prompt in ("Single?", "Multiple?", "Boolean?"):
        expect(heading(page)).to_have_text(prompt)
        for key in right_keys(page):
            page.locator(".choice").nth(int(key) - 1).tap()
        check_and_judge("Good")

    expect(heading(page)).to_have_text("Ordering?")
    put_in_order(page, lambda button: page.locator(button).tap())
    check_and_judge("Good")

    expect(heading(page)).to_have_text("Output?")
    page.get_by_label("Your answer").fill("1\n2")
    check_and_judge("Easy")

    expect(heading(page)).to_have_text("Done for now")
    fits_a_thumb(page)
    log = Review.objects.order_by("reviewed_at")
    assert [each.rating for each in log] == [3, 3, 3, 3, 3, 4]
    assert (log[0].hints_used, log[0].confidence) == (2, 2)
    phone.close()


def test_whole_session_without_script(browser, live_server, alice, one_of_each):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, alice)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(live_server.url + SESSION)

    def check_and_judge(grade: str) -> None:
        page.get_by_role("button", name="Check").click()
        page.get_by_role("button", name=grade).click()

    expect(heading(page)).to_have_text("Open?")
    page.get_by_label("Your answer").fill("Several FROM lines.")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("Write a note").click()
    page.get_by_label("Your note").fill("Stages")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.get_by_text("Note kept.")).to_be_visible()
    expect(page.locator(".answer-yours")).to_contain_text("Several FROM lines.")
    page.get_by_role("button", name="Good").click()

    for prompt in ("Single?", "Multiple?", "Boolean?"):
        expect(heading(page)).to_have_text(prompt)
        expect(page.get_by_role("button", name="Check")).to_be_visible()  # it comes after them
        for box in page.locator(".choice input").all():
            label = box.locator("xpath=..").inner_text()
            if any(text in label and is_correct for text, is_correct in (*OPTIONS, ("True", True))):
                box.check()
        page.get_by_role("button", name="Check").click()
        expect(page.get_by_text("Right.", exact=True)).to_be_visible()
        page.get_by_role("button", name="Good").click()

    expect(heading(page)).to_have_text("Ordering?")
    expect(page.locator("[data-grip]").first).to_be_hidden()
    put_in_order(page, lambda button: page.locator(button).click())
    check_and_judge("Good")

    expect(heading(page)).to_have_text("Output?")
    page.get_by_label("Your answer").fill("1\n2")
    check_and_judge("Good")

    expect(heading(page)).to_have_text("Done for now")
    assert Review.objects.standing().count() == 6
    page.get_by_role("button", name="Undo").click()
    expect(heading(page)).to_have_text("Output?")
    expect(page.get_by_text("Undone. Judge it again.")).to_be_visible()
    page.get_by_role("button", name="Hard").click()
    expect(heading(page)).to_have_text("Done for now")
    newest = Review.objects.standing().newest_first().first()
    assert (newest.rating, newest.answer) == (2, "1\n2")
    context.close()


def test_quick_quiz_by_keyboard_from_start_to_score(alices, live_server, one_of_each):
    press = keys_of(alices)
    alices.goto(live_server.url + "/practice/")
    tab_to(alices, "a[href$='quiz=1']")
    press("Enter")
    expect(alices.get_by_role("heading", name="Quick quiz")).to_be_visible()
    tab_to(alices, "main form button")
    press("Enter")
    for _number in range(5):
        before = heading(alices).inner_text()
        press("Space")
        alices.locator(".grades").wait_for()
        press("g" if before == "Output?" else "a")
        expect(heading(alices)).not_to_have_text(before)
    expect(heading(alices)).to_have_text("1 of 5")
    expect(alices.get_by_text("You knew 20 % of this quiz.")).to_be_visible()
    assert set(Review.objects.values_list("kind", flat=True)) == {"cram"}
    assert not Card.objects.exclude(due_on=None).exists()


def test_visitor_answers_and_finds_it_in_the_new_account(page, live_server):
    question = make_question("What is a layer?")
    page.goto(live_server.url)
    page.get_by_label("Your answer").fill("Several FROM lines.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Model answer")).to_be_visible()
    page.get_by_role("button", name=re.compile("Count")).click()
    page.get_by_role("link", name="Make an account and keep this").click()
    page.get_by_label("E-mail", exact=False).fill("carol@example.org")
    page.get_by_label("Your name").fill("Carol")
    page.get_by_label("Password", exact=True).fill("a-good-long-phrase")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("link", name="Progress", exact=True)).to_be_attached()
    page.goto(live_server.url + "/practice/history/")
    expect(page.get_by_role("link", name="What is a layer?")).to_be_visible()
    review = Review.objects.get()
    assert review.user == User.objects.get(email="carol@example.org")
    assert (review.card.question, review.answer) == (question, "Several FROM lines.")
    page.keyboard.press("z")
    expect(page.get_by_text("Undone: “What is a layer?”")).to_be_visible()
    assert not Review.objects.standing().exists()


@pytest.mark.parametrize("path", ["history/", "round/?quiz=1", "session/?card={card}"])
def test_more_pages_of_practice_have_no_violation(alices, audit, alice, path):
    question = make_question(kind="ordering", steps=STEPS, tags=("images",))
    Card.objects.add(alice, [question], now=question.created_at)
    card = Card.objects.get()
    card.keep_note("Diffs", now=question.created_at)
    assert audit(f"/practice/{path.format(card=card.pk)}") == []
