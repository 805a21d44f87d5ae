"""Removes files of recordings that nothing names; the worker does the same every hour."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import ngettext

from interviews.tidying import tidy


class Command(BaseCommand):
    help = "Remove files of recordings that are deleted, replaced or were never stored whole."

    def handle(self, *args: object, **options: object) -> None:
        count = tidy(timezone.now())
        removed = ngettext("%(count)s file removed.", "%(count)s files removed.", count)
        self.stdout.write(removed % {"count": count})
