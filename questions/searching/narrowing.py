"""The filters on offer beside what is listed, and how many each would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from questions.models import Question, QuestionQuerySet, QuestionRevision, SearchEntry, Topic
from questions.models.search import Row
from questions.searching.asked import Search
from questions.searching.finding import Found
from questions.searching.looking import found_rows
from questions.searching.tallying import Tallies
from studyhub.statements import rows

TAGS_SHOWN = 60

type Counted = Callable[[Search, str], dict[Any, int]]


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


def facets(search: Search, counted: Counted) -> Facets:
    """Each count leaves its own filter out: it says what choosing it would give."""
    return Facets(
        topics=_topics(search, counted),
        levels=_labelled(search, counted, name="levels", labels=QuestionRevision.Level.choices),
        kinds=_labelled(search, counted, name="kinds", labels=QuestionRevision.Kind.choices),
        tags=_tags(search, counted),
        owners=_owners(search, counted),
    )


def counted_in_bank(questions: QuestionQuerySet) -> Counted:
    """Counts among all these questions, for a search without words. A query for each filter."""
    fields = {
        "topics": "topic",
        "levels": "current_revision__level",
        "kinds": "current_revision__kind",
    }

    def counts(search: Search, name: str) -> dict[Any, int]:
        found = search.chosen(questions).order_by()
        if name == "tags":
            tagged = Question.tags.through.objects.filter(question__in=found)
            return dict(tagged.values_list("tag__slug").annotate(Count("pk")))
        if name == "owners":
            total = found.aggregate(all=Count("pk"), mine=Count("private_to"))
            return {True: total["mine"], False: total["all"] - total["mine"]}
        return dict(found.values_list(fields[name]).annotate(Count("pk")))

    return counts


def counted_in_found(search: Search, found: Found, *, user: User | AnonymousUser) -> Counted:
    """Counts among what the words find; filters that are left out are searched without once."""
    columns = {
        "topics": "topic_id",
        "levels": "level",
        "kinds": "kind",
        "tags": "tags",
        "owners": "private_to_id",
    }
    others = {replace(search, topic=""), replace(search, tags=()), replace(search, whose="")}
    others |= {replace(search, levels=()), replace(search, kinds=())}
    tallies = Tallies(found.words, user=user)
    known = {search: found.matches} | {
        other: found_rows(other, tallies, whole=found.whole) for other in others - {search}
    }

    def counts(search: Search, name: str) -> dict[Any, int]:
        values = SearchEntry.objects.values_of(known[search], columns[name])
        if name == "tags":
            return Counter(" ".join(values).split())
        counted = Counter(values)
        if name == "owners":
            shared = counted.pop(None, 0)
            return {True: counted.total(), False: shared}
        return counted

    return counts


def _topics(search: Search, counted: Counted) -> tuple[Branch, ...]:
    """The tree as far as it is opened: the roots, and what lies below the chosen path."""
    direct = counted(replace(search, topic=""), "topics")
    topics = rows(_listed_topics)
    counts: Counter[str] = Counter()
    for pk, path, _title in topics:
        if pk in direct:
            steps = path.split("/")
            for depth in range(1, len(steps) + 1):
                counts["/".join(steps[:depth])] += direct[pk]
    titles = {path: title for _pk, path, title in topics if counts[path]}
    return _branches("", titles=titles, counts=counts, search=search)


def _listed_topics() -> QuerySet[Topic, Row]:
    return Topic.objects.values_list("pk", "path", "title")


def _branches(
    parent: str, *, titles: dict[str, str], counts: dict[str, int], search: Search
) -> tuple[Branch, ...]:
    found = []
    for path, title in titles.items():
        if path.rpartition("/")[0] != parent:
            continue
        is_chosen = path == search.topic
        is_open = is_chosen or search.topic.startswith(f"{path}/")
        choice = Choice(
            key=path.replace("/", "-"),
            label=title,
            count=counts[path],
            query=replace(search, topic=parent if is_chosen else path).query,
            is_chosen=is_chosen,
        )
        children = _branches(path, titles=titles, counts=counts, search=search) if is_open else ()
        found.append(Branch(choice, children))
    return tuple(found)


def _labelled(
    search: Search, counted: Counted, *, name: str, labels: list[tuple[str, Any]]
) -> list[Choice]:
    """The levels or kinds that occur, and those chosen."""
    chosen = getattr(search, name)
    counts = counted(search.with_values(name, ()), name)
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


def _tags(search: Search, counted: Counted) -> list[Choice]:
    """The most frequent ones, chosen ones first."""
    found = counted(replace(search, tags=()), "tags")
    counts = dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))
    slugs = [*search.tags, *(slug for slug in counts if slug not in search.tags)]
    # What no slug is: written once for all, as there are many.
    added = replace(search, tags=(*search.tags, "-")).query
    return [
        Choice(
            key=slug,
            label=slug,
            count=counts.get(slug, 0),
            query=search.toggled("tags", slug).query
            if slug in search.tags
            else added.replace("tag=-", f"tag={slug}"),
            is_chosen=slug in search.tags,
        )
        for slug in slugs[:TAGS_SHOWN]
    ]


def _owners(search: Search, counted: Counted) -> list[Choice]:
    found = counted(replace(search, whose=""), "owners")
    mine, shared = found.get(True, 0), found.get(False, 0)
    counts = {"": mine + shared, "shared": shared, "mine": mine}
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
