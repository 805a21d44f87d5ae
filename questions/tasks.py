"""What the worker does for the bank."""

from __future__ import annotations

from django.tasks import task
from django.utils import timezone

from questions.models import Import


@task
def drop_previews() -> None:
    """Drop the imports that nobody confirmed within a day; daily, see PERIODIC_JOBS."""
    Import.objects.abandoned(timezone.now()).delete()
