"""Whose request it is: a session that holds, of somebody who may come in."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User


@pytest.fixture
def is_let_in(client: Client):
    def asked() -> bool:
        return client.get(reverse("account_email")).status_code == 200

    return asked


@pytest.fixture
def alices(client: Client, alice: User) -> Client:
    client.force_login(alice, backend="accounts.backends.RoleBackend")
    return client


def test_session_lets_its_person_in(alices, is_let_in):
    assert is_let_in()
    assert is_let_in()


def test_session_that_django_made_before_stays_good(alices, is_let_in):
    held = dict(alices.session.items())
    made = db.SessionStore()
    made.update(held)
    made.create()
    alices.cookies[settings.SESSION_COOKIE_NAME] = made.session_key
    assert is_let_in()


@pytest.mark.parametrize("key", ["", "short", "a" * 32, "' OR 1=1 --aaaaaa"])
def test_made_up_session_is_nobodys(alices, is_let_in, key):
    alices.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not is_let_in()


def test_session_that_has_run_out_is_nobodys(alices, is_let_in):
    assert is_let_in()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_let_in()


def test_session_altered_in_the_database_is_nobodys(alices, is_let_in):
    Session.objects.update(session_data="e30:1xXgqB:made-up")
    assert not is_let_in()


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}])
def test_who_may_no_longer_come_in_is_out_at_once(alices, alice, is_let_in, change):
    assert is_let_in()
    User.objects.filter(pk=alice.pk).update(**change)
    assert not is_let_in()


def test_who_is_deleted_is_out_at_once(alices, alice, is_let_in):
    assert is_let_in()
    alice.delete()
    assert not is_let_in()
