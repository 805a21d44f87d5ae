"""From how well sentences fit key points to a finding for each point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from feedback.contradictions import opposes
from feedback.findings import Finding, Match, Span, Status
from feedback.phrases import Pair, Phrase

RIVAL = 0.5  # of what a sentence fits another point better is taken off
FOUND_NOTHING = Finding(Status.NOT_FOUND, 0.0)


@dataclass(frozen=True)
class Thresholds:
    covered: float
    not_sure: float
    close: float  # a clause's fit from which a sentence is asked whether it says the opposite
    alike: float  # worth from which two words are shown as a pair


@dataclass(frozen=True)
class Sheet:
    """What is known before judging: a row per phrase, a column per sentence."""

    question: str
    answer: str
    phrases: Sequence[Phrase]
    sentences: Sequence[Span]
    fit: Sequence[Sequence[float]]
    clause: Sequence[Sequence[float]]
    pairs: Callable[[int, int], Iterable[Pair]]
    thresholds: Thresholds


@dataclass(frozen=True)
class Candidate:
    """The sentence and the wording of a point that fit each other best."""

    fit: float
    phrase: int
    sentence: int


def judged(sheet: Sheet, *, points: int) -> tuple[Finding, ...]:
    best = [candidates(sheet, point) for point in range(points)]
    return tuple(finding(sheet, against_rivals(best, point)) for point in range(points))


def candidates(sheet: Sheet, point: int) -> list[Candidate]:
    """For each sentence the wording of the point that fits it best; none without a wording."""
    rows = [row for row, phrase in enumerate(sheet.phrases) if phrase.point == point]
    if not rows:
        return []
    return [
        max(
            (Candidate(sheet.fit[row][column], row, column) for row in rows),
            key=lambda candidate: candidate.fit,
        )
        for column in range(len(sheet.sentences))
    ]


def without_lone_words(
    figures: Sequence[Sequence[float]], *, is_a_word: Sequence[bool], is_alone: Sequence[bool]
) -> list[list[float]]:
    """A sentence of one word states nothing, but where the wording itself is no more than that."""
    return [
        [
            0.0 if alone and not is_word else figure
            for figure, alone in zip(row, is_alone, strict=True)
        ]
        for row, is_word in zip(figures, is_a_word, strict=True)
    ]


def within_heaps(
    figures: Sequence[Sequence[float]], *, is_heap: Sequence[bool], limit: float
) -> list[list[float]]:
    """A heap of words is never sure to cover anything."""
    return [
        [min(figure, limit) if heap else figure for figure, heap in zip(row, is_heap, strict=True)]
        for row in figures
    ]


def against_rivals(best: Sequence[Sequence[Candidate]], point: int) -> list[Candidate]:
    """The point's candidates, best first, each less what the sentence fits another point better."""
    found = []
    for own in best[point]:
        rivals = [other[own.sentence].fit for at, other in enumerate(best) if other and at != point]
        lead = max(0.0, max(rivals, default=0.0) - own.fit)
        found.append(Candidate(own.fit - RIVAL * lead, own.phrase, own.sentence))
    return sorted(found, key=lambda candidate: -candidate.fit)


def finding(sheet: Sheet, ranked: Sequence[Candidate]) -> Finding:
    """A sentence that may say the opposite counts only where no other covers the point."""
    limits = sheet.thresholds
    if not ranked or ranked[0].fit < limits.not_sure and not is_close(sheet, ranked[0]):
        return Finding(Status.NOT_FOUND, shown(ranked[0].fit)) if ranked else FOUND_NOTHING
    first, *others = ranked
    if reason := opposition(sheet, first):
        for other in others:
            if other.fit >= limits.covered and not opposition(sheet, other):
                return told(sheet, other, Status.COVERED)
        return told(sheet, first, Status.CHECK, reason=reason)
    if first.fit < limits.not_sure:
        return Finding(Status.NOT_FOUND, shown(first.fit))
    is_covered = first.fit >= limits.covered
    return told(sheet, first, Status.COVERED if is_covered else Status.NOT_SURE)


def is_close(sheet: Sheet, candidate: Candidate) -> bool:
    """A clause of the point fits well, even less what the sentence fits another point better."""
    row, column = candidate.phrase, candidate.sentence
    lost = sheet.fit[row][column] - candidate.fit
    return sheet.clause[row][column] - lost >= sheet.thresholds.close


def opposition(sheet: Sheet, candidate: Candidate) -> str:
    if not is_close(sheet, candidate):
        return ""
    phrase = sheet.phrases[candidate.phrase]
    point = next(each.text for each in sheet.phrases if each.point == phrase.point)
    said = sheet.sentences[candidate.sentence].of(sheet.answer)
    return opposes(phrase.text, said, question=sheet.question, point=point)


def told(sheet: Sheet, candidate: Candidate, status: Status, *, reason: str = "") -> Finding:
    return Finding(
        status,
        shown(candidate.fit),
        sheet.sentences[candidate.sentence],
        matches(sheet, candidate),
        reason,
    )


def matches(sheet: Sheet, candidate: Candidate) -> tuple[Match, ...]:
    """In the order of the answer; a word of it stands for one word, the nearest."""
    start = sheet.sentences[candidate.sentence].start
    phrase = sheet.phrases[candidate.phrase].text
    best: dict[Span, Pair] = {}
    for pair in sheet.pairs(candidate.phrase, candidate.sentence):
        known = best.get(pair.said.span)
        if pair.worth >= sheet.thresholds.alike and (not known or pair.worth > known.worth):
            best[pair.said.span] = pair
    return tuple(
        Match(Span(start + span.start, start + span.end), pair.meant.span.of(phrase))
        for span, pair in sorted(best.items())
    )


def shown(fit: float) -> float:
    return round(min(1.0, max(0.0, float(fit))), 4)
