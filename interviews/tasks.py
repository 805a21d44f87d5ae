"""What the worker does for interviews."""

from __future__ import annotations

from django.tasks import task
from django.utils import timezone

from interviews import sweeping, tidying


@task
def sweep() -> None:
    """Close the sittings whose time is over; every minute, see PERIODIC_JOBS."""
    sweeping.sweep(timezone.now())


@task
def tidy_recordings() -> None:
    """Remove files that no recording names; every hour, see PERIODIC_JOBS."""
    tidying.tidy(timezone.now())
