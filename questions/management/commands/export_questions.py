"""Questions of the bank, or of one person, written to a file."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from questions.exporting import ExportFormat, documents_of, export, question_files
from questions.formats.document import QuestionDocument
from questions.management.commands.import_questions import find_owner
from questions.management.tables import CommandOnTables
from questions.models import Question, QuestionQuerySet, Topic


class Command(CommandOnTables):
    help = "Export the published bank, a topic of it, or somebody's own questions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a file; with markdown a folder or a .zip")
        parser.add_argument("--format", choices=list(ExportFormat), required=True)
        parser.add_argument("--topic", metavar="PATH", help="this topic and all below it")
        parser.add_argument("--owner", metavar="EMAIL", help="the private questions of somebody")
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def handle(self, *args: Any, **options: Any) -> None:
        path, format = options["path"], options["format"]
        if path.exists() and not options["force"]:
            raise CommandError(
                _("%(path)s exists. Use --force to replace it.") % {"path": path}, returncode=2
            )
        documents = documents_of(chosen(options["owner"], topic=options["topic"]), reader=None)
        if not documents:
            raise CommandError(_("There is no such question to export."), returncode=2)
        is_folder = format == ExportFormat.MARKDOWN and path.suffix != ".zip"
        lost = write_folder(path, documents) if is_folder else write_file(path, documents, format)
        for sentence in lost:
            self.stderr.write(sentence)
        count = len(documents)
        done = ngettext("%d question exported.", "%d questions exported.", count) % count
        self.stdout.write(done)


def chosen(email: str | None, *, topic: str | None) -> QuestionQuerySet:
    owner = find_owner(email)
    questions: QuestionQuerySet = Question.objects.all()
    questions = questions.filter(private_to=owner) if owner else questions.shared()
    if topic is None:
        return questions
    found = Topic.objects.filter(path=topic.strip("/")).first()
    if not found:
        raise CommandError(_("There is no topic %(path)s.") % {"path": topic}, returncode=2)
    return questions.in_topic(found)


def write_file(path: Path, documents: Sequence[QuestionDocument], format: str) -> Sequence[str]:
    done = export(documents, format=format, now=timezone.now())
    write_bytes(path, done.data)
    return done.lost


def write_bytes(path: Path, data: bytes) -> None:
    """Whole or not at all: another program never sees half of it."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
        move(Path(file.name), path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=2) from error


def write_folder(path: Path, documents: Sequence[QuestionDocument]) -> Sequence[str]:
    files, lost = question_files(documents)
    try:
        folder = Path(tempfile.mkdtemp(dir=path.parent))
        for name, text in files:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        move(folder, path)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=2) from error
    return lost


def move(written: Path, path: Path) -> None:
    """A folder cannot take the place of another at once, so the old one steps aside first."""
    written.chmod(0o755 if written.is_dir() else 0o644)
    if not path.is_dir():
        os.replace(written, path)
        return
    aside = Path(tempfile.mkdtemp(dir=path.parent))
    os.replace(path, aside / path.name)
    os.replace(written, path)
    shutil.rmtree(aside)
