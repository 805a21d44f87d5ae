"""What the log says of a person's learning."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from dashboard.progress import CardStates, Progress
from interviews.models import Sitting
from practice.models import Review, StudyDay, StudySettings
from tests.factories import (
    NOON,
    bury,
    make_assignment,
    make_blueprint,
    make_card,
    make_question,
    make_review,
    make_sitting,
    suspend,
)

TODAY = NOON.date()
DAY = timedelta(days=1)
URL = reverse("dashboard:progress")


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


def study(user, ago: int, **fields) -> None:
    values = {"reviews": 12, "due_reviews": 10, "recalled": 9, "seconds": 600, **fields}
    StudyDay.objects.create(user=user, study_day=TODAY - ago * DAY, **values)


def result(user, percent: int, *, ago: int = 1, title: str = "Quick mock") -> Sitting:
    blueprint = make_blueprint(owner=user, title=title, is_quick=True)
    sitting = make_sitting(
        make_assignment(blueprint=blueprint, instructor=user),
        user,
        state="marked",
        submitted_at=NOON - ago * DAY,
        score=percent,
    )
    sitting.points = 100
    sitting.save(update_fields=["points"])
    return sitting


def test_a_visitor_is_asked_to_log_in(client, db):
    response = client.get(URL)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_an_empty_account_is_told_what_to_do(alice_client):
    page = alice_client.get(URL)
    assert "Nothing to show yet" in page.text
    assert reverse("practice:start") in page.text


def test_an_account_with_cards_and_no_reviews_has_a_page(alice, alice_client):
    make_card(alice)
    page = alice_client.get(URL)
    assert "No review in the last 30 days." in page.text
    assert "Not enough reviews yet: 20 more due reviews" in page.text
    assert "No card comes due in the next 30 days." in page.text


def test_an_account_with_a_result_only_has_a_page(alice, alice_client):
    result(alice, 62)
    assert "1 result; the latest 62 %, the best 62 %." in alice_client.get(URL).text


def test_streaks_and_retention_are_told(alice, alice_client):
    for ago in (0, 1, 2, 10, 11, 12, 13):
        study(alice, ago)
    page = alice_client.get(URL)
    assert "longest: 4" in page.text
    progress = page.context["progress"]
    assert (progress.streak, progress.retention_30.percent) == (3, 90)
    assert "70 reviews; between" in page.text


def test_one_review_in_one_minute_a_day_is_said_in_the_singular(alice):
    study(alice, 0, reviews=1, seconds=60)
    said = "1 review in 1 minute on 1 of the last 30 days; on such a day 1 review and 1 minute"
    assert Progress(alice, NOON).recent_summary.startswith(said)


def test_below_twenty_due_reviews_there_is_no_retention(alice, alice_client):
    study(alice, 0, due_reviews=19, recalled=19)
    page = alice_client.get(URL)
    assert "Not enough reviews yet: 1 more due review, and there is a figure." in page.text
    assert "100 %" not in page.text


def test_cards_are_counted_by_state(alice):
    make_card(alice)
    make_card(alice, due_on=TODAY, interval_days=20)
    make_card(alice, due_on=TODAY, interval_days=21)
    make_card(alice, due_on=TODAY, interval_days=90)
    make_card(alice, due_on=TODAY, suspended_at=NOON)
    make_card(alice, suspended_at=NOON)
    assert Progress(alice, NOON).cards == CardStates(new=1, learning=1, mature=2, suspended=2)


def test_the_forecast_leaves_out_suspended_and_new_cards(alice, alice_client):
    make_card(alice, due_on=TODAY - 5 * DAY)
    make_card(alice, due_on=TODAY)
    make_card(alice, due_on=TODAY + DAY)
    make_card(alice, due_on=TODAY + 30 * DAY)
    make_card(alice, due_on=TODAY, suspended_at=NOON)
    make_card(alice)
    page = alice_client.get(URL)
    assert [day.due for day in page.context["progress"].forecast][:3] == [2, 1, 0]
    assert "2 cards today, 3 cards in the next 30 days" in page.text


def test_cards_of_questions_that_are_gone_are_not_counted(alice, bob):
    make_card(alice, make_question(status="retired"), due_on=TODAY)
    make_card(alice, make_question(private_to=bob))
    make_card(alice, make_question(status="retired"), suspended_at=NOON)
    progress = Progress(alice, NOON)
    assert (progress.due_in_all, progress.cards) == (0, CardStates())


def test_the_forecast_puts_what_waits_today_to_the_day_it_is_asked(alice):
    make_card(alice, due_on=TODAY - DAY, buried_until=TODAY + DAY)
    make_card(alice, due_on=TODAY, sibling_seen_on=TODAY)
    make_card(alice, due_on=TODAY + 2 * DAY, buried_until=TODAY + DAY, sibling_seen_on=TODAY)
    make_card(alice, due_on=TODAY, buried_until=TODAY, sibling_seen_on=TODAY - DAY)
    assert [day.due for day in Progress(alice, NOON).forecast][:4] == [1, 2, 1, 0]


def test_progress_and_today_count_the_same_cards(alice, alice_client):
    again = make_card(alice, due_on=TODAY - DAY)
    put_away = make_card(alice, due_on=TODAY - DAY)
    make_card(alice, due_on=TODAY)
    make_card(alice, due_on=TODAY + DAY)
    for card in (again, put_away):
        card.review(
            Review.Rating.AGAIN,
            review_id=uuid4(),
            revision=card.question.current_revision,
            now=NOON,
        )
    bury(put_away)
    suspend(make_card(alice, due_on=TODAY - DAY, relearn_on=TODAY))
    make_card(alice, due_on=TODAY - DAY, relearn_on=TODAY - DAY)
    assert "Practise 3 due" in alice_client.get("/").text
    progress = alice_client.get(URL).context["progress"]
    assert progress.due_today == 3
    assert progress.due_in_all == 5


def test_card_seen_once_more_is_due_on_its_day_again(alice):
    card = make_card(alice, due_on=TODAY)
    due = []
    for rating in (Review.Rating.AGAIN, Review.Rating.GOOD):
        card.review(rating, review_id=uuid4(), revision=card.question.current_revision, now=NOON)
        due.append([day.due for day in Progress(alice, NOON).forecast][:2])
    assert card.due_on == TODAY + DAY
    assert due == [[1, 0], [0, 1]]


def test_days_follow_the_clock_of_the_person(alice):
    make_card(alice, due_on=TODAY)
    alice.time_zone = "Pacific/Kiritimati"  # 14 hours ahead: two in the morning of the 24th
    assert Progress(alice, NOON).today == TODAY
    assert Progress(alice, NOON + 2 * timedelta(hours=1)).today == TODAY + DAY


def test_every_chart_has_a_table_behind_it(alice, alice_client):
    for ago in range(40):
        study(alice, ago)
    make_card(alice, due_on=TODAY)
    result(alice, 62)
    page = alice_client.get(URL).text
    assert page.count('role="img"') == 6
    assert page.count("<table") == 5  # reviews and minutes share one
    assert "style=" not in page


def test_the_year_begins_the_table_with_this_week(alice):
    study(alice, 0)
    rows = Progress(alice, NOON).week_rows.splitlines()
    assert len(rows) == 53
    assert ">23 Nov 2026</th>" in rows[0]
    assert [cell.partition("<")[0] for cell in rows[0].split('<td class="align-end">')[1:]] == [
        *("12", "", "", "", "", "", ""),
    ]
    assert rows[1].count(">0</td>") == 7


def test_days_that_do_not_count_are_told_apart_in_the_year(alice, alice_client):
    study(alice, 0, reviews=15)
    study(alice, 1)
    page = alice_client.get(URL).text
    assert "27 reviews on 2 days since 24 November 2025.<" in page
    assert "count" not in page.partition('class="chart heatmap"')[2].partition("</svg>")[0]
    StudySettings.objects.create(user=alice, a_day_counts_from=15)
    page = alice_client.get(URL).text
    assert "27 reviews on 2 days since 24 November 2025. 1 of these days counts." in page
    assert "Sun 22 Nov: 12 reviews, too few to count" in page
    assert page.count('class="level-2 short"') == 1
    assert "fewer than 15: does not count" in page


def test_the_legend_names_the_reviews_of_each_level(alice):
    assert Progress(alice, NOON).heat_map_legend == ["0", "1–9", "10–24", "25–49", "50+"]


def test_topics_are_scored_by_the_latest_marked_answer(alice, alice_client):
    build = make_question(topic="docker/dockerfile-builds")
    card = make_card(alice, build, due_on=TODAY + DAY)
    make_review(card, points={"1": "missed", "2": "missed"}, reviewed_at=NOON - 2 * DAY)
    make_review(card, points={"1": "covered", "2": "partly"}, reviewed_at=NOON - DAY)
    make_review(card, points={"1": "missed"}, voided_at=NOON)
    page = alice_client.get(URL)
    [score] = page.context["progress"].topics
    assert (score.topic, score.path) == ("Docker: Dockerfile builds", "docker/dockerfile-builds")
    assert (score.percent, score.questions) == (75, 1)


def test_a_question_without_a_topic_is_scored_too(alice):
    card = make_card(alice, make_question(topic="", private_to=alice), due_on=TODAY)
    make_review(card, points={"1": "covered"})
    assert [score.topic for score in Progress(alice, NOON).topics] == ["Without a topic"]


def test_results_run_from_the_oldest_to_the_newest(alice, alice_client):
    result(alice, 80, ago=1)
    result(alice, 40, ago=9)
    page = alice_client.get(URL)
    assert [each.percent for each in page.context["progress"].results] == [40, 80]
    assert "2 results; the latest 80 %, the best 80 %." in page.text


def test_results_not_released_yet_are_not_shown(alice, ines, alice_client):
    sitting = result(alice, 77)
    sitting.assignment.assigned_by = ines
    sitting.assignment.save(update_fields=["assigned_by"])
    make_card(alice)
    assert "77 %" not in alice_client.get(URL).text


def test_nobody_sees_anything_of_somebody_else(alice, bob, bob_client):
    for ago in range(9):
        study(alice, ago)
    card = make_card(alice, make_question(topic="only/alice"), due_on=TODAY)
    make_review(card, points={"1": "covered"})
    result(alice, 62, title="Only for Alice")
    page = bob_client.get(URL).text
    assert "Nothing to show yet" in page
    study(bob, 0)
    page = bob_client.get(URL).text
    for private in ("Only for Alice", "Only: Alice", "62 %"):
        assert private not in page


def queries_of(client, django_assert_max_num_queries, most: int = 40) -> int:
    with django_assert_max_num_queries(most) as context:
        assert client.get(URL).status_code == 200
    return len(context)


def test_a_large_account_costs_no_more_queries(
    alice, alice_client, bob, bob_client, django_assert_max_num_queries
):
    for user, times in ((alice, 1), (bob, 6)):
        for ago in range(30 * times):
            study(user, ago)
        for number in range(times):
            card = make_card(user, make_question(topic=f"topic-{number}"), due_on=TODAY)
            make_review(card, points={"1": "covered"})
            result(user, 50)
    small = queries_of(alice_client, django_assert_max_num_queries)
    assert queries_of(bob_client, django_assert_max_num_queries) == small <= 8
