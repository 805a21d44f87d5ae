"""Looks at what is due now, for cron or by hand; the worker does the same little by little."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from questions import links
from questions.management.tables import CommandOnTables
from questions.models import LinkCheck
from questions.web import Looker

Outcome = LinkCheck.Outcome
# A claim holds for ten minutes, so a run must be over well before.
RUN_FOR = timedelta(minutes=5)


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError("must be a whole number from 1 on")
    return int(text)


class Command(CommandOnTables):
    help = (
        "Look whether the pages that the bank refers to are still there. Looks at all that are due. "
        "Exits with 1 if a link is broken, with 2 if it cannot look."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=at_least_one, help="look at so many pages at most")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.CHECK_LINKS:
            raise CommandError(
                "Links are not looked at here. Set CHECK_LINKS=1 to have this server ask other sites.",
                returncode=2,
            )
        looked_at, is_offline = self.look(options["limit"])
        problems = problems_now()
        if options["json"]:
            self.stdout.write(as_json(looked_at, problems, is_offline=is_offline))
        else:
            self.stdout.writelines(f"{line}\n" for line in told(looked_at, problems))
        if is_offline:
            raise CommandError(
                "No site answered, so this machine seems to be offline. Nothing is held against a link.",
                returncode=2,
            )
        if any(problem["outcome"] == Outcome.BROKEN for problem in problems):
            sys.exit(1)

    def look(self, limit: int | None) -> tuple[list[LinkCheck], bool]:
        """Run after run, until nothing is due that nobody else is looking at."""
        looker, looked_at = Looker(), list[LinkCheck]()
        while limit is None or len(looked_at) < limit:
            at_once = links.LINKS_AT_ONCE
            if limit is not None:
                at_once = min(at_once, limit - len(looked_at))
            run = links.check(looker.look, now=timezone.now(), limit=at_once, run_for=RUN_FOR)
            looked_at += run.looked_at
            if run.is_offline or not run.looked_at:
                return looked_at, run.is_offline
        return looked_at, False


def problems_now() -> list[dict[str, Any]]:
    """All that is to be mended or cannot be reached, not only what was looked at just now."""
    wrong = (Outcome.BROKEN, Outcome.MOVED, Outcome.UNREACHABLE)
    found = LinkCheck.objects.filter(outcome__in=wrong).order_by("url")
    slugs = defaultdict(list)
    references = links.with_page(links.references_shown()).filter(page__in=found.values("url"))
    for page, slug in references.values_list("page", "revision__question__slug").distinct():
        slugs[page].append(slug)
    return [
        {
            "url": link.url,
            "outcome": link.outcome,
            "status": link.status,
            "reason": link.reason,
            "moved_to": link.moved_to,
            "since": link.failing_since.isoformat() if link.failing_since else None,
            "questions": sorted(slugs[link.url]),
        }
        for link in found
    ]


def told(looked_at: list[LinkCheck], problems: list[dict[str, Any]]) -> list[str]:
    found = Counter(link.outcome for link in looked_at)
    lines = [f"Pages looked at: {len(looked_at)}, there: {found[Outcome.FINE]}."]
    for outcome in (Outcome.BROKEN, Outcome.MOVED, Outcome.UNREACHABLE):
        rows = [problem for problem in problems if problem["outcome"] == outcome]
        if rows:
            lines += ["", f"{outcome.label}: {len(rows)}"]
        for row in rows:
            why = row["moved_to"] or LinkCheck.Reason(row["reason"]).label
            since = f", since {row['since'][:10]}" if row["since"] else ""
            status = f" ({row['status']})" if row["status"] and not row["moved_to"] else ""
            lines.append(f"  {row['url']}: {why}{status}{since}. {', '.join(row['questions'])}")
    return lines


def as_json(looked_at: list[LinkCheck], problems: list[dict[str, Any]], *, is_offline: bool) -> str:
    found = Counter(link.outcome for link in looked_at)
    counts = {outcome.value: found[outcome] for outcome in Outcome if outcome != Outcome.WAITING}
    return json.dumps(
        {
            "looked_at": len(looked_at),
            **counts,
            "is_offline": is_offline,
            "problems": problems,
        }
    )
