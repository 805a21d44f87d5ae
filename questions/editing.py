"""Editing the bank: one draft per question, published whole; what is frozen never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from questions.formats.document import Finding
from questions.formats.markdown_grammar import normal_line_ends, tidy_prose
from questions.formats.publishing import gaps_by_part
from questions.indexing import index
from questions.models import (
    AcceptPhrase,
    Answer,
    FollowUp,
    Hint,
    KeyPoint,
    Misconception,
    Question,
    QuestionQuerySet,
    QuestionRevision,
    Reference,
    SearchEntry,
    Tag,
    Topic,
)
from questions.revising import (
    change_between,
    content_hash,
    document_of,
    fingerprint_hash,
    new_slug,
    render_revision,
    says_the_same,
    with_parts,
)
from questions.threads import thread_gaps

PARTS: tuple[type[models.Model], ...] = (
    Answer,
    KeyPoint,
    Misconception,
    Hint,
    FollowUp,
    Reference,
)


type Refused = tuple[Question, list[Finding]]


class NotReady(Exception):
    """The text cannot be published yet; each finding says in plain words what it needs."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(finding.message for finding in findings))
        self.findings = findings


def locked(question_id: int) -> Question:
    """The question as it is now, held until the end of the transaction."""
    question: Question = Question.objects.select_for_update(no_key=True).get(pk=question_id)
    return question


def draft_of(question: Question) -> QuestionRevision | None:
    return question.revisions.filter(frozen_at=None).first()


@transaction.atomic
def begin_question(
    prompt: str,
    *,
    slug: str,
    topic: Topic | None,
    tags: Iterable[Tag],
    kind: str,
    author: User,
    now: datetime,
) -> Question:
    """A new question of the bank with nothing but a draft. Without a slug it makes one."""
    question: Question = Question.objects.create(
        slug=slug or new_slug(prompt, is_private=False),
        topic=topic,
        owner=author,
        created_at=now,
        updated_at=now,
    )
    question.tags.set(tags)
    QuestionRevision.objects.create(
        question=question, kind=kind, prompt=prompt, author=author, created_at=now
    )
    return question


@transaction.atomic
def start_draft(question: Question, *, author: User, now: datetime) -> QuestionRevision:
    """The draft there is, or a new one that says all the current revision says."""
    current = locked(question.pk).current_revision
    if draft := draft_of(question):
        return draft
    return _new_draft(question, current, author=author, now=now)


class HasDraft(Exception):
    """Restoring would write over a draft that somebody is working on."""


@transaction.atomic
def restore_revision(
    revision: QuestionRevision, *, author: User, now: datetime
) -> QuestionRevision:
    """A draft that says what this revision says; raises HasDraft. History only grows.

    Restoring twice gives the draft that is there.
    """
    question = locked(revision.question_id)
    restored = with_parts(QuestionRevision.objects.all()).get(pk=revision.pk)
    if draft := draft_of(question):
        if says_the_same(document_of(draft), document_of(restored)):
            return draft
        raise HasDraft
    note = gettext("Restored from revision %(number)s.") % {"number": restored.number}
    change = change_between(question.current_revision, document_of(restored))
    since = question.revisions.filter(number__gt=restored.number).exclude(frozen_at=None)
    if since.filter(change=QuestionRevision.Change.CHANGED).exists():
        change = QuestionRevision.Change.CHANGED  # what is right changes back
    return _new_draft(question, restored, author=author, now=now, change=change, change_note=note)


def gaps_of(revision: QuestionRevision | None) -> list[Finding]:
    """What the text lacks to be published."""
    if revision is None:
        return [Finding(code="E-GAP", line=1, message="Write the text of the question.")]
    return [
        Finding(code="E-GAP", line=1, message=message)
        for _part, message in gaps_by_part_of(revision)
    ]


def gaps_by_part_of(revision: QuestionRevision) -> list[tuple[str, str]]:
    """The part that each gap is in, and what it needs. Only the bank has threads to lead on."""
    document, question = document_of(revision), revision.question
    targets = [follow_up.next_slug for follow_up in document.follow_ups]
    broken = () if question.private_to_id else thread_gaps(question.slug, targets)
    return [*gaps_by_part(document), *(("follow_ups", message) for message in broken)]


