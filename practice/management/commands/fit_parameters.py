"""Parameters fitted to the log: the site's, or one learner's."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import User
from practice import fits, fitting
from practice.fitting import Decision, Verdict

KEPT = {
    Verdict.BETTER: "These parameters are used from the next review of each card on.",
    Verdict.NO_BETTER: "They are not used.",
    Verdict.TOO_FEW: "Nothing was fitted.",
}


class Command(BaseCommand):
    help = "Fit FSRS's parameters to the log of reviews, and use them if they predict it better."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", metavar="EMAIL", help="this person's own, not the site's")
        parser.add_argument("--dry-run", action="store_true", help="say what it comes to, no more")

    def handle(self, *args: Any, **options: Any) -> None:
        fit = fitting.installed_fitter()
        if fit is None:
            raise CommandError(
                "Fitting needs the optional package fsrs-rs-python: install the extra `fitting`. "
                "Until then everybody is scheduled by parameters fitted before, or the defaults."
            )
        now, is_trial = timezone.now(), options["dry_run"]
        if not options["user"]:
            decision = fits.fit_site(fit, now=now, is_trial=is_trial)
            self._report("The site", decision, is_trial=is_trial)
            return
        user = User.objects.filter(email__iexact=options["user"]).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {options['user']}.", returncode=2)
        decision = fits.fit_learner(user, fit, now=now, is_trial=is_trial)
        self._report(user.email, decision, is_trial=is_trial)

    def _report(self, whose: str, decision: Decision, *, is_trial: bool) -> None:
        self.stdout.write(f"{whose}: {decision.review_count} reviews: {decision.verdict}.")
        if decision.log_loss is not None:
            self.stdout.write(
                f"Log loss on the newest fifth: {decision.log_loss_before:.4f} before, "
                f"{decision.log_loss:.4f} fitted to the older ones."
            )
        is_tried = is_trial and decision.verdict is Verdict.BETTER
        self.stdout.write("A dry run: nothing was changed." if is_tried else KEPT[decision.verdict])
