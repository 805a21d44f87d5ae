"""One's own note on a card: shown after the answer, kept with whichever button."""

from __future__ import annotations

import re
from html import unescape

import pytest
import time_machine

from practice.models import LONGEST_NOTE, Note, Review
from practice.queue import EVERYTHING
from practice.views.session import session_url
from tests.factories import NOON, make_card, make_question

SESSION, ANSWER = session_url(EVERYTHING), "/practice/session/answer/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def card(alice):
    return make_card(alice, make_question("What is a layer?"))


def text_of(response) -> str:
    return unescape(response.content.decode())


def reveal(client, **data):
    token = re.search(r'name="showing" value="([^"]+)"', text_of(client.get(SESSION)))[1]
    return client.post(SESSION, {"showing": token, "do": "check", **data})


def sent(page, **data):
    """The form of the reveal, as it came."""
    token = re.search(r'name="showing" value="([^"]+)"', text_of(page))[1]
    before = re.search(r'name="note_before" value="([^"]*)"', text_of(page))[1]
    return {"showing": token, "note_before": before, "note": before, **data}


def test_note_is_shown_only_after_the_answer(card, alice_client, now):
    card.keep_note("Layers are diffs", now=now)
    assert "Layers are diffs" not in text_of(alice_client.get(SESSION))
    assert "Layers are diffs" in text_of(reveal(alice_client))


def test_note_is_kept_by_its_button_and_the_answer_stays(card, alice_client):
    page = reveal(alice_client, text="A diff of files")
    data = sent(page, do="note", note="Think of\r\ndiffs", text="A diff of files")
    page = alice_client.post(SESSION, data)
    assert "Note kept." in text_of(page)
    assert "A diff of files" in text_of(page)
    assert card.written_note() == "Think of\ndiffs"
    assert not Review.objects.exists()


def test_note_is_kept_with_the_judgement(card, alice_client):
    data = sent(reveal(alice_client), rating=3, note="Diffs")
    alice_client.post(ANSWER, data)
    assert (Review.objects.count(), card.written_note()) == (1, "Diffs")


def test_note_left_as_it_was_overwrites_nothing(card, alice_client, now):
    page = reveal(alice_client)
    card.keep_note("Written in another tab", now=now)
    alice_client.post(ANSWER, sent(page, rating=3))
    assert card.written_note() == "Written in another tab"


def test_emptied_note_is_gone(card, alice_client, now):
    card.keep_note("Diffs", now=now)
    page = alice_client.post(SESSION, sent(reveal(alice_client), do="note", note=" "))
    assert "Note deleted." in text_of(page)
    assert not Note.objects.exists()


def test_note_too_long_is_refused_and_kept_on_the_page(card, alice_client):
    page, long = reveal(alice_client), "x" * (LONGEST_NOTE + 1)
    for url, what in ((SESSION, {"do": "note"}), (ANSWER, {"rating": 3})):
        answer = alice_client.post(url, sent(page, note=long, **what))
        assert "A note has room for 4000 characters" in text_of(answer)
        assert long in text_of(answer)
    assert not Note.objects.exists()
    assert not Review.objects.exists()


def test_htmx_gets_only_the_note(card, alice_client):
    url = f"/practice/cards/{card.pk}/note/"
    page = text_of(alice_client.post(url, {"note": "<i>Diffs</i>"}, headers=HTMX))
    assert page.lstrip().startswith('<div class="stack stack-small" id="note">')
    assert "Note kept." in page
    assert "&lt;i&gt;" in alice_client.get(f"/practice/cards/{card.pk}/").content.decode()
    long = alice_client.post(url, {"note": "x" * (LONGEST_NOTE + 1)}, headers=HTMX)
    assert (long.status_code, card.written_note()) == (422, "<i>Diffs</i>")


def test_note_is_written_on_the_page_of_the_card(card, alice_client):
    url = f"/practice/cards/{card.pk}/note/"
    page = alice_client.post(url, {"note": "Diffs"}, follow=True)
    assert page.redirect_chain[-1][0] == f"/practice/cards/{card.pk}/"
    assert "Note kept." in text_of(page)
    long = alice_client.post(url, {"note": "x" * (LONGEST_NOTE + 1)}, follow=True)
    assert "room for 4000 characters" in text_of(long)
    assert card.written_note() == "Diffs"


def test_note_of_somebody_else_is_not_found(card, client, bob_client):
    url = f"/practice/cards/{card.pk}/note/"
    assert bob_client.post(url, {"note": "x"}).status_code == 404
    assert client.post(url, {"note": "x"}).status_code == 302
    assert not Note.objects.exists()
