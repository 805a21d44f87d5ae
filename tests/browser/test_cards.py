"""Looking through one's cards and changing them: by keyboard, on a phone, and without script."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from practice.models import Card
from questions import editing
from tests.browser.test_practice import sign_in
from tests.factories import make_card, make_question

CARDS = "/practice/cards/"

pytestmark = pytest.mark.usefixtures("plain_engine")


@pytest.fixture
def alices(page, live_server, alice):
    """Her browser."""
    sign_in(page.context, live_server, alice)
    return page


def learnt(user, prompt: str) -> Card:
    card = make_card(user, make_question(prompt))
    for rating, days_ago in ((3, 60), (3, 55), (1, 30), (3, 25)):
        moment = timezone.now() - timedelta(days=days_ago)
        revision = card.question.current_revision
        card.review(rating, review_id=uuid4(), revision=revision, now=moment)
    return card


def test_cards_are_changed_and_restored_without_script(browser, live_server, alice):
    for prompt in ("First?", "Second?"):
        learnt(alice, prompt)
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, live_server, alice)
    page = context.new_page()
    page.goto(live_server.url + CARDS)
    page.get_by_label("Choose: First?").check()
    page.get_by_text("Change cards", exact=True).click()
    page.get_by_role("button", name="Suspend").click()
    expect(page.get_by_text("1 card suspended.")).to_be_visible()
    assert Card.objects.suspended().count() == 1
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone for 1 card.")).to_be_visible()
    assert Card.objects.suspended().count() == 0
    context.close()


def test_all_cards_found_are_changed_by_keyboard(alices, live_server, alice):
    for prompt in ("First?", "Second?"):
        learnt(alice, prompt)
    alices.goto(live_server.url + CARDS)
    alices.keyboard.press("c")
    alices.get_by_role("radio", name="Those ticked").focus()
    alices.keyboard.press("ArrowUp")
    alices.get_by_role("button", name="Suspend").focus()
    alices.keyboard.press("Enter")
    expect(alices.get_by_text("2 cards suspended.")).to_be_visible()
    assert Card.objects.suspended().count() == 2


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def either_page(request, browser, live_server, alice):
    context = browser.new_context(java_script_enabled=request.param)
    sign_in(context, live_server, alice)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", [CARDS, "/practice/cards/{card}/"])
def test_enter_in_a_field_to_move_by_moves_the_card(either_page, live_server, alice, path):
    card = learnt(alice, "First?")
    either_page.goto(live_server.url + path.format(card=card.pk))
    if path == CARDS:
        either_page.get_by_label("Choose: First?").check()
        either_page.get_by_text("Change cards", exact=True).click()
    either_page.get_by_label("Move by days").fill("3")
    either_page.get_by_label("Move by days").press("Enter")
    expect(either_page.get_by_text("1 card moved.")).to_be_visible()
    assert Card.objects.suspended().count() == 0


def test_enter_on_a_ticked_card_changes_nothing(either_page, live_server, alice):
    learnt(alice, "First?")
    before = list(Card.objects.values())
    either_page.goto(live_server.url + CARDS)
    either_page.get_by_label("Choose: First?").check()
    either_page.get_by_label("Choose: First?").press("Enter")
    expect(either_page.get_by_text("Something needs another look")).to_be_visible()
    expect(either_page.get_by_label("Choose: First?")).to_be_checked()
    assert list(Card.objects.values()) == before


@pytest.mark.parametrize("path", [CARDS, "/practice/cards/{card}/", "/practice/settings/"])
def test_pages_of_cards_have_no_violation(alices, audit, alice, path):
    card = learnt(alice, "First?")
    make_card(alice, make_question("Never seen?"))
    assert audit(path.format(card=card.pk)) == []


def test_card_with_a_changed_answer_has_no_violation(alices, audit, alice, edda):
    card = learnt(alice, "First?")
    draft = editing.start_draft(card.question, author=edda, now=timezone.now())
    draft.number, draft.change, draft.change_note = 2, "changed", "It is now so"
    draft.frozen_at = timezone.now()
    draft.save()
    assert Card.objects.answer_changed().get() == card
    assert audit(f"{CARDS}{card.pk}/") == []
    assert audit(f"{CARDS}?state=changed") == []
