"""What surrounds every page: navigation, menu, kind error pages, tied-up fields."""

from __future__ import annotations

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from studyhub.http import wants_partial


def test_visitor_is_offered_to_sign_in(client: Client, db: None) -> None:
    page = client.get(reverse("account_login")).text
    assert "Log in" in page
    assert 'aria-label="Main"' not in page


def test_page_shows_where_one_is(alice_client: Client) -> None:
    page = alice_client.get(reverse("practice:start")).text
    assert page.count('aria-current="true"') == 1
    assert f'<a href="{reverse("practice:start")}" aria-current="true"' in page


def test_only_instructors_see_teach(alice_client: Client, ines_client: Client) -> None:
    today = reverse("account_email")
    link = f'href="{reverse("interviews:teach")}"'
    assert link not in alice_client.get(today).text
    assert link in ines_client.get(today).text


def test_only_editors_see_the_admin(alice_client: Client, edda_client: Client) -> None:
    page, link = reverse("account_email"), f'href="{reverse("admin:index")}"'
    assert link not in alice_client.get(page).text
    assert link in edda_client.get(page).text


def test_chosen_theme_is_in_the_page(alice: User, alice_client: Client) -> None:
    User.objects.filter(pk=alice.pk).update(theme="dark")
    page = alice_client.get(reverse("account_email")).text
    assert 'data-theme="dark"' in page
    assert "theme-first.js" not in page


def test_missing_page_says_so_kindly(alice_client: Client) -> None:
    response = alice_client.get("/no-such-page/")
    assert response.status_code == 404
    assert "Nothing here" in response.text


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_error_page_stands_without_any_context(name: str) -> None:
    assert "Go to the start page" in render_to_string(name)


class PlanForm(forms.Form):
    title = forms.CharField(help_text="Short.")


def test_field_is_tied_to_its_help_and_error() -> None:
    html = render_to_string("components/field.html", {"field": PlanForm({})["title"]})
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html


def test_error_summary_leads_to_the_field() -> None:
    html = render_to_string("components/form_errors.html", {"form": PlanForm({})})
    assert 'href="#id_title"' in html


def test_account_pages_wear_the_site_frame(alice_client: Client) -> None:
    for name in ("account_email", "account_change_password", "mfa_index", "usersessions_list"):
        page = alice_client.get(reverse(name), follow=True).text
        assert 'class="skip-link"' in page, name
        assert 'class="tabs"' in page, name


@pytest.mark.parametrize(
    ("headers", "is_region"),
    [
        ({}, False),
        ({"HX-Request": "true"}, True),
        ({"HX-Request": "false"}, False),
        ({"HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-Boosted": "true"}, False),
        ({"HX-Request": "true", "HX-Boosted": "false"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, False),
    ],
)
def test_region_is_given_to_htmx_unless_it_wants_the_whole_page(
    rf: RequestFactory, headers: dict[str, str], is_region: bool
) -> None:
    request = rf.get("/", headers=headers)
    htmx = HtmxDetails(request)
    assert wants_partial(request) is is_region
    assert (bool(htmx) and not (htmx.boosted or htmx.history_restore_request)) is is_region