@transaction.atomic
def publish_draft(revision: QuestionRevision, *, actor: User, now: datetime) -> QuestionRevision:
    """What is current afterwards: the draft, frozen, or the text there was if nothing changed.

    Raises NotReady. Locks the question. A draft that is published already, or gone, changes nothing.
    """
    question = locked(revision.question_id)
    draft = with_parts(QuestionRevision.objects.all()).filter(pk=revision.pk).first()
    if draft is None or draft.is_frozen:
        return question.current_revision or revision
    _tidy(draft)
    if findings := gaps_of(draft):
        raise NotReady(findings)
    current = question.current_revision
    if current:
        _take_newer_review(current, draft)
    if current and says_the_same(document_of(current), document_of(draft)):
        draft.delete()
    else:
        _freeze(draft, current=current, actor=actor, now=now)
        question.current_revision = draft
        question.fingerprint = fingerprint_hash(draft.prompt)
    _set_published(question, now=now)
    return question.current_revision or draft


@transaction.atomic
def publish_question(question: Question, *, actor: User, now: datetime) -> QuestionRevision:
    """Publishes its draft unseen, or without one the text it has. Raises NotReady."""
    question = locked(question.pk)
    current = question.current_revision
    if draft := draft_of(question):
        if findings := [*gaps_of(draft), *_to_see_first(draft, current)]:
            raise NotReady(findings)
        return publish_draft(draft, actor=actor, now=now)
    findings = gaps_of(current)
    if current is None or findings:
        raise NotReady(findings)
    _set_published(question, now=now)
    return current


def is_overtaken(draft: QuestionRevision, current: QuestionRevision | None) -> bool:
    """Another text was published after the draft began, so that the draft would undo it."""
    return bool(current and current.frozen_at and current.frozen_at > draft.created_at)


def _to_see_first(draft: QuestionRevision, current: QuestionRevision | None) -> list[Finding]:
    """What the page of the draft would ask of who publishes it."""
    if current is None or says_the_same(document_of(current), document_of(draft)):
        return []
    asked = []
    if is_overtaken(draft, current):
        said = gettext("Revision %(number)s was published after this draft began: compare first.")
        asked.append(said % {"number": current.number})
    if not draft.change_note:
        asked.append(gettext("Say in a few words what changed."))
    return [Finding(code="E-GAP", line=1, message=message) for message in asked]


@transaction.atomic
def publish_questions(
    questions: QuerySet[Question], *, actor: User, now: datetime
) -> tuple[int, list[Refused]]:
    """How many are published, and which are not, with what each lacks. Locks all of them.

    Those that lead on to each other are published in one run, unless one of them is not ready.
    """
    count, refused = 0, []
    for question in _targets_first(questions, as_drafted=True):
        try:
            publish_question(question, actor=actor, now=now)
        except NotReady as error:
            refused.append((question, error.findings))
        else:
            count += 1
    return count, sorted(refused, key=lambda each: each[0].pk)


def _targets_first(questions: QuerySet[Question], *, as_drafted: bool) -> list[Question]:
    """What another of them leads on to comes before it. Locks all of them, in the order of keys.

    By the text each has, or by its draft if that is what is published.
    """
    chosen = {question.pk: question for question in questions.order_by("pk")}
    locked = Question.objects.select_for_update(no_key=True).filter(pk__in=chosen).order_by("pk")
    texts = dict(locked.values_list("pk", "current_revision"))
    if as_drafted:
        drafts = QuestionRevision.objects.filter(question__in=chosen, frozen_at=None)
        texts |= dict(drafts.values_list("question", "pk"))
    known = {question.slug: pk for pk, question in chosen.items()}
    leading = FollowUp.objects.filter(revision__in=texts.values(), next_slug__in=known)
    questions_of = {revision: pk for pk, revision in texts.items()}
    targets: dict[int, list[int]] = {pk: [] for pk in chosen}
    for revision, slug in leading.order_by("pk").values_list("revision", "next_slug"):
        targets[questions_of[revision]].append(known[slug])
    return [chosen[pk] for pk in _after_their_targets(targets)]


