"""Every question read by the feedback engine now, rather than by the worker little by little."""

from __future__ import annotations

from collections import Counter
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand

from feedback.findings import Method
from questions import matching


class Command(BaseCommand):
    help = "Prepare instant feedback for new and changed questions, and after an upgrade."

    def handle(self, *args: Any, **options: Any) -> None:
        started, is_quiet = monotonic(), options["verbosity"] == 0
        counts = Counter(matching.make_vectors(revision) for revision in matching.lacking())
        if counts[Method.LEXICAL] and matching.best_method() == Method.MODEL:
            self.stderr.write("The model is installed but cannot be used: basic matching instead.")
        if not is_quiet:
            self.stdout.write(told(counts, seconds=monotonic() - started))


def told(counts: Counter[Method], *, seconds: float) -> str:
    if not counts:
        return "Nothing to do: every question is prepared."
    return (
        f"Questions prepared: {counts[Method.MODEL]} with the model, "
        f"{counts[Method.LEXICAL]} with basic matching, in {seconds:.1f} seconds."
    )
