"""What each desired retention would cost: the formulas, the forecast and the page."""

from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from practice import scheduling
from practice.cost_chart import Point, cost_chart
from practice.foreseeing import ENOUGH_REVIEWS, SAMPLE, foreseen, sampled
from practice.formulas import Formulas
from practice.models import Card, Review, StudySettings
from practice.workload import RETENTIONS, Deck, Habits, Known, costs
from tests.factories import NOON, make_card, make_question, suspend

SETTINGS = "/practice/settings/"
TODAY = NOON.date()
HABITS = Habits(
    first=(0.25, 0.1, 0.55, 0.1),
    recalled=(0.1, 0.8, 0.1),
    first_seconds=(90, 90, 75, 60),
    review_seconds=(75, 70, 50, 30),
    again_seconds=40,
)
KNOWN = [Known(stability, 5.0, 1, due_in) for due_in, stability in enumerate((2, 5, 9, 20, 60))]
DECK = Deck(known=KNOWN, known_count=50, new_left=100, new_a_day=2)


@given(
    stability=st.floats(0.01, 5_000),
    difficulty=st.floats(1, 10),
    elapsed=st.integers(0, 2_000),
    rating=st.sampled_from(scheduling.Rating),
)
def test_formulas_agree_with_the_scheduler(stability, difficulty, elapsed, rating):
    memory = scheduling.Memory(stability, difficulty, TODAY)
    day = TODAY + timedelta(days=elapsed)
    expected = scheduling.review(memory, rating, day, desired_retention=0.9, seed=None)
    formulas = Formulas(scheduling.DEFAULT_PARAMETERS)
    after = formulas.after(stability, difficulty, elapsed=elapsed, rating=rating)
    assert after == pytest.approx((expected.memory.stability, expected.memory.difficulty))
    recall = scheduling.retrievability(memory, day)
    assert formulas.recall(elapsed, stability) == pytest.approx(recall)


@pytest.mark.parametrize("retention", RETENTIONS)
@pytest.mark.parametrize("rating", list(scheduling.Rating))
def test_first_interval_agrees_with_the_scheduler(retention, rating):
    first = scheduling.review(None, rating, TODAY, desired_retention=retention, seed=None)
    formulas = Formulas(scheduling.DEFAULT_PARAMETERS)
    stability, difficulty = formulas.first(rating)
    assert (stability, difficulty) == pytest.approx(
        (first.memory.stability, first.memory.difficulty)
    )
    if rating is scheduling.Rating.EASY:  # no worse rating can have lifted it
        rest = formulas.rest(retention)
        assert formulas.interval(stability, rest) == first.interval_days


def test_higher_retention_costs_more_and_keeps_more():
    found = costs(DECK, HABITS)
    for lower, higher in zip(found, found[1:], strict=False):
        assert lower.minutes_a_day < higher.minutes_a_day
        assert lower.reviews_a_day < higher.reviews_a_day
        assert lower.remembered < higher.remembered <= higher.learnt


def test_same_deck_always_costs_the_same():
    assert costs(DECK, HABITS) == costs(DECK, HABITS)


def test_one_certain_review_costs_what_it_takes():
    """Due tomorrow, known for centuries: one review, and it is not due again."""
    deck = Deck([Known(100_000.0, 5.0, 10, 1)], known_count=1, new_left=0, new_a_day=10)
    habits = replace(HABITS, recalled=(0, 1, 0), review_seconds=(0, 0, 60, 0), again_seconds=0)
    (cost,) = costs(deck, habits, [0.9], days=10)
    assert cost.reviews_a_day == pytest.approx(0.1)
    assert cost.minutes_a_day == pytest.approx(0.1, rel=0.001)
    assert cost.remembered == pytest.approx(1, rel=0.001)


def test_card_not_due_within_the_days_costs_nothing_and_fades():
    deck = Deck([Known(20.0, 5.0, 5, 30)], known_count=1, new_left=0, new_a_day=10)
    (cost,) = costs(deck, HABITS, [0.9], days=16)
    assert cost.reviews_a_day == cost.minutes_a_day == 0
    assert cost.remembered == pytest.approx(0.9)  # 5 + 15 days, the stability


def test_new_cards_stop_when_none_is_left():
    (cost,) = costs(Deck([], 0, new_left=5, new_a_day=2), HABITS, [0.9])
    assert cost.learnt == 5
    (none,) = costs(Deck([], 0, new_left=0, new_a_day=2), HABITS, [0.9])
    assert (none.learnt, none.minutes_a_day, none.share_percent) == (0, 0, 0)


def test_sample_stands_for_all():
    small, large = (costs(replace(DECK, new_left=0, known_count=n), HABITS) for n in (50, 500))
    for one, ten in zip(small, large, strict=True):
        assert ten.minutes_a_day == pytest.approx(10 * one.minutes_a_day)
        assert ten.share_percent == pytest.approx(one.share_percent)


