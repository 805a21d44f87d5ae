"""A table of answers, scored against their references from the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from feedback import engine
from feedback.encoder import ModelMissing
from feedback.findings import Method
from feedback.scoring_files import UnreadableTable, score_file


class Command(BaseCommand):
    help = "Score the answers of a CSV file (question, reference, answer, maybe key_points)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="IN.csv")
        parser.add_argument("target", type=Path, metavar="OUT.csv")
        parser.add_argument(
            "--method",
            choices=[method.value for method in Method],
            help="by default the best installed",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        method = method_of(options["method"])
        try:
            count = score_file(options["source"], options["target"], method=method)
        except UnreadableTable as error:
            raise CommandError(str(error), returncode=2) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.", returncode=2) from error
        self.stdout.write(ngettext("%d answer scored.", "%d answers scored.", count) % count)


def method_of(name: str | None) -> Method:
    """The best there is, unless one was asked for. Loads the model, as only that tells."""
    if name == Method.LEXICAL:
        return Method.LEXICAL
    try:
        engine.encoder.loaded()
    except ModelMissing as error:
        if name == Method.MODEL:
            raise CommandError(f"{error} Use --method lexical.", returncode=2) from error
        return Method.LEXICAL
    return Method.MODEL
