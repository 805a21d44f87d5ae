"""The worklist of overruled points, by keyboard and by eye."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from questions.models import AcceptPhrase, Overrule
from tests.browser.test_practice import sign_in
from tests.factories import make_overrule, make_question, make_user

PATH = "/bank/phrasings/"


@pytest.fixture
def editing(page: Page, live_server) -> Page:
    sign_in(page.context, live_server, make_user(is_editor=True))
    return page


def make_work() -> Overrule:
    question = make_question("What happens to a container's data when it is removed?")
    make_overrule(question, said="missed", status="covered", excerpt="Data does not stay.")
    make_overrule(question, excerpt="I think it is just one `FROM` after another. " * 5)
    return make_overrule(question, excerpt="Well, one stage after the other, I guess")


def test_words_are_mended_accepted_and_taken_back_by_keyboard(editing: Page, live_server):
    overrule = make_work()
    editing.goto(f"{live_server.url}{PATH}")
    words = editing.locator(f"#phrasing-{overrule.pk}-text")
    words.fill("one stage after the other")
    words.press("Tab")
    editing.keyboard.press("Enter")
    expect(editing.get_by_role("status").filter(has_text="You accepted:")).to_be_focused()
    expect(editing.locator(".callout").get_by_text("one stage after the other")).to_be_visible()
    assert AcceptPhrase.objects.get().text == "one stage after the other"
    editing.keyboard.press("z")
    expect(words).to_be_visible()
    assert not AcceptPhrase.objects.exists()


def test_refused_words_say_why_and_stay(editing: Page, live_server):
    overrule = make_work()
    editing.goto(f"{live_server.url}{PATH}")
    words = editing.locator(f"#phrasing-{overrule.pk}-text")
    words.fill("   ")
    words.press("Tab")
    editing.keyboard.press("Enter")
    expect(editing.get_by_role("alert")).to_be_focused()
    assert Overrule.objects.waiting().count() == 3


def test_mended_words_are_not_left_unasked(editing: Page, live_server):
    overrule = make_work()
    other = make_overrule(make_question("What else?"), excerpt="Well, something else, I guess")
    asked: list[str] = []
    editing.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    editing.goto(f"{live_server.url}{PATH}")
    first, second = (editing.locator(f"#phrasing-{each.pk}-text") for each in (overrule, other))
    first.fill("one stage after the other")
    editing.get_by_role("link", name="Bank").first.click(no_wait_after=True)
    expect(first).to_have_value("one stage after the other")
    assert asked == ["beforeunload"]

    first.press("Tab")
    editing.keyboard.press("Enter")
    expect(editing.get_by_text("You accepted:")).to_be_visible()
    second.fill("something else")
    editing.get_by_role("link", name="Bank").first.click(no_wait_after=True)
    expect(second).to_have_value("something else")
    assert asked == ["beforeunload", "beforeunload"]

    second.press("Tab")
    editing.keyboard.press("Enter")
    expect(second).to_have_count(0)
    editing.get_by_role("link", name="Bank").first.click()
    expect(editing).to_have_url(f"{live_server.url}/bank/")
    assert asked == ["beforeunload", "beforeunload"]


def test_the_worklist_is_accessible(editing, audit):
    make_work()
    assert audit(PATH) == []
