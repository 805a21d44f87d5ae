"""One's own questions: writing them, changing them without losing what somebody else saved."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from questions.formats.document import QuestionDocument
from questions.locking import lock_questions
from questions.models import FollowUp, Question, QuestionRevision
from questions.rendering import PARSER
from questions.revising import (
    add_revision,
    content_hash,
    create_question,
    document_of,
    fingerprint_hash,
    new_slug,
    place,
    says_the_same,
)
from questions.threads import thread_problems

SAME_QUESTION = timedelta(minutes=1)
LONGEST_CANDIDATE = 300


class ChangedMeanwhile(Exception):
    """Somebody saved another text since this one was opened; nothing was written."""


class BrokenThreads(Exception):
    """Meanwhile a thread cannot lead on any more; nothing was written. `problems` are by target."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@transaction.atomic
def create_own(
    document: QuestionDocument, *, owner: User, now: datetime, kept: Set[str] = frozenset()
) -> Question:
    """A private question; the one just made if it says the same. Locks the owner's questions.

    Raises BrokenThreads, though not for what is `kept`: where the text it was copied from leads.
    """
    lock_questions(owner)
    same: Question | None = Question.objects.filter(
        private_to=owner,
        fingerprint=fingerprint_hash(document.prompt),
        current_revision__content_hash=content_hash(document),
        created_at__gt=now - SAME_QUESTION,
    ).first()
    if same:
        return same
    targets = {follow_up.next_slug for follow_up in document.follow_ups} - kept
    if problems := thread_problems(targets, start="", reader=owner):
        raise BrokenThreads(problems)
    document = replace(document, slug=new_slug(document.prompt, is_private=True))
    return create_question(document, owner=owner, private_to=owner, now=now)


@transaction.atomic
def save_own(
    question: Question,
    document: QuestionDocument,
    *,
    based_on: int,
    author: User,
    now: datetime,
    change: str,
    change_note: str,
) -> QuestionRevision:
    """The new text as the current revision, with its topic and tags.

    `based_on` is the number of the revision that was opened: raises ChangedMeanwhile if another
    one is current by now and says something else, BrokenThreads if two questions would lead to
    each other. Locks the author's questions, since two saved at once could. Raises
    Question.DoesNotExist if it is not the author's own any more: deleted, or the bank's by now.
    """
    lock_questions(author)
    Question.objects.select_for_update(no_key=True).get(pk=question.pk, private_to=author)
    question.refresh_from_db(fields=["current_revision"])
    current = question.current_revision
    is_stale = current is not None and current.number != based_on
    if is_stale and current and not says_the_same(document_of(current), document):
        raise ChangedMeanwhile
    known = FollowUp.objects.filter(revision=current).values_list("next_slug", flat=True)
    # What was there before may have come with a file, and stays.
    targets = {follow_up.next_slug for follow_up in document.follow_ups}.difference(known)
    if problems := thread_problems(targets, start=question.slug, reader=author):
        raise BrokenThreads(problems)
    place(question, topic=document.topic, tags=document.tags, status=question.status, now=now)
    return add_revision(
        question,
        document,
        author=author,
        now=now,
        change=change,
        change_note=change_note,
        keeps_learned=False,
    )


def key_point_candidates(document: QuestionDocument) -> list[str]:
    """Statements of the answer that may be key points; a person ticks them."""
    known = {point.text for point in document.key_points}
    found = dict.fromkeys(_statements(document.answer))
    return [text for text in found if text not in known]


def _statements(markdown: str) -> Iterator[str]:
    """The paragraphs and list items that are short and no lead-in, without their markup."""
    tokens = PARSER.parse(markdown)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type != "inline" or (before and before.type != "paragraph_open"):
            continue
        words = (" " if "break" in child.type else child.content for child in token.children or [])
        text = " ".join("".join(words).split())
        if text and len(text) <= LONGEST_CANDIDATE and not text.endswith(":"):
            yield text
