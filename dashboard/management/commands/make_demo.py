"""A database full of made-up people, practice and interviews, to try the site and to measure it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from dashboard.demo.making import NotEmpty, make_demo
from dashboard.demo.people import EDITOR, INSTRUCTOR, LEARNER, PASSWORD

FEWEST_LEARNERS = 24
# With many more, in a bank of this size, most of what they do is cramming.
REVIEWS_EACH = 1_500


class Command(BaseCommand):
    help = "Fill an empty database with made-up people, practice and interviews."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--learners", type=int, help="1 or more; default: one for 1500 reviews, 24 at least"
        )
        parser.add_argument("--reviews", type=int, default=12_000, help="of all; default: 12000")
        parser.add_argument("--sittings", type=int, default=60, help="of all; default: 60")
        parser.add_argument("--seed", type=int, default=1, help="another one, other data")
        parser.add_argument(
            "--once", action="store_true", help="where it was made before, only name the logins"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["learners"] is None:
            options["learners"] = max(FEWEST_LEARNERS, options["reviews"] // REVIEWS_EACH)
        for name, fewest in (("learners", 1), ("reviews", 0), ("sittings", 0)):
            if options[name] < fewest:
                raise CommandError(f"--{name} must be {fewest} or more.", returncode=2)
        if not (options["once"] and User.objects.filter(email=LEARNER).exists()):
            self.make(options)
        if options["verbosity"]:
            self.stdout.write(logins())

    def make(self, options: dict[str, Any]) -> None:
        try:
            make_demo(
                learners=options["learners"],
                reviews=options["reviews"],
                sittings=options["sittings"],
                seed=options["seed"],
                now=timezone.now(),
                say=self.say if options["verbosity"] else lambda line: None,
            )
        except NotEmpty as error:
            raise CommandError(
                "Somebody has an account here, so nothing was made. Give it an empty database: "
                "another DATA_DIR, for example.",
                returncode=2,
            ) from error

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def logins() -> str:
    lines = [f"  {role:<12}{email}" for role, email in ROLES]
    return "\n".join(["Log in as:", *lines, f"  {'password':<12}{PASSWORD}"])


ROLES = (("learner", LEARNER), ("instructor", INSTRUCTOR), ("editor", EDITOR))
