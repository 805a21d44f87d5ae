"""The share recalled, and how sure it is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.retention import Retention, by_month, months_until, retention, wilson_interval

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [  # the first three from Newcombe (1998), table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (20, 20, 0.8389, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(successes, trials, low, high):
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=0.0001)


@given(st.integers(0, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(counts):
    successes, trials = counts
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= high <= 1
    if trials:
        assert low - 1e-9 <= successes / trials <= high + 1e-9


@pytest.mark.parametrize(
    ("due", "is_enough", "missing"), [(0, False, 20), (19, False, 1), (20, True, 0)]
)
def test_below_twenty_reviews_there_is_no_figure(due, is_enough, missing):
    found = Retention(due=due, recalled=due)
    assert (found.is_enough, found.missing) == (is_enough, missing)


def test_percentages_are_rounded_and_their_range_outwards():
    found = Retention(due=263, recalled=81)
    assert found.percent == 31
    assert found.percent_interval == (25, 37)
    assert Retention().percent is None


def test_thirty_days_are_today_and_the_29_before():
    days = [(TODAY - timedelta(days=ago), 10, 9) for ago in (-1, 0, 29, 30)]
    assert retention(days, today=TODAY, last=30) == Retention(due=20, recalled=18)


def test_months_go_over_the_new_year():
    assert months_until(date(2026, 2, 28), 3) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def test_each_day_counts_in_its_month():
    days = [(date(2026, 10, 1), 10, 8), (date(2026, 10, 31), 10, 9), (date(2025, 10, 3), 99, 99)]
    found = by_month(days, today=TODAY)
    assert len(found) == 12
    assert found[date(2026, 10, 1)] == Retention(due=20, recalled=17)
    assert found[date(2026, 11, 1)] == Retention()
