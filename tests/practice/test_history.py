"""The history of all that was practised, and undoing from it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.looking_back import REVIEWS_A_PAGE
from practice.models import Card, Review
from questions.models import Question
from tests.factories import NOON, make_card, make_question

HISTORY, UNDO = "/practice/history/", "/practice/session/undo/"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON + timedelta(days=9), tick=False) as traveller:
        yield traveller


def text_of(response) -> str:
    return unescape(" ".join(response.content.decode().split()))


def reviewed(card, rating: int = 3, *, days: int = 0, **told) -> Review:
    revision, moment = card.question.current_revision, NOON + timedelta(days=days)
    return card.review(rating, review_id=uuid4(), revision=revision, now=moment, **told)


def test_visitor_is_asked_to_log_in(client, db):
    assert client.get(HISTORY).status_code == 302


def test_history_goes_back_day_by_day(alice, alice_client):
    card = make_card(alice, make_question("What is a layer?"))
    reviewed(card, 3, answer="<b>A diff</b>", points={"1": "covered", "2": "missed"}, seconds=90)
    reviewed(card, 1, days=5)
    page = text_of(alice_client.get(HISTORY))
    assert page.index("Again") < page.index("Good")
    assert "1 of 2 key points" in page
    assert "1 review, 2 minutes" in page
    assert f"/practice/cards/{card.pk}/" in page
    assert "<b>A diff</b>" not in alice_client.get(HISTORY).content.decode()


def test_history_of_nobody_else_is_shown(alice_client, bob):
    reviewed(make_card(bob, make_question("Bob's only?")))
    page = text_of(alice_client.get(HISTORY))
    assert "Bob's only?" not in page
    assert "Nothing practised yet" in page


def test_undo_goes_back_one_by_one_to_the_beginning(alice, alice_client):
    card = make_card(alice, make_question("What is a layer?"))
    made = [reviewed(card, 3), reviewed(card, 1, days=5)]
    for review, left in zip(reversed(made), ("Good", "Nothing practised yet"), strict=True):
        data = {"review": str(review.pk), "next": HISTORY}
        page = text_of(alice_client.post(UNDO, data, follow=True))
        assert f"Undone: “What is a layer?”, judged {review.get_rating_display()}." in page
        assert left in page
    card = Card.objects.get()
    assert (card.due_on, card.review_count) == (None, 0)
    assert "Undo the newest" not in page


def test_undo_from_the_history_twice_undoes_once(alice, alice_client):
    card = make_card(alice, make_question())
    reviewed(card)
    data = {"review": str(reviewed(card, days=5).pk), "next": HISTORY}
    alice_client.post(UNDO, data)
    assert "nothing left to undo" in text_of(alice_client.post(UNDO, data, follow=True))
    assert Review.objects.standing().count() == 1


def test_undo_leads_to_no_other_site(alice, alice_client):
    review = reviewed(make_card(alice, make_question()))
    data = {"review": str(review.pk), "next": "https://elsewhere.example/"}
    assert alice_client.post(UNDO, data)["Location"].startswith("/practice/session/")


def test_withdrawn_question_stays_in_the_history_without_a_link(alice, alice_client):
    card = make_card(alice, make_question("What was withdrawn?"))
    reviewed(card)
    Question.objects.update(status=Question.Status.RETIRED)
    page = text_of(alice_client.get(HISTORY))
    assert "What was withdrawn?" in page
    assert f"/practice/cards/{card.pk}/" not in page


@pytest.mark.parametrize("number", ["0", "-1", "99", "x"])
def test_page_that_is_none_shows_another(alice, alice_client, number):
    reviewed(make_card(alice, make_question()))
    assert alice_client.get(HISTORY, {"page": number}).status_code == 200


def test_history_is_split_into_pages_and_its_queries_do_not_grow(alice, alice_client):
    def queries_used() -> int:
        with CaptureQueriesContext(connection) as used:
            alice_client.get(HISTORY)
        return len(used)

    card = make_card(alice, make_question())
    reviewed(card)
    alice_client.get(HISTORY)
    few = queries_used()
    cards = [make_card(alice, make_question(slug=f"q{number}")) for number in range(5)]
    for number in range(REVIEWS_A_PAGE):
        reviewed(cards[number % 5], days=number // 5)
    assert queries_used() <= few
    assert "Older" in text_of(alice_client.get(HISTORY)) or "page=2" in text_of(
        alice_client.get(HISTORY)
    )
