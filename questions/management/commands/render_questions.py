"""Stored HTML, rendered anew after the renderer changed; needed once after such an upgrade."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from questions.models import QuestionRevision
from questions.rendering import RENDER_VERSION
from questions.revising import render_revision


class Command(BaseCommand):
    help = "Render questions whose stored HTML is older than the renderer."

    def handle(self, *args: Any, **options: Any) -> None:
        older = QuestionRevision.objects.filter(render_version__lt=RENDER_VERSION)
        revisions = older.order_by("pk").prefetch_related("answers").iterator(chunk_size=200)
        count = 0
        for count, revision in enumerate(revisions, 1):  # noqa: B007 (counts)
            render_revision(revision)
        if options["verbosity"]:
            self.stdout.write(f"Revisions rendered: {count}.")
