"""Brings somebody's file in: read it, plan what each entry means here, carry the plan out once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from questions.formats.detection import detect
from questions.formats.document import (
    Entry,
    Finding,
    QuestionDocument,
    Reading,
    Status,
    UnreadableFile,
)
from questions.formats.entries import WholeEntry
from questions.formats.markdown import tidy_prose
from questions.formats.plain_text import Line, markdown_of
from questions.formats.readers import READERS, Format
from questions.formats.text_files import PROMPT_LENGTH, decode
from questions.locking import lock_questions
from questions.models import Import, Question, QuestionRevision, Tag
from questions.revising import (
    add_revision,
    content_hash,
    create_question,
    fingerprint_hash,
    new_slug,
)

AUTO = "auto"
NOTHING_FOUND = (
    "No question was found. Notes are read like this: a line that begins with “Q.” and the "
    "question, a row of at least five asterisks below it, then the answer, then another row. "
    "Put “Q.” in front of each question, or choose another format for this file."
)
NAME_LENGTH = 200
LARGEST_NAME_IN_SOURCE = 160  # leaves room for the lines


class Outcome(StrEnum):
    """What importing an entry would do, and did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # edited here since the last import: ours stays
    DUPLICATE = "duplicate"  # asked before in the same file


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """`question` is the one here that asks the same; None if the entry is new or a duplicate."""

    entry: Entry
    document: QuestionDocument
    outcome: Outcome
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """`missing` came from an earlier version of this file and are no longer in it: they stay."""

    entries: tuple[PlannedEntry, ...]
    missing: tuple[Question, ...]
    findings: tuple[Finding, ...]

    def having(self, outcome: str) -> list[PlannedEntry]:
        return [planned for planned in self.entries if planned.outcome == outcome]

    @property
    def to_do(self) -> list[PlannedEntry]:
        return [*self.having(Outcome.NEW), *self.having(Outcome.CHANGED)]


def read(data: bytes, *, name: str, format: str = AUTO) -> tuple[str, Reading]:
    """The format used, and what was read. Raises UnreadableFile if nothing can be made of it."""
    text, findings = decode(data)
    if format == AUTO:
        candidates = detect(text)
        if not candidates:
            raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
        format = candidates[0].format
    reading = READERS[Format(format)].read(text)
    return str(format), Reading(reading.entries, (*findings, *reading.findings))


def plan(reading: Reading, *, owner: User | None, name: str = "") -> ImportPlan:
    """Compares with the private questions of `owner`, or with the bank. A few queries, no writes."""
    documents = [_document(entry, name=name) for entry in reading.entries]
    prints = [fingerprint_hash(document.prompt) for document in documents]
    known = _known(prints, owner=owner)
    planned = []
    seen: set[str] = set()
    for place, (entry, document) in enumerate(zip(reading.entries, documents, strict=True)):
        question = known.get(prints[place])
        if prints[place] in seen:
            planned.append(PlannedEntry(entry, document, Outcome.DUPLICATE))
        else:
            planned.append(PlannedEntry(entry, document, _outcome(document, question), question))
        seen.add(prints[place])
    return ImportPlan(
        entries=tuple(planned),
        missing=tuple(_missing(name, prints=prints, owner=owner)),
        findings=tuple(
            sorted([*reading.findings, *_findings(planned)], key=lambda found: found.line)
        ),
    )


def preview(
    data: bytes, *, name: str, owner: User | None, now: datetime, format: str = AUTO
) -> Import:
    """Keeps the file as it came, not yet confirmed. Raises UnreadableFile, and then keeps nothing."""
    format_used, _reading = read(data, name=name, format=format)
    return _keep(data, name=name, owner=owner, now=now, format=format_used)


def plan_of(file: Import) -> ImportPlan:
    _format, reading = read(bytes(file.data), name=file.name, format=file.format)
    return plan(reading, owner=file.owner, name=file.name)


def carry_out(
    file: Import, *, now: datetime, without: Collection[int] = (), tag: str = ""
) -> ImportPlan:
    """Imports a kept file and says what was done: nothing, if it was confirmed before.

    The entries that begin on the lines `without` are left out; `tag` is put on those imported.
    Locks the owner (or the bank), because the plan is made anew: what somebody saw as a preview
    may have come in by another tab since.
    """
    _format, reading = read(bytes(file.data), name=file.name, format=file.format)
    with transaction.atomic():
        lock_questions(file.owner)
        file.refresh_from_db(fields=["confirmed_at"])
        done = plan(reading, owner=file.owner, name=file.name)
        if file.confirmed_at:
            return replace(done, entries=())
        wanted = [planned for planned in done.entries if planned.entry.line not in without]
        done = replace(done, entries=tuple(wanted))
        for planned in done.to_do:
            _import(planned, file=file, now=now, tag=tag)
        file.confirmed_at = now
        file.save(update_fields=["confirmed_at"])
    return done


