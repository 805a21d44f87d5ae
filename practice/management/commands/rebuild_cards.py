"""Cards from their log: mended where they differ, or only checked."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from practice.replaying import Difference, differences, mend


class Command(BaseCommand):
    help = "Replay the log of reviews, and make every card what it says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", metavar="EMAIL", help="only this person's cards")
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit 1 if anything differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        users = User.objects.filter(cards__isnull=False).distinct().order_by("pk")
        if options["user"]:
            users = User.objects.filter(email__iexact=options["user"])
            if not users:
                raise CommandError(f"Nobody here has the address {options['user']}.", returncode=2)
        count = sum(self._report(user, is_check=options["check"]) for user in users)
        if count and options["check"]:
            raise CommandError(f"Cards that differ from their log: {count}. Nothing was changed.")
        if options["verbosity"]:
            self.stdout.write(f"Mended {count} cards." if count else "All cards match their log.")

    def _report(self, user: User, *, is_check: bool) -> int:
        found = differences(user) if is_check else mend(user)
        for each in found:
            self.stdout.write(line(user, each))
        return len(found)


def line(user: User, difference: Difference) -> str:
    wrong = ", ".join(
        f"{name} is {value}, by the log {difference.logged[name]}"
        for name, value in difference.stored.items()
    )
    return f"{user.email}: card {difference.card.pk}: {wrong}"
