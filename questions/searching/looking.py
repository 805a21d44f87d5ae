"""Looking words up in the index, part by part: which questions have them, and how many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import starmap
from types import MappingProxyType
from typing import NamedTuple, Protocol

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from questions.models import SearchEntry, Topic
from questions.models.search import Row
from questions.searching.asked import Search
from questions.wording import ANSWER, KEY_POINTS, PROMPT, TAGS, Wanted

MOST_FOUND = 500
FAR_APART = 20_000  # to find enough up to this key takes a look at all: there are no more above
LITTLE = 50  # found in prompts: then there may be little altogether


class Match(NamedTuple):
    """What narrows a search, of one question that was found."""

    pk: int
    topic_id: int | None
    level: str
    kind: str
    tags: str
    private_to_id: int | None
    words: str | None


class Step(NamedTuple):
    """A look down to a part, with that many words meant as they are, while fewer keys are known."""

    part: int
    whole: int
    while_fewer: int = MOST_FOUND


class Looks(Protocol):
    """What is found of each step that is taken: see `SearchEntry.objects.looks`."""

    def __call__(
        self, steps: Sequence[Step], *, known: Iterable[int] = (), at_once: bool
    ) -> list[dict[int, Row]]: ...


def found_rows(
    search: Search,
    words: tuple[str, ...],
    *,
    whole: int,
    user: User | AnonymousUser,
    is_rare: bool = False,
) -> list[Row]:
    """Those with all words in the prompt first, then in the prompt or the tags, and so on.

    Where there is little, as `is_rare` expects, one look at all parts is enough: all are ranked,
    in whatever order they come. Where there is much though little in the prompts, beginnings are
    not looked for any deeper: a common one stands for long lists in every part.
    """
    looks, is_mine, all_whole = _looks(search, words, user), search.whose == "mine", len(words)
    in_prompts = [Step(PROMPT, all_whole), *([Step(PROMPT, whole)] if whole < all_whole else [])]
    steps = [] if is_rare else in_prompts
    looked = looks([*steps, Step(ANSWER, all_whole, LITTLE)], at_once=is_mine)
    found, below = _merged(looked[: len(steps)]), looked[len(steps) :]
    if not below:
        deeper = [Step(part, whole) for part in (TAGS, KEY_POINTS, ANSWER)]
        return _filled_up(found, looks, deeper, at_once=is_mine)
    [answers] = below
    if len(answers) < MOST_FOUND:
        # A common beginning takes long to look for, and for nothing where other words are none.
        is_open = whole > 0 and not answers
        is_all = whole == all_whole or (
            is_open and not occur(Wanted(words[:whole], whole=whole), user=user)
        )
        [rows] = [answers] if is_all else looks([Step(ANSWER, whole)], at_once=True)
        return list(rows.values())
    deeper = [Step(TAGS, all_whole), Step(KEY_POINTS, all_whole)]
    if is_rare:
        deeper.insert(0, Step(PROMPT, whole))
    is_little = is_mine or max(answers) > FAR_APART
    return _filled_up(found, looks, deeper, answers, at_once=is_little)


def _filled_up(
    found: dict[int, Row],
    looks: Looks,
    steps: Sequence[Step],
    known: Mapping[int, Row] = MappingProxyType({}),
    *,
    at_once: bool,
) -> list[Row]:
    """With what is found deeper, step by step, and then with what is `known` to be deepest."""
    if len(found) < MOST_FOUND:
        found = _merged([found, *looks(steps, known=found, at_once=at_once), known])
    return list(found.values())[:MOST_FOUND]


def _looks(search: Search, words: tuple[str, ...], user: User | AnonymousUser) -> Looks:
    marks = _marks(search, user)

    def looks(
        steps: Sequence[Step], *, known: Iterable[int] = (), at_once: bool
    ) -> list[dict[int, Row]]:
        lists = SearchEntry.objects.looks(
            [(Wanted(words, step.part, step.whole, marks), step.while_fewer) for step in steps],
            known=known,
            seen_by=None if search.whose == "shared" else user.pk,
            tags=search.tags,
            at_once=at_once,
            most=MOST_FOUND,
        )
        return [{row[0]: row for row in rows} for rows in lists]

    return looks


def _merged(found: Iterable[Mapping[int, Row]]) -> dict[int, Row]:
    return {key: row for rows in found for key, row in rows.items()}


def is_cut(found: Sequence[Row]) -> bool:
    """Whether there may be more than were looked for."""
    return len(found) >= MOST_FOUND


def as_matches(rows: Sequence[Row], *, worded: int = 0) -> list[Match]:
    return list(starmap(Match, SearchEntry.objects.completed(rows, worded=worded)))


def _marks(search: Search, user: User | AnonymousUser) -> tuple[tuple[str, ...], ...]:
    """One group for each filter that the index knows; of a topic that is not there, none fits."""
    groups = [search.levels, search.kinds]
    if search.topic:
        topic = Topic.objects.filter(path=search.topic).values_list("pk", flat=True).first()
        groups.append((f"topic{topic}" if topic else "none",))
    if search.whose == "mine":
        groups.append((f"own{user.pk}",))
    return tuple(tuple(f"0{name}" for name in group) for group in groups if group)


def occur(wanted: Wanted, *, user: User | AnonymousUser) -> bool:
    """Whether to look any further: cheap, where a common word that is begun is not."""
    return SearchEntry.objects.tally([wanted], seen_by=user.pk, most=1) == [1]
