"""Housekeeping of the frame itself."""

from __future__ import annotations

from django.core.management import call_command
from django.tasks import task


@task
def clean_up() -> None:
    """Drop expired sessions and the records of tasks that ended two weeks ago."""
    call_command("clearsessions")
    call_command("prune_db_task_results", verbosity=0)
