"""The time of one question: a pure function, whatever the pace and the person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interviews.deadlines import NO_TIME, UNTIMED, Pace, Terms, resolve_terms, turn

OPENED = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PACE = Pace(think=30 * SECOND, answer=180 * SECOND, follow_up=120 * SECOND)

lengths = st.integers(1, 7_200_000).map(lambda number: timedelta(milliseconds=number))
thinking = st.just(NO_TIME) | lengths
paces = st.builds(Pace, think=thinking, answer=lengths, follow_up=lengths)
moments = st.integers(-7_200_000, 14_400_000).map(
    lambda number: OPENED + timedelta(milliseconds=number)
)
factors = st.decimals(1, 4, places=2)
extras = st.none() | lengths
turns = {
    "is_follow_up": st.booleans(),
    "begun_at": st.none() | moments,
    "extra_time": thinking,
    "deadline_at": st.none() | moments.filter(lambda moment: moment >= OPENED),
}


# What was given -> seconds to think, seconds until it is over.
TABLE = {
    "thought to the end": ({}, 30, 210),
    "begun early": ({"begun_at": OPENED + 10 * SECOND}, 10, 190),
    "begun at once": ({"begun_at": OPENED}, 0, 180),
    "begun when it was over anyway": ({"begun_at": OPENED + 90 * SECOND}, 30, 210),
    "more time": ({"extra_time": 60 * SECOND}, 30, 270),
    "more time, begun early": (
        {"extra_time": 60 * SECOND, "begun_at": OPENED + 10 * SECOND},
        10,
        250,
    ),
    "the interview ends before": ({"deadline_at": OPENED + 100 * SECOND}, 30, 100),
    "the interview ends after": ({"deadline_at": OPENED + 500 * SECOND}, 30, 210),
    "a follow-up has no time to think": ({"is_follow_up": True}, 0, 120),
}


@pytest.mark.parametrize("case", TABLE)
def test_time_of_a_question(case):
    given_, think, whole = TABLE[case]
    its = turn(OPENED, PACE, **given_)
    assert its.answering_at == OPENED + think * SECOND
    assert its.ends_at == OPENED + whole * SECOND


@given(paces, st.fixed_dictionaries(turns))
def test_beginning_early_gives_no_less_time_to_answer_and_no_later_end(pace, more):
    its = turn(OPENED, pace, **more)
    in_full = turn(OPENED, pace, **{**more, "begun_at": None})
    assert OPENED <= its.answering_at <= in_full.answering_at
    assert its.ends_at <= in_full.ends_at
    if more["deadline_at"] is None:
        assert its.ends_at - its.answering_at == in_full.ends_at - in_full.answering_at


@given(paces, st.fixed_dictionaries(turns))
def test_working_it_out_again_from_its_own_beginning_changes_nothing(pace, more):
    its = turn(OPENED, pace, **more)
    assert turn(OPENED, pace, **{**more, "begun_at": its.answering_at}) == its


@given(paces, st.fixed_dictionaries(turns), lengths)
def test_more_time_never_shortens_and_no_question_outlasts_the_interview(pace, more, by):
    before = turn(OPENED, pace, **more).ends_at
    after = turn(OPENED, pace, **{**more, "extra_time": more["extra_time"] + by}).ends_at
    assert after >= before
    assert more["deadline_at"] is None or after <= more["deadline_at"]


@given(paces, factors, extras, st.integers(1, 50), st.integers(0, 2))
@example(Pace(think=NO_TIME, answer=SECOND, follow_up=SECOND), Decimal("1.01"), None, 3, 0)
def test_all_the_questions_fit_into_the_time_for_the_whole(
    pace, factor, extra, questions, follow_ups
):
    whole = pace.for_all(questions, follow_ups=follow_ups)
    terms = resolve_terms(Terms(time_limit=whole, pace=pace, extra_time=extra), time_factor=factor)
    its = terms.pace_for(questions)
    assert its.for_all(questions, follow_ups=follow_ups) <= terms.full_time


@given(paces, factors, factors, st.integers(1, 50))
def test_a_greater_time_factor_never_shortens_a_question(pace, one, other, questions):
    smaller, greater = sorted([one, other])
    terms = Terms(time_limit=pace.for_all(questions, follow_ups=0), pace=pace)
    before = resolve_terms(terms, time_factor=smaller).pace_for(questions)
    after = resolve_terms(terms, time_factor=greater).pace_for(questions)
    assert (after.think, after.answer) >= (before.think, before.answer)
    assert after.follow_up >= before.follow_up


def test_time_factor_counts_for_each_question_and_extra_minutes_are_spread():
    assignment = Terms(time_limit=PACE.for_all(4, follow_ups=0), pace=PACE)
    own = Terms(extra_time=timedelta(minutes=2))
    its = resolve_terms(assignment, own_extension=own, time_factor=Decimal("1.5")).pace_for(4)
    assert (its.think, its.answer, its.follow_up) == (45 * SECOND, 300 * SECOND, 180 * SECOND)


def test_without_a_limit_no_question_has_one():
    assignment = Terms(time_limit=PACE.for_all(4, follow_ups=0), pace=PACE)
    terms = resolve_terms(assignment, own_extension=Terms(time_limit=UNTIMED))
    assert terms.pace_for(4) is None
