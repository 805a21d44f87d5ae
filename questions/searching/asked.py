"""What somebody asks the bank for: words and filters, as an address has them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict

from questions.models import Question, QuestionQuerySet, QuestionRevision, SearchEntry
from questions.models.topics import SLUG
from questions.wording import Wanted, words_of

IS_SLUG = re.compile(rf"{SLUG}\Z")
IS_PATH = re.compile(rf"{SLUG}(?:/{SLUG})*\Z")
LONGEST_WORDS = 200
MOST_WORDS = 10
MOST_TAGS = 20
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
        return "&".join(f"{name}={_quoted(value)}" for name, value in [*words, *self.filters])

    @property
    def wanted(self) -> tuple[str, ...]:
        """The words that tell one question from another; none if the search has no such word."""
        return tuple(dict.fromkeys(words_of(self.words)))[:MOST_WORDS]

    @property
    def without_filters(self) -> Search:
        return Search(words=self.words)

    @property
    def is_practisable(self) -> bool:
        """True if a practice session can have the same scope: it knows no words and no owners."""
        return not self.words and not self.whose

    def chosen(self, questions: QuestionQuerySet) -> QuestionQuerySet:
        if self.wanted:
            found = SearchEntry.objects.filter(words__matches=Wanted(self.wanted))
            questions = questions.filter(pk__in=found.values("pk"))
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


@lru_cache(maxsize=2_000)
def _quoted(value: str) -> str:
    """A page of choices asks for the same few values a hundred times."""
    return quote_plus(value)


def _known(values: list[str], known: list[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)
