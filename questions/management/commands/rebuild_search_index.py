"""Makes the search index anew, or says where it is wrong."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from questions import indexing


class Command(BaseCommand):
    help = (
        "Makes the search index anew from the questions. --check only says what is wrong with it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit with 1 if anything differs"
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        if not check:
            self.stdout.write(f"{indexing.rebuild()} questions indexed.")
            return
        wrong = [f"{slug}: {how}" for slug, how in indexing.differences()]
        if not indexing.is_sound():
            wrong.append("The full-text index differs from its table.")
        for line in wrong:
            self.stdout.write(line)
        self.stdout.write(
            f"{len(wrong)} differences." if wrong else "The index is as it should be."
        )
        if wrong:
            sys.exit(1)
