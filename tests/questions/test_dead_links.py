"""When a link is called broken, and when it is looked at again: a table of looks, day by day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from questions.dead_links import DAY, Series, time_to_wait, time_until_next
from questions.web import Seen, Verdict
from tests.factories import NOON

WEEK = 7 * DAY


def broken_after(*looks: tuple[float, Verdict]) -> list[bool]:
    """Each look is some days after the first; whether the link is broken after each of them."""
    series, told = Series(), []
    for days, verdict in looks:
        now, seen = NOON + days * DAY, Seen(verdict=verdict)
        series = series.after(seen, now=now)
        told.append(series.is_broken(seen, now=now))
    return told


@pytest.mark.parametrize("verdict", [Verdict.GONE, Verdict.NO_SUCH_HOST])
def test_gone_page_is_broken_in_the_second_look_a_day_later(verdict: Verdict) -> None:
    assert broken_after((0, verdict), (0.99, verdict), (1, verdict)) == [False, False, True]


def test_page_that_came_back_begins_anew() -> None:
    looks = ((0, Verdict.GONE), (0.5, Verdict.FINE), (2, Verdict.GONE), (3, Verdict.GONE))
    assert broken_after(*looks) == [False, False, False, True]


def test_timeout_between_two_looks_does_not_bring_a_page_back() -> None:
    looks = ((0, Verdict.GONE), (0.5, Verdict.TIMEOUT), (1, Verdict.GONE))
    assert broken_after(*looks) == [False, False, True]


def test_site_that_answered_badly_before_is_not_gone_at_once() -> None:
    looks = ((0, Verdict.TIMEOUT), (5, Verdict.GONE), (6, Verdict.GONE))
    assert broken_after(*looks) == [False, False, True]


@pytest.mark.parametrize(
    "verdict",
    [
        *(Verdict.TIMEOUT, Verdict.NO_CONNECTION, Verdict.SERVER_ERROR, Verdict.CERTIFICATE),
        *(Verdict.TOO_MANY_REDIRECTS, Verdict.NOT_UNDERSTOOD),
    ],
)
def test_what_does_not_answer_well_is_broken_after_two_weeks(verdict: Verdict) -> None:
    looks = tuple((day, verdict) for day in (*range(14), 13.99, 14))
    assert broken_after(*looks) == [False] * 15 + [True]


def test_two_weeks_are_not_enough_if_hardly_anybody_looked() -> None:
    looks = tuple((day, Verdict.TIMEOUT) for day in (0, 20, 21, 22, 23))
    assert broken_after(*looks) == [False, False, False, False, True]


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.BUSY, Verdict.NOT_PUBLIC])
def test_what_says_nothing_of_the_page_never_breaks_it(verdict: Verdict) -> None:
    assert not any(broken_after(*((day, verdict) for day in range(0, 400, 7))))


@pytest.mark.parametrize(
    ("verdict", "is_broken", "expected"),
    [
        (Verdict.FINE, False, WEEK),
        (Verdict.GONE, False, DAY),
        (Verdict.GONE, True, WEEK),
        (Verdict.TIMEOUT, False, DAY),
        (Verdict.TIMEOUT, True, WEEK),
        (Verdict.BUSY, False, DAY),
        (Verdict.REFUSED, False, WEEK),
        (Verdict.NOT_PUBLIC, False, WEEK),
    ],
)
def test_pages_are_looked_at_weekly_and_undecided_ones_daily(
    verdict: Verdict, is_broken: bool, expected: timedelta
) -> None:
    assert time_until_next(Seen(verdict=verdict), is_broken=is_broken) == expected


def test_busy_site_is_left_alone_as_long_as_it_asks_within_reason() -> None:
    def wait(verdict: Verdict, asked: timedelta | None) -> timedelta | None:
        return time_to_wait(Seen(verdict=verdict, wait=asked))

    assert wait(Verdict.BUSY, None) == timedelta(hours=1)
    assert wait(Verdict.BUSY, timedelta(seconds=5)) == timedelta(hours=1)
    assert wait(Verdict.BUSY, timedelta(hours=5)) == timedelta(hours=5)
    assert wait(Verdict.SERVER_ERROR, timedelta(days=2)) == timedelta(days=2)
    assert wait(Verdict.BUSY, timedelta(days=999)) == timedelta(days=30)
    assert wait(Verdict.SERVER_ERROR, None) is None
