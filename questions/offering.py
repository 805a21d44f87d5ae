"""From one's own questions to the bank: offered, taken back, accepted or declined, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.models import User
from questions.editing import NotReady, gaps_of, locked
from questions.formats.document import FollowUpText, QuestionDocument
from questions.indexing import index
from questions.models import Import, Offer, Question, QuestionRevision, Tag
from questions.origins import TAGS_OF_FILES
from questions.planning import is_place_in
from questions.revising import add_revision, document_of
from questions.threads import thread_gaps
from questions.writing import ChangedMeanwhile


class AlreadyDecided(Exception):
    """Accepted, declined or taken back by now: `offer` says which."""

    def __init__(self, offer: Offer) -> None:
        super().__init__(offer.state)
        self.offer = offer


@transaction.atomic
def offer(question: Question, *, author: User, name: str, now: datetime) -> Offer:
    """The offer that waits; a second one is the first. Raises NotReady. Locks the question."""
    question = locked(question.pk)
    known = question.offers.filter(state=Offer.State.WAITING).first()
    accepted = question.offers.filter(state=Offer.State.ACCEPTED).first()
    if found := accepted or known:
        return found
    if findings := gaps_of(question.current_revision):
        raise NotReady(findings)
    return question.offers.create(offered_by=author, name=name, offered_at=now)


@transaction.atomic
def withdraw(question: Question, *, now: datetime) -> bool:
    """True if an offer waited. Locks the question."""
    locked(question.pk)
    waiting = question.offers.filter(state=Offer.State.WAITING)
    return waiting.update(state=Offer.State.WITHDRAWN, decided_at=now) > 0


@transaction.atomic
def accept(found: Offer, *, editor: User, number: int, now: datetime) -> Question:
    """The question, now of the bank and published: the same one, so cards and reviews stay.

    `number` is the revision the editor read. Raises AlreadyDecided, ChangedMeanwhile if the
    author has changed it since, or NotReady. Locks the question.
    """
    question, found = _held(found)
    current = question.current_revision
    if current is None or current.number != number:
        raise ChangedMeanwhile
    if findings := gaps_of(current):
        raise NotReady(findings)
    file = question.imported_from
    _share(question, now=now)
    _credit(question, current, found, file=file, now=now)
    _decide(found, Offer.State.ACCEPTED, editor=editor, now=now)
    return question


@transaction.atomic
def decline(found: Offer, *, editor: User, reason: str, now: datetime) -> None:
    """Raises AlreadyDecided. Locks the question."""
    _question, found = _held(found)
    _decide(found, Offer.State.DECLINED, editor=editor, now=now, reason=reason)


def _held(found: Offer) -> tuple[Question, Offer]:
    question = locked(found.question_id)
    found = Offer.objects.get(pk=found.pk)
    if not Offer.objects.waiting().filter(pk=found.pk).exists():
        raise AlreadyDecided(found)
    return question, found


def tags_offered(question: Question) -> QuerySet[Tag]:
    """The tag of a file somebody brought in says something to nobody else."""
    return question.tags.exclude(slug__startswith=TAGS_OF_FILES)


def _share(question: Question, *, now: datetime) -> None:
    question.tags.set(tags_offered(question))
    question.private_to = None
    question.status = Question.Status.PUBLISHED
    question.imported_from = question.imported_line = question.imported_end_line = None
    question.external_key = question.origin_facts = ""
    question.updated_at = now
    question.save(
        update_fields=[
            "private_to",
            "status",
            "imported_from",
            "imported_line",
            "imported_end_line",
            "external_key",
            "origin_facts",
            "updated_at",
        ]
    )
    index([question.pk])


def _credit(
    question: Question,
    current: QuestionRevision,
    found: Offer,
    *,
    file: Import | None,
    now: datetime,
) -> None:
    """A revision of the same words that says whose they are; where they stood in whose file is gone."""
    authors = tuple(dict.fromkeys([*current.authors, found.name]))
    source = "" if file and is_place_in(file, current.source) else current.source
    document = document_of(current)
    document = replace(
        document,
        license=found.license,
        authors=authors,
        source=source,
        follow_ups=tuple(_in_threads(question, document)),
    )
    add_revision(
        question,
        document,
        author=found.offered_by,
        now=now,
        change=QuestionRevision.Change.TYPO,
        change_note=gettext("Accepted into the bank."),
    )


def _in_threads(question: Question, document: QuestionDocument) -> Iterator[FollowUpText]:
    """Its follow-ups, without the id of a question that nobody could go on to."""
    for follow_up in document.follow_ups:
        is_broken = any(thread_gaps(question.slug, [follow_up.next_slug]))
        yield replace(follow_up, next_slug="") if is_broken else follow_up


def _decide(
    found: Offer, state: Offer.State, *, editor: User, now: datetime, reason: str = ""
) -> None:
    found.state, found.decided_by, found.decided_at = state, editor, now
    found.reason = reason
    found.save(update_fields=["state", "decided_by", "decided_at", "reason"])
