"""Leaving for good: everything of mine goes, what belongs to others stays."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import Cohort, Membership, User
from dashboard import erasing
from interviews.models import Assignment, Blueprint, Mark, Sitting
from practice.models import Card, Review
from questions.models import Overrule, Question
from tests.factories import (
    make_assignment,
    make_blueprint,
    make_card,
    make_cohort,
    make_overrule,
    make_question,
    make_review,
    make_sitting,
    make_user,
)

URL = "/account/delete/"
PASSWORD = "correct horse battery"


@pytest.fixture
def nora(db):
    return make_user("nora@example.org", PASSWORD, name="Nora")


@pytest.fixture
def nora_client(nora):
    client = Client()
    client.post("/account/login/", {"login": nora.email, "password": PASSWORD})
    return client


def delete(client, email="nora@example.org", password=PASSWORD):
    return client.post(URL, {"email": email, "password": password})


def make_quick_mock(user):
    """As a learner makes one: owner, assigner and learner are the same person."""
    question = make_question(private_to=user)
    assignment = make_assignment(blueprint=make_blueprint(owner=user), instructor=user)
    return make_sitting(assignment, user, questions=(question,), answers=("Mine",))


def test_a_visitor_is_asked_to_log_in(client, db):
    assert client.post(URL)["Location"].startswith("/account/login/")


def test_the_page_offers_the_export_first(nora_client):
    assert 'href="/account/export/"' in nora_client.get(URL).content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "other@example.org"},
        {"email": ""},
        {"password": "wrong password"},
        {"password": ""},
    ],
)
def test_without_the_right_address_and_password_nothing_happens(nora_client, wrong):
    response = delete(nora_client, **wrong)
    assert response.status_code == 422
    assert User.objects.filter(email="nora@example.org").exists()


def test_everything_of_mine_goes_and_i_am_logged_out(nora_client, nora, ines):
    make_cohort(instructor=ines, learners=(nora,))
    make_review(make_card(nora))
    make_quick_mock(nora)
    response = delete(nora_client)
    assert response["Location"] == "/"
    for model in (Card, Review, Question, Sitting, Assignment, Blueprint, EmailAddress):
        left = model.objects.exclude(private_to=None) if model is Question else model.objects.all()
        assert not left.exists(), model
    assert not Membership.objects.exclude(user=ines).exists()
    assert not User.objects.filter(email="nora@example.org").exists()
    assert nora_client.get("/account/settings/").status_code == 302


def test_my_words_in_the_worklist_go_even_if_my_place_stays(nora, bob, now):
    make_sitting(make_assignment(instructor=nora, learners=(bob,)), bob)
    make_overrule(user=nora)
    decided = make_overrule(user=bob)
    decided.decline(by=nora, now=now)
    erasing.erase(nora, now=now)
    assert list(Overrule.objects.all()) == [decided]


def test_the_page_after_says_it_is_done(nora_client):
    response = nora_client.post(
        URL, {"email": "NORA@example.org", "password": PASSWORD}, follow=True
    )
    assert "deleted" in response.content.decode()


def test_shared_questions_i_made_stay_in_the_bank(nora, now):
    question = make_question()
    Question.objects.update(owner=nora)
    erasing.erase(nora, now=now)
    question.refresh_from_db()
    assert question.owner is None


def test_data_of_others_stays(nora, bob, now):
    make_review(make_card(bob))
    make_quick_mock(bob)
    erasing.erase(nora, now=now)
    assert Review.objects.filter(user=bob).count() == 1
    assert Sitting.objects.filter(learner=bob).count() == 1


def test_the_only_instructor_of_learners_is_told_what_to_do(nora_client, nora, alice):
    User.objects.filter(pk=nora.pk).update(is_instructor=True)
    cohort = make_cohort(name="Autumn", instructor=nora, learners=(alice,))
    page = nora_client.get(URL).content.decode()
    assert "You are the only instructor of a cohort with learners." in page
    assert f'href="/account/cohorts/{cohort.pk}/"' in page
    assert delete(nora_client).status_code == 422
    assert Cohort.objects.taught_by(nora).exists()


def test_with_a_second_instructor_or_without_learners_one_may_go(nora, alice, otto, now):
    shared = make_cohort(name="Shared", instructor=nora, learners=(alice,))
    shared.add_instructor(otto, now=now)
    left = make_cohort(name="Left", instructor=nora, learners=(alice,))
    left.remove(alice, now=now)
    make_cohort(name="Empty", instructor=nora)
    erasing.erase(nora, now=now)
    assert list(Cohort.objects.values_list("name", "archived_at")) == [
        ("Left", now),
        ("Shared", None),
    ]


def test_results_of_learners_outlive_their_instructor(nora_client, nora, alice, now):
    assignment = make_assignment(
        blueprint=make_blueprint(owner=nora), instructor=nora, learners=(alice,)
    )
    sitting = make_sitting(
        assignment, alice, questions=(make_question(private_to=nora),), submitted_at=now
    )
    Mark.objects.create(item=sitting.items.get(), marker=nora, score=5)
    make_card(nora)
    delete(nora_client)
    nora.refresh_from_db()
    assert Mark.objects.get(item__sitting=sitting).score == 5
    assert str(nora) == "Someone who left"
    assert "nora" not in nora.email
    assert not nora.is_active
    assert not Card.objects.filter(user=nora).exists()
    assert not EmailAddress.objects.filter(user=nora).exists()
    assert nora_client.get("/account/settings/").status_code == 302
    nora_client.post("/account/login/", {"login": "nora@example.org", "password": PASSWORD})
    assert nora_client.get("/account/settings/").status_code == 302


def test_the_address_is_free_again_afterwards(nora_client, client):
    delete(nora_client)
    client.post("/account/signup/", {"email": "nora@example.org", "password1": PASSWORD})
    assert User.objects.get(email="nora@example.org").check_password(PASSWORD)


def test_the_last_administrator_stays(nora_client, nora, now):
    User.objects.filter(pk=nora.pk).update(is_superuser=True)
    assert "only administrator" in nora_client.get(URL).content.decode()
    with pytest.raises(erasing.StillNeededError):
        erasing.erase(nora, now=now)


def test_somebody_without_a_password_confirms_by_the_address(alice_client, alice):
    assert 'type="password"' not in alice_client.get(URL).content.decode()
    alice_client.post(URL, {"email": alice.email})
    assert not User.objects.filter(pk=alice.pk).exists()


def test_guessing_the_password_here_is_slowed_down(nora_client):
    for _try in range(10):
        delete(nora_client, password="wrong password")
    assert delete(nora_client).status_code == 429
    assert User.objects.filter(email="nora@example.org").exists()


def test_what_fails_on_the_way_deletes_nothing(nora, monkeypatch, now):
    make_card(nora)
    monkeypatch.setattr(erasing, "has_results_of_others", lambda user: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        erasing.erase(nora, now=now)
    assert Card.objects.filter(user=nora).exists()
