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
from heapq import nsmallest
from itertools import islice, product, starmap
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q
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
from questions.models.search import (
    SOMEBODY,
    Look,
    Row,
    SearchEntryQuerySet,
    Tally,
    by_index,
    by_plan,
)
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
FAR_APART = 20_000  # to find enough up to this key takes a look at all: there are no more above
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
    # Of a single word, what was found says how many questions have it.
    alone = len(found.words) == 1 and not search.filters
    own = {found.words[0]: len(found.pks)} if alone else _few(found.words, user=user)
    alike = _alike(own, user=user)
    nearby = {word: others[:MOST_COMPARED] for word, others in alike.items() if others}
    others = dict.fromkeys(other for alike in nearby.values() for other in alike)
    # Without a choice, it is taken where its word has nothing.
    is_settled = all(len(alike) == 1 and not own[word] for word, alike in nearby.items())
    counts = {} if is_settled else _counted(others, most=MOST_COUNTED, user=user)
    meant = tuple(
        _best(word, nearby[word], own[word], counts) if word in nearby else word
        for word in found.words
    )
    if meant == found.words:
        return found
    # That there are more is all that has to be known where something was found.
    is_rare = bool(found.matches)
    matches = _matches(search, meant, whole=len(meant), user=user, is_rare=is_rare)
    if matches and not found.matches:
        return Found(_ranked(matches, meant), meant, whole=len(meant), is_corrected=True)
    return replace(found, did_you_mean=" ".join(meant) if len(matches) > len(found.pks) else "")


