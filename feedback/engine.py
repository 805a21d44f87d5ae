"""The engine's front door: make a question ready, and say what an answer covers of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from feedback import lexical
from feedback.encoder import Encoded, Encoder, ModelMissing, tokens_of
from feedback.findings import Feedback, Method, PointText, Span
from feedback.judging import (
    FOUND_NOTHING,
    Sheet,
    Thresholds,
    judged,
    within_heaps,
    without_lone_words,
)
from feedback.phrases import Pair, is_heap, repeats, telling
from feedback.prepared import VERSION, OutdatedVectors, Prepared, make_ready
from feedback.sentences import sentences_of
from feedback.words import UNKNOWN, special

__all__ = [
    "VERSION",
    "OutdatedVectors",
    "Prepared",
    "assess",
    "is_available",
    "is_cold",
    "is_loaded",
    "prepare",
    "warm",
]

MOST_SENTENCES = 200  # of an answer are read: about half a second's work

JUST = 0.0001  # below a threshold

log = logging.getLogger(__name__)
encoder = Encoder()
warming = threading.Lock()
warmer: threading.Thread | None = None


def is_available() -> bool:
    return encoder.is_available()


def is_loaded() -> bool:
    """Whether the model answers at once in this process."""
    return encoder.is_loaded


def warm() -> None:
    """Starts loading the model in the background, once."""
    global warmer
    with warming:
        if warmer is None and is_available():
            warmer = threading.Thread(target=load, name="feedback-warm", daemon=True)
            warmer.start()


def is_cold() -> bool:
    """The first answer of this process would wait for the model."""
    return warmer is None and is_available()


def load() -> None:
    try:
        encoder.loaded()
    except Exception:
        log.exception("The feedback model could not be loaded; basic matching is used.")


def prepare(
    question: str, points: Sequence[PointText], *, method: Method | None = None
) -> Prepared:
    """`method` None: by meaning where the model is installed and knows the script, else by words."""
    if method == Method.LEXICAL or not is_available() or not is_readable(points):
        return make_ready(question, points, encoder=None)
    try:
        return make_ready(question, points, encoder=encoder)
    except ModelMissing as error:
        log.warning("%s Basic matching is used.", error)
        return make_ready(question, points, encoder=None)


def is_readable(points: Sequence[PointText]) -> bool:
    """Whether the model knows most of the words: it was made for English."""
    ids = [piece for point in points for piece in tokens_of(point.text).ids]
    return 2 * ids.count(special(UNKNOWN)) <= len(ids)


@dataclass(frozen=True)
class Reading:
    """An answer's sentences, but for what repeats the question: by meaning, else by words."""

    answer: str
    sentences: tuple[Span, ...]
    encoded: tuple[Encoded, ...] = ()
    worded: tuple[lexical.Worded, ...] = ()

    @property
    def method(self) -> Method:
        return Method.MODEL if self.encoded else Method.LEXICAL


class Figures(NamedTuple):
    """What either method finds: see Sheet."""

    fit: list[list[float]]
    clause: list[list[float]]
    pairs: Callable[[int, int], Iterable[Pair]]
    thresholds: Thresholds


def assess(prepared: Prepared, answer: str) -> Feedback:
    return assess_reading(prepared, read(prepared, answer))


def assess_reading(prepared: Prepared, reading: Reading) -> Feedback:
    count = len(prepared.points)
    if not reading.sentences or not prepared.phrases:
        return Feedback(prepared.method, (FOUND_NOTHING,) * count)
    return Feedback(reading.method, judged(sheet_of(prepared, reading), points=count))


def read(prepared: Prepared, answer: str) -> Reading:
    sentences = tuple(
        sentence
        for sentence in sentences_of(answer)[:MOST_SENTENCES]
        if not repeats(prepared.asked, sentence.of(answer))
    )
    texts = [sentence.of(answer) for sentence in sentences]
    if prepared.method == Method.MODEL:
        try:
            encoded = encoder.encode(texts, spelling=prepared.spelling)
            return Reading(answer, sentences, encoded=tuple(encoded))
        except ModelMissing as error:
            log.warning("%s Basic matching is used.", error)
    worded = (lexical.Worded.of(text, spelling=prepared.spelling) for text in texts)
    return Reading(answer, sentences, worded=tuple(worded))


def sheet_of(prepared: Prepared, reading: Reading) -> Sheet:
    fit, clause, pairs, thresholds = (
        by_words(prepared, reading)
        if reading.method == Method.LEXICAL
        else by_meaning(prepared, reading)
    )
    texts = [sentence.of(reading.answer) for sentence in reading.sentences]
    alone = [len(telling(text)) == 1 for text in texts]
    heaps = [is_heap(text) for text in texts]
    fit = within_heaps(fit, is_heap=heaps, limit=thresholds.covered - JUST)
    return Sheet(
        question=prepared.question,
        answer=reading.answer,
        phrases=prepared.phrases,
        sentences=reading.sentences,
        fit=without_lone_words(fit, is_a_word=prepared.is_a_word, is_alone=alone),
        clause=without_lone_words(clause, is_a_word=prepared.is_a_word, is_alone=alone),
        pairs=pairs,
        thresholds=thresholds,
    )


def by_meaning(prepared: Prepared, reading: Reading) -> Figures:
    from feedback import semantic

    phrases, sentences = prepared.by_meaning, reading.encoded
    compared = semantic.compare(phrases, sentences, prepared.encoded[0])
    return Figures(
        compared.fit.tolist(),
        compared.clause.tolist(),
        lambda phrase, sentence: phrases[phrase].pairs(sentences[sentence]),
        semantic.THRESHOLDS,
    )


def by_words(prepared: Prepared, reading: Reading) -> Figures:
    phrases, sentences = prepared.by_words, reading.worded
    compared = lexical.compare(phrases, sentences)
    return Figures(
        compared.fit,
        compared.clause,
        lambda phrase, sentence: phrases[phrase].pairs(sentences[sentence]),
        lexical.THRESHOLDS,
    )
