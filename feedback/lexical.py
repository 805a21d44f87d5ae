"""How near an answer's sentences come to key points by their words alone: the basic method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback.findings import Span
from feedback.judging import Thresholds
from feedback.phrases import Pair, clauses_of, importances
from feedback.rarity import stem
from feedback.spelling import Spelling, as_typed
from feedback.words import Word, words_of

ASKED = 0.25  # what is left of a word's weight when the question has it
OF_RECALL, OF_NEWS = 0.5, 0.5
AKIN = 0.6  # what a word that only begins alike is worth (automatic, automation)
SAME_START = 5  # letters that two such words begin with
THRESHOLDS = Thresholds(covered=0.30, not_sure=0.18, close=0.45, alike=AKIN)


@dataclass(frozen=True)
class Worded:
    """A text as words that are no marks, with their stems."""

    words: tuple[Word, ...]
    stems: tuple[str, ...]

    @classmethod
    def of(cls, text: str, *, spelling: Spelling = as_typed) -> Worded:
        words = tuple(word for word in words_of(text) if not word.is_mark)
        return cls(words, tuple(stem(spelling(word.text)) for word in words))

    def nearest(self, wanted: str) -> tuple[float, int]:
        """What the word most like the wanted stem is worth, and its place."""
        if wanted in self.stems:
            return 1.0, self.stems.index(wanted)
        start = wanted[:SAME_START]
        if len(start) == SAME_START:
            for at, said in enumerate(self.stems):
                if said.startswith(start):
                    return AKIN, at
        return 0.0, 0


@dataclass(frozen=True)
class Weighed:
    """A phrase with the weights of its words, each kind adding up to 1."""

    worded: Worded
    recall: tuple[float, ...]
    news: tuple[float, ...]
    clauses: tuple[tuple[float, ...], ...]  # as `recall` and `news` together, for each clause

    def pairs(self, sentence: Worded) -> Iterator[Pair]:
        for word, wanted, weight in zip(
            self.worded.words, self.worded.stems, self.recall, strict=True
        ):
            worth, at = sentence.nearest(wanted)
            if weight and worth:
                yield Pair(sentence.words[at], word, worth)


def weighed(
    worded: Worded, *, question: Worded, clauses: Sequence[frozenset[Span]] = ()
) -> Weighed:
    """`clauses`: where the words of each stand; none where only the whole text is compared."""
    recall = importances(worded.words)
    asked = set(question.stems)
    news = [
        weight * (ASKED if wanted in asked else 1.0)
        for weight, wanted in zip(recall, worded.stems, strict=True)
    ]
    masks = [[word.span in clause for word in worded.words] for clause in clauses]
    return Weighed(
        worded, shares(recall), shares(news), tuple(mixed(recall, news, mask) for mask in masks)
    )


def clauses_in(text: str) -> list[frozenset[Span]]:
    words = words_of(text)
    return [frozenset(words[at].span for at in clause) for clause in clauses_of(words)]


def mixed(
    recall: Sequence[float], news: Sequence[float], mask: Sequence[bool]
) -> tuple[float, ...]:
    """The weights by which a clause is found, recall and news together."""
    kinds = [
        shares([weight * inside for weight, inside in zip(weights, mask, strict=True)])
        for weights in (recall, news)
    ]
    return tuple(OF_RECALL * one + OF_NEWS * other for one, other in zip(*kinds, strict=True))


def shares(weights: Sequence[float]) -> tuple[float, ...]:
    whole = sum(weights) or 1.0
    return tuple(weight / whole for weight in weights)


@dataclass(frozen=True)
class Compared:
    """A row per phrase, a column per sentence. `clause`: how well its best clause fits."""

    fit: list[list[float]]
    clause: list[list[float]]


def compare(phrases: Sequence[Weighed], sentences: Sequence[Worded]) -> Compared:
    recall = [[found(phrase, each, phrase.recall) for each in sentences] for phrase in phrases]
    news = [[found(phrase, each, phrase.news) for each in sentences] for phrase in phrases]
    fit = [
        [OF_RECALL * one + OF_NEWS * other for one, other in zip(*rows, strict=True)]
        for rows in zip(recall, news, strict=True)
    ]
    clause = [
        [
            max((found(phrase, each, part) for part in phrase.clauses), default=0.0)
            for each in sentences
        ]
        for phrase in phrases
    ]
    return Compared(fit, clause)


def found(phrase: Weighed, sentence: Worded, weights: Sequence[float]) -> float:
    wanted = zip(weights, phrase.worded.stems, strict=True)
    return sum(weight * sentence.nearest(stem)[0] for weight, stem in wanted)


def whole_fit(phrases: Sequence[Weighed], sentences: Sequence[Worded], question: Worded) -> float:
    """How near all sentences together come to all phrases together."""
    phrase = weighed(joined([phrase.worded for phrase in phrases]), question=question)
    return compare([phrase], [joined(sentences)]).fit[0][0]


def joined(texts: Sequence[Worded]) -> Worded:
    words = tuple(word for text in texts for word in text.words)
    return Worded(words, tuple(stem for text in texts for stem in text.stems))
