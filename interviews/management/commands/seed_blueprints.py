"""Add the blueprints that come with Studyhub; run it after every upgrade, it is safe to."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from interviews.shipping import seed_blueprints


class Command(BaseCommand):
    help = "Add the blueprints that come with Studyhub. What is there already is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        added = seed_blueprints()
        said = ngettext("%(count)d blueprint added.", "%(count)d blueprints added.", added)
        if options["verbosity"]:
            self.stdout.write(said % {"count": added})
