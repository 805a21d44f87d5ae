"""Finding questions by words, the best first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from questions.searching.asked import Search
from questions.searching.looking import Match, found_rows, is_cut, occur
from questions.searching.ranking import ranked
from questions.searching.respelling import FEW, few_of, meant_by
from questions.wording import Wanted


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
        return is_cut(self.matches)


def find(search: Search, *, user: User | AnonymousUser) -> Found:
    """What this person may see and the bank lists, the best first; nothing without a word.

    Of the last word a beginning will do, and if there is little, of every word. A word of which
    there is nothing is taken for the one it is nearest to.
    """
    words = search.wanted
    if not words:
        return Found([], ())
    whole = len(words) - 1
    rows = found_rows(search, words, whole=whole, user=user)
    if len(rows) < FEW and whole:
        before, whole = words[:whole], 0
        if rows or occur(Wanted(before), user=user):
            rows = found_rows(search, words, whole=whole, user=user, is_rare=True)
    found = Found(ranked(rows, words), words, whole)
    return found if len(rows) >= FEW else _respelt(search, found, user=user)


def _respelt(search: Search, found: Found, *, user: User | AnonymousUser) -> Found:
    """The same, or what its words may be meant to be."""
    # Of a single word, what was found says how many questions have it.
    alone = len(found.words) == 1 and not search.filters
    own = {found.words[0]: len(found.pks)} if alone else few_of(found.words, user=user)
    meant = meant_by(found.words, own, user=user)
    if meant == found.words:
        return found
    # That there are more is all that has to be known where something was found.
    is_rare = bool(found.matches)
    rows = found_rows(search, meant, whole=len(meant), user=user, is_rare=is_rare)
    if rows and not found.matches:
        return Found(ranked(rows, meant), meant, whole=len(meant), is_corrected=True)
    return replace(found, did_you_mean=" ".join(meant) if len(rows) > len(found.pks) else "")
