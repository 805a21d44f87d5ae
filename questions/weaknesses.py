"""What a learner got wrong lately: told by each way of studying, which the settings name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from itertools import batched
from typing import Protocol, cast

from django.conf import settings

from accounts.models import User
from questions.models import Question

# As many keys as any database takes in one question.
MOST_KEYS = 10_000


@dataclass(frozen=True, order=True, slots=True)
class Judged:
    """The newest judgement of an answer: on which day, and whether something was missed."""

    on: date
    is_missed: bool


class Source(Protocol):
    def judged(self, user: User) -> Mapping[int, Judged]:
        """By question, all that this way of studying knows."""


def sources() -> Iterator[Source]:
    for name in settings.WEAKNESS_SOURCES:
        yield cast(Source, import_module(name))


def weak_questions(user: User) -> set[int]:
    """Those missed lately, and all with a tag whose questions were mostly missed.

    A query for each source, one for the tags of ten thousand questions judged, one for the rest.
    """
    judged = newest(source.judged(user) for source in sources())
    missed = {pk for pk, each in judged.items() if each.is_missed}
    return missed | set(questions_with(weak_tags(judged))) if missed else set()


def newest(told: Iterable[Mapping[int, Judged]]) -> dict[int, Judged]:
    """Where two were made on one day, the one that missed something."""
    found: dict[int, Judged] = {}
    for by_question in told:
        for pk, each in by_question.items():
            found[pk] = max(each, found.get(pk, each))
    return found


def weak_tags(judged: Mapping[int, Judged]) -> set[int]:
    """At least half of the questions judged with it were missed."""
    count: Counter[int] = Counter()
    missed: Counter[int] = Counter()
    for pks in batched(judged, MOST_KEYS):
        pairs = Question.tags.through.objects.filter(question__in=pks)
        for pk, tag in pairs.values_list("question", "tag"):
            count[tag] += 1
            missed[tag] += judged[pk].is_missed
    return {tag for tag, number in missed.items() if number * 2 >= count[tag] and number}


def questions_with(tags: Iterable[int]) -> Iterator[int]:
    pairs = Question.tags.through.objects.filter(tag__in=tags)
    yield from pairs.values_list("question", flat=True)
