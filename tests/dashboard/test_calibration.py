"""What was foretold and what came of it: the rules, and the page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from itertools import pairwise

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from dashboard.calibration import (
    Ages,
    Gap,
    Missed,
    Reviewed,
    ages_by_month,
    by_confidence,
    tenths,
    weakest_points,
)
from dashboard.charts import Dot, scatter_chart
from dashboard.retention import Retention
from interviews.models import Mark
from tests.factories import (
    NOON,
    make_assignment,
    make_blueprint,
    make_card,
    make_choice_question,
    make_question,
    make_review,
    make_sitting,
)

TODAY = NOON.date()
DAY = timedelta(days=1)
URL = reverse("dashboard:calibration")
PROGRESS = reverse("dashboard:progress")


def reviewed(*, recalled=True, predicted=0.9, interval=5, confidence=None, on=TODAY) -> Reviewed:
    return Reviewed(on, recalled, predicted, interval, confidence)


def words(page) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


@pytest.fixture
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


# The rules


@pytest.mark.parametrize(
    ("number", "groups"), [(0, 0), (19, 0), (20, 1), (59, 2), (199, 9), (200, 10), (5_000, 10)]
)
def test_there_are_ten_groups_or_as_many_as_are_large_enough(number, groups):
    found = tenths(reviewed(predicted=place / 5_000) for place in range(number))
    assert len(found) == groups


@given(st.lists(st.tuples(st.none() | st.floats(0, 1), st.booleans()), max_size=300))
def test_groups_hold_every_prediction_once_and_in_order(pairs):
    reviews = [reviewed(predicted=predicted, recalled=recalled) for predicted, recalled in pairs]
    known = [each for each in reviews if each.predicted is not None]
    groups = tenths(reviews)
    if len(known) < 20:
        assert groups == []
        return
    assert sum(group.outcome.due for group in groups) == len(known)
    assert sum(group.outcome.recalled for group in groups) == sum(
        each.is_recalled for each in known
    )
    assert all(group.outcome.is_enough for group in groups)
    assert all(group.low <= group.predicted + 1e-9 for group in groups)
    assert all(group.predicted <= group.high + 1e-9 for group in groups)
    assert all(first.high <= second.low for first, second in pairwise(groups))


def test_young_is_below_three_weeks_and_first_showings_are_neither():
    reviews = [
        reviewed(interval=20),
        reviewed(interval=21, recalled=False),
        reviewed(interval=300),
        reviewed(interval=None, predicted=None),
    ]
    assert Ages.of(reviews) == Ages(Retention(1, 1), Retention(2, 1))


def test_months_without_a_due_review_are_left_out():
    reviews = [
        reviewed(on=date(2026, 9, 30)),
        reviewed(on=date(2026, 11, 1), interval=30),
        reviewed(on=date(2024, 1, 1)),
        reviewed(on=date(2026, 10, 1), interval=None),
    ]
    found = ages_by_month(reviews, today=TODAY)
    assert list(found) == [date(2026, 9, 1), date(2026, 11, 1)]
    assert found[date(2026, 11, 1)].mature == Retention(1, 1)


def test_confidence_is_counted_by_level_first_showings_included():
    reviews = [
        reviewed(confidence=3, interval=None, predicted=None),
        reviewed(confidence=3, recalled=False),
        reviewed(confidence=1),
        reviewed(),
    ]
    assert by_confidence(reviews, (1, 2, 3)) == {
        1: Retention(1, 1),
        2: Retention(0, 0),
        3: Retention(2, 1),
    }


@pytest.mark.parametrize(
    ("pairs", "percent", "is_clear"),
    [
        ([(0.8, 0.6), (0.9, 0.7)] * 10, -20, True),
        ([(0.8, 0.9), (0.9, 0.8)] * 10, 0, False),
        ([(0.5, 0.5)] * 10, 0, False),
        ([(0.5, 0.75)] * 10, 25, True),
    ],
)
def test_the_gap_is_the_mean_difference(pairs, percent, is_clear):
    gap = Gap.of(pairs)
    assert (gap.percent, gap.is_clear, gap.is_enough) == (percent, is_clear, True)
    low, high = gap.percent_interval
    assert low <= percent <= high


def test_a_gap_of_few_pairs_is_not_enough():
    assert (Gap.of([]).missing, Gap.of([(1, 0)]).missing) == (10, 9)
    assert not Gap.of([(1, 0)] * 9).is_enough


def test_the_weakest_points_are_those_missed_most_and_not_said_last():
    newest_first = [
        {"1": "covered", "2": "missed", "3": "partly"},
        {"1": "missed", "2": "missed", "3": "partly"},
        {"1": "missed", "2": "covered", "3": "partly", "x": "missed"},
    ]
    assert weakest_points(newest_first, 5) == [Missed(2, 3, 2.0), Missed(3, 3, 1.5)]
    assert [each.point for each in weakest_points(newest_first, 1)] == [2]
    assert [each.missed_text for each in weakest_points(newest_first, 5)] == ["2", "1½"]
    assert Missed(1, 1, 0.5).missed_text == "½"


@pytest.mark.parametrize(
    ("low", "first"),
    [(91, "50 %"), (50, "50 %"), (49, "40 %"), (30, "30 %"), (29, "20 %"), (3, "0 %")],
)
def test_the_chart_begins_where_everything_is_on_it(low, first):
    chart = scatter_chart([Dot(x=80, y=92, low=low, high=96, title="")])
    assert chart.frame.ticks[0].label == chart.frame.labels[0].label == first
    assert chart.frame.ticks[-1].label == "100 %"
    (dot,) = chart.dots
    assert float(dot.top) < float(dot.y) < float(dot.bottom)


# The page


def due_reviews(user, number: int, **fields) -> None:
    card = make_card(user, due_on=TODAY)
    for ago in range(number):
        values = {"retrievability": 0.5 + ago % 50 / 100, "interval_before": 10, **fields}
        make_review(card, reviewed_at=NOON - ago * DAY, study_day=TODAY - ago * DAY, **values)


def result(user, questions, *, score: int, ago: int = 0):
    blueprint = make_blueprint(owner=user, is_quick=True)
    sitting = make_sitting(
        make_assignment(blueprint=blueprint, instructor=user),
        user,
        questions=tuple(questions),
        state="marked",
        started_at=NOON - ago * DAY,
        submitted_at=NOON - ago * DAY,
        score=score * len(questions),
    )
    for item in sitting.items.all():
        Mark.objects.create(item=item, number=1, score=0, marked_at=NOON)
        Mark.objects.create(item=item, number=2, score=score, marked_at=NOON)
    return sitting


def test_a_visitor_is_asked_to_log_in(client, db):
    assert client.get(URL).url.startswith(reverse("account_login"))


def test_with_too_little_the_page_says_what_is_missing(alice_client):
    page = words(alice_client.get(URL))
    assert "Not enough reviews yet: 100 more due reviews" in page
    assert "how sure you are: 20 more such answers" in page
    assert "It takes 10 more questions that you practised" in page


@pytest.mark.usefixtures("_at_noon")
def test_predictions_are_told_as_chart_and_table(alice, alice_client):
    due_reviews(alice, 100)
    page = alice_client.get(URL)
    assert "Predicted 74 %, recalled 100 % of 100 reviews." in words(page)
    assert page.text.count('class="chart-point"') == 5
    assert "50–59 %" in page.text


@pytest.mark.usefixtures("_at_noon")
def test_only_what_moved_the_schedule_and_stands_is_counted(alice, bob, alice_client):
    due_reviews(alice, 99)
    for fields in ({"kind": "cram"}, {"kind": "relearn"}, {"voided_at": NOON}):
        due_reviews(alice, 1, **fields)
    due_reviews(alice, 1, kind="learn")
    due_reviews(alice, 1, retrievability=None)
    due_reviews(bob, 30)
    assert "1 more due review, and it stands here" in words(alice_client.get(URL))


@pytest.mark.usefixtures("_at_noon")
def test_young_and_mature_are_told_apart_and_by_month(alice, alice_client):
    due_reviews(alice, 23)
    due_reviews(alice, 20, interval_before=40, rating=1)
    page = words(alice_client.get(URL))
    assert re.search(r"Young, below 21 days 23 100 %", page)
    assert re.search(r"Mature, 21 days or more 20 0 %", page)
    assert re.search(r"November 2026 100 % of 23 0 % of 20", page)


@pytest.mark.usefixtures("_at_noon")
def test_confidence_is_set_against_the_outcome(alice, alice_client):
    due_reviews(alice, 20, confidence=3, rating=1)
    due_reviews(alice, 2, confidence=1)
    page = words(alice_client.get(URL))
    assert "Certain 20 0 %" in page
    assert "A guess 2 too few" in page


@pytest.mark.usefixtures("_at_noon")
def test_the_gap_pairs_an_interview_with_the_answer_before_it(alice, alice_client):
    questions = [make_question() for _number in range(5)]
    questions += [make_choice_question() for _number in range(5)]
    for question in questions:
        card = make_card(alice, question, due_on=TODAY)
        points = {str(each.pk): "covered" for each in question.current_revision.key_points.all()}
        missed = dict.fromkeys(points, "missed")
        make_review(card, reviewed_at=NOON - 3 * DAY, points=missed, rating=1)
        make_review(card, reviewed_at=NOON - 2 * DAY, points=points)
        make_review(card, reviewed_at=NOON + DAY, points=missed, rating=1)
    result(alice, questions, score=6)
    page = words(alice_client.get(URL))
    assert (
        "10 questions: 100 % of their points in practice, 60 % in the interview after it." in page
    )
    assert "−40 " in page
    assert "Under the clock you say less than you know." in page


def test_marks_not_released_are_not_told(alice, ines, alice_client):
    question = make_question()
    make_review(
        make_card(alice, question, due_on=TODAY),
        reviewed_at=NOON - DAY,
        points={str(each.pk): "covered" for each in question.current_revision.key_points.all()},
    )
    sitting = result(alice, [question], score=6)
    sitting.assignment.assigned_by = ines
    sitting.assignment.save()
    assert "It takes 10 more questions" in words(alice_client.get(URL))
    sitting.state = "released"
    sitting.save()
    assert "It takes 9 more questions" in words(alice_client.get(URL))


@pytest.mark.usefixtures("_at_noon")
def test_queries_do_not_grow(alice, alice_client):
    def practise_and_sit():
        question = make_question()
        card = make_card(alice, question, due_on=TODAY)
        points = {str(each.pk): "missed" for each in question.current_revision.key_points.all()}
        make_review(card, reviewed_at=NOON - 2 * DAY, points=points)
        result(alice, [question], score=5)

    practise_and_sit()
    counts = []
    for _round in range(2):
        for url in (URL, PROGRESS):
            with CaptureQueriesContext(connection) as queries:
                alice_client.get(url)
            counts.append(len(queries))
        for _number in range(5):
            practise_and_sit()
    assert counts[:2] == counts[2:]


# The weakest key points, on the page of progress


def test_progress_names_the_weakest_points_and_leads_to_them(alice, alice_client):
    question = make_question(key_points=(("Several `FROM` lines", 3), ("Smaller image", 1)))
    first, second = question.current_revision.key_points.all()
    card = make_card(alice, question, due_on=TODAY)
    for ago in range(3):
        points = {str(first.pk): "missed", str(second.pk): "covered"}
        make_review(card, reviewed_at=NOON - ago * DAY, points=points, rating=1)
    page = alice_client.get(PROGRESS)
    text = words(page)
    assert "Several FROM lines What is a multi-stage build? missed 3 of 3 times" in text
    assert "Smaller image" not in text
    assert f"{reverse('practice:round')}?question={question.slug}" in page.text
    assert "1 question to draw from." in words(
        alice_client.get(f"{reverse('practice:round')}?question={question.slug}")
    )
    assert reverse("questions:question", args=[question.slug]) in page.text


def test_points_of_questions_that_changed_or_went_are_left_out(alice, bob, alice_client):
    question = make_question()
    point = question.current_revision.key_points.first()
    make_card(alice)
    make_review(make_card(alice, question, due_on=TODAY), points={str(point.pk): "missed"})
    assert "missed 1 of 1 time" in words(alice_client.get(PROGRESS))
    question.private_to = bob
    question.save()
    assert "No key point is missing" in words(alice_client.get(PROGRESS))
