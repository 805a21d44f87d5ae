"""Joining a cohort by its invite link."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Cohort, CohortClosedError, Membership, User
from tests.factories import make_cohort


@pytest.fixture
def cohort(ines):
    return make_cohort(name="Autumn", instructor=ines)


@pytest.fixture
def url(cohort):
    return f"/account/join/{cohort.invite_code}/"


def text_of(response):
    return response.content.decode()


def test_the_page_says_what_it_is_and_who_teaches(alice_client, url):
    page = text_of(alice_client.get(url))
    assert "Autumn" in page
    assert "Ines" in page
    assert ">Join</button>" in page


def test_every_way_in_leads_back_to_the_invitation(client, url):
    page = text_of(client.get(url))
    ways = re.findall(r'href="/account/(?:login|signup)/([^"]*)"', page)
    assert len(ways) == 4
    assert set(ways) == {f"?next={url}"}


def test_joining_is_one_button(alice_client, alice, cohort, url):
    response = alice_client.post(url, follow=True)
    assert "Welcome to Autumn." in text_of(response)
    assert Cohort.objects.joined_by(alice).get() == cohort


def test_looking_at_the_page_joins_nobody(alice_client, alice, url):
    alice_client.get(url)
    assert not Membership.objects.filter(user=alice).exists()


def test_joining_twice_is_one_membership(alice_client, alice, url):
    alice_client.post(url)
    alice_client.post(url)
    assert Membership.objects.filter(user=alice).count() == 1
    assert "You are in this cohort already." in text_of(alice_client.get(url))


def test_rejoining_takes_up_the_same_row(alice, cohort, now):
    first = cohort.join(alice, now=now)
    cohort.remove(alice, now=now + timedelta(days=1))
    again = cohort.join(alice, now=now + timedelta(days=2))
    assert again.pk == first.pk
    assert (again.left_at, again.joined_at) == (None, now + timedelta(days=2))


def test_who_teaches_here_does_not_become_a_learner(ines_client, ines, cohort, url):
    ines_client.post(url)
    assert Membership.objects.get(user=ines).role == "instructor"


@pytest.mark.parametrize("fields", [{"is_open": False}, {"archived_at": "2026-11-01T00:00Z"}])
def test_a_closed_invitation_says_so_kindly(alice_client, alice, cohort, url, fields):
    Cohort.objects.update(**fields)
    for response in (alice_client.get(url), alice_client.post(url)):
        assert response.status_code == 410
        assert "takes nobody new at the moment" in text_of(response)
    assert not Membership.objects.filter(user=alice).exists()


def test_an_unknown_code_says_so_kindly(alice_client):
    response = alice_client.get("/account/join/nothing-here/")
    assert response.status_code == 404
    assert "cut short" in text_of(response)


def test_a_link_closed_between_looking_and_joining_lets_nobody_in(alice, cohort, now):
    Cohort.objects.update(is_open=False)  # `cohort` was read while it was open
    with pytest.raises(CohortClosedError):
        cohort.join(alice, now=now)


def test_closing_the_link_leaves_members_in(alice_client, alice, cohort, url, now):
    cohort.join(alice, now=now)
    Cohort.objects.update(is_open=False)
    assert "already" in text_of(alice_client.get(url))


def test_a_visitor_logs_in_and_comes_back_to_join(client, cohort, url):
    User.objects.create_user("nora@example.org", "correct horse battery")
    assert f'href="/account/login/?next={url}"' in text_of(client.get(url))
    form = {"login": "nora@example.org", "password": "correct horse battery", "next": url}
    assert client.post("/account/login/", form)["Location"] == url
    assert ">Join</button>" in text_of(client.get(url))


def test_a_visitor_signs_up_and_comes_back_to_join(client, cohort, url):
    assert f'href="/account/signup/?next={url}"' in text_of(client.get(url))
    form = {"email": "nora@example.org", "password1": "correct horse battery", "next": url}
    assert client.post("/account/signup/", form)["Location"] == url


def test_a_visitor_cannot_join_by_posting(client, cohort, url):
    assert ">Join</button>" not in text_of(client.post(url))
    assert Membership.objects.count() == 1


def test_where_sign_up_is_closed_a_visitor_is_asked_to_log_in(client, url, settings):
    settings.SIGNUP_OPEN = False
    page = text_of(client.get(url))
    assert "/account/login/?next=" in page
    assert "/account/signup/?next=" not in page


def test_joining_needs_the_form_of_this_site(alice, url):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="accounts.backends.RoleBackend")
    assert strict.post(url).status_code == 403
    assert not Membership.objects.filter(user=alice).exists()
