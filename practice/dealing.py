"""A card with all that its page says of it, read by statements that were written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, QuerySet

from practice.models import Card, CardQuerySet, StudySettings
from practice.models.settings import columns_of_wish
from questions.models import (
    Answer,
    FollowUp,
    Hint,
    KeyPoint,
    Question,
    QuestionRevision,
    Tag,
)
from studyhub.statements import objects

if TYPE_CHECKING:
    from accounts.models import User

WISH = tuple(columns_of_wish("user__"))

# What no page of a card shows. Reading them would take as long as the rest.
QUESTION_UNREAD = (
    *("retired_from", "owner", "fingerprint", "origin_hash", "created_at", "updated_at"),
    *("imported_from", "imported_line", "imported_end_line", "external_key", "origin_facts"),
)
REVISION_UNREAD = (
    *("license", "source", "authors", "extra", "change", "change_note", "content_hash"),
    *("render_version", "author", "reviewed_on", "reviewed_by", "created_at", "frozen_at"),
    *("interviewer_notes",),
)
UNREAD = (
    "added_at",
    *(f"question__{name}" for name in QUESTION_UNREAD),
    *("question__topic__parent", "question__topic__position"),
    *(f"question__current_revision__{name}" for name in REVISION_UNREAD),
)


def dealt(user: User, pk: int) -> Card | None:
    """The person's card, with its question, the question's topic and its text of today; with

    the person's settings; and whether follow-ups lead on from that text, or to the question.
    What is UNREAD would each be looked up by itself.
    """
    cards = objects(_cards, user.pk, pk)
    if not cards:
        return None
    card, held = cards[0], cards[0].__dict__
    card.user = user
    card.dealt_wish = StudySettings.objects.made_of([held.pop(name) for name in WISH], user)
    return card


def answers_of(revision: QuestionRevision) -> list[Answer]:
    return objects(_answers, revision.pk)


def key_points_of(revision: QuestionRevision) -> list[KeyPoint]:
    return objects(_key_points, revision.pk)


def tags_of(question: Question) -> list[Tag]:
    return objects(_tags, question.pk)


def hints_of(revision: QuestionRevision) -> list[Hint]:
    return objects(_hints, revision.pk)


def follow_ups_of(revision: QuestionRevision) -> list[FollowUp]:
    return objects(_follow_ups, revision.pk)


def _cards(user_pk: int, pk: int) -> CardQuerySet:
    cards = Card.objects.filter(user=user_pk, pk=pk).annotate(
        has_follow_ups=Exists(
            FollowUp.objects.filter(revision=OuterRef("question__current_revision"))
        ),
        is_led_to=Exists(FollowUp.objects.filter(next_slug=OuterRef("question__slug"))),
        **columns_of_wish("user__"),
    )
    return cards.select_related("question__topic", "question__current_revision").defer(*UNREAD)


def _answers(revision_pk: int) -> QuerySet[Answer]:
    return Answer.objects.filter(revision=revision_pk)


def _key_points(revision_pk: int) -> QuerySet[KeyPoint]:
    return KeyPoint.objects.filter(revision=revision_pk)


def _tags(question_pk: int) -> QuerySet[Tag]:
    return Tag.objects.filter(questions=question_pk)


def _hints(revision_pk: int) -> QuerySet[Hint]:
    return Hint.objects.filter(revision=revision_pk)


def _follow_ups(revision_pk: int) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(revision=revision_pk)
