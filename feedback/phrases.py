"""The wordings an answer is held against: each key point's own, and those its author accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.findings import PointText, Span
from feedback.rarity import rarity, stem
from feedback.sentences import sentences_of
from feedback.words import Word, words_of

STRETCH = 4  # words
HEAP = 8  # words that tell something, and nothing between them that makes a statement of them
MOSTLY = 0.8  # of a sentence
LEAST_TOLD = 2  # words that tell something, in a clause that a sentence may deny by itself
JOINTS = frozenset(
    {";", ":", ",", ".", "and", "but", "while", "whereas", "because", "so", "although"}
)
END = Word(".", Span(0, 0), is_mark=True)


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


def clauses_of(words: Sequence[Word]) -> list[range]:
    """Where the clauses of a wording are; those that tell too little to be denied are left out."""
    found: list[range] = []
    start = 0
    for at, word in enumerate([*words, END]):
        if word.text in JOINTS:
            telling = {word.text for word in words[start:at] if rarity(word.text)}
            if len(telling) >= LEAST_TOLD:
                found.append(range(start, at))
            start = at + 1
    return found or [range(len(words))]


def telling(text: str) -> frozenset[str]:
    """The stems of the words that tell something."""
    words = (word.text for word in words_of(text) if not word.is_mark)
    return frozenset(stem(word) for word in words if rarity(word))


def is_heap(sentence: str) -> bool:
    """Words heaped up state nothing, however many of a key point's words are among them.

    A comma between two single words joins them no better. A sentence may hold some in a row.
    """
    longest = run = part = count = 0
    for word in words_of(sentence):
        if word.is_mark:
            run, part = (run if word.text == "," and part == 1 else 0), 0
            continue
        count, part = count + 1, part + 1
        run = run + 1 if rarity(word.text) else 0
        longest = max(longest, run)
    return longest >= max(HEAP, MOSTLY * count)


def stretches_of(question: str) -> tuple[list[str], ...]:
    """The words of the whole question, then of each of its sentences."""
    parts = [question, *(sentence.of(question) for sentence in sentences_of(question))]
    return tuple(plain_words(part) for part in parts)


def repeats(asked: Sequence[Sequence[str]], sentence: str) -> bool:
    """Whether the sentence is one of the question's stretches over again, or much of one.

    A few words of it may be the answer: "Which is faster, a stack or a heap?" "A stack."
    """
    said = plain_words(sentence)
    if len(said) < STRETCH:
        return said in asked
    return any(
        stretch[at : at + len(said)] == said
        for stretch in asked
        for at in range(len(stretch) - len(said) + 1)
    )


def plain_words(text: str) -> list[str]:
    return [word.text for word in words_of(text) if not word.is_mark]
