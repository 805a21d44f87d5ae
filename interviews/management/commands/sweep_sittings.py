"""Closes overdue sittings now; the worker does the same every minute."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import ngettext

from interviews.sweeping import sweep


class Command(BaseCommand):
    help = "Close the sittings whose time is over."

    def handle(self, *args: object, **options: object) -> None:
        count = sweep(timezone.now())
        closed = ngettext("%(count)s sitting closed.", "%(count)s sittings closed.", count)
        self.stdout.write(closed % {"count": count})
