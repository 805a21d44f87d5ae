"""Slips of the finger: what word of the question a mistyped word was to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from feedback.words import vocabulary

LONG_WORD = 5  # letters: in a shorter word a slip is as likely another word

Spelling = Callable[[str], str]


def spelling_of(words: Iterable[str]) -> Spelling:
    """Puts right a word that nobody knows when one of these words is a slip away."""
    known = sorted(word for word in set(words) if len(word) >= LONG_WORD and word.isalpha())
    found: dict[str, str] = {}

    def spelled(word: str) -> str:
        if len(word) < LONG_WORD or not word.isalpha() or word in vocabulary():
            return word
        if word not in found:
            found[word] = next((other for other in known if is_slip(word, other)), word)
        return found[word]

    return spelled


def as_typed(word: str) -> str:
    return word


def is_slip(one: str, other: str) -> bool:
    """One letter left out, put in, or taken for another, or two neighbours swapped.

    Never the first letter nor the last, where names and endings differ (docker, dockerd).
    """
    if min(len(one), len(other)) < LONG_WORD or one[0] != other[0] or one[-1] != other[-1]:
        return False
    if abs(len(one) - len(other)) > 1:
        return False
    pairs = zip(one, other, strict=False)
    start = next((at for at, (a, b) in enumerate(pairs) if a != b), len(one))
    a, b = one[start:], other[start:]
    return a[1:] in {b, b[1:]} or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
