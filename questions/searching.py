"""Finding questions: words and filters, the best first, and how many each filter would leave.

Both engines only say which questions have the words in which part; what is better than what is
decided here, so the order is the same on both. See docs/decisions/0014-search.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, StringAgg, Value
from django.http import QueryDict
from django.utils.translation import gettext

from accounts.models import User
from questions.models import (
    Question,
    QuestionQuerySet,
    QuestionRevision,
    SearchEntry,
    Spelling,
    Topic,
)
from questions.models.search import SOMEBODY, Look, SearchEntryQuerySet, by_index, by_plan
from questions.models.topics import SLUG
from questions.wording import (
    ANSWER,
    PARTS,
    PROMPT,
    TAGS,
    Wanted,
    is_prefix,
    nearest,
    stem,
    tolerance,
    trigrams,
    words_of,
)

IS_SLUG = re.compile(rf"{SLUG}\Z")
IS_PATH = re.compile(rf"{SLUG}(?:/{SLUG})*\Z")
LONGEST_WORDS = 200
MOST_WORDS = 10
MOST_TAGS = 20
TAGS_SHOWN = 60
OWNERS = ("shared", "mine")
MOST_FOUND = 500
MOST_RANKED = 150
LITTLE = 50  # found in prompts: then there may be little altogether
POINTS = {1: 8, 2: 4, 3: 2, 4: 1}
FEW = 3  # fewer questions than this, and a word may be misspelt
MOST_SPELLINGS = 30
MOST_COMPARED = 5
MOST_COUNTED = 100


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


class Match(NamedTuple):
    """What narrows a search, of one question that was found."""

    pk: int
    topic_id: int | None
    level: str
    kind: str
    tags: str
    private_to_id: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """The best first, at most MOST_FOUND.

    `words` are those that were looked for: spelt otherwise than asked if `is_corrected`. The first
    `whole` were meant as they are, of the others a beginning was enough.
    `did_you_mean` is a spelling that more questions have; empty if there is none.
    """

    matches: list[Match]
    words: tuple[str, ...]
    whole: int = 0
    is_corrected: bool = False
    did_you_mean: str = ""

    @property
    def pks(self) -> list[int]:
        return [match.pk for match in self.matches]

    @property
    def spelling(self) -> str:
        return " ".join(self.words)

    @property
    def is_cut(self) -> bool:
        return len(self.matches) >= MOST_FOUND


@lru_cache(maxsize=2_000)
def _quoted(value: str) -> str:
    """A page of choices asks for the same few values a hundred times."""
    return quote_plus(value)


def find(search: Search, *, user: User | AnonymousUser) -> Found:
    """What this person may see and the bank lists, the best first; nothing without a word.

    Of the last word a beginning will do, and if there is little, of every word. A word of which
    there is nothing is taken for the one it is nearest to.
    """
    words = search.wanted
    if not words:
        return Found([], ())
    with by_index():
        whole = len(words) - 1
        matches = _matches(search, words, whole=whole, user=user)
        if len(matches) < FEW and whole:
            before, whole = words[:whole], 0
            if matches or _occur(Wanted(before), user=user):
                matches = _matches(search, words, whole=whole, user=user, is_rare=True)
        found = Found(_ranked(matches, words), words, whole)
        return found if len(matches) >= FEW else _respelt(search, found, user=user)


def _respelt(search: Search, found: Found, *, user: User | AnonymousUser) -> Found:
    """The same, or what its words may be meant to be."""
    meant = tuple(_meant(word, user=user) for word in found.words)
    if meant == found.words:
        return found
    # That there are more is all that has to be known where something was found.
    is_rare = bool(found.matches)
    others = _matches(search, meant, whole=len(meant), user=user, is_rare=is_rare)
    if others and not found.matches:
        return Found(_ranked(others, meant), meant, whole=len(meant), is_corrected=True)
    return replace(found, did_you_mean=" ".join(meant) if len(others) > len(found.pks) else "")


def found_deep(pks: Iterable[int], words: Sequence[str]) -> set[int]:
    """Those that have one of the words neither in the prompt nor in the tags. One query."""
    texts = SearchEntry.objects.words_by_key(pks)
    seen = 2 * POINTS[TAGS]
    return {
        pk for pk, text in texts.items() if any(_points(f" {text} ", word) < seen for word in words)
    }


def _matches(
    search: Search,
    words: tuple[str, ...],
    *,
    whole: int,
    user: User | AnonymousUser,
    is_rare: bool = False,
) -> list[Match]:
    """Those with all words in the prompt first, then in the prompt or the tags, and so on.

    Where there is little, as `is_rare` expects, one look at all parts is enough: all are ranked,
    in whatever order they come. Where there is much though little in the prompts, beginnings are
    not looked for any deeper: a common one stands for long lists in every part.
    """
    marks = _marks(search, user)
    rows_of = _rows_of(user.is_authenticated, search.tags, search.whose == "shared")

    def look(part: int, *, whole: int = whole, at_once: bool = False) -> dict[Match, None]:
        wanted = Wanted(words, part, whole=whole, marks=marks)
        return {Match(*row): None for row in rows_of(wanted, user.pk, at_once)}

    found, known = {}, {}
    whole_below = whole
    if not is_rare:
        found = look(PROMPT, whole=len(words))
        is_begun = whole < len(words)
        is_open = is_begun and whole and not found
        if is_open and not _occur(Wanted(words[:whole], whole=whole), user=user):
            return []
        if len(found) < MOST_FOUND:
            known[PROMPT] = look(PROMPT) if is_begun else found
    if len(found | known.get(PROMPT, {})) < LITTLE:
        known[ANSWER] = look(ANSWER, whole=len(words))
        if len(known[ANSWER]) < MOST_FOUND:
            return list(known[ANSWER] if whole == len(words) else look(ANSWER, at_once=True))
        whole_below = len(words)
    for part in PARTS:
        if len(found) < MOST_FOUND:
            whole_here = whole if part == PROMPT else whole_below
            found |= known[part] if part in known else look(part, whole=whole_here)
    return list(found)[:MOST_FOUND]


@lru_cache(maxsize=500)
def _rows_of(is_somebody: bool, tags: tuple[str, ...], is_shared: bool) -> Look:
    """The filters that are no marks make the SQL, which is kept."""
    entries = _in_sight(is_somebody)
    if tags:
        has_one = Q()
        for tag in tags:
            has_one |= Q(tags__contains=f" {tag} ")
        entries = entries.filter(has_one)
    if is_shared:
        entries = entries.filter(private_to=None)
    return entries.looks(*Match._fields, most=MOST_FOUND)


@lru_cache(maxsize=10)
def _any_of(is_somebody: bool, most: int) -> Look:
    return _in_sight(is_somebody).looks("pk", most=most)


def _in_sight(is_somebody: bool) -> SearchEntryQuerySet:
    shared = Q(private_to=None)
    whose = shared | Q(private_to=SOMEBODY) if is_somebody else shared
    return SearchEntry.objects.filter(whose, is_listed=True)


def _marks(search: Search, user: User | AnonymousUser) -> tuple[tuple[str, ...], ...]:
    """One group for each filter that the index knows; of a topic that is not there, none fits."""
    groups = [search.levels, search.kinds]
    if search.topic:
        below = Q(path__startswith=f"{search.topic}/")
        topics = Topic.objects.filter(Q(path=search.topic) | below).order_by("pk")
        groups.append(
            tuple(f"topic{pk}" for pk in topics.values_list("pk", flat=True)) or ("none",)
        )
    if search.whose == "mine":
        groups.append((f"own{user.pk}",))
    return tuple(tuple(f"0{name}" for name in group) for group in groups if group)


def _ranked(matches: Sequence[Match], words: Sequence[str]) -> list[Match]:
    """Weighed word by word: all, or the first where there may be more than were found.

    Ties go to the shorter prompt, then the older question.
    """
    first = matches[:MOST_RANKED] if len(matches) >= MOST_FOUND else matches
    texts = SearchEntry.objects.words_by_key(match.pk for match in first)
    order = sorted(first, key=lambda match: (*_weight(texts.get(match.pk, ""), words), match.pk))
    return [*order, *matches[len(first) :]]


def _weight(text: str, words: Sequence[str]) -> tuple[int, int]:
    """Less is better: a word counts by the best part it is in, whole words and neighbours more."""
    text = f" {text} "
    points = sum(_points(text, word) for word in words)
    pairs = zip(words, words[1:], strict=False)
    neighbours = sum(f" {PROMPT}{one} {PROMPT}{other}" in text for one, other in pairs)
    return -(points + 4 * neighbours), text.count(f" {PROMPT}")


def _points(text: str, word: str) -> int:
    """The text has a blank before each word and after the last."""
    return next((points for look, points in _looks(word) if look in text), 0)


@lru_cache(maxsize=200)
def _looks(word: str) -> tuple[tuple[str, int], ...]:
    """What to look for, and what it counts; the best first."""
    looks: list[tuple[str, int]] = []
    for part in PARTS:
        looks += [(f" {part}{form} ", 2 * POINTS[part] + 1) for form in {word, stem(word)}]
        looks += [(f" {part}{word}", 2 * POINTS[part])] if is_prefix(word) else []
    return tuple(looks)


def _meant(word: str, *, user: User | AnonymousUser) -> str:
    """The word, or the one nearest to it that more questions have."""
    if not tolerance(word) or _count(Wanted((word,), whole=1), most=FEW, user=user) == FEW:
        return word
    own = _count(Wanted((word,)), most=FEW, user=user)
    if own == FEW:
        return word
    alike = _alike(word, user=user)
    if not own and len(alike) == 1:
        return alike[0]
    counts = {
        other: _count(Wanted((other,), whole=1), most=MOST_COUNTED, user=user) for other in alike
    }
    best = max(counts, key=lambda other: (counts[other], other), default=word)
    return best if counts.get(best, 0) > own else word


def _occur(wanted: Wanted, *, user: User | AnonymousUser) -> bool:
    """Whether to look any further: cheap, where a common word that is begun is not."""
    return _count(wanted, most=1, user=user) > 0


def _count(wanted: Wanted, *, most: int, user: User | AnonymousUser) -> int:
    return len(_any_of(user.is_authenticated, most)(wanted, user.pk))


def _alike(word: str, *, user: User | AnonymousUser) -> list[str]:
    """Words that occur and lie nearest, found by the groups of three letters they share."""
    with by_plan():
        found = _sharing(word, private_to=None)
        if user.is_authenticated:
            found = sorted([*found, *_sharing(word, private_to=user.pk)])[:MOST_SPELLINGS]
    return nearest(word, [other for _shared, other in found])[:MOST_COMPARED]


def _sharing(word: str, *, private_to: int | None) -> list[tuple[int, str]]:
    """What to sort by and the word, of those that share most groups of three letters.

    The engine hands out its lists as they are: to count in Python costs less than its sorting.
    """
    off = tolerance(word)
    parts = [part for part in trigrams(word) if part.strip() != word[0]]  # too many begin so
    lists = (
        Spelling.objects.filter(private_to=private_to, trigram__in=parts)
        .values("trigram")
        .annotate(words=StringAgg("word", Value(" ")))
        .values_list("words", flat=True)
    )
    shared = Counter(" ".join(lists).split())
    fitting: list[tuple[int, str]] = []
    for least in (3, 2, 1):  # most share a single one: it would take long to sort them all
        if len(fitting) < MOST_SPELLINGS:
            fitting = [
                (-count, other)
                for other, count in shared.items()
                if count >= least and abs(len(other) - len(word)) <= off
            ]
    return sorted(fitting)[:MOST_SPELLINGS]


type Counted = Callable[[Search, str], dict[Any, int]]


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
        "topics": "topic__path",
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
    known = {search: found.matches}
    paths: dict[int, str] = dict(Topic.objects.values_list("pk", "path"))
    fields = {"topics": "topic_id", "levels": "level", "kinds": "kind", "owners": "private_to_id"}

    def counts(search: Search, name: str) -> dict[Any, int]:
        if search not in known:
            with by_index():
                known[search] = _matches(search, found.words, whole=found.whole, user=user)
        matches = known[search]
        if name == "tags":
            return Counter(" ".join(match.tags for match in matches).split())
        counted = Counter(map(attrgetter(fields[name]), matches))
        if name == "owners":
            shared = counted.pop(None, 0)
            return {True: counted.total(), False: shared}
        if name == "topics":
            return {paths.get(topic or 0, ""): count for topic, count in counted.items()}
        return dict(counted)

    return counts


def in_bank_order(questions: QuestionQuerySet) -> QuestionQuerySet:
    return questions.order_by(
        F("topic__position").asc(nulls_last=True), F("topic__path").asc(nulls_last=True), "slug"
    )


def _known(values: list[str], known: list[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)


def _topics(search: Search, counted: Counted) -> tuple[Branch, ...]:
    """The tree as far as it is opened: the roots, and what lies below the chosen path."""
    direct = counted(replace(search, topic=""), "topics")
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
