"""Study settings."""

import pytest

from practice.models import StudySettings

SETTINGS = "/practice/settings/"
GOOD = {"desired_retention": "0.85", "new_cards_a_day": "3", "reviews_a_day": "40"}


def test_visitor_is_asked_to_log_in(client, db):
    assert client.get(SETTINGS).status_code == 302


def test_defaults_are_shown_before_anything_is_saved(alice, alice_client):
    page = alice_client.get(SETTINGS)
    assert b'value="0.9"' in page.content
    assert not StudySettings.objects.exists()


def test_settings_are_saved(alice, alice_client):
    for _time in range(2):
        assert alice_client.post(SETTINGS, GOOD).status_code == 302
    saved = StudySettings.objects.get()
    assert (saved.user, saved.desired_retention, saved.new_cards_a_day) == (alice, 0.85, 3)


@pytest.mark.parametrize(
    "bad",
    [
        {"desired_retention": "0.5"},
        {"desired_retention": "0.99"},
        {"desired_retention": "nan"},
        {"desired_retention": ""},
        {"new_cards_a_day": "-1"},
        {"new_cards_a_day": "501"},
        {"reviews_a_day": "many"},
        {"reviews_a_day": "99999999999"},
    ],
)
def test_impossible_settings_are_refused(alice_client, bad):
    page = alice_client.post(SETTINGS, {**GOOD, **bad})
    assert page.status_code == 422
    assert b"What you typed is kept" in page.content
    assert not StudySettings.objects.exists()
