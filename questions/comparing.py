"""What differs between two texts of a question: part by part, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from questions.formats.document import FollowUpText, KeyPointText, QuestionDocument

# Comparing takes time that grows with the square of the lines, and of the words in a line: longer
# passages are shown whole.
MOST_LINES = 400
MOST_WORDS = 600
MOST_WORDS_IN_ALL = 3_000
WORD = re.compile(r"\w+|\s+|[^\w\s]")
# Two lines less alike than this are told as one gone and one new; marking words would only confuse.
LEAST_LIKENESS = 0.4


class Side(StrEnum):
    SAME = "same"
    OUT = "out"
    IN = "in"


type Piece = tuple[Side, str]


@dataclass(frozen=True, slots=True)
class Line:
    """`side` is IN or OUT for a line that is only there; SAME has pieces of all three."""

    side: Side
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that is not the same in both texts."""

    part: str
    lines: tuple[Line, ...]


def differences(before: QuestionDocument, after: QuestionDocument) -> list[Difference]:
    """In the order in which an editor writes the parts; nothing for texts that say the same."""
    return _differing(dict(parts_of(before)), dict(parts_of(after)))


def moves(before: QuestionDocument, after: QuestionDocument) -> list[Difference]:
    """Where it is found: what changes without a new text."""
    return _differing(dict(_places(before)), dict(_places(after)))


def _differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[Difference]:
    return [
        Difference(part, tuple(compare(ours[part], theirs[part])))
        for part in ours
        if ours[part] != theirs[part]
    ]


def compare(before: str, after: str) -> Iterator[Line]:
    """Line by line, and within lines that were mended word by word."""
    ours, theirs = before.splitlines(), after.splitlines()
    head = _alike(ours, theirs)
    tail = _alike(ours[head:][::-1], theirs[head:][::-1])
    yield from _all(Side.SAME, ours[:head])
    yield from _compared(ours[head : len(ours) - tail], theirs[head : len(theirs) - tail])
    yield from _all(Side.SAME, ours[len(ours) - tail :])


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many lines are the same from the first on."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    differing = (place for place, (one, other) in pairs if one != other)
    return next(differing, min(len(ours), len(theirs)))


def _compared(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Line]:
    if max(len(ours), len(theirs)) > MOST_LINES:
        yield from _all(Side.OUT, ours)
        yield from _all(Side.IN, theirs)
        return
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    words_left = MOST_WORDS_IN_ALL
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        gone, new = ours[start:end], theirs[other_start:other_end]
        if operation == "equal":
            yield from _all(Side.SAME, gone)
            continue
        words_left -= sum(len(WORD.findall(line)) for line in (*gone, *new))
        yield from _mended(gone, new, by_words=words_left >= 0)


def _all(side: Side, lines: Sequence[str]) -> Iterator[Line]:
    return (Line(side, ((side, line),)) for line in lines)


def _mended(ours: Sequence[str], theirs: Sequence[str], *, by_words: bool) -> Iterator[Line]:
    """Lines are paired in their order, as long as both sides have one."""
    for place in range(max(len(ours), len(theirs))):
        pair = ours[place : place + 1], theirs[place : place + 1]
        if by_words and all(pair) and (pieces := _pieces(pair[0][0], pair[1][0])):
            yield Line(Side.SAME, pieces)
            continue
        yield from _all(Side.OUT, pair[0])
        yield from _all(Side.IN, pair[1])


def _pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Empty if the two lines are too unlike, or too long, to be told word by word."""
    ours, theirs = WORD.findall(before), WORD.findall(after)
    if max(len(ours), len(theirs)) > MOST_WORDS:
        return ()
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    if matcher.ratio() < LEAST_LIKENESS:
        return ()
    pieces: list[Piece] = []
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        if operation == "equal":
            pieces.append((Side.SAME, "".join(ours[start:end])))
            continue
        gone, new = "".join(ours[start:end]), "".join(theirs[other_start:other_end])
        pieces += [(side, text) for side, text in ((Side.OUT, gone), (Side.IN, new)) if text]
    return tuple(pieces)


def parts_of(document: QuestionDocument) -> Iterator[tuple[str, str]]:
    """The name of each part and its text; lists have a line for each row."""
    yield "prompt", document.prompt
    yield "kind", document.kind
    yield "level", document.level or ""
    yield "speak_seconds", str(document.speak_seconds or "")
    yield "context", document.context
    yield "answer", document.answer
    yield (
        "options",
        _lines(
            f"{'✓' if option.is_correct else '✗'} {option.text}{_tail(option.because)}"
            for option in document.options
        ),
    )
    yield "steps", _lines(f"{number}. {step}" for number, step in enumerate(document.steps, 1))
    yield "expected_output", document.expected_output
    yield "key_points", _lines(_key_point(point) for point in document.key_points)
    yield (
        "misconceptions",
        _lines(f"{each.text}{_tail(each.why)}" for each in document.misconceptions),
    )
    yield "hints", _lines(document.hints)
    yield "follow_ups", _lines(_follow_up(each) for each in document.follow_ups)
    yield "references", _lines(f"{each.title}: {each.url}" for each in document.references)
    yield "interviewer_notes", document.interviewer_notes
    yield "applies_to", document.applies_to
    yield "license", document.license
    yield "source", document.source
    yield "authors", _lines(document.authors)
    yield "reviewed_on", document.reviewed_on or ""
    yield "extra", _lines(f"{name}: {value}" for name, value in sorted(document.extra.items()))


def _places(document: QuestionDocument) -> Iterator[tuple[str, str]]:
    yield "topic", document.topic
    yield "tags", _lines(sorted(document.tags))


def _lines(rows: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(rows)


def _tail(text: str) -> str:
    return f" ({text})" if text else ""


def _key_point(point: KeyPointText) -> str:
    return _lines([f"[{point.weight}] {point.text}", *(f"    ≈ {text}" for text in point.accept)])


def _follow_up(follow_up: FollowUpText) -> str:
    marked = {"if": [follow_up.condition], "expect": follow_up.expect}
    marked |= {"strong": follow_up.strong, "weak": follow_up.weak, "next": [follow_up.next_slug]}
    rows = [f"    {mark}: {text}" for mark, texts in marked.items() for text in texts if text]
    return _lines([follow_up.prompt, *rows])
