"""The engine's front door: make a question ready, and say what an answer covers of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from feedback import lexical
from feedback.encoder import Encoder, ModelMissing
from feedback.findings import Feedback, Method, PointText, Span
from feedback.judging import FOUND_NOTHING, Sheet, judged
from feedback.phrases import contains
from feedback.prepared import VERSION, OutdatedVectors, Prepared, make_ready
from feedback.sentences import sentences_of

__all__ = [
    "VERSION",
    "OutdatedVectors",
    "Prepared",
    "assess",
    "is_available",
    "prepare",
    "warm",
]

MOST_SENTENCES = 200  # of an answer are read: about half a second's work

log = logging.getLogger(__name__)
encoder = Encoder()
warming = threading.Lock()
warmer: threading.Thread | None = None


def is_available() -> bool:
    return encoder.is_available()


def warm() -> None:
    """Starts loading the model in the background, once."""
    global warmer
    with warming:
        if warmer is None and is_available():
            warmer = threading.Thread(target=load, name="feedback-warm", daemon=True)
            warmer.start()


def load() -> None:
    try:
        encoder.loaded()
    except Exception:
        log.exception("The feedback model could not be loaded; basic matching is used.")


def prepare(
    question: str, points: Sequence[PointText], *, method: Method | None = None
) -> Prepared:
    """`method` None: by meaning where the model is installed, else by words."""
    if method == Method.LEXICAL or not is_available():
        return make_ready(question, points, encoder=None)
    try:
        return make_ready(question, points, encoder=encoder)
    except ModelMissing as error:
        log.warning("%s Basic matching is used.", error)
        return make_ready(question, points, encoder=None)


def assess(prepared: Prepared, answer: str) -> Feedback:
    sentences = [
        sentence
        for sentence in sentences_of(answer)[:MOST_SENTENCES]
        if not contains(prepared.question, sentence.of(answer))
    ]
    if not sentences or not prepared.phrases:
        return Feedback(prepared.method, (FOUND_NOTHING,) * len(prepared.points))
    if prepared.method == Method.MODEL:
        try:
            sheet = sheet_by_meaning(prepared, answer, sentences)
            return Feedback(Method.MODEL, judged(sheet, points=len(prepared.points)))
        except ModelMissing as error:
            log.warning("%s Basic matching is used.", error)
    sheet = sheet_by_words(prepared, answer, sentences)
    return Feedback(Method.LEXICAL, judged(sheet, points=len(prepared.points)))


def sheet_by_meaning(prepared: Prepared, answer: str, sentences: Sequence[Span]) -> Sheet:
    encoded = encoder.encode([sentence.of(answer) for sentence in sentences])
    from feedback import semantic

    phrases = prepared.by_meaning
    compared = semantic.compare(phrases, encoded, prepared.encoded[0])
    return Sheet(
        question=prepared.question,
        answer=answer,
        phrases=prepared.phrases,
        sentences=sentences,
        fit=compared.fit.tolist(),
        recall=compared.recall.tolist(),
        pairs=lambda phrase, sentence: phrases[phrase].pairs(encoded[sentence]),
        thresholds=semantic.THRESHOLDS,
    )


def sheet_by_words(prepared: Prepared, answer: str, sentences: Sequence[Span]) -> Sheet:
    worded = [lexical.Worded.of(sentence.of(answer)) for sentence in sentences]
    phrases = prepared.by_words
    fit, recall = lexical.compare(phrases, worded)
    return Sheet(
        question=prepared.question,
        answer=answer,
        phrases=prepared.phrases,
        sentences=sentences,
        fit=fit,
        recall=recall,
        pairs=lambda phrase, sentence: phrases[phrase].pairs(worded[sentence]),
        thresholds=lexical.THRESHOLDS,
    )
