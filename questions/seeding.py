"""Brings the shipped questions into the bank, as often as you like, and keeps what you changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count

from questions import bank
from questions.formats.document import QuestionDocument
from questions.locking import lock_questions
from questions.models import Import, Question, QuestionRevision, Topic
from questions.revising import (
    add_revision,
    change_between,
    content_hash,
    create_question,
    document_of,
    place,
    says_the_same,
    with_parts,
)

FORMAT = "bank"


@dataclass(slots=True)
class Report:
    """Ids of questions; `left_alone` holds an id and the reason, as a sentence."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left_alone: list[tuple[str, str]] = field(default_factory=list)
    is_current: bool = False


@dataclass(slots=True)
class Shipment:
    """What last came in the files: topics by path, places of questions by id.

    Where the database still says so, nobody changed it here.
    """

    topics: dict[str, dict[str, Any]] = field(default_factory=dict)
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)


def seed(folder: Path = bank.FOLDER, *, now: datetime) -> Report:
    """All or nothing; raises InvalidBank before it writes. Quick if no file changed since."""
    digest = bank.digest(folder)
    if _is_current(digest, slugs=[path.stem for path in bank.paths(folder)]):
        return Report(is_current=True)
    files = bank.read_whole(folder)
    documents = [file.document for file in files if file.document]
    with transaction.atomic():
        lock_questions(None)
        last, next_shipment, report = _last_shipment(), Shipment(), Report()
        _bring_in_topics(folder, last=last, shipped=next_shipment)
        _bring_in_questions(documents, last=last, shipped=next_shipment, report=report, now=now)
        # What was left alone is looked at again, so that undoing a change here is noticed.
        sha256 = "" if report.left_alone else digest
        _remember(next_shipment, sha256=sha256, now=now)
    return report


def bring_in(document: QuestionDocument, *, now: datetime) -> Question:
    """The document as a question of the bank, over whatever stands there, which stays as history."""
    question: Question | None = Question.objects.filter(slug=document.slug, private_to=None).first()
    if question is None:
        return _create(document, now=now)
    _take_text(question, document, now=now)
    place(question, topic=document.topic, tags=document.tags, status=document.status, now=now)
    return question


def _imports() -> Any:
    return Import.objects.filter(owner=None, format=FORMAT)


def _is_current(digest: str, *, slugs: Sequence[str]) -> bool:
    """No file changed, and nobody deleted a question that is shipped."""
    if not _imports().filter(sha256=digest).exists():
        return False
    present = Question.objects.filter(slug__in=slugs).aggregate(count=Count("pk"))["count"]
    return bool(present == len(slugs))


def _last_shipment() -> Shipment:
    data = _imports().values_list("data", flat=True).first()
    return Shipment(**json.loads(bytes(data))) if data else Shipment()


def _remember(shipment: Shipment, *, sha256: str, now: datetime) -> None:
    data = json.dumps({"topics": shipment.topics, "questions": shipment.questions}).encode()
    kept = _imports().first()
    if kept and kept.sha256 == sha256 and bytes(kept.data) == data:
        return
    kept = kept or Import(format=FORMAT, name="bank", created_at=now)
    kept.sha256, kept.data, kept.confirmed_at = sha256, data, now
    kept.save()


def _bring_in_topics(folder: Path, *, last: Shipment, shipped: Shipment) -> None:
    entries = json.loads((folder / "topics.json").read_text(encoding="utf-8"))
    for fields in (entry["fields"] for entry in entries):
        path = fields["path"]
        theirs = {"title": fields["title"], "position": fields["position"]}
        shipped.topics[path] = theirs
        topic = Topic.objects.at(path)
        ours = {"title": topic.title, "position": topic.position}
        taken = _merged(ours, base=last.topics.get(path, ours), theirs=theirs)
        if taken != ours:
            Topic.objects.filter(pk=topic.pk).update(**taken)


def _bring_in_questions(
    documents: Sequence[QuestionDocument],
    *,
    last: Shipment,
    shipped: Shipment,
    report: Report,
    now: datetime,
) -> None:
    present = _present([document.slug for document in documents])
    current = with_parts(
        QuestionRevision.objects.filter(
            pk__in=[question.current_revision_id for question in present.values()]
        )
    )
    ours = {revision.question_id: document_of(revision, as_written=True) for revision in current}
    for document in documents:
        shipped.questions[document.slug] = _place(document)
        question = present.get(document.slug)
        if question is None:
            _create(document, now=now)
            report.added.append(document.slug)
        elif reason := _reason_to_leave(question, document):
            report.left_alone.append((document.slug, reason))
        else:
            before = ours[question.pk]
            base = last.questions.get(document.slug, _place(before))
            is_changed = _update(question, document, before=before, base=base, now=now)
            (report.updated if is_changed else report.unchanged).append(document.slug)


def _present(slugs: Sequence[str]) -> dict[str, Question]:
    questions = Question.objects.filter(slug__in=slugs).select_related("current_revision")
    return {question.slug: question for question in questions}


def _reason_to_leave(question: Question, document: QuestionDocument) -> str:
    """Empty if nothing stands against taking the file's text."""
    if question.private_to_id:
        return "This id belongs to a private question."
    if not question.current_revision:
        return "It is being written here and has no finished text yet."
    if question.is_edited_here and question.origin_hash != content_hash(document):
        return "It was edited here, and the file has changed too."
    return ""


def _create(document: QuestionDocument, *, now: datetime) -> Question:
    question = create_question(document, owner=None, private_to=None, now=now)
    _mark_origin(question, document)
    return question


def _update(
    question: Question,
    document: QuestionDocument,
    *,
    before: QuestionDocument,
    base: dict[str, Any],
    now: datetime,
) -> bool:
    """Text and place, each unless it was changed here. Says whether anything changed."""
    document = _with_newer_review(document, before=before)
    is_new_text = not question.is_edited_here and not says_the_same(before, document)
    if is_new_text:
        _take_text(question, document, now=now)
    ours = _place(before)
    taken = _merged(ours, base=base, theirs=_place(document))
    if taken != ours:
        place(question, **taken, now=now)
    return is_new_text or taken != ours


def _with_newer_review(document: QuestionDocument, *, before: QuestionDocument) -> QuestionDocument:
    """An editor here may have stood by the same text since the file was written."""
    days = [day for day in (before.reviewed_on, document.reviewed_on) if day]
    if content_hash(before) != content_hash(document):
        return document
    return replace(document, reviewed_on=max(days, default=None))


def _take_text(question: Question, document: QuestionDocument, *, now: datetime) -> None:
    change = change_between(question.current_revision, document)
    add_revision(question, document, author=None, now=now, change=change)
    _mark_origin(question, document)


def _mark_origin(question: Question, document: QuestionDocument) -> None:
    question.origin_hash = content_hash(document)
    question.save(update_fields=["origin_hash"])


def _place(document: QuestionDocument) -> dict[str, Any]:
    return {
        "topic": document.topic,
        "tags": sorted(document.tags),
        "status": str(document.status),
    }


def _merged(
    ours: dict[str, Any], *, base: dict[str, Any], theirs: dict[str, Any]
) -> dict[str, Any]:
    """Theirs where ours is as it last came; ours where somebody changed it."""
    return {name: theirs[name] if ours[name] == base[name] else ours[name] for name in theirs}
