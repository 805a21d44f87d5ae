"""The public page: a real question, answered without an account and kept in the one they make."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts.models import User
from dashboard.landing import LONGEST_TEXT, SESSION_KEY
from practice.models import Card, Review, StudyDay
from questions.models import Overrule
from tests.factories import make_card, make_choice_question, make_question, make_user

POINTS = (("Named volumes outlive the container", 3), ("A bind mount is a host folder", 1))
TODAY = reverse("dashboard:today")
TICK = reverse("dashboard:trial_tick")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def question(db):
    return make_question("What survives docker rm?", slug="docker-rm", key_points=POINTS)


def answer_url(slug: str = "docker-rm") -> str:
    return reverse("dashboard:trial_answer", args=[slug])


def point_pks(question) -> list[int]:
    return [point.pk for point in question.current_revision.key_points.all()]


def try_it(client: Client, question, *, said: int = 1, text: str = "The volume stays.") -> None:
    """Answer, and tick the first so many points."""
    client.post(answer_url(question.slug), {"text": text})
    client.post(TICK, {"said": point_pks(question)[:said]})


def test_a_visitor_sees_a_question_and_not_its_answer(client, question):
    page = client.get(TODAY)
    assert page.status_code == 200
    assert "What survives docker rm?" in page.text
    assert "Several FROM lines" not in page.text
    assert "Named volumes outlive" not in page.text


def test_who_only_looks_leaves_no_session(client, question, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        client.get(TODAY)
    assert Session.objects.count() == 0
    assert "sessionid" not in client.cookies


def test_the_page_costs_the_same_in_a_large_bank(db, client, django_assert_max_num_queries):
    for _number in range(12):
        make_question()
    with django_assert_max_num_queries(2):
        client.get(TODAY)


def test_only_open_questions_of_the_bank_are_offered(client, alice):
    make_choice_question("A choice?")
    make_question("Private?", private_to=alice)
    make_question("A draft?", status="draft")
    make_question("Without points?", key_points=())
    page = client.get(TODAY)
    assert page.context["tried"] is None
    assert "The question bank is still empty" in page.text


def test_easy_questions_come_first(db, client):
    for number in range(5):
        make_question(f"Hard {number}?", level="senior")
    make_question("Easy?", level="junior")
    for number in range(3):
        assert "Easy?" in client.get(TODAY, {"number": number}).text


def test_another_question_is_another_one(db, client):
    for number in range(4):
        make_question(f"Question {number}?")
    seen = {client.get(TODAY, {"number": n}).context["tried"].revision.prompt for n in range(4)}
    assert len(seen) == 4


@pytest.mark.parametrize("number", ["x", "-1", "9" * 40, "²", ""])
def test_a_number_that_makes_no_sense_is_ignored(client, question, number):
    assert "What survives docker rm?" in client.get(TODAY, {"number": number}).text


def test_checking_shows_the_model_answer_beside_theirs(client, question):
    page = client.post(answer_url(), {"text": "The <b>volume</b>."}, follow=True)
    assert page.redirect_chain == [(TODAY, 302)]
    assert "The &lt;b&gt;volume&lt;/b&gt;." in page.text
    assert "<p>Several FROM lines in one Dockerfile.</p>" in page.text
    assert "Named volumes outlive the container" in page.text
    assert "keep this" not in page.text


def ticked(page) -> list[int]:
    return [int(pk) for pk in re.findall(r'name="said" value="(\d+)" checked', page.text)]


def test_points_the_engine_finds_are_ticked_already(client, question):
    text = "Named volumes outlive the container. A bind mount it is."
    page = client.post(answer_url(), {"text": text}, follow=True)
    assert ticked(page) == point_pks(question)[:1]
    assert "Looks covered, because you wrote:" in page.text
    assert "Not sure: is this what you meant?" in page.text
    assert "1 point is not decided: tick it if you said it." in page.text
    assert "It cannot judge truth." in page.text
    assert 'data-point="1">' in page.text


def test_the_visitors_ticks_stand_against_the_engine(client, question):
    client.post(answer_url(), {"text": "Named volumes outlive the container."})
    page = client.post(TICK, {"said": point_pks(question)[1:]}, follow=True)
    assert ticked(page) == point_pks(question)[1:]
    assert "not decided" not in page.text


def test_the_review_kept_says_who_said_so(client, question, alice):
    client.post(answer_url(), {"text": "Named volumes outlive the container."})
    client.post(TICK, {"said": point_pks(question)})
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    client.get(TODAY)
    assert list(Review.objects.get().points_by.values()) == ["engine", "learner"]
    assert Overrule.objects.get().key_point_id == point_pks(question)[1]


def test_many_answers_in_a_minute_wait_and_keep_their_text(client, question):
    for number in range(20):
        assert client.post(answer_url(), {"text": f"Answer {number}"}).status_code == 302
    page = client.post(answer_url(), {"text": "One too many"})
    assert page.status_code == 422
    assert "check it in a minute" in page.text
    assert "One too many" in page.text


def test_an_answer_may_be_said_aloud(client, question):
    page = client.post(answer_url(), {"text": ""}, follow=True)
    assert "Said aloud, not typed." in page.text


def test_ticking_says_how_many_points_were_said(client, question):
    client.post(answer_url(), {"text": "The volume."})
    page = client.post(TICK, {"said": [point_pks(question)[0], "999999", "x"]}, follow=True)
    assert "You said 1 of 2 points." in page.text
    assert "Make an account and keep this" in page.text


def test_ticks_can_be_counted_again(client, question):
    try_it(client, question, said=1)
    page = client.post(TICK, {"said": point_pks(question)}, follow=True)
    assert "You said 2 of 2 points." in page.text


def test_with_htmx_only_the_region_comes_back(client, question):
    checked = client.post(answer_url(), {"text": "The volume."}, headers=HTMX)
    assert checked.status_code == 200
    assert checked.text.strip().startswith("<section")
    assert "Model answer" in checked.text
    ticked = client.post(TICK, {"said": point_pks(question)}, headers=HTMX)
    assert "You said 2 of 2 points." in ticked.text
    assert "<html" not in ticked.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_text_too_long_is_refused_and_kept(client, question, headers):
    text = "a" * (LONGEST_TEXT + 1)
    page = client.post(answer_url(), {"text": text}, headers=headers)
    assert page.status_code == 422
    assert text in page.text
    assert Session.objects.count() == 0


def test_a_question_that_is_not_offered_cannot_be_tried(client, question, alice):
    make_question("Private?", slug="private", private_to=alice)
    for slug in ("private", "unknown"):
        assert client.post(answer_url(slug), {"text": "x"}).status_code == 404
    assert client.get(answer_url()).status_code == 405


def test_ticking_without_an_answer_leads_back(client, question):
    assert client.post(TICK, {"said": ["1"]}, follow=True).redirect_chain == [(TODAY, 302)]


def test_a_question_retired_meanwhile_is_replaced(client, question):
    client.post(answer_url(), {"text": "The volume."})
    question.status = "retired"
    question.save(update_fields=["status"])
    other = make_question("Another one?")
    assert client.get(TODAY).context["tried"].revision == other.current_revision


def test_without_sign_up_the_page_only_offers_to_sign_in(client, question, settings):
    settings.SIGNUP_OPEN = False
    try_it(client, question)
    page = client.get(TODAY)
    assert "Log in and keep this" in page.text
    assert "Make an account" not in page.text


def test_the_answer_becomes_a_review_of_the_new_account(client, question):
    try_it(client, question, said=1, text="The volume stays.")
    page = client.post(
        reverse("account_signup"),
        {"email": "new@example.org", "password1": "a long enough one", "time_zone": "UTC"},
        follow=True,
    )
    assert "Your first answer is kept" in page.text
    review = Review.objects.get(user__email="new@example.org")
    first, second = point_pks(question)
    assert review.answer == "The volume stays."
    assert review.points == {str(first): "covered", str(second): "missed"}
    assert (review.kind, review.rating) == (Review.Kind.LEARN, Review.Rating.HARD)
    assert review.revision == question.current_revision
    assert review.card.question == question
    assert StudyDay.objects.get(user=review.user).reviews == 1


def test_reloading_keeps_it_once(client, question, alice):
    try_it(client, question)
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    for _time in range(3):
        client.get(TODAY)
    assert Review.objects.count() == 1


def test_a_second_request_with_the_same_session_keeps_it_once(client, question, alice):
    try_it(client, question)
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    trial = client.session[SESSION_KEY]
    client.get(TODAY)
    session = client.session
    session[SESSION_KEY] = trial
    session.save()
    client.get(TODAY)
    assert Review.objects.count() == 1


def test_it_stays_undone_when_a_late_request_brings_it_again(client, question, alice, now):
    try_it(client, question)
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    trial = client.session[SESSION_KEY]
    client.get(TODAY)
    review = Review.objects.get()
    review.card.give_back(review, now=now)
    session = client.session
    session[SESSION_KEY] = trial
    session.save()
    assert client.get(TODAY).status_code == 200
    assert Review.objects.standing().count() == 0


def test_whoever_has_the_card_already_gets_a_review_on_it(client, question, alice):
    card = make_card(alice, question)
    try_it(client, question, said=2)
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    client.get(TODAY)
    assert Review.objects.get().card == card


def test_an_answer_that_was_not_ticked_is_not_judged_for_them(client, question, alice):
    client.post(answer_url(), {"text": "The volume."})
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    client.get(TODAY)
    assert not Card.objects.exists()
    assert SESSION_KEY not in client.session


def test_an_answer_to_a_question_retired_meanwhile_is_left_out(client, question, alice):
    try_it(client, question)
    question.status = "retired"
    question.save(update_fields=["status"])
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    assert client.get(TODAY).status_code == 200
    assert not Review.objects.exists()


def bad_trial(**fields) -> dict:
    good = {
        "slug": "docker-rm",
        "revision": 1,
        "text": "x",
        "review_id": str(uuid4()),
        "said": [],
        "is_ticked": True,
    }
    return {**good, **fields}


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        7,
        [],
        {},
        bad_trial(review_id="no uuid"),
        bad_trial(revision="1"),
        bad_trial(revision=10**30),
        bad_trial(revision=True),
        bad_trial(said=["1"]),
        bad_trial(said=[{}]),
        bad_trial(text=None),
        bad_trial(text="a" * 5_001),
        bad_trial(is_ticked="yes"),
        bad_trial(slug="another"),
    ],
)
@pytest.mark.parametrize("is_logged_in", [True, False])
def test_a_bad_session_value_is_ignored(client, question, alice, value, is_logged_in):
    if is_logged_in:
        client.force_login(alice, backend="accounts.backends.RoleBackend")
    session = client.session
    session[SESSION_KEY] = value
    session.save()
    assert client.get(TODAY).status_code == 200
    assert not Review.objects.exists()


def test_nobody_gets_the_answer_of_the_person_before(client, question, alice):
    try_it(client, question)
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    client.get(TODAY)
    client.logout()
    bob: User = make_user()
    client.force_login(bob, backend="accounts.backends.RoleBackend")
    client.get(TODAY)
    assert [review.user for review in Review.objects.all()] == [alice]
