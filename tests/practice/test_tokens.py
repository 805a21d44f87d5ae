"""Who may post in a session: the page proves itself by its token, in a form or in a header."""

import json
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from practice.models import Review, StudySettings
from tests.factories import NOON, make_card, make_question
from tests.practice.test_session import ANSWER, SESSION, showing, text_of, values

HTMX = {"HX-Request": "true"}
POSTING = re.compile(r'<form[^>]* method="post".*?</form>', re.DOTALL)
TOKEN = "csrfmiddlewaretoken"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def strict(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    return client


def sent_by(page) -> dict[str, str]:
    """What htmx sends from this page."""
    headers = re.search(r"<body[^>]* hx-headers='([^']+)'", text_of(page))
    assert headers
    return {**HTMX, **json.loads(headers[1])}


def test_answer_without_a_token_is_refused(strict):
    make_question()
    data = {"showing": showing(strict.get(SESSION)), "rating": 3}
    for headers in ({}, HTMX, {**HTMX, "X-CSRFToken": ""}, {**HTMX, "X-CSRFToken": "a" * 64}):
        assert strict.post(ANSWER, data, headers=headers).status_code == 403
    assert not Review.objects.exists()


def test_every_form_of_a_whole_page_has_a_token(strict):
    make_question()
    page = strict.get(SESSION)
    assert all(TOKEN in form for form in POSTING.findall(text_of(page)))
    data = {"showing": showing(page), TOKEN: values(page, TOKEN)[0]}
    page = strict.post(SESSION, data)
    assert all(TOKEN in form for form in POSTING.findall(text_of(page)))


def test_card_swapped_in_is_answered_by_the_token_that_the_page_sends(strict):
    make_question(hints=("Layers",))
    make_question()
    page = strict.get(SESSION)
    headers = sent_by(page)
    hinted = strict.post(SESSION, {"showing": showing(page), "do": "hint"}, headers=headers)
    revealed = strict.post(SESSION, {"showing": showing(hinted), "hints": 1}, headers=headers)
    following = strict.post(
        ANSWER, {"showing": showing(revealed), "rating": 3, "hints": 1}, headers=headers
    )
    for region in (hinted, revealed, following):
        assert region.status_code == 200
        assert "hx-post" in text_of(region)
        assert TOKEN not in text_of(region)
    assert Review.objects.get().hints_used == 1
    data = {"review": values(following, "review")[0]}
    undone = strict.post(reverse("practice:undo"), data, headers=headers)
    assert "Undone." in text_of(undone)


def test_form_that_a_browser_posts_itself_keeps_its_token(strict, alice):
    StudySettings.objects.create(user=alice, reviews_a_day=1)
    for _number in range(2):
        make_card(alice, due_on=NOON.date())
    page = strict.get(SESSION)
    data = {"showing": showing(page), "rating": 3}
    end = text_of(strict.post(ANSWER, data, headers=sent_by(page)))
    forms = POSTING.findall(end)
    assert any("hx-post" not in form for form in forms)
    assert all((TOKEN in form) != ("hx-post" in form) for form in forms)


def test_page_that_sends_no_token_is_given_one_in_each_form(strict):
    make_question()
    page = strict.get(SESSION)
    data = {"showing": showing(page), TOKEN: values(page, TOKEN)[0]}
    region = strict.post(SESSION, data, headers=HTMX)
    forms = POSTING.findall(text_of(region))
    assert forms
    assert all(TOKEN in form for form in forms)
