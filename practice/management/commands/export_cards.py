"""One person's cards and reviews as an Anki deck."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practice import anki_export
from questions.management.commands.export_questions import write_bytes
from questions.management.commands.import_questions import find_user


class Command(BaseCommand):
    help = "Export somebody's cards, with schedule and reviews, as an Anki deck (.apkg)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="the file to write")
        parser.add_argument("--user", metavar="EMAIL", required=True, help="whose cards")
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        path, user = options["path"], find_user(options["user"])
        if path.exists() and not options["force"]:
            raise CommandError(
                _("%(path)s exists. Use --force to replace it.") % {"path": path}, returncode=2
            )
        number = anki_export.portable(user).count()
        if not number:
            raise CommandError(_("This person has no cards yet."), returncode=2)
        deck = anki_export.deck_of(user, now=timezone.now())
        write_bytes(path, deck.data)
        for sentence in deck.lost:
            self.stderr.write(sentence)
        self.stdout.write(ngettext("%d card exported.", "%d cards exported.", number) % number)
