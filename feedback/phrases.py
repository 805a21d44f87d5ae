"""The wordings an answer is held against: each key point's own, and those its author accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.findings import PointText
from feedback.rarity import rarity
from feedback.words import Word, words_of

STRETCH = 4  # words


@dataclass(frozen=True)
class Phrase:
    """One wording of the key point at place `point`."""

    point: int
    text: str


@dataclass(frozen=True)
class Pair:
    """A word of a sentence that stands for a word of a phrase. Worth: 0 to 1."""

    said: Word
    meant: Word
    worth: float


def phrases_of(points: Sequence[PointText]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(at, text)
        for at, point in enumerate(points)
        for text in (point.text, *point.accept)
        if any(not word.is_mark for word in words_of(text))
    )


def importances(words: Sequence[Word]) -> list[float]:
    """What each word tells, or where none tells anything, the same for each that is no mark."""
    weights = [0.0 if word.is_mark else rarity(word.text) for word in words]
    if any(weights):
        return weights
    return [float(not word.is_mark) for word in words]


def repeats(question: str, sentence: str) -> bool:
    """Whether the sentence is the question over again, or a stretch of it.

    A few words of it may be the answer: "Which is faster, a stack or a heap?" "A stack."
    """
    asked = [word.text for word in words_of(question) if not word.is_mark]
    said = [word.text for word in words_of(sentence) if not word.is_mark]
    if len(said) < STRETCH:
        return said == asked
    return any(asked[at : at + len(said)] == said for at in range(len(asked) - len(said) + 1))
