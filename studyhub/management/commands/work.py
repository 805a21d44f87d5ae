"""The background worker: runs queued tasks, starts periodic jobs, returns abandoned tasks."""

from __future__ import annotations

import logging
import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from studyhub import ticking

logger = logging.getLogger(__name__)

TICK_SECONDS = 10


class Command(BaseCommand):
    help = "Run background tasks and periodic jobs until stopped. Any number may run."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        ticker = threading.Thread(target=tick_until, args=(stopping,), daemon=True)
        ticker.start()
        try:
            call_command("db_worker", interval=1.0, startup_delay=False, reload=False, verbosity=0)
        finally:
            stopping.set()
            ticker.join(timeout=5)


def tick_until(stopping: threading.Event) -> None:
    """Look every ten seconds; a database that is away for a while does not end the ticking."""
    while not stopping.is_set():
        close_old_connections()
        try:
            ticking.start_due_jobs(timezone.now())
            ticking.return_abandoned_tasks(timezone.now())
        except OperationalError:
            logger.exception("The database did not answer; trying again.")
        stopping.wait(TICK_SECONDS)
    connection.close()
