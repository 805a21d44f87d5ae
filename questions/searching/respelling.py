"""What misspelt words may be meant to be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from heapq import nsmallest
from itertools import product

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from questions.models import Spelling
from questions.searching.tallying import tallied
from questions.wording import nearest, tolerance, trigrams

MOST_SPELLINGS = 30
MOST_COMPARED = 5
MOST_COUNTED = 100


def meant_by(
    words: tuple[str, ...], own: dict[str, int], *, user: User | AnonymousUser
) -> tuple[str, ...]:
    """The words, each of which few questions have as the one it is taken for."""
    alike = _alike(own, user=user)
    nearby = {word: others[:MOST_COMPARED] for word, others in alike.items() if others}
    others = dict.fromkeys(other for alike in nearby.values() for other in alike)
    # Without a choice, it is taken where its word has nothing.
    is_settled = all(len(alike) == 1 and not own[word] for word, alike in nearby.items())
    counts = {} if is_settled else tallied(others, most=MOST_COUNTED, user=user)
    return tuple(
        _best(word, nearby[word], own[word], counts) if word in nearby else word for word in words
    )


def _best(word: str, alike: list[str], own: int, counts: dict[str, int]) -> str:
    """The word, or the one nearest to it that more questions have."""
    if not own and len(alike) == 1:
        return alike[0]
    best = max(alike, key=lambda other: (counts[other], other))
    return best if counts[best] > own else word


def _alike(words: Iterable[str], *, user: User | AnonymousUser) -> dict[str, list[str]]:
    """Of each, words that occur and lie nearest, found by the groups of three letters they share."""
    asked = [word for word in words if tolerance(word)]
    owners = (None, user.pk) if user.is_authenticated else (None,)
    fitting: dict[str, list[tuple[int, str]]] = {word: [] for word in asked}
    pairs = list(product(asked, owners))
    lists = Spelling.objects.lists(
        [
            (owner, _groups(word), _lengths(word) if tolerance(word) == 1 else None)
            for word, owner in pairs
        ]
    )
    for (word, _owner), others in zip(pairs, lists, strict=True):
        fitting[word] += _sharing(word, others)
    return {
        word: nearest(word, [other for _shared, other in sorted(found)[:MOST_SPELLINGS]])
        for word, found in fitting.items()
    }


def _groups(word: str) -> list[str]:
    return [part for part in trigrams(word) if part.strip() != word[0]]  # too many begin so


def _lengths(word: str) -> range:
    """Of words that lie within its tolerance."""
    off = tolerance(word)
    return range(len(word) - off, len(word) + off + 1)


def _sharing(word: str, others: Iterable[str]) -> list[tuple[int, str]]:
    """What to sort by and the word, of those that share most groups of three letters.

    They are counted in Python: that costs less than the engine's sorting.
    """
    lengths, shared = _lengths(word), Counter(others)
    fitting: list[tuple[int, str]] = []
    for least in (3, 2, 1):  # most share a single one: it would take long to sort them all
        if len(fitting) < MOST_SPELLINGS:
            fitting = [
                (-count, other)
                for other, count in shared.items()
                if count >= least and len(other) in lengths
            ]
    return nsmallest(MOST_SPELLINGS, fitting)
