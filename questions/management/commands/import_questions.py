"""A file of questions in any format, or a folder of question files, from the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from questions.formats.document import Finding, Reading, UnreadableFile, place_of
from questions.formats.files import AUTO, MOST_ARCHIVE_BYTES, candidates_of, packed
from questions.formats.readers import Format
from questions.importing import ReadAnew, import_file, with_history
from questions.management.tables import CommandOnTables
from questions.models import QuestionRevision
from questions.planning import ImportPlan, Outcome, PlannedEntry, plan, read
from questions.reimporting import changes, changes_as_text, texts_here

LARGE = 500_000


class Command(CommandOnTables):
    help = "Import questions as drafts: privately for somebody, or into the bank."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a file, or a folder of Markdown files")
        parser.add_argument("--owner", metavar="EMAIL", help="whose private questions they become")
        parser.add_argument("--dry-run", action="store_true", help="read and tell, write nothing")
        parser.add_argument(
            "--history", action="store_true", help="with --owner: bring the reviews of a deck too"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--format", choices=[AUTO, *Format], default=AUTO)

    def handle(self, *args: Any, **options: Any) -> None:
        path, is_json, format_used = options["path"], options["json"], options["format"]
        try:
            format_used, done, here = self.bring(**options)
        except (CommandError, UnreadableFile) as error:
            finding = finding_of(error)
            if is_json:
                nothing = ImportPlan((), (), (finding,))
                self.stdout.write(as_json(nothing, format_used=format_used))
            if isinstance(error, CommandError):
                raise
            raise CommandError(
                f"{path}:{finding.line}: {finding.code} {finding.message}", returncode=2
            ) from error
        if is_json:
            self.stdout.write(as_json(done, format_used=format_used))
        else:
            self.stdout.write(_("Read as %(format)s.") % {"format": format_used})
            told = as_text(done, here, path=path, format=format_used, is_dry_run=options["dry_run"])
            self.stdout.writelines(told)
        if not done.entries:
            raise CommandError(_("No question could be imported."), returncode=2)

    def bring(
        self,
        *,
        path: Path,
        owner: str | None,
        format: str,
        dry_run: bool,
        history: bool,
        **_options: Any,
    ) -> tuple[str, ImportPlan, dict[int, QuestionRevision]]:
        """The format, what was done, and the texts that were here before."""
        if history and not owner:
            raise CommandError(_("Reviews belong to somebody: say --owner too."), returncode=2)
        person, data, now = find_owner(owner), read_bytes(path), timezone.now()
        format_used, reading = read(data, format=format)
        done = plan(reading, owner=person, name=path.name, format=format_used)
        here = texts_here(done)
        if dry_run or not reading.entries:
            if history:
                done = with_history(done, data, owner=person, format=format_used, now=now)
        else:
            try:
                done = import_file(
                    data,
                    name=path.name,
                    owner=person,
                    now=now,
                    format=format_used,
                    history=history,
                    reading=reading,
                )
            except ReadAnew as error:
                message = _("Others write all the time. Import the file once more.")
                raise CommandError(message) from error
        if format == AUTO and (others := other_formats(data, reading, but=format_used)):
            done = replace(done, findings=(others, *done.findings))
        return format_used, done, here


def finding_of(error: CommandError | UnreadableFile) -> Finding:
    return error.finding if isinstance(error, UnreadableFile) else Finding("E-FILE", 1, str(error))


def other_formats(data: bytes, reading: Reading, *, but: str) -> Finding | None:
    """What else the file may be, so that nothing is chosen in silence. It may take as long again."""
    if len(data) > LARGE:
        return None
    found = candidates_of(data, read_as=but, reading=reading)
    others = [f"{each.format} ({each.count})" for each in found if each.format != but]
    if not others:
        return None
    message = f"Read as {but}. It may also be: {', '.join(others)}. Choose with --format."
    return Finding("I-FORMAT", 1, message)


def find_owner(email: str | None) -> User | None:
    return None if email is None else find_user(email)


def find_user(email: str) -> User:
    user = User.objects.filter(email__iexact=email).first()
    if not user:
        raise CommandError(f"Nobody here has the e-mail address {email!r}.", returncode=2)
    return user


def read_bytes(path: Path) -> bytes:
    """At most one byte more than a file may have, which is enough to refuse it."""
    try:
        if path.is_dir():
            return packed(question_files(path))
        with path.open("rb") as file:
            return file.read(MOST_ARCHIVE_BYTES + 1)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CommandError(f"{path} cannot be read: {reason}.", returncode=2) from error


def question_files(folder: Path) -> Iterator[tuple[str, str]]:
    files = sorted(folder.rglob("*.md"))
    if not files:
        message = f"There is no Markdown file (.md) in {folder}."
        raise CommandError(message, returncode=2)
    for file in files:
        yield file.relative_to(folder).as_posix(), file.read_text(encoding="utf-8")


def as_json(done: ImportPlan, *, format_used: str) -> str:
    told: dict[str, Any] = {
        "format": format_used,
        "found": len(done.entries),
        "imported": len(done.having(Outcome.NEW)),
        "updated": len(done.having(Outcome.CHANGED)),
        "unchanged": len(done.having(Outcome.UNCHANGED)),
        "conflicts": len(done.having(Outcome.CONFLICT)),
        "unready": len(done.having(Outcome.UNREADY)),
        "duplicates": len(done.having(Outcome.DUPLICATE)),
        "missing": [{"id": each.slug, "prompt": str(each)} for each in done.missing],
        "questions": [
            {
                "prompt": planned.entry.prompt,
                "answer": planned.entry.answer,
                "kind": planned.entry.kind,
                "options": [
                    {"text": option.text, "is_correct": option.is_correct}
                    for option in planned.entry.options
                ],
                **place_as_fields(planned.entry.line, done),
            }
            for planned in done.entries
        ],
        "findings": [as_fields(finding, done) for finding in all_findings(done)],
    }
    if done.history:
        told["history"] = {"reviews": done.history.reviews, "cards": done.history.cards}
    return json.dumps(told, ensure_ascii=False, indent=2)


def all_findings(done: ImportPlan) -> list[Finding]:
    history = done.history.findings if done.history else ()
    return [*done.findings, *suggestions(done), *history]


def suggestions(done: ImportPlan) -> Iterator[Finding]:
    """What a person would be asked on the page; here nobody is, so it stays new."""
    for planned in done.having(Outcome.NEW):
        if planned.suggestion:
            message = _(
                "This is much like “%(prompt)s”, which is no longer in the file. It counts as new; "
                "import the file in the browser to say that it is the same question."
            ) % {"prompt": planned.suggestion}
            yield Finding("I-LIKE", planned.entry.line, message)


def as_fields(finding: Finding, done: ImportPlan) -> dict[str, str | int]:
    where = place_as_fields(finding.line, done)
    return {"code": finding.code, **where, "message": finding.message}


def place_as_fields(line: int, done: ImportPlan) -> dict[str, str | int]:
    sheet, row = place_of(line, done.sheets)
    return {"line": line, "sheet": sheet, "row": row} if sheet else {"line": line}


def place_as_text(line: int, done: ImportPlan) -> str:
    """The line, or the sheet with its row."""
    sheet, row = place_of(line, done.sheets)
    return f"{sheet}:{row}" if sheet else str(line)


def as_text(
    done: ImportPlan,
    here: Mapping[int, QuestionRevision],
    *,
    path: Path,
    format: str,
    is_dry_run: bool,
) -> Iterator[str]:
    for finding in all_findings(done):
        where = place_as_text(finding.line, done)
        yield f"{path}:{where}: {finding.code} {finding.message}\n"
    found = len(done.entries)
    yield ngettext("%d question found.\n", "%d questions found.\n", found) % found
    for outcome, sentence in sentences(done, is_dry_run=is_dry_run).items():
        if count := len(done.having(outcome)):
            yield f"{sentence % count}\n"
            if outcome in (Outcome.CHANGED, Outcome.CONFLICT, Outcome.UNREADY):
                for planned in done.having(outcome):
                    where = place_as_text(planned.entry.line, done)
                    yield f"  {path}:{where}: {planned.entry.prompt}\n"
                    yield from difference_to(planned, here, format=format, name=path.name)
    if done.missing:
        count = len(done.missing)
        yield (
            ngettext(
                "%d question of an earlier import is no longer in the file. It stays:\n",
                "%d questions of an earlier import are no longer in the file. They stay:\n",
                count,
            )
            % count
        )
    for question in done.missing:
        yield f"  {question}\n"
    brought = done.history.reviews if done.history else 0
    if brought:
        yield reviews_sentence(brought, is_dry_run=is_dry_run)
    if found and not done.to_do and not brought:
        yield _("Nothing to do.") + "\n"
    elif is_dry_run:
        yield _("This was a dry run: nothing was written.") + "\n"


def difference_to(
    planned: PlannedEntry, here: Mapping[int, QuestionRevision], *, format: str, name: str
) -> Iterator[str]:
    found = changes(planned.question, planned.document, here=here, format=format, name=name)
    for line in changes_as_text(found):
        yield f"    {line}".rstrip() + "\n"


def reviews_sentence(count: int, *, is_dry_run: bool) -> str:
    if is_dry_run:
        text = ngettext("%d review would come along.\n", "%d reviews would come along.\n", count)
    else:
        text = ngettext("%d review came along.\n", "%d reviews came along.\n", count)
    return text % count


def sentences(done: ImportPlan, *, is_dry_run: bool) -> dict[Outcome, str]:
    new, changed, unchanged, conflicts, unready, duplicates = (
        len(done.having(one)) for one in Outcome
    )
    if is_dry_run:
        imported = ngettext("%d would be imported.", "%d would be imported.", new)
        updated = ngettext("%d would be updated.", "%d would be updated.", changed)
    else:
        imported = ngettext("%d was imported as a draft.", "%d were imported as drafts.", new)
        updated = ngettext("%d was updated.", "%d were updated.", changed)
    return {
        Outcome.NEW: imported,
        Outcome.CHANGED: updated,
        Outcome.UNCHANGED: ngettext("%d is unchanged.", "%d are unchanged.", unchanged),
        Outcome.CONFLICT: ngettext(
            "%d differs from what is here, which is kept as it is.",
            "%d differ from what is here, which is kept as it is.",
            conflicts,
        ),
        Outcome.UNREADY: ngettext(
            "%d is published here and kept, because its new text could not be.",
            "%d are published here and kept, because their new texts could not be.",
            unready,
        ),
        Outcome.DUPLICATE: ngettext(
            "%d stands in the file twice.", "%d stand in the file twice.", duplicates
        ),
    }
