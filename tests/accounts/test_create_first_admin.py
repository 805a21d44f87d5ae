"""The first run makes an administrator, once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_password_that_is_printed_opens_the_account(client):
    out = StringIO()
    call_command("create_first_admin", stdout=out)
    password = out.getvalue().split("password")[-1].strip()
    assert client.login(username="admin@localhost", password=password)
    assert User.objects.get().is_superuser


def test_a_second_run_makes_and_prints_nothing():
    call_command("create_first_admin", stdout=StringIO())
    out = StringIO()
    call_command("create_first_admin", stdout=out)
    assert out.getvalue() == ""
    assert User.objects.count() == 1


def test_an_installation_with_people_gets_no_administrator_by_itself():
    make_user()
    call_command("create_first_admin", stdout=StringIO())
    assert not User.objects.filter(is_superuser=True).exists()


def test_a_bad_address_is_refused_and_nobody_is_made(monkeypatch):
    monkeypatch.setenv("ADMIN_EMAIL", "nobody")
    with pytest.raises(CommandError, match="ADMIN_EMAIL") as refused:
        call_command("create_first_admin", stdout=StringIO())
    assert refused.value.returncode == 2
    assert not User.objects.exists()
