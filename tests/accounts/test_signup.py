"""Making an account: who may, what is kept, and how the address is confirmed."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def with_mailer(settings):
    settings.MAIL_HOST = "mail.example.org"
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True


def sign_up(client, **fields):
    form = {"name": "Nora", "email": "Nora@Example.org", "password1": PASSWORD, **fields}
    return client.post("/account/signup/", form)


def text_of(response):
    return response.content.decode()


def keep_trial_answer(client):
    session = client.session
    session["trial"] = {"question": "docker-image-layers", "answer": "Layers are shared."}
    session.save()


def test_sign_up_keeps_the_name_and_the_time_zone_of_the_browser(client):
    response = sign_up(client, time_zone="Europe/Berlin")
    assert response["Location"] == "/"
    nora = User.objects.get()
    assert (nora.email, nora.name, nora.time_zone) == ("nora@example.org", "Nora", "Europe/Berlin")
    assert client.get("/account/settings/").status_code == 200


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_a_made_up_time_zone_is_ignored(client, zone):
    sign_up(client, time_zone=zone)
    assert User.objects.get().time_zone == "UTC"


def test_the_sign_up_page_fills_the_zone_by_script_and_asks_for_nothing_else(client):
    page = text_of(client.get("/account/signup/"))
    assert 'type="hidden" name="time_zone"' in page
    assert "js/time-zone.js" in page
    assert page.index('name="name"') < page.index('name="email"') < page.index('name="password1"')


def test_a_short_password_makes_no_account(client):
    response = sign_up(client, password1="short")
    assert "at least 10 characters" in text_of(response)
    assert not User.objects.exists()


def test_an_address_in_another_case_is_the_same_account(client, alice):
    response = sign_up(client, email="ALICE@example.org")
    assert "Log in instead" in text_of(response)
    assert User.objects.count() == 1


def test_closed_sign_up_says_so(client, settings):
    settings.SIGNUP_OPEN = False
    assert "Sign-up is closed" in text_of(client.get("/account/signup/"))
    sign_up(client)
    assert not User.objects.exists()


def test_the_answer_of_a_visitor_survives_sign_up(client):
    keep_trial_answer(client)
    key = client.session.session_key
    sign_up(client)
    assert client.session["trial"]["answer"] == "Layers are shared."
    assert client.session.session_key != key


def test_the_answer_of_a_visitor_survives_logging_in(client):
    User.objects.create_user("nora@example.org", PASSWORD)
    keep_trial_answer(client)
    client.post("/account/login/", {"login": "nora@example.org", "password": PASSWORD})
    assert client.session["trial"]["answer"] == "Layers are shared."


def test_without_a_mailer_nobody_waits_for_a_code(client):
    sign_up(client)
    assert client.get("/account/settings/").status_code == 200


def test_with_a_mailer_the_code_from_the_mail_opens_the_account(client, with_mailer):
    keep_trial_answer(client)
    response = client.post(
        "/account/signup/?next=/account/settings/",
        {"email": "nora@example.org", "password1": PASSWORD, "next": "/account/settings/"},
    )
    assert client.get("/account/settings/").status_code == 302
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[0].body, re.M).group()
    response = client.post(response["Location"], {"code": code})
    assert response["Location"] == "/account/settings/"
    assert client.get("/account/settings/").status_code == 200
    assert client.session["trial"]["answer"] == "Layers are shared."


def test_a_wrong_code_opens_nothing(client, with_mailer):
    response = sign_up(client)
    response = client.post(response["Location"], {"code": "WRONG1"})
    assert "This code is not right" in text_of(response)
    assert client.get("/account/settings/").status_code == 302


def test_with_a_mailer_sign_up_does_not_tell_who_has_an_account(client, alice, with_mailer):
    known = sign_up(client, email=alice.email)
    unknown = sign_up(Client(), email="stranger@example.org")
    assert known["Location"] == unknown["Location"]
    assert "You have one already" in mail.outbox[0].body
    assert User.objects.filter(email=alice.email).count() == 1


def test_mails_name_this_site_and_no_other(client, with_mailer):
    sign_up(client)
    message = mail.outbox[0]
    assert message.subject == "[Studyhub] Confirm your e-mail address"
    assert "http://testserver" in message.body
    assert "example.com" not in message.subject + message.body


def test_without_a_mailer_no_message_is_promised(client):
    sign_up(client)
    assert mail.outbox == []
    assert "We sent" not in text_of(client.get("/"))


def test_an_address_that_waits_can_be_confirmed_or_given_up(client, with_mailer):
    nora = User.objects.create_user("nora@example.org", PASSWORD)
    EmailAddress.objects.create(user=nora, email=nora.email, primary=True, verified=True)
    EmailAddress.objects.create(user=nora, email="new@example.org")
    client.force_login(nora)
    page = text_of(client.get("/account/email/"))
    assert "Send it again" in page
    assert "Keep the current one" in page
    assert "style=" not in page
    client.post("/account/email/", {"action_remove": "", "email": "new@example.org"})
    assert not EmailAddress.objects.filter(email="new@example.org").exists()
