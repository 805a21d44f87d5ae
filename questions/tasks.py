"""What the worker does for the bank."""

from __future__ import annotations

from itertools import islice

from django.conf import settings
from django.tasks import task
from django.utils import timezone

from questions import links, matching
from questions.models import Import
from questions.web import Looker

# Some 20 seconds of one core: far below the lease of a task.
VECTORS_AT_ONCE = 50


@task
def drop_previews() -> None:
    """Drop the imports that nobody confirmed within a day; daily, see PERIODIC_JOBS."""
    Import.objects.abandoned(timezone.now()).delete()


@task
def prepare_vectors() -> None:
    """Read anew what was saved, taught, or read by an older engine; every minute, see PERIODIC_JOBS.

    Saving itself starts nothing, so there is no way for content to come in unseen, and an answer
    that cannot wait a minute has its question read on the spot.
    """
    for revision in islice(matching.lacking(), VECTORS_AT_ONCE):
        if matching.make_vectors(revision) != matching.best_method():
            return  # The model cannot be loaded here: trying each question would not help.


@task
def check_links() -> None:
    """Look at some of the pages that the bank refers to; every five minutes, if CHECK_LINKS is on.

    For some 20 seconds only: interviews wait for the same worker.
    """
    if settings.CHECK_LINKS:
        links.check(Looker().look, now=timezone.now())
