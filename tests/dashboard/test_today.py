"""What a person sees first: the one thing to do now, and what else waits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from dashboard.overview import Overview
from interviews.models import Extension
from practice.models import StudyDay, StudySettings
from tests.factories import (
    NOON,
    make_assignment,
    make_blueprint,
    make_card,
    make_cohort,
    make_question,
    make_sitting,
)

TODAY = NOON.date()
URL = reverse("dashboard:today")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def study(user, *days_ago: int, **fields) -> None:
    for ago in days_ago:
        values = {"reviews": 12, "seconds": 600, **fields}
        StudyDay.objects.create(user=user, study_day=TODAY - ago * DAY, **values)


def mock_of(user, *, percent: int = 70, ago: int = 1, **fields):
    """A mock of one's own, marked."""
    blueprint = make_blueprint(owner=user, title="Quick mock", is_quick=True)
    assignment = make_assignment(blueprint=blueprint, instructor=user)
    return make_sitting(
        assignment,
        user,
        **{
            "state": "marked",
            "submitted_at": NOON - ago * DAY,
            "score": percent,
            **fields,
        },
    )


def with_points(sitting, points: int = 100):
    sitting.points = points
    sitting.save(update_fields=["points"])
    return sitting


def test_an_interview_in_progress_comes_before_everything(alice, alice_client):
    make_card(alice, due_on=TODAY)
    assignment = make_assignment(learners=(alice,))
    make_sitting(assignment, alice, deadline_at=NOON + 14 * timedelta(minutes=1))
    page = alice_client.get(URL)
    assert "Go on with the interview" in page.text
    assert "14 minutes left" in page.text.replace("\xa0", " ")
    assert "Practise 1 due" not in page.text


def test_an_untimed_interview_says_so(alice, alice_client):
    make_sitting(make_assignment(learners=(alice,)), alice, deadline_at=None)
    assert "without a time limit" in alice_client.get(URL).text


def test_an_interview_whose_time_is_over_is_not_resumed(alice, alice_client):
    make_sitting(make_assignment(learners=(alice,)), alice, deadline_at=NOON)
    assert "Go on with the interview" not in alice_client.get(URL).text


def test_due_cards_come_before_new_ones(alice, alice_client):
    for _number in range(3):
        make_card(alice, due_on=TODAY)
    make_card(alice)
    page = alice_client.get(URL)
    assert "Practise 3 due" in page.text
    assert "Learn 1 new card" not in page.text


def test_cards_to_see_once_more_are_due_too(alice, alice_client):
    make_card(alice, due_on=TODAY + DAY, relearn_on=TODAY)
    assert "Practise 1 due" in alice_client.get(URL).text


def test_when_nothing_is_due_there_is_something_new(alice, alice_client):
    study(alice, 1)
    make_question()
    page = alice_client.get(URL)
    assert "Learn 1 new card" in " ".join(page.text.split())
    assert "Nothing is due" in page.text


def test_when_all_is_done_it_says_when_to_come_back(alice, alice_client):
    study(alice, 0)
    make_card(alice, due_on=TODAY + DAY)
    make_card(alice, due_on=TODAY + 2 * DAY)
    page = alice_client.get(URL)
    assert "Come back tomorrow: 1 card will be due." in page.text
    assert "Interview me" in page.text


def test_a_later_day_is_named(alice, alice_client):
    study(alice, 0)
    make_card(alice, due_on=TODAY + 3 * DAY)
    assert "The next cards are due on Thursday 26 November." in alice_client.get(URL).text


def test_cards_that_come_back_are_those_that_can_be_asked(alice, alice_client):
    study(alice, 0)
    make_card(alice, make_question(status="retired"), due_on=TODAY + DAY)
    make_card(alice, due_on=TODAY + 3 * DAY)
    assert "The next cards are due on Thursday 26 November." in alice_client.get(URL).text


def test_cards_that_wait_today_come_back_tomorrow(alice, alice_client):
    study(alice, 0)
    make_card(alice, due_on=TODAY - DAY, buried_until=TODAY + DAY)
    make_card(alice, due_on=TODAY, sibling_seen_on=TODAY)
    make_card(alice, due_on=TODAY + DAY)
    make_card(alice, due_on=TODAY + 2 * DAY)
    assert "Come back tomorrow: 3 cards will be due." in alice_client.get(URL).text


def test_no_more_cards_come_back_than_a_day_asks_for(alice, alice_client):
    study(alice, 0)
    StudySettings.objects.create(user=alice, reviews_a_day=2)
    StudyDay.objects.filter(study_day=TODAY).update(due_reviews=2)
    for _number in range(5):
        make_card(alice, due_on=TODAY - DAY)
    assert "Come back tomorrow: 2 cards will be due." in alice_client.get(URL).text


def test_a_holiday_is_said_and_nobody_called_back_before_its_end(alice, alice_client):
    study(alice, 0)
    make_card(alice, due_on=TODAY)
    StudySettings.objects.of(alice).go_on_holiday(TODAY, TODAY + 14 * DAY)
    page = alice_client.get(URL).text
    assert "You are on holiday" in page
    assert "Nothing is due until Monday 7 December." in page
    assert "The next cards are due on Tuesday 8 December." in page
    assert "tomorrow" not in page
    assert "Done for today" not in page


