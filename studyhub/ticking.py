"""Periodic jobs without a scheduler process, and tasks left behind by a worker that died."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.tasks import Task, TaskResultStatus
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from studyhub.models import Slot

logger = logging.getLogger(__name__)

# A task that runs longer than this belongs to a worker that is gone. Tasks are idempotent.
LEASE = timedelta(minutes=15)
ATTEMPTS = 3
KEEP_SLOTS = timedelta(days=2)


def period_start(now: datetime, period: timedelta) -> datetime:
    """The start of the period that holds `now`, counted from the epoch: the same everywhere."""
    seconds = int(period.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=UTC)


def start_due_jobs(now: datetime) -> list[str]:
    """Enqueue each job of settings.PERIODIC_JOBS whose period has begun and nobody started.

    Returns the names of the jobs started here. Safe to call from any number of processes.
    """
    started = []
    for name, period in settings.PERIODIC_JOBS.items():
        with transaction.atomic():
            slot, is_ours = Slot.objects.get_or_create(
                job=name, starts_at=period_start(now, period)
            )
            if not is_ours:
                continue
            task: Task[[], None] = import_string(name)
            task.enqueue()
            Slot.objects.filter(job=name, starts_at__lt=now - max(KEEP_SLOTS, period)).delete()
        started.append(slot.job)
    return started


def return_abandoned_tasks(now: datetime) -> int:
    """Give tasks of dead workers back, or up after three attempts. Returns how many."""
    abandoned = DBTaskResult.objects.running().filter(started_at__lt=now - LEASE)
    count = 0
    for result in abandoned:
        gives_up = len(result.worker_ids) >= ATTEMPTS
        status = TaskResultStatus.FAILED if gives_up else TaskResultStatus.READY
        changes = {"status": status, "finished_at": now if gives_up else None}
        count += abandoned.filter(pk=result.pk).update(**changes)
        logger.warning("Task %s was abandoned; it is now %s.", result.task_path, status)
    return count
