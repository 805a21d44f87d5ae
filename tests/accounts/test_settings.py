"""The settings page: what a person may choose, and where the rest of the account is."""

import pytest

from accounts.models import Cohort, User
from tests.factories import make_cohort

URL = "/account/settings/"
GOOD = {"name": "Alice A.", "time_zone": "Asia/Tokyo", "day_start_hour": "5", "theme": "dark"}


def test_saving_keeps_what_was_chosen_and_says_so(alice_client, alice):
    response = alice_client.post(URL, GOOD, follow=True)
    assert "Your settings are saved." in response.content.decode()
    alice.refresh_from_db()
    assert (alice.name, alice.time_zone) == ("Alice A.", "Asia/Tokyo")
    assert (alice.day_start_hour, alice.theme) == (5, "dark")
    assert 'data-theme="dark"' in response.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": ""},
        {"day_start_hour": "24"},
        {"day_start_hour": "-1"},
        {"theme": "pink"},
        {"name": "x" * 81},
    ],
)
def test_a_bad_choice_is_refused_and_nothing_is_saved(alice_client, alice, wrong):
    response = alice_client.post(URL, {**GOOD, **wrong})
    assert response.status_code == 422
    assert "What you typed is kept." in response.content.decode()
    assert User.objects.get(pk=alice.pk).time_zone == "UTC"


def test_roles_and_time_factor_are_not_mine_to_set(alice_client, alice):
    alice_client.post(URL, {**GOOD, "is_superuser": "on", "is_editor": "on", "time_factor": "4"})
    alice.refresh_from_db()
    assert (alice.is_superuser, alice.is_editor, alice.time_factor) == (False, False, 1)


def test_zones_are_grouped_by_region(alice_client):
    page = alice_client.get(URL).content.decode()
    assert '<optgroup label="Europe">' in page
    assert '<option value="America/Argentina/Buenos_Aires">Argentina, Buenos Aires</option>' in page
    assert '<option value="UTC" selected>UTC</option>' in page


def test_an_unusual_zone_stays_on_the_list(alice_client, alice):
    User.objects.filter(pk=alice.pk).update(time_zone="Etc/GMT+3")
    page = alice_client.get(URL).content.decode()
    assert '<option value="Etc/GMT+3" selected>' in page


@pytest.mark.parametrize(
    "url",
    [
        "/account/email/",
        "/account/password/change/",
        "/account/2fa/",
        "/account/sessions/",
        "/account/export/",
        "/account/delete/",
    ],
)
def test_everything_of_the_account_is_linked_and_there(alice_client, url):
    assert f'href="{url}"' in alice_client.get(URL).content.decode()
    assert alice_client.get(url, follow=True).status_code == 200


def test_my_cohorts_stand_there_with_their_instructor(alice_client, alice, ines):
    make_cohort(name="Autumn", instructor=ines, learners=(alice,))
    page = alice_client.get(URL).content.decode()
    assert "Autumn" in page
    assert "Ines" in page


def test_queries_do_not_grow_with_my_cohorts(
    alice_client, alice, ines, otto, django_assert_max_num_queries
):
    for number in range(5):
        cohort = make_cohort(name=f"Cohort {number}", instructor=ines, learners=(alice,))
        cohort.add_instructor(otto, now=cohort.created_at)
    with django_assert_max_num_queries(7):
        alice_client.get(URL)


def test_leaving_a_cohort_takes_me_off_its_list(alice_client, alice, ines):
    cohort = make_cohort(instructor=ines, learners=(alice,))
    response = alice_client.post(f"/account/cohorts/{cohort.pk}/leave/", follow=True)
    assert "Your results are kept" in response.content.decode()
    assert not Cohort.objects.joined_by(alice).exists()
    assert alice_client.post(f"/account/cohorts/{cohort.pk}/leave/").status_code == 404
