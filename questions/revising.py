"""From documents to questions and back: each change of the text is a new revision, whole at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet, prefetch_related_objects
from django.utils.text import slugify

from accounts.models import User
from questions.formats.document import (
    FollowUpText,
    KeyPointText,
    Kind,
    Level,
    MisconceptionText,
    OptionText,
    QuestionDocument,
    ReferenceText,
    Status,
)
from questions.formats.notes import fingerprint
from questions.indexing import index
from questions.models import (
    AcceptPhrase,
    Answer,
    FollowUp,
    Hint,
    KeyPoint,
    Misconception,
    Question,
    QuestionRevision,
    Reference,
    Tag,
    Topic,
)
from questions.rendering import RENDER_VERSION, render
from studyhub.codes import readable_code

# These change without a new text, so they live on the question.
OUTSIDE_REVISION = {"slug", "version", "status", "topic", "tags"}
# These are kept with each revision, but a reader learns nothing new from them.
PROVENANCE = {"reviewed_on", "license", "source", "authors", "extra"}

LONGEST_SLUG = 80
SUFFIX_LENGTH = 8


def content_hash(document: QuestionDocument) -> str:
    """Covers what a reader sees and what scores; neither topic, tags and status nor provenance.

    Empty fields are left out, so that a new kind of part does not change the hash of old content.
    """
    content = {
        name: value
        for name, value in asdict(document).items()
        if name not in OUTSIDE_REVISION | PROVENANCE
    }
    text = json.dumps(_filled(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint_hash(prompt: str) -> str:
    """Equal for prompts that differ in case, punctuation and spacing only."""
    return hashlib.sha256(fingerprint(prompt).encode()).hexdigest()


def new_slug(prompt: str, *, is_private: bool) -> str:
    """An id for a new question. A private one ends at random: it must never take a name from
    the bank, nor tell that somebody else has the same question."""
    words = slugify(prompt)[: LONGEST_SLUG - SUFFIX_LENGTH - 1].strip("-_").replace("_", "-")
    slug = "-".join(filter(None, words.split("-"))) or "question"
    if not is_private and not Question.objects.filter(slug=slug).exists():
        return slug
    return f"{slug}-{readable_code(SUFFIX_LENGTH)}"


def with_parts(revisions: QuerySet[QuestionRevision]) -> QuerySet[QuestionRevision]:
    """Ready for `document_of`, which then asks the database nothing."""
    return revisions.select_related("question__topic").prefetch_related(
        "question__tags",
        "answers",
        "key_points__accept_phrases",
        "misconceptions",
        "hints",
        "follow_ups",
        "references",
    )


def document_of(revision: QuestionRevision, *, as_written: bool = False) -> QuestionDocument:
    """The revision as plain data. Nine queries, or none after `with_parts`.

    `as_written`: without the phrases that were learned since.
    """
    question = revision.question
    answers = list(revision.answers.all())
    return QuestionDocument(
        slug=question.slug,
        prompt=revision.prompt,
        kind=Kind(revision.kind),
        version=revision.number,
        level=Level(revision.level) if revision.level else None,
        topic=question.topic.path if question.topic else "",
        tags=tuple(tag.slug for tag in question.tags.all()),
        speak_seconds=revision.speak_seconds,
        status=Status(question.status),
        reviewed_on=revision.reviewed_on.isoformat() if revision.reviewed_on else None,
        applies_to=revision.applies_to,
        license=revision.license,
        source=revision.source,
        authors=tuple(revision.authors),
        extra=dict(revision.extra),
        context=revision.context,
        answer="".join(a.text for a in answers if a.role == Answer.Role.MODEL),
        options=tuple(
            OptionText(a.text, a.is_correct, a.because)
            for a in answers
            if a.role == Answer.Role.OPTION
        ),
        steps=tuple(a.text for a in answers if a.role == Answer.Role.STEP),
        expected_output=revision.expected_output,
        interviewer_notes=revision.interviewer_notes,
        key_points=tuple(_key_point_texts(revision, as_written=as_written)),
        misconceptions=tuple(
            MisconceptionText(m.text, m.why) for m in revision.misconceptions.all()
        ),
        hints=tuple(hint.text for hint in revision.hints.all()),
        follow_ups=tuple(_follow_up_texts(revision)),
        references=tuple(ReferenceText(r.title, r.url) for r in revision.references.all()),
    )


def document_for(reader: User, revision: QuestionRevision) -> QuestionDocument:
    """The revision as this person may take it along."""
    document = document_of(revision)
    return document if revision.question.shows_notes_to(reader) else without_notes(document)


def without_notes(document: QuestionDocument) -> QuestionDocument:
    return replace(document, interviewer_notes="")


@transaction.atomic
def create_question(
    document: QuestionDocument,
    *,
    owner: User | None,
    private_to: User | None,
    now: datetime,
    status: str | None = None,
) -> Question:
    """A question with its first revision, frozen and current. `private_to` None: in the bank."""
    question: Question = Question.objects.create(
        slug=document.slug, owner=owner, private_to=private_to, created_at=now, updated_at=now
    )
    place(
        question,
        topic=document.topic,
        tags=document.tags,
        status=status or document.status,
        now=now,
    )
    add_revision(question, document, author=owner, now=now)
    return question


@transaction.atomic
def add_revision(
    question: Question,
    document: QuestionDocument,
    *,
    author: User | None,
    now: datetime,
    change: str = QuestionRevision.Change.CLARIFIED,
    change_note: str = "",
    keeps_learned: bool = True,
) -> QuestionRevision:
    """The document as the current revision, frozen at once; the one there is if it says the same.

    Locks the question. Topic, tags and status are the question's own and stay as they are.
    `keeps_learned` False: the author saw the phrases people taught, so what is not there is gone.
    """
    Question.objects.select_for_update(no_key=True).get(pk=question.pk)
    question.refresh_from_db(fields=["current_revision"])
    current = _current_with_parts(question)
    if current and says_the_same(document_of(current), document):
        return current
    latest = question.revisions.aggregate(latest=Max("number"))["latest"] or 0
    revision = _write(
        question,
        document,
        number=max(latest + 1, document.version),
        author=author,
        change=change,
        change_note=change_note,
        created_at=now,
        frozen_at=now,
        reviewed_by=_reviewer(current, document),
    )
    if current and keeps_learned:
        _keep_learned_phrases(current, revision)
    question.current_revision = revision
    question.fingerprint = fingerprint_hash(document.prompt)
    question.updated_at = now
    question.save(update_fields=["current_revision", "fingerprint", "updated_at"])
    index([question.pk])
    return revision


@transaction.atomic
def place(
    question: Question, *, topic: str, tags: Iterable[str], status: str, now: datetime
) -> None:
    """Where it is found, and who finds it: all that may change without a new revision."""
    wanted = (topic, set(tags), status)
    tags_here = {tag.slug for tag in question.tags.all()}
    if (question.topic.path if question.topic else "", tags_here, question.status) == wanted:
        return
    question.topic = Topic.objects.at(topic) if topic else None
    question.become(status)
    question.updated_at = now
    question.save(update_fields=["topic", "status", "retired_from", "updated_at"])
    question.tags.set([Tag.objects.get_or_create(slug=slug)[0] for slug in wanted[1]])
    index([question.pk])


def says_the_same(one: QuestionDocument, other: QuestionDocument) -> bool:
    """Alike in everything a revision holds, provenance included."""
    return _revised(one) == _revised(other)


def change_between(
    revision: QuestionRevision | None, document: QuestionDocument
) -> QuestionRevision.Change:
    """A cautious guess where nobody was asked: what scores has changed, or the words, or neither."""
    before = document_of(revision) if revision else document
    if _scoring(before) != _scoring(document):
        return QuestionRevision.Change.CHANGED
    if content_hash(before) != content_hash(document):
        return QuestionRevision.Change.CLARIFIED
    return QuestionRevision.Change.TYPO


def render_revision(revision: QuestionRevision) -> None:
    """Renders the stored HTML anew; the text stays."""
    revision.context_html = render(revision.context)
    revision.render_version = RENDER_VERSION
    answers = list(revision.answers.all())
    for answer in answers:
        answer.html = render(answer.text)
    with transaction.atomic():
        Answer.objects.bulk_update(answers, ["html"])
        revision.save(update_fields=["context_html", "render_version"])


def _filled(value: Any) -> Any:
    """The same without empty fields, at any depth."""
    if isinstance(value, dict):
        return {name: _filled(inner) for name, inner in value.items() if inner}
    return [_filled(inner) for inner in value] if isinstance(value, list | tuple) else value


def _revised(document: QuestionDocument) -> dict[str, Any]:
    return {name: value for name, value in asdict(document).items() if name not in OUTSIDE_REVISION}


def _scoring(document: QuestionDocument) -> tuple[object, ...]:
    points = [(point.text, point.weight) for point in document.key_points]
    options = [(option.text, option.is_correct) for option in document.options]
    return document.kind, points, options, document.steps, document.expected_output


def _key_point_texts(revision: QuestionRevision, *, as_written: bool) -> Iterator[KeyPointText]:
    points = list(revision.key_points.all())
    prefetch_related_objects(points, "accept_phrases")
    for point in points:
        phrases = tuple(
            phrase.text
            for phrase in point.accept_phrases.all()
            if not (as_written and phrase.added_by_id)
        )
        yield KeyPointText(point.text, point.weight, accept=phrases)


def _follow_up_texts(revision: QuestionRevision) -> Iterator[FollowUpText]:
    for follow_up in revision.follow_ups.all():
        yield FollowUpText(
            follow_up.prompt,
            expect=tuple(follow_up.expect),
            strong=tuple(follow_up.strong),
            weak=tuple(follow_up.weak),
            condition=follow_up.condition,
            next_slug=follow_up.next_slug,
        )


def _current_with_parts(question: Question) -> QuestionRevision | None:
    if not question.current_revision_id:
        return None
    return with_parts(QuestionRevision.objects.all()).get(pk=question.current_revision_id)


def _reviewer(current: QuestionRevision | None, document: QuestionDocument) -> User | None:
    """Who stood by the text on the day that the document names, if it was here."""
    if current is None or current.reviewed_on is None:
        return None
    return current.reviewed_by if current.reviewed_on.isoformat() == document.reviewed_on else None


def _write(question: Question, document: QuestionDocument, **fields: Any) -> QuestionRevision:
    revision = QuestionRevision.objects.create(
        question=question,
        kind=document.kind,
        level=document.level or "",
        prompt=document.prompt,
        context=document.context,
        context_html=render(document.context),
        expected_output=document.expected_output,
        interviewer_notes=document.interviewer_notes,
        speak_seconds=document.speak_seconds,
        applies_to=document.applies_to,
        reviewed_on=date.fromisoformat(document.reviewed_on) if document.reviewed_on else None,
        license=document.license,
        source=document.source,
        authors=list(document.authors),
        extra=document.extra,
        content_hash=content_hash(document),
        render_version=RENDER_VERSION,
        **fields,
    )
    _write_answers(revision, document)
    _write_key_points(revision, document)
    _write_other_parts(revision, document)
    return revision


def _write_answers(revision: QuestionRevision, document: QuestionDocument) -> None:
    answers = [
        Answer(revision=revision, role=Answer.Role.MODEL, text=text)
        for text in [document.answer]
        if text
    ]
    answers += [
        Answer(
            revision=revision,
            role=Answer.Role.OPTION,
            text=option.text,
            is_correct=option.is_correct,
            because=option.because,
            position=position,
        )
        for position, option in enumerate(document.options)
    ]
    answers += [
        Answer(revision=revision, role=Answer.Role.STEP, text=text, position=position)
        for position, text in enumerate(document.steps)
    ]
    for answer in answers:
        answer.html = render(answer.text)
    Answer.objects.bulk_create(answers)


def _write_key_points(revision: QuestionRevision, document: QuestionDocument) -> None:
    points = KeyPoint.objects.bulk_create(
        KeyPoint(revision=revision, text=point.text, weight=point.weight, position=position)
        for position, point in enumerate(document.key_points)
    )
    AcceptPhrase.objects.bulk_create(
        AcceptPhrase(key_point=point, text=text, position=position, added_at=revision.created_at)
        for point, written in zip(points, document.key_points, strict=True)
        for position, text in enumerate(written.accept)
    )


def _write_other_parts(revision: QuestionRevision, document: QuestionDocument) -> None:
    Misconception.objects.bulk_create(
        Misconception(revision=revision, text=written.text, why=written.why, position=position)
        for position, written in enumerate(document.misconceptions)
    )
    Hint.objects.bulk_create(
        Hint(revision=revision, text=text, position=position)
        for position, text in enumerate(document.hints)
    )
    FollowUp.objects.bulk_create(
        FollowUp(
            revision=revision,
            prompt=written.prompt,
            condition=written.condition,
            expect=list(written.expect),
            strong=list(written.strong),
            weak=list(written.weak),
            next_slug=written.next_slug,
            position=position,
        )
        for position, written in enumerate(document.follow_ups)
    )
    Reference.objects.bulk_create(
        Reference(revision=revision, title=written.title, url=written.url, position=position)
        for position, written in enumerate(document.references)
    )


def _keep_learned_phrases(before: QuestionRevision, after: QuestionRevision) -> None:
    """What people taught a key point stays with it while its statement is the same."""
    points = {point.text: point for point in after.key_points.prefetch_related("accept_phrases")}
    for old in before.key_points.all():
        point = points.get(old.text)
        known = {phrase.text for phrase in point.accept_phrases.all()} if point else set()
        for phrase in old.accept_phrases.all():
            if point and phrase.added_by_id and phrase.text not in known:
                AcceptPhrase.objects.create(
                    key_point=point,
                    text=phrase.text,
                    position=len(known),
                    added_by_id=phrase.added_by_id,
                    added_at=phrase.added_at,
                )
