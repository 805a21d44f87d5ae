"""The shipped questions: into the bank, or only checked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from questions import bank, recognising, standard
from questions.seeding import Report, seed


class Command(BaseCommand):
    help = "Add new questions that are shipped, and update those that nobody edited here."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only read the files, all of them")
        parser.add_argument(
            "--folder", type=Path, default=bank.FOLDER, help="bank/ and topics.json"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder, is_quiet = options["folder"], options["verbosity"] == 0
        try:
            message = self.check_files(folder) if options["check"] else self.seed(folder)
        except bank.InvalidBank as error:
            self.tell(error.problems)
            raise CommandError(
                "Nothing was written. Mend these files first.", returncode=2
            ) from error
        except OSError as error:
            raise CommandError(
                f"{folder} cannot be read: {error.strerror}.", returncode=2
            ) from error
        if not is_quiet:
            self.stdout.write(message)

    def seed(self, folder: Path) -> str:
        return told(seed(folder, now=timezone.now()))

    def check_files(self, folder: Path) -> str:
        files = bank.read_whole(folder)
        if problems := standard.problems(files, today=timezone.localdate()):
            raise bank.InvalidBank(problems)
        if not recognising.is_possible():
            raise CommandError(
                "NOT CHECKED: whether the feedback engine recognises what the files accept. "
                "Its model is not installed; requirements.txt names it."
            )
        if problems := recognising.problems(files):
            raise bank.InvalidBank(problems)
        return f"{len(files)} question files are fit to be shipped."

    def tell(self, problems: Iterable[bank.Problem]) -> None:
        for problem in problems:
            found = problem.finding
            self.stderr.write(f"{problem.path}:{found.line}: {found.code} {found.message}")


def told(report: Report) -> str:
    if report.is_current:
        return "Nothing to do: no file has changed since the last time."
    lines = [
        f"Questions added: {len(report.added)}, updated: {len(report.updated)}, "
        f"unchanged: {len(report.unchanged)}, left alone: {len(report.left_alone)}."
    ]
    lines += [f"  {slug}: {reason}" for slug, reason in report.left_alone]
    return "\n".join(lines)