def import_file(
    data: bytes, *, name: str, owner: User | None, now: datetime, format: str = AUTO
) -> ImportPlan:
    """Preview and carrying out in one go. A file that brings nothing new is not kept again."""
    format_used, reading = read(data, name=name, format=format)
    with transaction.atomic():
        lock_questions(owner)
        planned = plan(reading, owner=owner, name=name)
        if not planned.to_do:
            return planned
        file = _keep(data, name=name, owner=owner, now=now, format=format_used)
        return carry_out(file, now=now)


def _keep(data: bytes, *, name: str, owner: User | None, now: datetime, format: str) -> Import:
    return Import.objects.create(
        owner=owner,
        name=name[-NAME_LENGTH:],
        format=format,
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        created_at=now,
    )


def _document(entry: Entry, *, name: str) -> QuestionDocument:
    source = _source(entry, name=name)
    if isinstance(entry, WholeEntry) and entry.document:
        document = entry.document
        return replace(document, status=Status.DRAFT, source=document.source or source)
    is_long = len(entry.prompt) > PROMPT_LENGTH
    return QuestionDocument(
        slug="",
        prompt=f"{entry.prompt[: PROMPT_LENGTH - 1]}…" if is_long else entry.prompt,
        kind=entry.kind,
        context=markdown_of([[Line(entry.line, entry.prompt)]]) if is_long else "",
        answer=tidy_prose(entry.answer),
        options=entry.options,
        source=source,
    )


def _source(entry: Entry, *, name: str) -> str:
    lines = f"{entry.line}–{entry.end_line}" if entry.end_line > entry.line else str(entry.line)
    return f"{name[-LARGEST_NAME_IN_SOURCE:]}: {lines}" if name else ""


def _known(prints: Sequence[str], *, owner: User | None) -> dict[str, Question]:
    """By fingerprint; the oldest where several ask the same."""
    questions = (
        Question.objects.filter(private_to=owner, fingerprint__in=prints)
        .select_related("current_revision")
        .order_by("-pk")
    )
    return {question.fingerprint: question for question in questions}


def _outcome(document: QuestionDocument, question: Question | None) -> Outcome:
    if question is None:
        return Outcome.NEW
    if question.current_revision is None:
        return Outcome.CONFLICT
    if content_hash(document) in (question.origin_hash, question.current_revision.content_hash):
        return Outcome.UNCHANGED
    # What no import brought (written here, or shipped) is not for an import to change.
    is_ours = question.imported_from_id is None or question.is_edited_here
    return Outcome.CONFLICT if is_ours else Outcome.CHANGED


def _missing(name: str, *, prints: Sequence[str], owner: User | None) -> list[Question]:
    if not name:
        return []
    questions = Question.objects.filter(private_to=owner, imported_from__name=name[-NAME_LENGTH:])
    others = questions.exclude(fingerprint__in=prints).exclude(status=Question.Status.RETIRED)
    return list(others.select_related("current_revision").order_by("imported_line", "pk"))


def _findings(planned: Sequence[PlannedEntry]) -> Iterator[Finding]:
    for entry in planned:
        if entry.outcome == Outcome.DUPLICATE:
            message = _("This question stands in the file twice. Only the first is imported.")
            yield Finding("W-DUPLICATE", entry.entry.line, message)
        if entry.outcome == Outcome.CONFLICT:
            message = _("This question was changed here, so the text here is kept.")
            yield Finding("W-CONFLICT", entry.entry.line, message)


def _import(planned: PlannedEntry, *, file: Import, now: datetime, tag: str) -> None:
    question = planned.question
    if question is None:
        question = _create(planned.document, file=file, now=now)
    else:
        change = QuestionRevision.Change.CHANGED
        add_revision(question, planned.document, author=file.owner, now=now, change=change)
    question.origin_hash = content_hash(planned.document)
    question.imported_from = file
    question.imported_line = planned.entry.line
    question.imported_end_line = planned.entry.end_line
    question.save(
        update_fields=["origin_hash", "imported_from", "imported_line", "imported_end_line"]
    )
    if tag:
        question.tags.add(Tag.objects.get_or_create(slug=tag)[0])


def _create(document: QuestionDocument, *, file: Import, now: datetime) -> Question:
    words = document.slug or document.prompt
    slug = new_slug(words, is_private=file.owner is not None)
    return create_question(
        replace(document, slug=slug, version=1),
        owner=file.owner,
        private_to=file.owner,
        now=now,
        status=Question.Status.DRAFT,
    )
