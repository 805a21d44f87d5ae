"""Finding questions: the words and filters of a search, and how many each filter would leave."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext

from questions.models import (
    Answer,
    KeyPoint,
    Question,
    QuestionQuerySet,
    QuestionRevision,
    Topic,
)
from questions.models.topics import SLUG

IS_SLUG = re.compile(rf"{SLUG}\Z")
IS_PATH = re.compile(rf"{SLUG}(?:/{SLUG})*\Z")
LONGEST_WORDS = 200
MOST_WORDS = 10
MOST_TAGS = 20
TAGS_SHOWN = 60
OWNERS = ("shared", "mine")


@dataclass(frozen=True, slots=True)
class Search:
    """Every word must occur; several tags, levels or kinds mean any of them, as in practice.

    `whose` is "shared", "mine" or "" for both.
    """

    words: str = ""
    topic: str = ""
    tags: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    whose: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> Search:
        """What makes no sense is left out."""
        words = " ".join(query.get("q", "").replace("\0", "").split())
        topic, whose = query.get("topic", ""), query.get("whose", "")
        tags = dict.fromkeys(tag for tag in query.getlist("tag") if IS_SLUG.match(tag))
        return cls(
            words=words[:LONGEST_WORDS],
            topic=topic if IS_PATH.match(topic) else "",
            tags=tuple(tags)[:MOST_TAGS],
            levels=_known(query.getlist("level"), QuestionRevision.Level.values),
            kinds=_known(query.getlist("kind"), QuestionRevision.Kind.values),
            whose=whose if whose in OWNERS else "",
        )

    @property
    def filters(self) -> list[tuple[str, str]]:
        """All but the words, as names and values of a query string."""
        pairs = [("topic", self.topic), ("whose", self.whose)]
        pairs += [("tag", tag) for tag in self.tags]
        pairs += [("level", level) for level in self.levels]
        pairs += [("kind", kind) for kind in self.kinds]
        return [pair for pair in pairs if pair[1]]

    @property
    def query(self) -> str:
        words = [("q", self.words)] if self.words else []
        return urlencode([*words, *self.filters])

    @property
    def is_practisable(self) -> bool:
        """True if a practice session can have the same scope: it knows no words and no owners."""
        return not self.words and not self.whose

    def chosen(self, questions: QuestionQuerySet) -> QuestionQuerySet:
        for word in self.words.split()[:MOST_WORDS]:
            questions = questions.filter(_says(word))
        if self.topic:
            below = Q(topic__path__startswith=f"{self.topic}/")
            questions = questions.filter(Q(topic__path=self.topic) | below)
        if self.tags:
            tagged = Question.tags.through.objects.filter(tag__slug__in=self.tags)
            questions = questions.filter(Exists(tagged.filter(question=OuterRef("pk"))))
        if self.levels:
            questions = questions.filter(current_revision__level__in=self.levels)
        if self.kinds:
            questions = questions.filter(current_revision__kind__in=self.kinds)
        if self.whose:
            questions = questions.filter(private_to__isnull=self.whose == "shared")
        return questions

    def toggled(self, name: str, value: str) -> Search:
        """The search with this tag, level or kind put in, or taken out if it is there."""
        values = getattr(self, name)
        others = tuple(other for other in values if other != value)
        return self.with_values(name, others if value in values else (*values, value))

    def with_values(self, name: str, values: tuple[str, ...]) -> Search:
        changes: dict[str, Any] = {name: values}
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter on offer: what it would leave, and the query that switches it."""

    key: str
    label: str
    count: int
    query: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    choice: Choice
    children: tuple[Branch, ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    topics: tuple[Branch, ...]
    levels: list[Choice]
    kinds: list[Choice]
    tags: list[Choice]
    owners: list[Choice]


def facets(search: Search, questions: QuestionQuerySet) -> Facets:
    """Each count leaves its own filter out: it says what choosing it would give. Six queries."""
    return Facets(
        topics=_topics(search, questions),
        levels=_labelled(search, questions, name="levels", labels=QuestionRevision.Level.choices),
        kinds=_labelled(search, questions, name="kinds", labels=QuestionRevision.Kind.choices),
        tags=_tags(search, questions),
        owners=_owners(search, questions),
    )


def in_bank_order(questions: QuestionQuerySet) -> QuestionQuerySet:
    return questions.order_by(
        F("topic__position").asc(nulls_last=True), F("topic__path").asc(nulls_last=True), "slug"
    )


def _known(values: list[str], known: list[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)


def _says(word: str) -> Q:
    """In the prompt, a key point, or the model answer."""
    points = KeyPoint.objects.filter(revision=OuterRef("current_revision"), text__icontains=word)
    answers = Answer.objects.filter(
        revision=OuterRef("current_revision"), role=Answer.Role.MODEL, text__icontains=word
    )
    return Q(current_revision__prompt__icontains=word) | Q(Exists(points)) | Q(Exists(answers))


def _counts(questions: QuestionQuerySet, field: str) -> dict[Any, int]:
    return dict(questions.order_by().values_list(field).annotate(Count("pk")))


def _topics(search: Search, questions: QuestionQuerySet) -> tuple[Branch, ...]:
    """The tree as far as it is opened: the roots, and what lies below the chosen path."""
    direct = _counts(replace(search, topic="").chosen(questions), "topic__path")
    counts: dict[str, int] = {}
    for path, count in direct.items():
        steps = path.split("/") if path else []
        for depth in range(1, len(steps) + 1):
            above = "/".join(steps[:depth])
            counts[above] = counts.get(above, 0) + count
    topics = [topic for topic in Topic.objects.all() if counts.get(topic.path)]
    return _branches("", topics=topics, counts=counts, search=search)


def _branches(
    parent: str, *, topics: list[Topic], counts: dict[str, int], search: Search
) -> tuple[Branch, ...]:
    found = []
    for topic in topics:
        if topic.path.rpartition("/")[0] != parent:
            continue
        is_chosen = topic.path == search.topic
        is_open = is_chosen or search.topic.startswith(f"{topic.path}/")
        choice = Choice(
            key=topic.path.replace("/", "-"),
            label=topic.title,
            count=counts[topic.path],
            query=replace(search, topic=parent if is_chosen else topic.path).query,
            is_chosen=is_chosen,
        )
        children = (
            _branches(topic.path, topics=topics, counts=counts, search=search) if is_open else ()
        )
        found.append(Branch(choice, children))
    return tuple(found)


def _labelled(
    search: Search, questions: QuestionQuerySet, *, name: str, labels: list[tuple[str, Any]]
) -> list[Choice]:
    """The levels or kinds that occur, and those chosen."""
    chosen = getattr(search, name)
    others = search.with_values(name, ()).chosen(questions)
    counts = _counts(others, f"current_revision__{name.removesuffix('s')}")
    return [
        Choice(
            key=value,
            label=str(label),
            count=counts.get(value, 0),
            query=search.toggled(name, value).query,
            is_chosen=value in chosen,
        )
        for value, label in labels
        if value in counts or value in chosen
    ]


def _tags(search: Search, questions: QuestionQuerySet) -> list[Choice]:
    """The most frequent ones, chosen ones first."""
    others = replace(search, tags=()).chosen(questions)
    tagged = Question.tags.through.objects.filter(question__in=others.order_by())
    found: dict[str, int] = dict(tagged.values_list("tag__slug").annotate(Count("pk")))
    counts = dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
    slugs = [*search.tags, *(slug for slug in counts if slug not in search.tags)]
    return [
        Choice(
            key=slug,
            label=slug,
            count=counts.get(slug, 0),
            query=search.toggled("tags", slug).query,
            is_chosen=slug in search.tags,
        )
        for slug in slugs[:TAGS_SHOWN]
    ]


def _owners(search: Search, questions: QuestionQuerySet) -> list[Choice]:
    found = replace(search, whose="").chosen(questions)
    total = found.aggregate(all=Count("pk"), mine=Count("private_to"))
    counts = {"": total["all"], "shared": total["all"] - total["mine"], "mine": total["mine"]}
    labels = {"": gettext("All"), "shared": gettext("Shared"), "mine": gettext("Mine")}
    return [
        Choice(
            key=whose or "all",
            label=label,
            count=counts[whose],
            query=replace(search, whose=whose).query,
            is_chosen=whose == search.whose,
        )
        for whose, label in labels.items()
    ]
