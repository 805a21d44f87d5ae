"""What there is to practise, by topic and by tag, to choose a scope from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count

from practice.models import CardQuerySet
from practice.queue import EVERYTHING
from questions.models import Tag, Topic

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class TopicChoice:
    """A topic with everything below it counted in."""

    topic: Topic
    due: int
    questions: int
    below: list[TopicChoice] = field(default_factory=list)


@dataclass(frozen=True)
class TagChoice:
    tag: Tag
    due: int
    questions: int


def due_now(user: User, *, today: date) -> CardQuerySet:
    """What could be asked today, whatever the day's limits; siblings of what was seen rest."""
    return EVERYTHING.rested(EVERYTHING.cards(user, today=today), today).due(today)


def topics_to_practise(user: User, *, due_cards: CardQuerySet) -> list[TopicChoice]:
    """The topics at the root, each with those below it; empty ones are left out. Three queries."""
    due = _with_all_above(_counted(due_cards, "question__topic__path"))
    questions = _with_all_above(_counted(EVERYTHING.questions(user), "topic__path"))
    choices = {
        topic.path: TopicChoice(topic, due[topic.path], questions[topic.path])
        for topic in Topic.objects.all()
        if questions[topic.path]
    }
    for path, choice in choices.items():
        if (above := path.rpartition("/")[0]) in choices:
            choices[above].below.append(choice)
    return [choice for path, choice in choices.items() if "/" not in path]


def tags_to_practise(user: User, *, due_cards: CardQuerySet) -> list[TagChoice]:
    """Three queries."""
    due = _counted(due_cards, "question__tags__slug")
    questions = _counted(EVERYTHING.questions(user), "tags__slug")
    return [
        TagChoice(tag, due[tag.slug], questions[tag.slug])
        for tag in Tag.objects.all()
        if questions[tag.slug]
    ]


def _counted(rows: object, name: str) -> Counter[str]:
    grouped = rows.order_by().values_list(name).annotate(Count("pk"))  # type: ignore[attr-defined]
    return Counter({key: number for key, number in grouped if key})


def _with_all_above(counted: Counter[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for path, number in counted.items():
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            total["/".join(parts[:depth])] += number
    return total
