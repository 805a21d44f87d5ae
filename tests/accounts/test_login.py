"""Logging in and out, and getting back in when the password is forgotten."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture
def nora():
    nora = make_user("nora@example.org", PASSWORD, name="Nora")
    EmailAddress.objects.create(user=nora, email=nora.email, primary=True, verified=True)
    return nora


def log_in(client, email="nora@example.org", password=PASSWORD, query="", **fields):
    return client.post(f"/account/login/{query}", {"login": email, "password": password, **fields})


def errors_of(response):
    return [str(error) for error in response.context["form"].non_field_errors()]


def test_the_address_and_the_password_open_the_account(client, nora):
    assert log_in(client, email="NORA@example.org")["Location"] == "/"
    assert client.get("/account/settings/").status_code == 200


def test_a_refused_log_in_does_not_say_which_part_was_wrong(client, nora):
    wrong_password = errors_of(log_in(client, password="wrong password"))
    unknown_address = errors_of(log_in(client, email="nobody@example.org"))
    assert wrong_password == unknown_address
    assert wrong_password == ["This e-mail address and password do not fit together."]


def test_somebody_switched_off_cannot_log_in(client, nora):
    nora.is_active = False
    nora.save()
    log_in(client)
    assert client.get("/account/settings/").status_code == 302


def test_logging_in_leads_where_one_wanted_to_go(client, nora):
    response = client.get("/account/settings/")
    assert response["Location"] == "/account/login/?next=/account/settings/"
    assert log_in(client, next="/account/settings/")["Location"] == "/account/settings/"


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_logging_in_never_leads_to_another_site(client, nora, url):
    assert log_in(client, next=url)["Location"] == "/"


def test_logging_out_takes_a_post(client, nora):
    log_in(client)
    client.get("/account/logout/")
    assert client.get("/account/settings/").status_code == 200
    assert client.post("/account/logout/")["Location"] == "/"
    assert client.get("/account/settings/").status_code == 302


def test_who_guesses_passwords_is_told_kindly_to_wait(client, nora):
    for _try in range(5):
        log_in(client, password="wrong password")
    response = log_in(client)
    assert "Wait five minutes, or reset your password." in errors_of(response)[0]


def test_too_many_requests_from_one_place_wait_on_a_kind_page(client, nora, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    log_in(client, email="")
    log_in(client, email="")
    response = log_in(client)
    assert response.status_code == 429
    assert "Nothing is lost" in response.content.decode()


def test_the_link_from_the_mail_sets_a_new_password_and_logs_in(client, nora):
    client.post("/account/password/reset/", {"email": nora.email})
    message = mail.outbox[0]
    assert message.subject == "[Studyhub] Choose a new password"
    link = re.search(r"http://testserver(\S+)", message.body).group(1)
    form_url = client.get(link)["Location"]
    client.post(form_url, {"password1": "another good one", "password2": "another good one"})
    assert client.get("/account/settings/").status_code == 200
    nora.refresh_from_db()
    assert nora.check_password("another good one")
    assert "not work any more" in client.get(link, follow=True).content.decode()


def test_asking_for_a_reset_does_not_tell_who_has_an_account(client, nora):
    known = client.post("/account/password/reset/", {"email": nora.email})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert known["Location"] == unknown["Location"]
    assert mail.outbox[1].to == ["nobody@example.org"]
    assert "There is none with this address" in mail.outbox[1].body


def test_a_person_added_without_password_chooses_one_by_the_reset(client):
    person = make_user("new@example.org")
    client.post("/account/password/reset/", {"email": "new@example.org"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    form_url = client.get(link)["Location"]
    client.post(form_url, {"password1": "another good one", "password2": "another good one"})
    person.refresh_from_db()
    assert person.check_password("another good one")


def test_a_new_address_takes_over_once_it_is_confirmed(client, nora):
    log_in(client)
    client.post("/account/email/", {"email": "new@example.org", "action_add": ""})
    nora.refresh_from_db()
    assert nora.email == "nora@example.org"
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body).group(1)
    client.post(link)
    nora.refresh_from_db()
    assert nora.email == "new@example.org"
    assert any("nora@example.org" in message.to for message in mail.outbox)


def test_an_address_of_somebody_else_cannot_be_taken_over(client, nora, alice):
    log_in(client)
    client.post("/account/email/", {"email": alice.email, "action_add": ""})
    assert mail.outbox[-1].to == [alice.email]
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body).group(1)
    page = client.post(link, follow=True).content.decode()
    assert "belongs to another account already" in page
    nora.refresh_from_db()
    assert nora.email == "nora@example.org"


def test_changing_the_password_keeps_me_logged_in_and_tells_me_by_mail(client, nora):
    log_in(client)
    form = {
        "oldpassword": PASSWORD,
        "password1": "another good one",
        "password2": "another good one",
    }
    client.post("/account/password/change/", form)
    assert client.get("/account/settings/").status_code == 200
    assert mail.outbox[0].subject == "[Studyhub] Your password was changed"
    assert "log out everywhere else" in mail.outbox[0].body


def test_other_sessions_are_listed_and_can_be_ended(client, nora):
    elsewhere = Client()
    log_in(elsewhere)
    elsewhere.get("/account/settings/")
    log_in(client)
    client.get("/account/settings/")
    assert "Log out everywhere else" in client.get("/account/sessions/").content.decode()
    client.post("/account/sessions/")
    assert elsewhere.get("/account/settings/").status_code == 302
    assert client.get("/account/settings/").status_code == 200


def test_pages_speak_one_language_whatever_the_browser_asks_for(client):
    page = client.get("/account/login/", headers={"accept-language": "de"}).content.decode()
    assert 'lang="en-gb"' in page
    assert "Log in" in page
    assert "Sign In" not in page


def test_with_an_authenticator_app_the_password_is_not_enough(client, nora):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(nora, secret)
    assert log_in(client)["Location"] == "/account/2fa/authenticate/"
    assert client.get("/account/settings/").status_code == 302
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    code = totp.format_hotp_value(totp.hotp_value(secret, counter))
    client.post("/account/2fa/authenticate/", {"code": code})
    assert client.get("/account/settings/").status_code == 200
