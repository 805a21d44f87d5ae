"""Cards due on the next days."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.forecast import forecast, last_day

TODAY = date(2026, 11, 23)


def in_days(number: int) -> date:
    return TODAY + timedelta(days=number)


def test_overdue_cards_wait_today():
    found = forecast([(in_days(-40), 3), (in_days(-1), 2), (TODAY, 1)], today=TODAY)
    assert (found[0].on, found[0].due) == (TODAY, 6)


def test_thirty_days_begin_today():
    found = forecast([(in_days(29), 4), (in_days(30), 7)], today=TODAY)
    assert (len(found), found[-1].on) == (30, last_day(TODAY))
    assert [day.due for day in found if day.due] == [4]


@given(st.lists(st.tuples(st.integers(-100, 29), st.integers(0, 50))))
def test_no_card_is_lost(due):
    found = forecast([(in_days(day), number) for day, number in due], today=TODAY)
    assert sum(day.due for day in found) == sum(number for _, number in due)
