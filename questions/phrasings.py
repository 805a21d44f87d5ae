"""The worklist: which points people overrule, and which of their phrasings wait for a decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from questions.models import Overrule, PointTally, Question, Topic
from questions.models.overrules import OverruleQuerySet

QUESTIONS_PER_PAGE = 10
SHOWN_PER_QUESTION = 20
UNDO_WITHIN = timedelta(hours=1)


@dataclass
class PointCounts:
    """How often people said otherwise of one key point, in all its revisions."""

    text: str
    not_found: int
    wrongly_found: int
    judged: int

    @property
    def share(self) -> int | None:
        """Percent of the answers judged; None if none was counted."""
        overruled = self.not_found + self.wrongly_found
        return min(100, round(100 * overruled / self.judged)) if self.judged else None


@dataclass
class QuestionWork:
    """`waiting` holds at most SHOWN_PER_QUESTION, oldest first; `waiting_count` all."""

    question: Question
    waiting_count: int
    points: list[PointCounts] = field(default_factory=list)
    waiting: list[Overrule] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        return self.waiting_count - len(self.waiting)


def has_worklist(user: User) -> bool:
    """Editors and instructors decide for the bank, everyone for their own questions."""
    decides = user.is_editor or user.is_instructor or user.is_superuser
    return decides or Question.objects.filter(private_to=user).exists()


def work_for(
    user: User, *, topic: str = "", slug: str = "", page: str | None = None
) -> tuple[Page[Any], list[QuestionWork]]:
    """The questions that have most to decide come first. Five queries."""
    waiting = Overrule.objects.decidable_by(user).waiting()
    questions = _questions_with(waiting, topic=topic, slug=slug)
    shown = Paginator(questions, QUESTIONS_PER_PAGE).get_page(page)
    works = {
        question.pk: QuestionWork(question, waiting_count=question.waiting_count)
        for question in shown.object_list
    }
    for overrule in _first_of_each(waiting, works):
        works[overrule.key_point.revision.question_id].waiting.append(overrule)
    for pk, counts in _counts(works):
        works[pk].points.append(counts)
    return shown, list(works.values())


def topics_with_work(user: User) -> QuerySet[Topic]:
    waiting = Overrule.objects.decidable_by(user).waiting()
    return Topic.objects.filter(
        Exists(waiting.filter(key_point__revision__question__topic=OuterRef("pk")))
    )


def last_decision(user: User, now: datetime) -> Overrule | None:
    """What can be undone by a click: the newest decision of this person, for an hour."""
    recent = Overrule.objects.filter(decided_by=user, decided_at__gt=now - UNDO_WITHIN)
    return recent.select_related("phrase").order_by("-decided_at", "-pk").first()


def _questions_with(waiting: OverruleQuerySet, *, topic: str, slug: str) -> QuerySet[Any]:
    own = waiting.filter(key_point__revision__question=OuterRef("pk")).order_by()
    counted = own.values("key_point__revision__question").values(count=Count("pk"))
    questions: QuerySet[Any] = Question.objects.filter(Exists(own))
    questions = questions.annotate(waiting_count=counted)
    if topic:
        questions = questions.filter(Q(topic__path=topic) | Q(topic__path__startswith=f"{topic}/"))
    if slug:
        questions = questions.filter(slug=slug)
    return questions.select_related("current_revision", "topic").order_by("-waiting_count", "slug")


def _first_of_each(waiting: OverruleQuerySet, questions: Iterable[int]) -> OverruleQuerySet:
    place = Window(
        RowNumber(),
        partition_by=F("key_point__revision__question"),
        order_by=("key_point__position", "created_at", "pk"),
    )
    return (
        waiting.filter(key_point__revision__question__in=questions)
        .with_point_today()
        .select_related("key_point__revision")
        .annotate(place=place)
        .filter(place__lte=SHOWN_PER_QUESTION)
        .order_by("place")
    )


def _counts(questions: Iterable[int]) -> list[tuple[int, PointCounts]]:
    """Question and counts, the points overruled most often first. Two queries."""
    by = ("key_point__revision__question", "key_point__text")
    of_these = Q(key_point__revision__question__in=questions)
    judged = {
        (pk, text): total
        for pk, text, total in PointTally.objects.filter(of_these)
        .values_list(*by)
        .annotate(total=Sum("judged"))
    }
    is_phrasing = Q(said=Overrule.Said.COVERED)
    rows = (
        Overrule.objects.filter(of_these)
        .order_by()
        .values_list(*by)
        .annotate(
            not_found=Count("pk", filter=is_phrasing), wrongly=Count("pk", filter=~is_phrasing)
        )
    )
    found = [
        (pk, PointCounts(text, not_found, wrongly, judged.get((pk, text), 0)))
        for pk, text, not_found, wrongly in rows
    ]
    return sorted(found, key=lambda row: (-row[1].not_found - row[1].wrongly_found, row[1].text))