def _after_their_targets(targets: dict[int, list[int]]) -> Iterator[int]:
    """In a circle it does not matter who comes first: not all of it can be published."""
    seen: set[int] = set()
    for first in targets:
        way = [] if first in seen else [first]
        seen.add(first)
        while way:
            further = next((pk for pk in targets[way[-1]] if pk not in seen), None)
            if further is None:
                yield way.pop()
            else:
                seen.add(further)
                way.append(further)


@transaction.atomic
def discard_draft(revision: QuestionRevision) -> bool:
    """True if there was a draft to discard. What was published stays."""
    locked(revision.question_id)
    deleted, _by_model = QuestionRevision.objects.filter(pk=revision.pk, frozen_at=None).delete()
    return deleted > 0


@transaction.atomic
def retire(questions: QuestionQuerySet, *, now: datetime) -> int:
    """How many were not retired before. Results keep pointing to them."""
    SearchEntry.objects.filter(question__in=questions.values("pk")).update(is_listed=False)
    return questions.retire(now=now)


@transaction.atomic
def put_back(question: Question, *, now: datetime) -> bool:
    """A retired question returns as what it was; not ready to be published, as a draft.

    True if it is published.
    """
    question = locked(question.pk)
    if question.status != Question.Status.RETIRED:
        return question.status == Question.Status.PUBLISHED
    status = question.retired_from or Question.Status.PUBLISHED
    if status == Question.Status.PUBLISHED and gaps_of(question.current_revision):
        status = Question.Status.DRAFT
    question.become(status)
    question.updated_at = now
    question.save(update_fields=["status", "updated_at"])
    index([question.pk])
    return status == Question.Status.PUBLISHED


@transaction.atomic
def put_back_all(questions: QuerySet[Question], *, now: datetime) -> tuple[int, list[Refused]]:
    """How many retired ones are published again, and which are back unpublished.

    Those that were published come with what they lack now, others with nothing.
    """
    count, unpublished = 0, []
    retired = questions.filter(status=Question.Status.RETIRED)
    for question in _targets_first(retired, as_drafted=False):
        if put_back(question, now=now):
            count += 1
        else:
            was_published = question.retired_from in ("", Question.Status.PUBLISHED)
            lacks = gaps_of(question.current_revision) if was_published else []
            unpublished.append((question, lacks))
    return count, sorted(unpublished, key=lambda each: each[0].pk)


@transaction.atomic
def mark_reviewed(questions: QuerySet[Question], *, by: User, today: date) -> int:
    """How many current texts somebody stands by today that nobody had yet. No text changes by it."""
    texts = QuestionRevision.objects.filter(pk__in=questions.values("current_revision"))
    unmarked = Q(reviewed_on=None) | Q(reviewed_on__lt=today)
    return texts.filter(unmarked).update(reviewed_on=today, reviewed_by=by)


@transaction.atomic
def merge_tags(tags: Iterable[Tag], *, into: Tag) -> None:
    """Whatever has one of the tags has `into` instead, in every app; the tags are deleted."""
    tags = list(tags)
    tagged = list(Question.objects.filter(tags__in=tags).values_list("pk", flat=True))
    for tag in tags:
        for relation in Tag._meta.related_objects:
            owners = relation.related_model._base_manager.filter(**{relation.field.name: tag})
            for owner in owners:
                getattr(owner, relation.field.name).add(into)
        tag.delete()
    index(tagged)


def stamp_of(draft: QuestionRevision) -> str:
    """Differs as soon as anything of the draft was saved differently. Eight queries."""
    rows: list[Any] = [QuestionRevision.objects.filter(pk=draft.pk).values_list()]
    rows += [part._base_manager.filter(revision=draft).values_list() for part in PARTS]
    rows += [AcceptPhrase.objects.filter(key_point__revision=draft).values_list()]
    text = repr([sorted(query, key=lambda row: row[0]) for query in rows])
    return hashlib.sha256(text.encode()).hexdigest()


def is_used(row: Question | QuestionRevision) -> bool:
    """Whether anything beyond the bank points to it: cards, reviews, interviews."""
    revisions = row.revisions.all() if isinstance(row, Question) else []
    return any(_is_pointed_to(each) for each in [row, *revisions])


