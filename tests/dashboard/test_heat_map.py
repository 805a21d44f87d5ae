"""The year as weeks from Monday to Sunday."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import square_chart
from dashboard.heat_map import heat_map, level_of

MONDAY = date(2026, 11, 23)
SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("reviews", "level"),
    [(0, 0), (1, 1), (9, 1), (10, 2), (24, 2), (25, 3), (49, 3), (50, 4), (900, 4)],
)
def test_more_reviews_are_a_higher_level(reviews, level):
    assert level_of(reviews) == level


def test_a_year_has_365_days_and_ends_today():
    found = heat_map({MONDAY: 12}, today=MONDAY)
    assert len(found.days) == 365
    assert found.days[0].on == date(2025, 11, 24)
    assert (found.days[-1].on, found.days[-1].level) == (MONDAY, 2)


def test_a_new_week_begins_on_monday():
    last = heat_map({}, today=MONDAY).days[-2:]
    assert [(day.weekday, day.week) for day in last] == [(6, 51), (0, 52)]


def test_the_first_and_the_last_week_have_empty_places():
    weeks = heat_map({}, today=MONDAY - timedelta(days=1), days=9).weeks
    assert [week.monday for week in weeks] == [date(2026, 11, 9), date(2026, 11, 16)]
    assert [day is None for day in weeks[0].days] == [True] * 5 + [False] * 2
    assert None not in weeks[1].days


def test_days_outside_the_year_do_not_count():
    reviews = {MONDAY - timedelta(days=365): 5, MONDAY + timedelta(days=1): 5, SUNDAY: 3}
    found = heat_map(reviews, today=MONDAY)
    assert (found.reviews, found.days_studied) == (3, 1)


def test_days_with_fewer_reviews_than_make_one_count_are_short():
    reviews = {MONDAY: 15, SUNDAY: 14, SUNDAY - timedelta(days=1): 0}
    found = heat_map(reviews, today=MONDAY, least=15)
    assert (found.days_studied, found.days_counted) == (2, 1)
    assert [day.on for day in found.days if day.is_short] == [SUNDAY]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 400))
def test_no_two_days_share_a_place(today, days):
    found = heat_map({}, today=today, days=days)
    assert len({(day.week, day.weekday) for day in found.days}) == days
    assert all(day.on.weekday() == day.weekday for day in found.days)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_names_of_months_do_not_touch(today):
    chart = square_chart(
        heat_map({}, today=today),
        title=lambda day: "",
        month=lambda day: day.strftime("%b"),
        weekdays=list("MTWTFSS"),
    )
    places = [int(tick.at) for tick in chart.columns]
    assert all(after - before >= 4 * 14 for before, after in zip(places, places[1:], strict=False))
    assert len(chart.squares) == 365
