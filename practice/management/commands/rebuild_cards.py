"""Cards and the sums of study days from their log: mended where they differ, or only checked."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from accounts.models import User
from practice.models import Card, StudyDay
from practice.replaying import Difference, differences, mend


class Command(BaseCommand):
    help = (
        "Replay the log of reviews, and make every card and every study day what it says. "
        "Exits 1 if anything differed, which should never happen."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", metavar="EMAIL", help="only this person's cards and days")
        parser.add_argument(
            "--check", action="store_true", help="say what differs, and change nothing"
        )
        parser.add_argument(
            "--exact-days",
            action="store_true",
            help="also lower days that say more than the log, as they do for deleted questions",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        work = differences if options["check"] else mend
        count = 0
        for user in people(options["user"]):
            found = work(user, exact_days=options["exact_days"])
            count += len(found)
            for each in found:
                self.stdout.write(line(user, each))
        if count:
            done = "Nothing was changed." if options["check"] else "All were mended."
            raise CommandError(
                f"Cards and study days that differed from their log: {count}. {done}"
            )
        if options["verbosity"]:
            self.stdout.write("All cards and study days match their log.")


def people(email: str | None) -> list[User]:
    if email is None:
        has_cards = Q(pk__in=Card.objects.values("user"))
        has_studied = Q(pk__in=StudyDay.objects.values("user"))
        return list(User.objects.filter(has_cards | has_studied).order_by("pk"))
    users = list(User.objects.filter(email__iexact=email))
    if not users:
        raise CommandError(f"Nobody here has the address {email}.", returncode=2)
    return users


def line(user: User, difference: Difference) -> str:
    row = difference.row
    name = f"card {row.pk}" if isinstance(row, Card) else f"study day {row.study_day}"
    wrong = ", ".join(
        f"{name} is {value}, by the log {difference.logged[name]}"
        for name, value in difference.stored.items()
    )
    return f"{user.email}: {name}: {wrong}"
