"""Study days in a row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.streaks import counted_days, current_streak, longest_streak

TODAY = date(2026, 11, 23)


def days_ago(*numbers: int) -> set[date]:
    return {TODAY - timedelta(days=number) for number in numbers}


@pytest.mark.parametrize(
    ("studied", "current", "longest"),
    [
        ((), 0, 0),
        ((0,), 1, 1),
        ((0, 1, 2), 3, 3),
        ((1, 2, 3), 3, 3),  # today is not over yet
        ((2, 3), 0, 2),  # yesterday was left out
        ((0, 2, 3, 4), 1, 3),
        ((0, 1, 3, 4, 5, 6), 2, 4),
        ((-1, 0, 1), 2, 3),  # after flying west, a day that is still to come has a review
    ],
)
def test_a_streak_is_days_in_a_row_until_today_or_yesterday(studied, current, longest):
    assert current_streak(days_ago(*studied), today=TODAY) == current
    assert longest_streak(days_ago(*studied)) == longest


def test_a_day_counts_with_as_many_reviews_as_wished():
    reviews = {TODAY: 4, date(2026, 11, 22): 5, date(2026, 11, 21): 30}
    assert counted_days(reviews, least=5) == {date(2026, 11, 22), date(2026, 11, 21)}
    assert counted_days(reviews, least=1) == set(reviews)


def test_a_streak_goes_over_the_end_of_a_leap_february():
    days = {date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)}
    assert current_streak(days, today=date(2028, 3, 1)) == 3


@given(st.sets(st.integers(0, 60)))
def test_the_current_streak_is_never_longer_than_the_longest(studied):
    days = days_ago(*studied)
    assert 0 <= current_streak(days, today=TODAY) <= longest_streak(days) <= len(days)
