"""The learner's cards, and questions added to them from elsewhere."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practice.models import Card
from tests.factories import make_card, make_question

CARDS, ADD = "/practice/cards/", "/practice/cards/add/"


def text_of(response) -> str:
    return unescape(response.content.decode())


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_visitor_is_asked_to_log_in(client, db):
    assert client.get(CARDS).status_code == 302
    assert client.post(ADD).status_code == 302


def test_cards_are_listed_by_state(alice, alice_client):
    today = alice.study_day(timezone.now())
    make_card(alice, make_question("Due one?"), due_on=today)
    make_card(alice, make_question("Later one?"), due_on=today + timedelta(days=5))
    make_card(alice, make_question("New one?"))
    make_card(alice, make_question("Suspended one?"), suspended_at=timezone.now())
    for state in ("due", "later", "new", "suspended"):
        page = text_of(alice_client.get(f"{CARDS}?state={state}"))
        assert f"{state.title()} one?" in page
        assert page.count(" one?</") == page.count(f"{state.title()} one?</")
    assert all(f"{each} one?" in text_of(alice_client.get(CARDS)) for each in ("Due", "Suspended"))


def test_cards_of_others_and_of_withdrawn_questions_are_not_listed(alice, alice_client, bob):
    make_card(bob, make_question("Card of Bob?"))
    make_card(alice, make_question("Private to Bob?", private_to=bob))
    make_card(alice, make_question("Retired?", status="retired"))
    page = text_of(alice_client.get(CARDS))
    assert "You have no cards yet" in page
    assert not any(prompt in page for prompt in ("Card of Bob", "Private to Bob", "Retired?"))


def test_empty_state_leads_back(alice, alice_client):
    make_card(alice)
    assert "Show all cards" in text_of(alice_client.get(f"{CARDS}?state=suspended"))


def test_card_is_suspended_and_brought_back_from_the_list(alice, alice_client):
    card = make_card(alice)
    for name, is_suspended in (("suspend", True), ("unsuspend", False)):
        data = {"card": card.pk, "next": CARDS}
        assert alice_client.post(f"{CARDS}{name}/", data).url == CARDS
        card.refresh_from_db()
        assert bool(card.suspended_at) is is_suspended


def test_list_is_split_into_pages_and_its_queries_do_not_grow(alice, alice_client):
    make_card(alice)
    alice_client.get(CARDS)
    with CaptureQueriesContext(connection) as few:
        alice_client.get(CARDS)
    for _number in range(60):
        make_card(alice)
    with CaptureQueriesContext(connection) as many:
        page = alice_client.get(CARDS)
    assert len(many) == len(few)
    assert len(page.context["rows"]) == 50
    assert len(alice_client.get(f"{CARDS}?page=2").context["rows"]) == 11


def test_questions_are_added_once(alice, alice_client):
    slugs = [make_question().slug, make_question().slug]
    page = alice_client.post(ADD, {"question": slugs, "next": "/"})
    assert page.url == "/"
    assert said(page) == "2 questions are now cards."
    assert "already" in said(alice_client.post(ADD, {"question": slugs}))
    assert Card.objects.of(alice).count() == 2


def test_questions_that_are_not_theirs_are_not_added(alice_client, bob):
    secret = make_question(private_to=bob)
    page = alice_client.post(ADD, {"question": [secret.slug, "no-such-question", "\x00"]})
    assert "None of these" in said(page)
    assert not Card.objects.exists()


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/", "//elsewhere.example", "javascript:1"]
)
def test_adding_leads_nowhere_else(alice_client, url):
    assert alice_client.post(ADD, {"next": url}).url == "/practice/"
