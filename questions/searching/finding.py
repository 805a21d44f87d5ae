"""Finding questions by words, the best first."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from questions.models.search import Row
from questions.searching.asked import Search
from questions.searching.looking import found_rows, is_cut
from questions.searching.ranking import ranked
from questions.searching.respelling import meant_by
from questions.searching.tallying import FEW, Tallies


@dataclass(frozen=True, slots=True)
class Found:
    """The best first, at most MOST_FOUND, with what narrows a search: see `completed`.

    `words` are those that were looked for: spelt otherwise than asked if `is_corrected`. The first
    `whole` were meant as they are, of the others a beginning was enough.
    `did_you_mean` is a spelling that more questions have; empty if there is none.
    """

    matches: list[Row]
    words: tuple[str, ...]
    whole: int = 0
    is_corrected: bool = False
    did_you_mean: str = ""

    @property
    def pks(self) -> list[int]:
        return [row[0] for row in self.matches]

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
    whole, tallies = len(words) - 1, Tallies(words, user=user)
    rows = found_rows(search, tallies, whole=whole)
    if len(rows) < FEW and whole:
        before, whole = words[:whole], 0
        if rows or tallies.occur(before, begun=True):
            rows = found_rows(search, tallies, whole=whole, is_rare=True)
    found = Found(ranked(rows, words), words, whole)
    return found if len(rows) >= FEW else _respelt(search, found, tallies)


def _respelt(search: Search, found: Found, tallies: Tallies) -> Found:
    """The same, or what its words may be meant to be."""
    # Of a single word, what was found says how many questions have it.
    alone = len(found.words) == 1 and not search.filters
    own = {found.words[0]: len(found.pks)} if alone else tallies.few()
    meant = meant_by(found.words, own, user=tallies.user)
    if meant == found.words:
        return found
    # That there are more is all that has to be known where something was found.
    is_rare = bool(found.matches)
    as_meant = Tallies(meant, user=tallies.user)
    rows = found_rows(search, as_meant, whole=len(meant), is_rare=is_rare)
    if rows and not found.matches:
        return Found(ranked(rows, meant), meant, whole=len(meant), is_corrected=True)
    return replace(found, did_you_mean=" ".join(meant) if len(rows) > len(found.pks) else "")