def test_a_holiday_that_begins_before_the_first_card_is_said_too(alice, alice_client):
    make_card(alice)
    StudySettings.objects.of(alice).go_on_holiday(TODAY, TODAY + 14 * DAY)
    page = alice_client.get(URL).text
    assert "You are on holiday" in page
    assert "There is nothing in the bank" not in page


def test_an_empty_account_is_shown_where_to_begin(alice_client, db):
    make_question()
    page = alice_client.get(URL)
    for step in ("Practise from the bank", "Bring your notes", "Take a quick mock interview"):
        assert step in page.text
    assert "Your first cards" in page.text


def test_an_empty_account_with_an_empty_bank_brings_notes(alice_client):
    page = alice_client.get(URL)
    assert "Bring your first questions" in page.text


def test_where_to_begin_goes_once_one_has_begun(alice, alice_client):
    study(alice, 3)
    assert "Where to begin" not in alice_client.get(URL).text


def test_there_is_one_primary_button(alice, alice_client):
    make_card(alice, due_on=TODAY)
    assert alice_client.get(URL).text.count("button-primary") == 1


def test_what_was_done_today_is_told(alice, alice_client):
    study(alice, 0)
    assert "in 10 min" in alice_client.get(URL).text


def test_the_streak_runs_to_yesterday_until_today_is_over(alice, alice_client):
    study(alice, 1, 2, 3)
    page = alice_client.get(URL)
    assert "3 days in a row" in page.text
    assert "One card today makes it one more." in page.text


def test_a_day_whose_reviews_were_all_undone_does_not_count(alice):
    study(alice, 1)
    study(alice, 0, reviews=0)
    overview = Overview(alice, NOON)
    assert overview.streak == 1
    assert TODAY not in overview.reviews_by_day


@pytest.mark.parametrize(
    ("zone", "moment", "today"),
    [
        ("UTC", datetime(2026, 11, 23, 3, 59, tzinfo=UTC), date(2026, 11, 22)),
        ("UTC", datetime(2026, 11, 23, 4, 0, tzinfo=UTC), date(2026, 11, 23)),
        ("Asia/Tokyo", datetime(2026, 11, 22, 19, 0, tzinfo=UTC), date(2026, 11, 23)),
        ("America/Los_Angeles", datetime(2026, 11, 23, 11, 59, tzinfo=UTC), date(2026, 11, 22)),
    ],
)
def test_today_is_the_study_day_of_the_person(alice, zone, moment, today):
    alice.time_zone = zone
    StudyDay.objects.create(user=alice, study_day=today, reviews=5)
    overview = Overview(alice, moment)
    assert overview.done.reviews == 5
    assert overview.heat_map.days[-1].on == today


def test_the_small_heat_map_shows_sixteen_weeks(alice):
    days = Overview(alice, NOON).heat_map.days
    assert days[0].weekday == 0
    assert days[-1].week == 15


def test_assigned_interviews_show_their_dates_in_the_zone_of_the_person(alice, alice_client):
    alice.time_zone = "Asia/Tokyo"
    alice.save(update_fields=["time_zone"])
    make_assignment(learners=(alice,), opens_at=NOON + 3 * HOUR, closes_at=NOON + 2 * DAY)
    page = alice_client.get(URL)
    assert "Docker screening" in page.text
    assert "not open yet" in page.text
    text = " ".join(page.text.replace("\xa0", " ").split())
    assert "Opens <time" in text
    assert "Tue 24 Nov, 00:00</time> (in 3 hours)" in text
    assert "Wed 25 Nov, 21:00</time> (in 2 days)" in text
    assert "Asia/Tokyo" in text


def test_an_open_interview_says_until_when_it_can_be_started(alice, alice_client):
    make_assignment(learners=(alice,), opens_at=NOON - DAY, start_by=NOON + DAY)
    page = alice_client.get(URL)
    assert "Start by" in page.text
    assert "Opens" not in page.text


@pytest.mark.parametrize(
    "fields",
    [
        {"closes_at": NOON},
        {"start_by": NOON - HOUR},
        {"withdrawn_at": NOON - HOUR},
    ],
)
def test_interviews_that_can_no_longer_be_started_are_left_out(alice, fields):
    make_assignment(learners=(alice,), **fields)
    assert Overview(alice, NOON).interviews == []


def test_an_extension_brings_a_closed_interview_back(alice, ines):
    assignment = make_assignment(instructor=ines, learners=(alice,), closes_at=NOON - DAY)
    Extension.objects.create(assignment=assignment, learner=alice, closes_at=NOON + DAY)
    given = Overview(alice, NOON).interviews
    assert [each.terms.closes_at for each in given] == [NOON + DAY]


