"""What differs between two texts of a question: part by part, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from questions.formats.document import FollowUpText, KeyPointText, QuestionDocument

# Comparing takes time that grows with the square of the words: longer passages are shown whole.
MOST_WORDS = 600
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
    ours, theirs = dict(_parts(before)), dict(_parts(after))
    return [
        Difference(part, tuple(compare(ours[part], theirs[part])))
        for part in ours
        if ours[part] != theirs[part]
    ]


def compare(before: str, after: str) -> Iterator[Line]:
    """Line by line, and within lines that were mended word by word."""
    ours, theirs = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        if operation == "equal":
            yield from (Line(Side.SAME, ((Side.SAME, line),)) for line in ours[start:end])
        else:
            yield from _mended(ours[start:end], theirs[other_start:other_end])


def _mended(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Line]:
    """Lines are paired in their order, as long as both sides have one."""
    for place in range(max(len(ours), len(theirs))):
        pair = ours[place : place + 1], theirs[place : place + 1]
        if pair[0] and pair[1] and (pieces := _pieces(pair[0][0], pair[1][0])):
            yield Line(Side.SAME, pieces)
            continue
        yield from (Line(Side.OUT, ((Side.OUT, line),)) for line in pair[0])
        yield from (Line(Side.IN, ((Side.IN, line),)) for line in pair[1])


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


def _parts(document: QuestionDocument) -> Iterator[tuple[str, str]]:
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
