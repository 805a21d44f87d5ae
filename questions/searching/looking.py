"""Looking words up in the index, part by part: which questions have them, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from questions.models import SearchEntry, Topic
from questions.models.search import Row
from questions.searching.asked import Search
from questions.wording import ANSWER, PARTS, PROMPT, Wanted

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
    marks, is_mine = _marks(search, user), search.whose == "mine"
    seen_by = None if search.whose == "shared" else user.pk

    def look(part: int, *, whole: int = whole, at_once: bool = is_mine) -> dict[int, Row]:
        wanted = Wanted(words, part, whole=whole, marks=marks)
        rows = SearchEntry.objects.look(
            wanted, seen_by=seen_by, tags=search.tags, at_once=at_once, most=MOST_FOUND
        )
        return {row[0]: row for row in rows}

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
                is_open and not occur(Wanted(words[:whole], whole=whole), user=user)
            )
            return list((known[ANSWER] if is_all else look(ANSWER, at_once=True)).values())
        whole_below = len(words)
        is_little = is_mine or max(known[ANSWER]) > FAR_APART
    for part in PARTS:
        if len(found) < MOST_FOUND:
            whole_here = whole if part == PROMPT else whole_below
            found |= (
                known[part] if part in known else look(part, whole=whole_here, at_once=is_little)
            )
    return list(found.values())[:MOST_FOUND]


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
