"""One figure for an answer against a reference: how much of it is there, from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback import lexical
from feedback.engine import Reading, assess_reading, prepare, read
from feedback.findings import Feedback, Finding, Method, PointText, Status
from feedback.prepared import Prepared
from feedback.sentences import sentences_of

# Between a fit that any text on the subject has, and one beyond which only the wording gains:
# nine of ten sentences that fit a key point from 0.6 cover it.
SCALES = {Method.MODEL: (0.18, 0.6), Method.LEXICAL: (0.0, 0.75)}


@dataclass(frozen=True)
class Reference:
    """`points` are judged one by one; `sentences` make up the whole reference answer."""

    points: Prepared
    sentences: Prepared


@dataclass(frozen=True)
class Score:
    score: float
    feedback: Feedback


def make_reference(
    question: str, reference: str, *, key_points: Sequence[str], method: Method
) -> Reference:
    """Without key points the reference's sentences are the points."""
    parts = [sentence.of(reference) for sentence in sentences_of(reference)]
    sentences = prepared(question, parts, method=method)
    points = prepared(question, key_points, method=method) if key_points else sentences
    return Reference(points, sentences)


def prepared(question: str, texts: Sequence[str], *, method: Method) -> Prepared:
    return prepare(question, [PointText(text) for text in texts], method=method)


def score(reference: Reference, answer: str) -> Score:
    """Half is what the points say, half how near the whole answer is to the whole reference.

    Nearness is worth as much of itself as there are points that it does not seem to turn round:
    the opposite is as near as can be.
    """
    reading = read(reference.points, answer)
    feedback = assess_reading(reference.points, reading)
    if not reading.sentences:
        return Score(0.0, feedback)
    shares = [share(finding, reading.method) for finding in feedback.findings]
    if reference.sentences.phrases:
        whole = scaled(whole_fit(reference.sentences, reading), reading.method)
        whole *= 1 - share_to_check(feedback.findings)
        shares_of_points = sum(shares) / len(shares) if shares else whole
        return Score(round((shares_of_points + whole) / 2, 4), feedback)
    return Score(round(sum(shares) / max(1, len(shares)), 4), feedback)


def share_to_check(findings: Sequence[Finding]) -> float:
    return sum(finding.status == Status.CHECK for finding in findings) / max(1, len(findings))


def share(finding: Finding, method: Method) -> float:
    """What may be the opposite earns nothing."""
    return 0.0 if finding.status == Status.CHECK else scaled(finding.score, method)


def scaled(fit: float, method: Method) -> float:
    least, most = SCALES[method]
    return min(1.0, max(0.0, (fit - least) / (most - least)))


def whole_fit(reference: Prepared, reading: Reading) -> float:
    if reading.method == Method.LEXICAL:
        question = lexical.Worded.of(reference.question)
        return lexical.whole_fit(reference.by_words, reading.worded, question)
    from feedback import semantic

    return semantic.whole_fit(reference.by_meaning, reading.encoded, reference.encoded[0])
