"""What to expect on a day, and what practice until then changes: the rules, without a database."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.manner import ASSUMED_SECONDS, WEIGHT, Answer, Share, manner
from dashboard.minutes_a_day import MINUTES, shares_by_minutes
from dashboard.readiness import Asked, Pool, Readiness
from practice.formulas import Formulas
from practice.scheduling import DEFAULT_PARAMETERS

FORMULAS = Formulas(DEFAULT_PARAMETERS)
NOBODY = manner([])


def answer(share=0.8, *, rating=3, seconds=60, is_open=True, is_first=False, is_again=False):
    return Answer(is_open, is_first, is_again, rating, share, seconds)


def known(question: int, stability: float = 10.0, *, elapsed: int = 0, due_in: int = 0, **fields):
    return Asked(
        question, **{"is_open": True, **fields}, stability=stability, elapsed=elapsed, due_in=due_in
    )


def ready(*questions: Asked, days: int = 10, count: int = 10, how=NOBODY) -> Readiness:
    return Readiness([Pool(questions, count)], how, DEFAULT_PARAMETERS, days=days)


def test_a_choice_is_worth_its_chance_of_recall():
    found = ready(known(1, 10.0, elapsed=3, is_open=False), days=4).expected()
    assert found.share == pytest.approx(FORMULAS.recall(7, 10.0))


def test_an_open_question_is_worth_what_is_said_when_it_is_recalled_and_when_not():
    found = ready(known(1, 10.0, elapsed=3), days=4).expected()
    recall = FORMULAS.recall(7, 10.0)
    assert found.share == pytest.approx(recall * 0.80 + (1 - recall) * 0.25)


def test_a_question_never_answered_is_worth_what_is_said_of_such():
    assert ready(Asked(1, is_open=True)).expected().share == pytest.approx(0.30)
    assert ready(Asked(1, is_open=False)).expected().share == pytest.approx(0.45)


def test_own_averages_take_the_place_of_what_is_assumed():
    how = manner([answer(0.5) for _number in range(90)])
    assert how.known.mean == pytest.approx((90 * 0.5 + WEIGHT * 0.8) / (90 + WEIGHT))
    assert how.forgotten == Share.of([], (0.25, 0.04))
    assert manner([answer(0.1, rating=1)]).forgotten.mean == pytest.approx((0.1 + 2.5) / 11)
    assert manner([answer(1.0, is_first=True)]).unseen.mean == pytest.approx((1 + 3) / 11)
    assert manner([answer(1.0, is_first=True, is_open=False)]).unseen_choice.mean == pytest.approx(
        (1 + 4.5) / 11
    )


def test_an_answer_without_marks_says_nothing_of_shares():
    how = manner([answer(None)] * 30)
    assert (how.marked, how.missing, how.is_enough) == (0, 20, False)
    assert how.known.mean == pytest.approx(0.8)
    assert manner([answer()] * 20).is_enough


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], 60.0),
        ([30] * 4, 60.0),
        ([0] * 9, 60.0),
        ([30] * 5, 30.0),
        ([30, 40, 50, 60, 900], 50.0),
        ([1] * 5, 5.0),
        ([900] * 5, 600.0),
    ],
)
def test_times_are_own_medians_within_bounds(times, expected):
    how = manner([answer(seconds=each) for each in times])
    assert how.seconds[True, False] == expected
    assert how.seconds[True, True] == ASSUMED_SECONDS[True, True]


def test_seeing_it_again_the_same_day_says_only_how_long_that_takes():
    how = manner([answer(1.0, is_again=True, seconds=12)] * 40)
    assert (how.marked, how.reviews, how.again_seconds) == (0, 0, 12.0)


def test_a_blueprint_counts_by_points_and_questions_drawn():
    easy = [Asked(1, is_open=False)]
    hard = [Asked(2, is_open=True), Asked(3, is_open=True)]
    of = Readiness([Pool(easy, 1, 30), Pool(hard, 2, 10)], NOBODY, DEFAULT_PARAMETERS, days=1)
    assert of.expected().share == pytest.approx((30 * 0.45 + 20 * 0.30) / 50)
    assert (of.expected().asked, of.expected().questions) == (3, 3)


def test_a_question_of_two_sections_counts_for_both():
    one, two = Asked(1, is_open=True), Asked(2, is_open=True)
    of = Readiness([Pool([one, two], 1), Pool([one], 1)], NOBODY, DEFAULT_PARAMETERS, days=1)
    assert of.weights == pytest.approx({1: 0.75, 2: 0.25})
    assert of.expected().questions == 2


def test_without_a_question_there_is_nothing_to_expect():
    of = Readiness([Pool([], 5), Pool([known(1)], 0)], NOBODY, DEFAULT_PARAMETERS, days=3)
    assert of.expected() is None
    assert shares_by_minutes(of, 0.9) == []
    assert of.half_hour() == []


def test_more_questions_and_more_answers_make_it_surer():
    def width(number: int, answers: int) -> float:
        how = manner([answer(0.7)] * answers)
        found = ready(*(known(each) for each in range(number)), how=how).expected()
        return found.high - found.low

    assert width(200, 400) < width(200, 20) < width(5, 20)


def test_one_interview_is_less_sure_than_all_of_it():
    questions = [known(number, 1 + 3 * number) for number in range(60)]
    found = ready(*questions, days=20, count=6).expected()
    assert found.asked_low < found.low < found.share < found.high < found.asked_high


def test_one_interview_that_asks_everything_is_as_sure_as_everything():
    questions = [known(number, 1 + 3 * number) for number in range(8)]
    found = ready(*questions, count=8).expected()
    assert (found.asked_low, found.asked_high) == pytest.approx((found.low, found.high))


def test_the_half_hour_takes_what_gains_most_a_minute():
    slow, quick = known(1, 2.0, elapsed=30), known(2, 2.0, elapsed=30, is_open=False)
    steady = known(3, 400.0, elapsed=30)
    picks = ready(steady, slow, quick).half_hour()
    assert [pick.question for pick in picks] == [2, 1, 3]
    rates = [pick.gain / pick.seconds for pick in picks]
    assert rates == sorted(rates, reverse=True)


def test_the_half_hour_leaves_out_what_is_not_due_or_set_aside():
    later = known(1, 2.0, elapsed=3, due_in=1)
    aside = known(2, 2.0, elapsed=30, is_free=False)
    assert ready(later, aside, Asked(3, is_open=True, is_free=False)).half_hour() == []


def test_the_half_hour_is_half_an_hour_and_not_endless():
    many = [known(number, 2.0, elapsed=30) for number in range(500)]
    picks = ready(*many).half_hour()
    assert 25 * 60 < sum(pick.seconds for pick in picks) <= 30 * 60
    quick = [known(number, 2.0, elapsed=30, is_open=False) for number in range(500)]
    assert len(ready(*quick).half_hour()) == 40


def test_a_pick_promises_what_one_review_brings():
    asked = known(1, 5.0, elapsed=12)
    of = ready(asked, days=6)
    (pick,) = of.half_hour()
    recall = FORMULAS.recall(12, 5.0)
    steady, _difficulty = FORMULAS.after(5.0, 5.0, elapsed=12, rating=3)
    shaken, _difficulty = FORMULAS.after(5.0, 5.0, elapsed=12, rating=1)
    after = recall * FORMULAS.recall(6, steady) + (1 - recall) * FORMULAS.recall(6, shaken)
    assert pick.before == pytest.approx(FORMULAS.recall(18, 5.0))
    assert pick.after == pytest.approx(after, abs=0.03)  # Hard and Easy are among the ratings
    assert pick.gain == pytest.approx((pick.after - pick.before) * 0.55)


def test_an_interview_today_can_still_be_learnt_for():
    of = ready(Asked(1, is_open=True), days=0)
    (pick,) = of.half_hour()
    assert pick.after == pytest.approx(1.0)
    assert dict(shares_by_minutes(of, 0.9))[15] == pytest.approx(0.8)


def test_reviews_that_all_fit_into_one_day_are_all_made():
    questions = [known(number, 3.0, elapsed=20) for number in range(10)]
    of = ready(*questions, days=1)
    gain = sum(of.pick(each).gain for each in questions)
    found = dict(shares_by_minutes(of, 0.9, (0, 60)))
    assert found[60] - found[0] == pytest.approx(gain, abs=1e-6)


def test_half_of_the_reviews_bring_half_of_the_gain():
    questions = [known(number, 3.0, elapsed=20) for number in range(200)]
    of = ready(*questions, days=1)
    seconds = sum(of.pick(each).seconds for each in questions)
    gain = sum(of.pick(each).gain for each in questions)
    minutes = round(seconds / 120)
    found = dict(shares_by_minutes(of, 0.9, (0, minutes)))
    assert found[minutes] - found[0] == pytest.approx(gain / 2, rel=0.02)


asked = st.builds(
    Asked,
    question=st.integers(1, 10_000),
    is_open=st.booleans(),
    stability=st.none() | st.floats(0.01, 3_000),
    difficulty=st.floats(1, 10),
    elapsed=st.integers(0, 400),
    due_in=st.integers(-100, 400),
    is_free=st.booleans(),
)
pools = st.lists(
    st.builds(
        Pool,
        st.lists(asked, max_size=15, unique_by=lambda each: each.question),
        st.integers(0, 20),
        st.integers(0, 50),
    ),
    max_size=4,
)
answers = st.lists(
    st.builds(
        Answer,
        is_open=st.booleans(),
        is_first=st.booleans(),
        is_again=st.booleans(),
        rating=st.integers(1, 4),
        share=st.none() | st.floats(0, 1),
        seconds=st.integers(0, 900),
    ),
    max_size=30,
)


@given(pools=pools, answers=answers, days=st.integers(0, 730))
@settings(max_examples=60)
def test_every_figure_is_a_share_and_intervals_hold_it(pools, answers, days):
    of = Readiness(pools, manner(answers), DEFAULT_PARAMETERS, days=days)
    found = of.expected()
    if found is None:
        assert not of.asked
        return
    assert sum(of.weights.values()) == pytest.approx(1)
    assert 0 <= found.low <= found.share <= found.high <= 1
    assert 0 <= found.asked_low <= found.share <= found.asked_high <= 1
    assert all(0 <= share <= 1 + 1e-9 for _minutes, share in shares_by_minutes(of, 0.9))


@given(pools=pools, answers=answers, days=st.integers(0, 200))
@settings(max_examples=60)
def test_practice_never_makes_it_worse_and_none_leaves_it(pools, answers, days):
    of = Readiness(pools, manner(answers), DEFAULT_PARAMETERS, days=days)
    shares = [share for _minutes, share in shares_by_minutes(of, 0.9)]
    if shares:
        assert len(shares) == len(MINUTES)
        assert shares[0] == pytest.approx(of.expected().share)
        assert all(share >= shares[0] - 0.005 for share in shares)


@given(st.lists(asked, min_size=1, max_size=30, unique_by=lambda each: each.question))
def test_the_half_hour_is_made_of_what_can_be_practised(questions):
    of = ready(*questions)
    picks = of.half_hour()
    assert {pick.question for pick in picks} <= {
        each.question for each in questions if each.can_be_practised
    }
    assert all(pick.gain > 0 for pick in picks)
    rates = [pick.gain / pick.seconds for pick in picks]
    assert all(first >= second for first, second in pairwise(rates))
