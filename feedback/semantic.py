"""How near an answer's sentences come to key points in meaning, by a vector for each token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from feedback.encoder import Encoded, Tokens, unit
from feedback.judging import Thresholds
from feedback.phrases import Pair, clauses_of, importances
from feedback.words import UNKNOWN, Word, special

if TYPE_CHECKING:
    from feedback.encoder import Vectors

OF_RECALL, OF_NEWS, OF_WHOLE = 0.4, 0.4, 0.2
NEVER = -9.0  # below any cosine
THRESHOLDS = Thresholds(covered=0.43, not_sure=0.36, close=0.45, alike=0.45)


@dataclass(frozen=True)
class Weighed:
    """A phrase with the weights of its tokens, each kind adding up to 1.

    `news` leaves out what the question has said already: repeating it is no answer.
    """

    encoded: Encoded
    recall: Vectors
    news: Vectors
    whole: Vectors  # with the question taken out
    clauses: Vectors  # a row per clause: weights of its tokens, recall and news together

    def pairs(self, sentence: Encoded) -> Iterator[Pair]:
        """The word of the sentence nearest to each word that tells something."""
        tokens, others = self.encoded.tokens, sentence.tokens
        alike = self.encoded.vectors @ sentence.vectors.T + silence(others)
        for at, token in best_tokens(alike, self.recall, tokens.word_at).items():
            said = others.words[others.word_at[int(alike[token].argmax())]]
            yield Pair(said, tokens.words[at], worth=float(alike[token].max()))


def best_tokens(alike: Vectors, weights: Vectors, word_at: Sequence[int]) -> dict[int, int]:
    """For each word with a weight, the token of it that found the nearest."""
    best: dict[int, int] = {}
    nearest = alike.max(axis=1)
    for token, at in enumerate(word_at):
        if weights[token] and (at not in best or nearest[token] > nearest[best[at]]):
            best[at] = token
    return best


def weighed(encoded: Encoded, *, question: Encoded) -> Weighed:
    tokens = encoded.tokens
    words = importances(tokens.words)
    recall = np.array([words[at] for at in tokens.word_at], dtype=np.float32)
    news = recall.copy()
    if len(question.vectors):
        news *= 1 - np.clip(encoded.vectors @ question.vectors.T, 0, 1).max(axis=1)
    clauses = [
        OF_RECALL * shares(recall * inside) + OF_NEWS * shares(news * inside)
        for inside in masks(clauses_of(tokens.words), tokens.word_at)
    ]
    whole = without(encoded.whole, question)
    return Weighed(encoded, shares(recall), shares(news), whole, np.stack(clauses))


def shares(weights: Vectors) -> Vectors:
    return weights / max(float(weights.sum()), 1e-9)


def masks(clauses: Sequence[range], word_at: Sequence[int]) -> Iterator[Vectors]:
    for clause in clauses:
        yield np.array([at in clause for at in word_at], dtype=np.float32)


def without(whole: Vectors, question: Encoded) -> Vectors:
    """What a text means beyond what was asked."""
    if not len(question.vectors):
        return whole
    return unit(whole - np.outer(whole @ question.whole, question.whole).reshape(whole.shape))


@dataclass(frozen=True)
class Compared:
    """A row per phrase, a column per sentence. `clause`: how well its best clause fits."""

    fit: Vectors
    clause: Vectors


def compare(
    phrases: Sequence[Weighed], sentences: Sequence[Encoded], question: Encoded
) -> Compared:
    """One product of two matrices for all of it. No phrase and no sentence may be empty."""
    tokens = np.concatenate([phrase.encoded.vectors for phrase in phrases])
    answer = np.concatenate([sentence.vectors for sentence in sentences])
    rows = starts(len(phrase.encoded.vectors) for phrase in phrases)
    columns = starts(len(sentence.vectors) for sentence in sentences)
    silences = np.concatenate([silence(sentence.tokens) for sentence in sentences])
    nearest = np.maximum.reduceat(tokens @ answer.T + silences, columns, axis=1)

    def mean(weights: Vectors) -> Vectors:
        return np.add.reduceat(nearest * weights[:, None], rows, axis=0)

    recall = mean(np.concatenate([phrase.recall for phrase in phrases]))
    news = mean(np.concatenate([phrase.news for phrase in phrases]))
    said = without(np.stack([sentence.whole for sentence in sentences]), question)
    whole = np.stack([phrase.whole for phrase in phrases]) @ said.T
    clause = np.stack(
        [
            (phrase.clauses @ nearest[row : row + phrase.clauses.shape[1]]).max(axis=0)
            for row, phrase in zip(rows, phrases, strict=True)
        ]
    )
    return Compared(
        OF_RECALL * recall + OF_NEWS * news + OF_WHOLE * whole, clause + OF_WHOLE * whole
    )


def whole_fit(phrases: Sequence[Weighed], sentences: Sequence[Encoded], question: Encoded) -> float:
    """How near all sentences together come to all phrases together."""
    phrase = weighed(joined([phrase.encoded for phrase in phrases]), question=question)
    return float(compare([phrase], [joined(sentences)], question).fit[0, 0])


def joined(texts: Sequence[Encoded]) -> Encoded:
    words: list[Word] = []
    word_at: list[int] = []
    for text in texts:
        word_at.extend(len(words) + at for at in text.tokens.word_at)
        words.extend(text.tokens.words)
    ids = tuple(piece for text in texts for piece in text.tokens.ids)
    whole = sum(text.whole * len(text.vectors) for text in texts)
    vectors = np.concatenate([text.vectors for text in texts])
    return Encoded(Tokens(tuple(words), ids, tuple(word_at)), vectors, unit(np.asarray(whole)))


def silence(tokens: Tokens) -> Vectors:
    """What keeps tokens of words that tell nothing, or are unknown, from standing for others."""
    words = importances(tokens.words)
    unknown = special(UNKNOWN)
    tells = [
        words[at] and piece != unknown for piece, at in zip(tokens.ids, tokens.word_at, strict=True)
    ]
    return np.where(tells, 0.0, NEVER).astype(np.float32)


def starts(lengths: Iterable[int]) -> list[int]:
    found = [0]
    for length in lengths:
        found.append(found[-1] + length)
    return found[:-1]
