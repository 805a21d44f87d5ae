"""How near an answer's sentences come to key points by their words alone: the basic method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback.judging import Thresholds
from feedback.phrases import Pair, importances
from feedback.rarity import stem
from feedback.words import Word, words_of

ASKED = 0.25
OF_RECALL, OF_NEWS = 0.5, 0.5
SLIP = 0.8  # what a mistyped word is worth
THRESHOLDS = Thresholds(covered=0.40, not_sure=0.25, close=0.50, alike=SLIP)
LONG_WORD = 5  # letters: in a word this long one may be mistyped


@dataclass(frozen=True)
class Worded:
    """A text as words that are no marks, with their stems."""

    words: tuple[Word, ...]
    stems: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Worded:
        words = tuple(word for word in words_of(text) if not word.is_mark)
        return cls(words, tuple(stem(word.text) for word in words))


@dataclass(frozen=True)
class Weighed:
    worded: Worded
    recall: tuple[float, ...]
    news: tuple[float, ...]

    def pairs(self, sentence: Worded) -> Iterator[Pair]:
        for word, wanted, weight in zip(
            self.worded.words, self.worded.stems, self.recall, strict=True
        ):
            worth, at = nearest(wanted, sentence.stems)
            if weight and worth:
                yield Pair(sentence.words[at], word, worth)


def weighed(text: str, *, question: Worded) -> Weighed:
    worded = Worded.of(text)
    recall = importances(worded.words)
    asked = set(question.stems)
    news = [
        weight * (ASKED if wanted in asked else 1.0)
        for weight, wanted in zip(recall, worded.stems, strict=True)
    ]
    return Weighed(worded, shares(recall), shares(news))


def shares(weights: Sequence[float]) -> tuple[float, ...]:
    whole = sum(weights) or 1.0
    return tuple(weight / whole for weight in weights)


def nearest(wanted: str, stems: Sequence[str]) -> tuple[float, int]:
    """What the stem most like the wanted one is worth, and its place."""
    best, place = 0.0, 0
    for at, said in enumerate(stems):
        if (worth := likeness(wanted, said)) > best:
            best, place = worth, at
    return best, place


def likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if min(len(one), len(other)) < LONG_WORD or one[0] != other[0]:
        return 0.0
    return SLIP if is_slip(one, other) else 0.0


def is_slip(one: str, other: str) -> bool:
    """One letter left out, put in, or taken for another, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def compare(
    phrases: Sequence[Weighed], sentences: Sequence[Worded]
) -> tuple[list[list[float]], list[list[float]]]:
    """Fit and recall: a row per phrase, a column per sentence."""
    known: dict[tuple[str, int], float] = {}

    def found(wanted: str, column: int) -> float:
        if (wanted, column) not in known:
            known[wanted, column] = nearest(wanted, sentences[column].stems)[0]
        return known[wanted, column]

    fit, recall = [], []
    for phrase in phrases:
        worths = [
            [found(wanted, column) for wanted in phrase.worded.stems]
            for column in range(len(sentences))
        ]
        recall.append([dot(phrase.recall, worth) for worth in worths])
        news = [dot(phrase.news, worth) for worth in worths]
        fit.append([OF_RECALL * a + OF_NEWS * b for a, b in zip(recall[-1], news, strict=True)])
    return fit, recall


def dot(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))