def _is_pointed_to(row: models.Model) -> bool:
    own_app = row._meta.app_label
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel)
        and relation.related_model._meta.app_label != own_app
    )


def _next_number(question: Question) -> int:
    latest: int | None = question.revisions.aggregate(latest=Max("number"))["latest"]
    return (latest or 0) + 1


def _new_draft(
    question: Question,
    source: QuestionRevision | None,
    *,
    author: User,
    now: datetime,
    change: str = QuestionRevision.Change.CLARIFIED,
    change_note: str = "",
) -> QuestionRevision:
    """Says all that `source` says; nothing yet without one."""
    before_pk = source.pk if source else None
    draft = (
        QuestionRevision.objects.get(pk=before_pk)
        if before_pk
        else QuestionRevision(question=question)
    )
    _copy(
        draft,
        number=_next_number(question),
        author=author,
        created_at=now,
        frozen_at=None,
        change=change,
        change_note=change_note,
        content_hash="",
    )
    draft.save()
    if before_pk:
        _copy_parts(before_pk, draft)
    return draft


def _copy(row: models.Model, **changes: Any) -> None:
    """Makes the object one that is not saved yet."""
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)


def _copy_parts(before_pk: int, draft: QuestionRevision) -> None:
    points = list(KeyPoint.objects.filter(revision=before_pk).prefetch_related("accept_phrases"))
    phrases = [list(point.accept_phrases.all()) for point in points]
    for part in PARTS:
        rows = points if part is KeyPoint else list(part._base_manager.filter(revision=before_pk))
        for row in rows:
            _copy(row, revision=draft)
        part._base_manager.bulk_create(rows)
    for point, known in zip(points, phrases, strict=True):
        for phrase in known:
            _copy(phrase, key_point=point)
    AcceptPhrase.objects.bulk_create(phrase for known in phrases for phrase in known)


def _tidy(draft: QuestionRevision) -> None:
    """As a file would hold it: a draft may be older than the forms that see to that."""
    draft.context = tidy_prose(draft.context)
    draft.interviewer_notes = tidy_prose(draft.interviewer_notes)
    draft.expected_output = normal_line_ends(draft.expected_output)
    answers = list(draft.answers.all())
    for answer in answers:
        answer.text = tidy_prose(answer.text)
    Answer.objects.bulk_update(answers, ["text"])


def _take_newer_review(current: QuestionRevision, draft: QuestionRevision) -> None:
    """The text may have been reviewed while the draft was being written."""
    began_on = timezone.localdate(draft.created_at)
    if current.reviewed_on and current.reviewed_on >= began_on:
        draft.reviewed_on, draft.reviewed_by = current.reviewed_on, current.reviewed_by


def _freeze(
    draft: QuestionRevision, *, current: QuestionRevision | None, actor: User, now: datetime
) -> None:
    draft.content_hash = content_hash(document_of(draft))
    if current and current.number > draft.number:
        draft.number = _next_number(draft.question)
    draft.author = actor
    draft.frozen_at = now
    draft.save()
    render_revision(draft)
    if current:
        _keep_phrases_learned_meanwhile(current, draft)


def _keep_phrases_learned_meanwhile(current: QuestionRevision, draft: QuestionRevision) -> None:
    """The draft has what people had taught before it began; what its editor took out stays out."""
    learned = AcceptPhrase.objects.filter(
        key_point__revision=current, added_at__gt=draft.created_at
    ).exclude(added_by=None)
    points = {point.text: point for point in draft.key_points.all()}
    for phrase in learned.select_related("key_point"):
        if point := points.get(phrase.key_point.text):
            _copy(phrase, key_point=point, position=point.accept_phrases.count())
            phrase.save()


def _set_published(question: Question, *, now: datetime) -> None:
    """A private question is studied by its owner whatever its status, so that stays."""
    if question.private_to_id is None:
        question.status = Question.Status.PUBLISHED
    question.updated_at = now
    question.save(update_fields=["current_revision", "fingerprint", "status", "updated_at"])
    index([question.pk])
