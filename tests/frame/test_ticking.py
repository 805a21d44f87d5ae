"""Periodic jobs start once per period; abandoned tasks come back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from studyhub import ticking
from studyhub.models import Slot
from studyhub.tasks import clean_up

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def hourly_clean_up(settings):
    settings.PERIODIC_JOBS = {"studyhub.tasks.clean_up": HOUR}


def test_a_job_is_started_once_in_its_period(now):
    assert ticking.start_due_jobs(now) == ["studyhub.tasks.clean_up"]
    assert ticking.start_due_jobs(now + timedelta(minutes=59)) == []
    assert DBTaskResult.objects.count() == 1


def test_a_job_is_started_again_in_the_next_period(now):
    ticking.start_due_jobs(now)
    assert ticking.start_due_jobs(now + HOUR) == ["studyhub.tasks.clean_up"]
    assert DBTaskResult.objects.count() == 2


def test_old_slots_do_not_pile_up(now):
    ticking.start_due_jobs(now)
    ticking.start_due_jobs(now + timedelta(days=3))
    assert Slot.objects.count() == 1


@pytest.mark.parametrize(
    ("moment", "start"),
    [
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 12, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
    ],
)
def test_periods_are_counted_from_the_epoch(moment, start):
    assert ticking.period_start(moment, HOUR) == start


def abandon(now, *, workers: int, ago: timedelta) -> DBTaskResult:
    result = DBTaskResult.objects.get(pk=clean_up.enqueue().id)
    result.status = TaskResultStatus.RUNNING
    result.started_at = now - ago
    result.worker_ids = ["worker"] * workers
    result.save()
    return result


@pytest.mark.parametrize(
    ("workers", "minutes", "status"),
    [
        (1, 16, TaskResultStatus.READY),
        (3, 16, TaskResultStatus.FAILED),
        (1, 14, TaskResultStatus.RUNNING),
    ],
)
def test_a_task_of_a_dead_worker_is_returned_or_given_up(now, workers, minutes, status):
    result = abandon(now, workers=workers, ago=timedelta(minutes=minutes))
    ticking.return_abandoned_tasks(now)
    result.refresh_from_db()
    assert result.status == status


def test_the_clean_up_drops_expired_sessions(client, now):
    from django.contrib.sessions.models import Session

    Session.objects.create(
        session_key="old", session_data="", expire_date=now - timedelta(days=900)
    )
    clean_up.call()
    assert not Session.objects.filter(session_key="old").exists()
