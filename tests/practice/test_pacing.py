"""A backlog is never a wall: the day's number, catching up, holidays."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice.models import StudyDay, StudySettings
from practice.pacing import catch_up, catch_up_plan
from practice.queue import EVERYTHING, Counts, counts, next_card, top_up
from tests.factories import NOON, make_card, make_question

TODAY = NOON.date()


def day(number: int):
    """That many days from today."""
    return TODAY + timedelta(days=number)


def wish(user, **fields) -> StudySettings:
    return StudySettings.objects.create(user=user, **{"new_cards_a_day": 0, **fields})


def overdue(user, number: int, *, due_on=None) -> None:
    for index in range(number):
        make_card(user, make_question(topic=f"topic-{index}"), due_on=due_on or day(-3))


def test_catching_up_spreads_what_waits_and_what_comes(alice):
    overdue(alice, 6)
    overdue(alice, 3, due_on=day(1))
    overdue(alice, 1, due_on=day(9))
    plan = catch_up(alice, over_days=3, today=TODAY)
    assert (plan.waiting, plan.a_day, plan.until) == (6, 3, day(2))
    assert counts(alice, today=TODAY, with_unseen=False).due == 3


@pytest.mark.parametrize(("done", "a_day", "left_today"), [(3, 5, 2), (9, 5, 0)])
def test_catching_up_begun_late_in_the_day_still_ends_in_time(alice, done, a_day, left_today):
    overdue(alice, 10)
    StudyDay.objects.create(user=alice, study_day=TODAY, due_reviews=done)
    plan = catch_up(alice, over_days=3, today=TODAY)
    assert plan.a_day == a_day
    assert counts(alice, today=TODAY, with_unseen=False).due == left_today
    assert left_today + 2 * a_day >= 10


def test_catching_up_ends_by_itself_or_when_told(alice):
    wish(alice, reviews_a_day=5)
    overdue(alice, 8)
    catch_up(alice, over_days=4, today=TODAY)
    assert counts(alice, today=day(3)).due == 2
    assert counts(alice, today=day(4)).due == 5
    StudySettings.objects.get().stop_catching_up()
    assert counts(alice, today=TODAY).due == 5


def test_plan_costs_the_same_in_any_backlog(alice):
    overdue(alice, 2)
    with CaptureQueriesContext(connection) as used:
        catch_up_plan(alice, over_days=7, today=TODAY)
    assert len(used) == 3


def test_nothing_is_due_on_holiday(alice):
    wish(alice, new_cards_a_day=5, holiday_from=TODAY, holiday_until=day(6))
    overdue(alice, 2)
    make_card(alice, due_on=day(-1), relearn_on=TODAY)
    make_question()
    assert counts(alice, today=TODAY) == counts(alice, today=day(6)) == Counts()
    assert next_card(alice, today=TODAY) is None
    assert top_up(alice, EVERYTHING, TODAY, NOON) == 0
    assert counts(alice, today=day(-1)).total > 0
    assert counts(alice, today=day(7)).total > 0


def test_what_a_holiday_left_is_spread(alice):
    wish(alice, holiday_from=day(-9), holiday_until=day(-1), holiday_spread_days=4)
    overdue(alice, 10)
    assert counts(alice, today=TODAY).due == 3
    assert StudySettings.objects.get().catch_up_until is None
    top_up(alice, EVERYTHING, TODAY, NOON)
    saved = StudySettings.objects.get()
    assert (saved.holiday_from, saved.catch_up_a_day, saved.catch_up_until) == (None, 3, day(3))
    top_up(alice, EVERYTHING, day(1), NOON + timedelta(days=1))
    assert StudySettings.objects.get().catch_up_until == day(3)


def test_holiday_ended_early_makes_today_a_day_of_study(alice):
    settings = wish(alice)
    settings.go_on_holiday(day(-3), day(4))
    overdue(alice, 7)
    assert counts(alice, today=TODAY).due == 0
    settings.end_holiday(TODAY)
    assert counts(alice, today=TODAY).due == 1


def test_holiday_ahead_is_called_off(alice):
    settings = wish(alice)
    settings.go_on_holiday(day(3), day(4))
    settings.end_holiday(TODAY)
    assert StudySettings.objects.get().holiday_from is None


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (None, TODAY, "holiday_from"),
        (TODAY, None, "holiday_until"),
        (TODAY, day(-1), "holiday_until"),
        (TODAY, day(367), "holiday_until"),
    ],
)
def test_days_that_make_no_holiday_are_refused(alice, first, last, field):
    settings = wish(alice)
    with pytest.raises(ValidationError) as refused:
        settings.go_on_holiday(first, last)
    assert field in refused.value.message_dict
    assert StudySettings.objects.get().holiday_from is None


def test_learner_with_time_left_goes_on(alice, alice_client):
    wish(alice, reviews_a_day=0)
    today = alice.study_day(make_card(alice).added_at)
    make_card(alice, due_on=today)
    page = alice_client.get("/practice/session/")
    assert b"20 more today" in page.content
    alice_client.post("/practice/session/more/")
    assert StudyDay.objects.get().extra_reviews == 20
    assert counts(alice, today=today).due == 1


def test_more_is_not_for_visitors_or_by_link(client, alice_client):
    assert client.post("/practice/session/more/").status_code == 302
    assert alice_client.get("/practice/session/more/").status_code == 405
