"""Looking words up in the index, part by part: which questions have them, and how many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from questions.models import SearchEntry, Topic
from questions.models.search import Looked, Row
from questions.searching.asked import Search
from questions.searching.tallying import Tallies
from questions.wording import ANSWER, KEY_POINTS, PROMPT, TAGS, Wanted

MOST_FOUND = 500
LITTLE = 50  # found in prompts: then there may be little altogether
MANY = 3  # words


class Step(NamedTuple):
    """A look down to a part, with that many words meant as they are."""

    part: int
    whole: int


class Looks(Protocol):
    """What is found of each step that is taken: see `SearchEntry.objects.looks`."""

    def __call__(
        self,
        above: Sequence[Step],
        everything: Step | None = None,
        below: Sequence[Step] = (),
        *,
        known: Iterable[int] = (),
        at_once: bool = False,
    ) -> Looked: ...


def found_rows(search: Search, tallies: Tallies, *, whole: int, is_rare: bool = False) -> list[Row]:
    """Those with all words in the prompt first, then in the prompt or the tags, and so on.

    Where there is little, as `is_rare` expects, one look at all parts is enough: all are ranked,
    in whatever order they come. Where there is much though little in the prompts, beginnings are
    not looked for any deeper: a common one stands for long lists in every part.
    """
    looks, all_whole = _looks(search, tallies), len(tallies.words)
    in_prompts = list(dict.fromkeys([Step(PROMPT, all_whole), Step(PROMPT, whole)]))
    # Many words are seldom all in a prompt. What begins so has whole words as well, so mostly it
    # says that there are none.
    late = in_prompts[:-1] if all_whole >= MANY else []
    above = [] if is_rare else in_prompts[len(late) :]
    below = [Step(TAGS, all_whole), Step(KEY_POINTS, all_whole)]
    if is_rare:
        below.insert(0, Step(PROMPT, whole))
    looked = looks(above, Step(ANSWER, all_whole), below)
    answers = looked.everything
    if answers is not None and len(answers) < MOST_FOUND:
        # A common beginning takes long to look for, and for nothing where other words are none.
        is_open = whole > 0 and not answers
        is_all = whole == all_whole or (is_open and not tallies.occur(tallies.words[:whole]))
        return answers if is_all else looks([Step(ANSWER, whole)], at_once=True).above[0]
    found = _merged([*looked.above, *looked.below, answers or []])
    if answers is None and not looked.below and len(found) < MOST_FOUND:
        deeper = [Step(part, whole) for part in (TAGS, KEY_POINTS, ANSWER)]
        found |= _merged(looks(deeper, known=found).above)
    if late and not is_rare and len(found) >= MOST_FOUND and any(looked.above):
        found = _merged([*looks(late).above, found.values()])
    return list(found.values())[:MOST_FOUND]


def _looks(search: Search, tallies: Tallies) -> Looks:
    words, user = tallies.words, tallies.user
    marks = _marks(search, user)

    def wanted(step: Step) -> Wanted:
        return Wanted(words, step.part, step.whole, marks)

    def looks(
        above: Sequence[Step],
        everything: Step | None = None,
        below: Sequence[Step] = (),
        *,
        known: Iterable[int] = (),
        at_once: bool = False,
    ) -> Looked:
        return SearchEntry.objects.looks(
            [wanted(step) for step in above],
            everything and wanted(everything),
            [wanted(step) for step in below],
            known=known,
            little=LITTLE,
            seen_by=None if search.whose == "shared" else user.pk,
            tags=search.tags,
            at_once=at_once or search.whose == "mine",
            most=MOST_FOUND,
        )

    return looks


def _merged(lists: Iterable[Iterable[Row]]) -> dict[int, Row]:
    return {row[0]: row for rows in lists for row in rows}


def is_cut(found: Sequence[Row]) -> bool:
    """Whether there may be more than were looked for."""
    return len(found) >= MOST_FOUND


def _marks(search: Search, user: User | AnonymousUser) -> tuple[tuple[str, ...], ...]:
    """One group for each filter that the index knows; of a topic that is not there, none fits."""
    groups = [search.levels, search.kinds]
    if search.topic:
        topic = Topic.objects.filter(path=search.topic).values_list("pk", flat=True).first()
        groups.append((f"topic{topic}" if topic else "none",))
    if search.whose == "mine":
        groups.append((f"own{user.pk}",))
    return tuple(tuple(f"0{name}" for name in group) for group in groups if group)