def test_chart_rises_within_its_frame():
    points = [Point(70, 10, "a"), Point(90, 25, "b"), Point(97, 77, "c")]
    chart = cost_chart(points, chosen=points[1])
    assert [mark.is_chosen for mark in chart.marks] == [False, True, False]
    heights = [float(mark.y) for mark in chart.marks]
    assert heights == sorted(heights, reverse=True)
    assert chart.top <= min(heights) <= max(heights) <= chart.base
    assert chart.minutes[-1].number >= 77


def test_idle_chart_can_be_drawn():
    points = [Point(70, 0, "a"), Point(97, 0, "b")]
    assert cost_chart(points, chosen=points[0]).path


def learn(user, number: int, **fields) -> list[Card]:
    return [make_card(user, make_question(), **fields) for _each in range(number)]


def page_of(client) -> str:
    return unescape(client.get(SETTINGS).content.decode())


LEARNT = {
    "stability": 9.0,
    "difficulty": 5.0,
    "reviewed_on": TODAY,
    "due_on": TODAY + timedelta(days=9),
    "review_count": 1,
}


def test_page_names_the_chosen_retention_once(alice, alice_client):
    learn(alice, 2, **LEARNT)
    StudySettings.objects.create(user=alice, desired_retention=0.83)
    page = page_of(alice_client)
    assert page.count('class="is-chosen"') == 1
    assert "At 83 % you would practise about" in page
    assert "from the memory of your 2 learnt cards" in page


def test_page_says_that_times_are_assumed_until_there_are_reviews(alice, alice_client):
    cards = learn(alice, 1)
    assert "is assumed: you have no reviews yet" in page_of(alice_client)
    revision = cards[0].question.current_revision
    cards[0].review(3, review_id=uuid4(), revision=revision, now=timezone.now())
    assert "mostly assumed: you have only 1 review so far" in page_of(alice_client)
    log = Review.objects.values().get()
    Review.objects.bulk_create(
        Review(**{**log, "id": uuid4(), "seconds": 30}) for _each in range(ENOUGH_REVIEWS)
    )
    assert "taken from your newest 101 reviews" in page_of(alice_client)


def test_page_without_anything_to_learn_says_so(alice_client):
    page = page_of(alice_client)
    assert "There is nothing to work it out from yet" in page
    assert '<svg class="chart"' not in page


def test_more_reviews_than_allowed_are_named(alice, alice_client):
    learn(alice, 3, **{**LEARNT, "stability": 0.5})
    StudySettings.objects.create(user=alice, reviews_a_day=0)
    assert "more than you allow (0 a day)" in page_of(alice_client)


def test_slow_answers_cost_more(alice, bob):
    for user, seconds in ((alice, 20), (bob, 400)):
        (card,) = learn(user, 1)
        revision = card.question.current_revision
        review = card.review(3, review_id=uuid4(), revision=revision, now=NOON, seconds=seconds)
        log = Review.objects.values().get(pk=review.pk)
        Review.objects.bulk_create(Review(**{**log, "id": uuid4()}) for _each in range(50))
    quick, slow = (
        foreseen(user, StudySettings(user=user), today=TODAY).chosen for user in (alice, bob)
    )
    assert quick.minutes_a_day < slow.minutes_a_day


def test_others_cards_suspended_and_withdrawn_ones_do_not_count(alice, bob):
    cards = learn(alice, 3, **LEARNT)
    learn(bob, 2, **LEARNT)
    suspend(cards[0])
    found = foreseen(alice, StudySettings(user=alice), today=TODAY)
    assert found.known_count == 2
    assert found.new_left == 2  # bob's questions are in the bank for her too


def test_large_deck_is_sampled_evenly(alice):
    """Every other card is hard; so it is in the sample."""
    (first,) = learn(alice, 1)
    question = first.question
    Card.objects.all().delete()
    copies = [
        type(question)(slug=f"copy-{number}", current_revision=question.current_revision)
        for number in range(3 * SAMPLE)
    ]
    made = type(question).objects.bulk_create(copies)
    Card.objects.bulk_create(
        Card(user=alice, question=each, **{**LEARNT, "difficulty": 1.0 + 8 * (number % 2)})
        for number, each in enumerate(made)
    )
    sample = sampled(Card.objects.of(alice), 3 * SAMPLE, today=TODAY)
    assert 0.9 * SAMPLE < len(sample) < 1.1 * SAMPLE
    hard = sum(card.difficulty > 5 for card in sample)
    assert 0.4 < hard / len(sample) < 0.6


def test_queries_do_not_grow_with_cards(alice, alice_client):
    counts = []
    for number in (1, 6):
        learn(alice, number, **LEARNT)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            alice_client.get(SETTINGS)
        counts.append(len(queries))
    assert counts[0] == counts[1]
