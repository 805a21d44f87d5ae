"""Study settings."""

from datetime import timedelta

import pytest
from django.utils import timezone

from practice.models import StudySettings
from tests.factories import make_card, make_question

SETTINGS = "/practice/settings/"
HOLIDAY, CATCHING_UP = f"{SETTINGS}holiday/", f"{SETTINGS}catching-up/"
DAY = timedelta(days=1)
GOOD = {
    **{"desired_retention": "0.85", "new_cards_a_day": "3", "reviews_a_day": "40"},
    "a_day_counts_from": "5",
}


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
        {"a_day_counts_from": "0"},
        {"a_day_counts_from": "501"},
    ],
)
def test_impossible_settings_are_refused(alice_client, bad):
    page = alice_client.post(SETTINGS, {**GOOD, **bad})
    assert page.status_code == 422
    assert b"What you typed is kept" in page.content
    assert not StudySettings.objects.exists()


def test_holiday_is_named_changed_and_ended(alice, alice_client):
    today = alice.study_day(timezone.now())
    days = {"holiday_from": today, "holiday_until": today + 9 * DAY, "holiday_spread_days": 5}
    page = alice_client.post(HOLIDAY, days, follow=True)
    assert b"Nothing is due on these days" in page.content
    assert b"You are on holiday until" in page.content
    saved = StudySettings.objects.get()
    assert (saved.is_holiday(today), saved.holiday_spread_days) == (True, 5)
    alice_client.post(HOLIDAY, {"do": "end"})
    assert not StudySettings.objects.get().is_holiday(today)


def test_holiday_ahead_is_called_off(alice, alice_client):
    today = alice.study_day(timezone.now())
    days = {"holiday_from": today + DAY, "holiday_until": today + DAY, "holiday_spread_days": 5}
    assert b"Call it off" in alice_client.post(HOLIDAY, days, follow=True).content
    assert b"Call it off" not in alice_client.post(HOLIDAY, {"do": "end"}, follow=True).content
    assert StudySettings.objects.get().holiday_from is None


@pytest.mark.parametrize(
    ("first", "last", "spread", "said"),
    [
        (1, 0, "7", "The last day comes before the first"),
        (-9, -2, "7", "This day is past"),
        (0, 400, "7", "A holiday lasts a year at most"),
        (0, 1, "0", "greater than or equal to 1"),
        (0, 1, "many", "whole number"),
    ],
)
def test_impossible_holidays_are_refused(alice, alice_client, first, last, spread, said):
    today = alice.study_day(timezone.now())
    page = alice_client.post(
        HOLIDAY,
        {
            "holiday_from": today + first * DAY,
            "holiday_until": today + last * DAY,
            "holiday_spread_days": spread,
        },
    )
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not StudySettings.objects.exists()


def test_backlog_is_shared_out_among_some_days(alice, alice_client):
    today = alice.study_day(timezone.now())
    for number in range(9):
        make_card(alice, make_question(slug=f"q{number}"), due_on=today - DAY)
    page = alice_client.get(SETTINGS)
    assert b"9 cards are overdue." in page.content
    assert b"3 days: about 3 reviews a day" in page.content
    page = alice_client.post(CATCHING_UP, {"over_days": "3"}, follow=True)
    assert b": 3 reviews today." in page.content
    assert StudySettings.objects.get().reviews_on(today) == 3
    alice_client.post(CATCHING_UP, {"do": "stop"})
    assert StudySettings.objects.get().reviews_on(today) == 100


def test_holiday_named_while_catching_up_moves_the_end_of_the_plan(alice, alice_client):
    today = alice.study_day(timezone.now())
    for number in range(9):
        make_card(alice, make_question(slug=f"q{number}"), due_on=today - DAY)
    alice_client.post(CATCHING_UP, {"over_days": "3"})
    days = {"holiday_from": today + DAY, "holiday_until": today + 4 * DAY}
    alice_client.post(HOLIDAY, {**days, "holiday_spread_days": "7"})
    assert StudySettings.objects.get().catch_up_until == today + 6 * DAY
    days["holiday_until"] = today + DAY
    alice_client.post(HOLIDAY, {**days, "holiday_spread_days": "7"})
    assert StudySettings.objects.get().catch_up_until == today + 3 * DAY


def test_backlog_that_went_in_another_tab_is_not_shared_out(alice, alice_client):
    make_card(alice, make_question(), due_on=alice.study_day(timezone.now()) + DAY)
    page = alice_client.post(CATCHING_UP, {"over_days": "3"}, follow=True)
    assert b"Nothing is overdue any more, so there is nothing to share." in page.content
    assert StudySettings.objects.get().catch_up_until is None


@pytest.mark.parametrize("over_days", ["", "0", "5", "many"])
def test_no_other_number_of_days_is_taken(alice, alice_client, over_days):
    make_card(alice, make_question(), due_on=alice.study_day(timezone.now()) - DAY)
    assert alice_client.post(CATCHING_UP, {"over_days": over_days}).status_code == 422
    assert not StudySettings.objects.exists()


def test_holiday_that_is_over_leaves_its_plan_on_the_page(alice, alice_client):
    today = alice.study_day(timezone.now())
    for number in range(14):
        make_card(alice, make_question(slug=f"q{number}"), due_on=today - DAY)
    StudySettings.objects.create(user=alice, reviews_a_day=9)
    StudySettings.objects.of(alice).go_on_holiday(today - 9 * DAY, today - DAY)
    page = alice_client.get(SETTINGS)
    assert b": 2 reviews today." in page.content
    assert b"Call it off" not in page.content


@pytest.mark.parametrize("path", [HOLIDAY, CATCHING_UP])
def test_pace_is_not_for_visitors_or_by_link(client, alice_client, path):
    assert client.post(path).status_code == 302
    assert alice_client.get(path).status_code == 405
