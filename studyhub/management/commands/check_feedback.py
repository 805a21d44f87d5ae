"""The feedback engine held against pairs that people labelled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

import feedback
from feedback.evaluation import LOOP, Report, UnreadablePairs, evaluate, read_pairs
from feedback.findings import Method
from studyhub.management.commands.score_answers import method_of

PAIRS = Path(feedback.__file__).parent / "data" / "key_point_pairs.csv"


class Command(BaseCommand):
    help = "Say how well the feedback engine does on labelled pairs; fail below its goals."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=PAIRS)
        parser.add_argument(
            "--method",
            choices=[method.value for method in Method],
            help="by default the best installed",
        )
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = evaluate(read_pairs(options["file"]), method=method_of(options["method"]))
            if options["json"]:
                options["json"].write_text(json.dumps(asdict(report), indent=2) + "\n")
        except UnreadablePairs as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.", returncode=2) from error
        self.stdout.writelines(f"{line}\n" for line in as_text(report))
        if shortfalls := report.shortfalls():
            raise CommandError(f"Below the goals: {', '.join(shortfalls)}.")


def as_text(report: Report) -> Iterator[str]:
    figures = {
        "precision": report.precision,
        "recall": report.recall,
        "F1": report.f1,
        "AUC": report.auc,
        "right sentences": report.right_sentences,
        "contradictions, precision": report.check_precision,
        "contradictions, recall": report.check_recall,
    }
    for name, figure in figures.items():
        yield f"{name:26} {figure:.3f}"
    yield (
        f"{'80 words':26} {report.seconds * 1000:.0f} ms of one core, "
        f"{report.loops:.1f} times a loop of {LOOP:,} additions"
    )
    for kind, counted in sorted(report.statuses.items()):
        counts = ", ".join(f"{count} {status}" for status, count in sorted(counted.items()))
        yield f"{kind:26} {counts}"
