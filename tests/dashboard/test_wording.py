"""Distances in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from dashboard.wording import distance

EVENING = datetime(2026, 11, 23, 21, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(minutes=14), "in 14 minutes"),
        (timedelta(minutes=80), "in 1 hour"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(hours=30), "in 30 hours"),
        (timedelta(days=2, seconds=-1), "in 2 days"),
        (timedelta(days=4, hours=5), "in 5 days"),  # past midnight, a day more on the calendar
        (-timedelta(hours=2, minutes=30), "2 hours ago"),
    ],
)
def test_distances_read_as_people_count(away, words):
    assert distance(EVENING + away, now=EVENING).replace("\xa0", " ") == words


def test_days_are_those_of_the_persons_calendar():
    with timezone.override(ZoneInfo("Asia/Tokyo")):  # already the 24th there
        assert distance(EVENING + timedelta(days=4, hours=5), now=EVENING) == "in 4 days"
