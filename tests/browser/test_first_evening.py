"""The whole path of one evening: sign up, bring notes, practise all, sit a mock, see it on Today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

NOTES = Path(__file__).parent.parent / "questions" / "data" / "docker_notes.txt"


def sign_up(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("link", name="Sign up").first.click()
    page.get_by_label("E-mail", exact=False).fill("alice@example.org")
    page.get_by_label("Your name").fill("Alice")
    page.get_by_label("Password", exact=True).fill("a-good-long-phrase")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("link", name="Progress")).to_be_attached()


def import_notes(page: Page, url: str) -> None:
    page.goto(url + "/bank/import/")
    page.locator("input[type=file]").set_input_files(NOTES)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="6 questions found")).to_be_visible()
    page.get_by_role("button", name="Import what is ticked").first.click()
    expect(page.get_by_text("6 questions imported")).to_be_visible()


def practise_six(page: Page) -> None:
    page.get_by_role("link", name=re.compile("Practise 6 questions")).click()
    for number in range(6):
        heading = page.locator("#session h1")
        prompt = heading.inner_text()
        page.locator("#text").fill(f"What I remember, number {number + 1}")
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", name="Model answer")).to_be_visible()
        page.keyboard.press("g")
        expect(heading).not_to_have_text(prompt)
    expect(page.get_by_role("heading", name="Done for now")).to_be_visible()


def sit_a_mock(page: Page, url: str) -> None:
    page.goto(url + "/interviews/quick/")
    page.get_by_role("spinbutton", name="Minutes").fill("10")
    page.get_by_label("Questions", exact=False).first.fill("2")
    page.get_by_text("Tags, levels and kinds").click()
    page.get_by_label("Open answer").check()
    page.get_by_role("button", name="Start the interview").click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:5\d)$"))
    page.locator("#answer").fill("Layers, a cache, and an order that keeps it.")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d:\d\d"))
    page.reload()
    expect(page.locator("#answer")).to_have_value("Layers, a cache, and an order that keeps it.")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_title(re.compile("Question 2 of 2"))
    page.locator("#answer").fill("A second answer.")
    page.get_by_role("button", name="Save and hand in").click()
    page.get_by_role("button", name="Hand in").click()
    page.get_by_text("Most", exact=True).first.click()
    page.get_by_role("button", name="See the result").click()


def mark_oneself(page: Page) -> None:
    expect(page.get_by_text("Model answer").first).to_be_visible()
    groups = page.locator(".key-point")
    assert groups.count() >= 6
    for index in range(groups.count()):
        groups.nth(index).get_by_text("Covered", exact=True).click()
    page.get_by_role("button", name="Save my marks").click()
    expect(page.get_by_text(re.compile(r"100\s?%")).first).to_be_visible()
    expect(page.get_by_text("You expected 75 %, and it is 100 %")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_evening_from_sign_up_to_a_dashboard_that_moved(page, live_server, width):
    call_command("seed_questions", verbosity=0)
    page.set_viewport_size({"width": width, "height": 900})
    sign_up(page, live_server.url)
    import_notes(page, live_server.url)
    practise_six(page)
    sit_a_mock(page, live_server.url)
    mark_oneself(page)
    page.goto(live_server.url + "/")
    expect(page.get_by_role("main")).to_contain_text("6 reviews")
    expect(page.get_by_role("main")).to_contain_text("1 day")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"100\s?%"))
    page.goto(live_server.url + "/progress/")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"6 reviews"))