def test_an_interview_that_was_sat_is_left_out(alice):
    once = make_assignment(learners=(alice,))
    often = make_assignment(learners=(alice,), sittings_allowed=None)
    for assignment in (once, often):
        make_sitting(assignment, alice, state="submitted", submitted_at=NOON)
    assert Overview(alice, NOON).interviews == []


def test_a_voided_sitting_does_not_use_the_interview_up(alice):
    assignment = make_assignment(learners=(alice,))
    make_sitting(assignment, alice, state="voided")
    assert len(Overview(alice, NOON).interviews) == 1


def test_the_most_pressing_interview_comes_first(alice):
    later = make_assignment(learners=(alice,), closes_at=NOON + 9 * DAY)
    whenever = make_assignment(learners=(alice,))
    soon = make_assignment(learners=(alice,), start_by=NOON + DAY, closes_at=NOON + 20 * DAY)
    given = [each.assignment for each in Overview(alice, NOON).interviews]
    assert given == [soon, later, whenever]


def test_interviews_come_through_a_cohort(alice, ines):
    cohort = make_cohort(instructor=ines, learners=(alice,))
    make_assignment(instructor=ines, cohorts=(cohort,))
    assert len(Overview(alice, NOON).interviews) == 1


def test_the_last_result_is_shown(alice, alice_client):
    with_points(mock_of(alice, percent=55, ago=9))
    with_points(mock_of(alice, percent=73, ago=2))
    page = alice_client.get(URL)
    assert "73 %" in page.text
    assert "55 %" not in page.text


def test_a_result_is_not_shown_before_its_release(alice, ines):
    assignment = make_assignment(instructor=ines, learners=(alice,))
    sitting = with_points(
        make_sitting(assignment, alice, state="marked", submitted_at=NOON, score=80)
    )
    assert Overview(alice, NOON).last_mock is None
    sitting.state = "released"
    sitting.save(update_fields=["state"])
    assert Overview(alice, NOON).last_mock == sitting


def test_instructors_see_how_many_interviews_wait_for_marking(alice, bob, ines, ines_client):
    assignment = make_assignment(instructor=ines, learners=(alice, bob))
    for learner in (alice, bob):
        make_sitting(assignment, learner, state="submitted", submitted_at=NOON)
    page = ines_client.get(URL)
    assert "2 interviews wait for marking" in page.text
    assert reverse("interviews:teach") in page.text


def test_other_instructors_and_learners_do_not(alice, ines, otto_client, alice_client):
    assignment = make_assignment(instructor=ines, learners=(alice,))
    make_sitting(assignment, alice, state="submitted", submitted_at=NOON)
    for client in (otto_client, alice_client):
        assert "for marking" not in client.get(URL).text


def test_nobody_sees_anything_of_somebody_else(alice, bob, bob_client):
    study(alice, 0, 1, 2)
    make_card(alice, due_on=TODAY)
    make_sitting(make_assignment(learners=(alice,)), alice)
    make_assignment(learners=(alice,), blueprint=make_blueprint(title="Only for Alice"))
    with_points(mock_of(alice, percent=41))
    page = bob_client.get(URL)
    for private in ("Practise 1 due", "Go on with", "Only for Alice", "41 %", "3 days in a row"):
        assert private not in page.text


def test_a_day_with_fewer_reviews_than_wished_does_not_count(alice, alice_client):
    StudySettings.objects.create(user=alice, a_day_counts_from=15)
    study(alice, 0, 3)
    study(alice, 1, 2, reviews=15)
    text = alice_client.get(URL).content.decode()
    assert "2 days in a row" in " ".join(text.split())
    assert "3 more cards today make it one more." in " ".join(text.split())


def queries_of(client, django_assert_max_num_queries, most: int = 40) -> int:
    with django_assert_max_num_queries(most) as context:
        assert client.get(URL).status_code == 200
    return len(context)


def test_a_large_account_costs_no_more_queries(
    alice, alice_client, bob, bob_client, django_assert_max_num_queries
):
    for user, times in ((alice, 1), (bob, 6)):
        study(user, *range(1, 1 + 20 * times))
        for _number in range(times):
            make_card(user, due_on=TODAY)
            make_assignment(learners=(user,), closes_at=NOON + DAY)
            with_points(mock_of(user))
    small = queries_of(alice_client, django_assert_max_num_queries)
    assert queries_of(bob_client, django_assert_max_num_queries) == small <= 20


def test_links_lead_to_the_interviews_themselves(alice, alice_client):
    running = make_sitting(make_assignment(learners=(alice,)), alice)
    given = make_assignment(learners=(alice,))
    done = with_points(mock_of(alice))
    page = alice_client.get(URL).text
    assert reverse("interviews:room", args=[running.pk]) in page
    assert reverse("interviews:start", args=[given.pk]) in page
    assert reverse("interviews:result", args=[done.pk]) in page


def test_after_the_first_answer_the_ways_on_are_still_shown(alice, alice_client):
    study(alice, 0)
    page = alice_client.get(URL).text
    assert "Where to begin" in page
    assert reverse("questions:import") in page
    assert reverse("interviews:quick") in page
