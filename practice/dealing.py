"""A card with all that its page says of it, read by statements that were written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from practice.models import Card, CardQuerySet
from practice.statements import objects
from questions.models import (
    Answer,
    FollowUp,
    Hint,
    KeyPoint,
    Question,
    QuestionQuerySet,
    QuestionRevision,
    Tag,
    Topic,
)

if TYPE_CHECKING:
    from accounts.models import User


def dealt(user: User, pk: int) -> Card | None:
    """The person's card, with its question, the question's topic and its text of today.

    Four statements that need not be put together are cheaper than one that does.
    """
    cards = objects(_cards, user.pk, pk)
    if not cards:
        return None
    card, (question,) = cards[0], objects(_questions, cards[0].question_id)
    card.user, card.question = user, question
    if question.topic_id:
        (question.topic,) = objects(_topics, question.topic_id)
    if question.current_revision_id:
        (question.current_revision,) = objects(_revisions, question.current_revision_id)
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
    return Card.objects.filter(user=user_pk, pk=pk)


def _questions(pk: int) -> QuestionQuerySet:
    questions: QuestionQuerySet = Question.objects.filter(pk=pk).order_by()
    return questions


def _topics(pk: int) -> QuerySet[Topic]:
    return Topic.objects.filter(pk=pk).order_by()


def _revisions(pk: int) -> QuerySet[QuestionRevision]:
    return QuestionRevision.objects.filter(pk=pk).order_by()


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
