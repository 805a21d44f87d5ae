"""The follow-up offered after a judgement."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from practice.models import Card, Review
from tests.factories import NOON, make_card, make_question, make_review
from tests.practice.test_feedback import judge, said_words
from tests.practice.test_session import SESSION, check, text_of, undo

POINTS = (("Named volumes outlive containers", 3), ("Layers are shared between images", 2))
ABOUT_VOLUMES = {"prompt": "And its data?", "expect": ["Named volumes keep data"]}
ABOUT_LAYERS = {"prompt": "And its size?", "expect": ["Layers shared between images count once"]}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def question(db):
    follow_ups = (ABOUT_VOLUMES, ABOUT_LAYERS, "Anything else?")
    return make_question("What is kept?", slug="kept", key_points=POINTS, follow_ups=follow_ups)


def judged(client, text: str = "Nothing"):
    page = check(client, client.get(SESSION), text=text)
    return judge(client, page, 3, text=text)


def offered(page) -> str | None:
    found = re.search(
        r'class="follow-up">An interviewer might now ask: <a [^>]+>([^<]+)', text_of(page)
    )
    return found and found.group(1)


def address(page) -> str:
    return re.search(r'href="([^"]*/follow-up/[^"]+)"', text_of(page)).group(1)


def test_next_card_offers_the_follow_up_on_what_was_missed(alice_client, question):
    make_question("The next card?")
    page = judged(alice_client, "Named volumes outlive containers.")
    assert "The next card?" in text_of(page)
    assert offered(page) == "And its size?"


def test_follow_up_is_offered_after_the_last_card_too(alice_client, question):
    page = judged(alice_client, "Layers are shared between images.")
    assert "Done for now" in text_of(page)
    assert offered(page) == "And its data?"


def test_nothing_is_offered_before_the_judgement_or_long_after(alice_client, question, clock):
    page = alice_client.get(SESSION)
    assert offered(page) is None
    assert "And its data?" not in text_of(check(alice_client, page, text="x"))
    judged(alice_client)
    clock.shift(timedelta(minutes=11))
    assert offered(alice_client.get(SESSION)) is None


def test_undoing_takes_the_offer_back(alice_client, question):
    page = undo(alice_client, judged(alice_client))
    assert offered(page) is None
    assert offered(alice_client.get(SESSION)) is None


def test_follow_up_is_answered_and_kept_nowhere(alice_client, question):
    url = address(judged(alice_client, "Layers are shared between images."))
    page = alice_client.get(url)
    assert "And its data?" in text_of(page)
    assert "Named volumes keep data" not in text_of(page)
    page = alice_client.post(url, {"text": "Named volumes keep data <b>safe</b>."})
    assert "Looks covered, because you wrote: Named volumes keep data" in said_words(page)
    assert "nothing of this is kept" in text_of(page)
    assert b"<b>safe" not in page.content
    assert Review.objects.count() == 1


def test_follow_up_said_aloud_shows_what_is_expected(alice_client, question):
    url = address(judged(alice_client, "Layers are shared between images."))
    page = alice_client.post(url, {"text": " "})
    assert "Named volumes keep data" in text_of(page)
    assert "Not found" not in text_of(page)


def test_follow_up_without_expectation_says_so(alice_client, db):
    make_question(follow_ups=("And then?",))
    url = address(judged(alice_client))
    page = alice_client.post(url, {"text": "Then it ends."})
    assert "Nothing is written down for this one" in text_of(page)
    assert "Then it ends." in text_of(page)


def test_answer_too_long_is_refused_and_kept(alice_client, question):
    text = "x" * 20_001
    page = alice_client.post(address(judged(alice_client)), {"text": text})
    assert page.status_code == 422
    assert text in text_of(page)


def test_with_htmx_only_the_region_comes_back(alice_client, question):
    url = address(judged(alice_client))
    page = alice_client.post(url, {"text": "x"}, headers={"HX-Request": "true"})
    assert text_of(page).lstrip().startswith('<div id="follow-up"')


def test_thread_can_be_carried_on_with_the_next_question(alice, alice_client):
    make_question("Carried on?", slug="carried-on")
    make_question(slug="a", follow_ups=({"prompt": "And then?", "next_slug": "carried-on"},))
    page = check(alice_client, alice_client.get(f"{SESSION}?question=a"), text="x")
    url = address(judge(alice_client, page, 3, text="x"))
    page = alice_client.post(url, {"text": ""})
    assert "Carries on with: Carried on?" in said_words(page)
    wanted = re.search(r'name="next" value="([^"]+)"', text_of(page)).group(1)
    data = {"question": "carried-on", "next": wanted}
    page = alice_client.post(reverse("practice:add"), data, follow=True)
    assert "Carried on?" in text_of(page)
    assert Card.objects.filter(user=alice, question__slug="carried-on").exists()


def test_private_question_of_somebody_else_is_not_carried_on_with(alice_client, bob):
    make_question("Secret?", slug="secret", private_to=bob)
    make_question(follow_ups=({"prompt": "And then?", "next_slug": "secret"},))
    page = alice_client.post(address(judged(alice_client)), {"text": ""})
    assert "Secret?" not in text_of(page)


def test_follow_up_belongs_to_its_review_and_its_learner(
    alice_client, bob_client, client, question
):
    url = address(judged(alice_client))
    assert bob_client.get(url).status_code == 404
    assert bob_client.post(url, {"text": "x"}).status_code == 404
    assert client.get(url).status_code == 302
    review = Review.objects.get()
    other = make_question(follow_ups=("Elsewhere?",)).current_revision.follow_ups.get()
    assert (
        alice_client.get(reverse("practice:follow_up", args=[review.pk, other.pk])).status_code
        == 404
    )
    assert alice_client.get(reverse("practice:follow_up", args=[uuid4(), 1])).status_code == 404


def test_follow_up_of_a_withdrawn_question_is_gone(alice_client, question):
    url = address(judged(alice_client))
    question.status = "draft"
    question.save()
    assert alice_client.get(url).status_code == 404


def test_offer_costs_the_same_however_many_follow_ups(alice, alice_client):
    counts = []
    for number in (2, 9):
        question = make_question(follow_ups=tuple(f"Follow-up {n}?" for n in range(number)))
        make_review(make_card(alice, question, suspended_at=NOON), number=number)
        with CaptureQueriesContext(connection) as queries:
            assert offered(alice_client.get(SESSION)) == "Follow-up 0?"
        counts.append(len(queries))
    assert counts[0] == counts[1]