def found_deep(pks: Iterable[int], words: Sequence[str]) -> set[int]:
    """Those that have one of the words neither in the prompt nor in the tags. One query."""
    texts = SearchEntry.objects.words_by_key(pks)
    seen, looks = 2 * POINTS[TAGS], [_looks(word) for word in words]
    return {
        pk for pk, text in texts.items() if any(_points(f" {text} ", each) < seen for each in looks)
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
    marks, is_mine = _marks(search, user), search.whose == "mine"
    rows_of = _rows_of(user.is_authenticated, search.tags, search.whose == "shared")

    def look(part: int, *, whole: int = whole, at_once: bool = is_mine) -> dict[int, Row]:
        wanted = Wanted(words, part, whole=whole, marks=marks)
        return {row[0]: row for row in rows_of(wanted, user.pk, at_once)}

    found, known = {}, {}
    whole_below, is_little = whole, is_mine
    if not is_rare:
        found = look(PROMPT, whole=len(words))
        if len(found) < MOST_FOUND:
            known[PROMPT] = look(PROMPT) if whole < len(words) else found
    if len(found | known.get(PROMPT, {})) < LITTLE:
        known[ANSWER] = look(ANSWER, whole=len(words))
        if len(known[ANSWER]) < MOST_FOUND:
            # A common beginning takes long to look for, and for nothing where other words are none.
            is_open = whole > 0 and not known[ANSWER]
            is_all = whole == len(words) or (
                is_open and not _occur(Wanted(words[:whole], whole=whole), user=user)
            )
            return _as_matches(known[ANSWER] if is_all else look(ANSWER, at_once=True))
        whole_below = len(words)
        is_little = is_mine or max(known[ANSWER]) > FAR_APART
    for part in PARTS:
        if len(found) < MOST_FOUND:
            whole_here = whole if part == PROMPT else whole_below
            found |= (
                known[part] if part in known else look(part, whole=whole_here, at_once=is_little)
            )
    return _as_matches(found)


def _as_matches(found: dict[int, Row]) -> list[Match]:
    return list(starmap(Match, islice(found.values(), MOST_FOUND)))


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
def _count_of(is_somebody: bool, most: int) -> Tally:
    return _in_sight(is_somebody).counts(most=most)


def _in_sight(is_somebody: bool) -> SearchEntryQuerySet:
    shared = Q(private_to=None)
    whose = shared | Q(private_to=SOMEBODY) if is_somebody else shared
    return SearchEntry.objects.filter(whose, is_listed=True)


def _marks(search: Search, user: User | AnonymousUser) -> tuple[tuple[str, ...], ...]:
    """One group for each filter that the index knows; of a topic that is not there, none fits."""
    groups = [search.levels, search.kinds]
    if search.topic:
        topic = Topic.objects.filter(path=search.topic).values_list("pk", flat=True).first()
        groups.append((f"topic{topic}" if topic else "none",))
    if search.whose == "mine":
        groups.append((f"own{user.pk}",))
    return tuple(tuple(f"0{name}" for name in group) for group in groups if group)


def _ranked(matches: Sequence[Match], words: Sequence[str]) -> list[Match]:
    """Weighed word by word: all, or the first where there may be more than were found.

    Ties go to the shorter prompt, then the older question.
    """
    first = matches[:MOST_RANKED] if len(matches) >= MOST_FOUND else matches
    texts = SearchEntry.objects.words_by_key(match.pk for match in first)
    looks = [_looks(word) for word in words]
    pairs = [
        f" {PROMPT}{one} {PROMPT}{other}" for one, other in zip(words, words[1:], strict=False)
    ]

    def weight(match: Match) -> tuple[int, int, int]:
        """Less is better: a word counts by the best part it is in, whole ones and neighbours more."""
        text = f" {texts.get(match.pk, '')} "
        points = sum([_points(text, each) for each in looks])
        neighbours = sum([pair in text for pair in pairs])
        return -(points + 4 * neighbours), text.count(f" {PROMPT}"), match.pk

    return [*sorted(first, key=weight), *matches[len(first) :]]


def _points(text: str, looks: Sequence[tuple[str, int]]) -> int:
    """The text has a blank before each word and after the last."""
    for look, points in looks:
        if look in text:
            return points
    return 0


@lru_cache(maxsize=200)
def _looks(word: str) -> tuple[tuple[str, int], ...]:
    """What to look for, and what it counts; the best first."""
    looks: list[tuple[str, int]] = []
    for part in PARTS:
        looks += [(f" {part}{form} ", 2 * POINTS[part] + 1) for form in {word, stem(word)}]
        looks += [(f" {part}{word}", 2 * POINTS[part])] if is_prefix(word) else []
    return tuple(looks)


def _few(words: Sequence[str], *, user: User | AnonymousUser) -> dict[str, int]:
    """Those that may be misspelt, as few questions have them or what begins so; and how many."""
    count = _count_of(user.is_authenticated, FEW)
    asked = [word for word in words if tolerance(word)]
    for whole in (1, 0):  # a beginning takes longer
        counts = count([Wanted((word,), whole=whole) for word in asked], user.pk)
        few = {word: own for word, own in zip(asked, counts, strict=True) if own < FEW}
        asked = list(few)
    return few


def _best(word: str, alike: list[str], own: int, counts: dict[str, int]) -> str:
    """The word, or the one nearest to it that more questions have."""
    if not own and len(alike) == 1:
        return alike[0]
    best = max(alike, key=lambda other: (counts[other], other))
    return best if counts[best] > own else word


def _occur(wanted: Wanted, *, user: User | AnonymousUser) -> bool:
    """Whether to look any further: cheap, where a common word that is begun is not."""
    return _count_of(user.is_authenticated, 1)([wanted], user.pk) == [1]


def _counted(words: Iterable[str], *, most: int, user: User | AnonymousUser) -> dict[str, int]:
    words = list(words)
    wanted = [Wanted((word,), whole=1) for word in words]
    counts = _count_of(user.is_authenticated, most)(wanted, user.pk)
    return dict(zip(words, counts, strict=True))


def _alike(words: Iterable[str], *, user: User | AnonymousUser) -> dict[str, list[str]]:
    """Of each, words that occur and lie nearest, found by the groups of three letters they share."""
    asked = [word for word in words if tolerance(word)]
    owners = (None, user.pk) if user.is_authenticated else (None,)
    fitting: dict[str, list[tuple[int, str]]] = {word: [] for word in asked}
    pairs = list(product(asked, owners))
    with by_plan():
        lists = Spelling.objects.lists([(owner, _groups(word)) for word, owner in pairs])
    for (word, _owner), others in zip(pairs, lists, strict=True):
        fitting[word] += _sharing(word, others)
    return {
        word: nearest(word, [other for _shared, other in sorted(found)[:MOST_SPELLINGS]])
        for word, found in fitting.items()
    }


def _groups(word: str) -> list[str]:
    return [part for part in trigrams(word) if part.strip() != word[0]]  # too many begin so


def _sharing(word: str, others: Iterable[str]) -> list[tuple[int, str]]:
    """What to sort by and the word, of those that share most groups of three letters.

    They are counted in Python: that costs less than the engine's sorting.
    """
    off = tolerance(word)
    shared = Counter(others)
    fitting: list[tuple[int, str]] = []
    for least in (3, 2, 1):  # most share a single one: it would take long to sort them all
        if len(fitting) < MOST_SPELLINGS:
            fitting = [
                (-count, other)
                for other, count in shared.items()
                if count >= least and -off <= len(other) - len(word) <= off
            ]
    return nsmallest(MOST_SPELLINGS, fitting)


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
    known = {search: found.matches}
    fields = {"topics": "topic_id", "levels": "level", "kinds": "kind", "owners": "private_to_id"}

    others = {replace(search, topic=""), replace(search, tags=()), replace(search, whose="")}
    others |= {replace(search, levels=()), replace(search, kinds=())}
    if others - {search}:
        with by_index():
            for other in others - {search}:
                known[other] = _matches(other, found.words, whole=found.whole, user=user)

    def counts(search: Search, name: str) -> dict[Any, int]:
        matches = known[search]
        if name == "tags":
            return Counter(" ".join([match.tags for match in matches]).split())
        counted = Counter(map(attrgetter(fields[name]), matches))
        if name == "owners":
            shared = counted.pop(None, 0)
            return {True: counted.total(), False: shared}
        return counted

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
    topics = list(Topic.objects.values_list("pk", "path", "title"))
    counts: Counter[str] = Counter()
    for pk, path, _title in topics:
        if pk in direct:
            steps = path.split("/")
            for depth in range(1, len(steps) + 1):
                counts["/".join(steps[:depth])] += direct[pk]
    titles = {path: title for _pk, path, title in topics if counts[path]}
    return _branches("", titles=titles, counts=counts, search=search)


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
