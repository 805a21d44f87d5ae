"""Question lists that fold each answer away: `<details><summary>Question</summary>answer</details>`."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from questions.formats.document import Entry, Finding, Reading, UnreadableFile
from questions.formats.labels import asks_nothing
from questions.formats.numbered import without_number
from questions.formats.plain_text import Line
from questions.formats.sections import (
    answer_findings,
    inline_text,
    is_no_answer,
    left_over,
    markdown_body,
)
from questions.formats.tags import without_tags
from questions.formats.text_files import check_count, lines_of, prompt_findings

TAG = re.compile(r"<(/?)(details|summary)\b[^<>]*>", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]")
NOTHING_FOUND = (
    "No question was found. This format reads <details> blocks: the question between <summary> "
    "and </summary>, the answer below it, then </details>."
)


@dataclass(frozen=True, slots=True)
class Block:
    """A <details> that asks, with its <summary> and what is above and below, as places in the text."""

    start: int
    above: tuple[int, int]
    summary: tuple[int, int]
    body: tuple[int, int]
    end: int


def read_details(text: str) -> Reading:
    """Blocks within a block are the questions; the outer one is only their group.

    A block within that asks nothing, such as a hint, belongs to the answer around it.
    """
    lines, findings = lines_of(text)
    whole = "\n".join(line.text for line in lines)
    starts = _starts(lines)
    blocks, unclosed = _blocks(_without_code(lines))
    if not blocks:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    check_count(len(blocks) + len(unclosed))
    entries = []
    for block in blocks:
        entry, found = _entry(block, whole, lines, starts)
        findings += found
        if entry.prompt:
            entries.append(entry)
            findings += [*prompt_findings(entry), *answer_findings(entry)]
    findings += [_unclosed(_line_at(place, starts)) for place in unclosed]
    findings += _outside(lines, blocks, starts)
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def _without_code(lines: Sequence[Line]) -> str:
    """As long as the text, but a tag inside code is none."""
    return "\n".join(
        " " * len(line.text) if line.is_code else _without_spans(line.text) for line in lines
    )


def _without_spans(text: str) -> str:
    return re.sub(r"(`+)(?!`)[^`]*\1(?!`)", lambda span: " " * len(span[0]), text)


def _starts(lines: Sequence[Line]) -> list[int]:
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.text) + 1)
    return starts


def _line_at(place: int, starts: Sequence[int]) -> int:
    return bisect_right(starts, place)


@dataclass
class Fold:
    """A <details> that is still open: where it and its text begin, and its first <summary>."""

    start: int
    text: int
    summary: list[re.Match[str]] = field(default_factory=list)
    holds_questions: bool = False


def _blocks(text: str) -> tuple[list[Block], list[int]]:
    """The blocks that ask, in their order, and the places of <details> that never end."""
    blocks: list[Block] = []
    open_folds: list[Fold] = []
    for tag in TAG.finditer(text):
        is_closing, name = bool(tag[1]), tag[2].lower()
        if name == "details" and not is_closing:
            open_folds.append(Fold(tag.start(), tag.end()))
        elif name == "summary" and open_folds:
            fold = open_folds[-1]
            if len(fold.summary) == int(is_closing):
                fold.summary.append(tag)
        elif name == "details" and open_folds:
            fold = open_folds.pop()
            block = _block(fold, tag, text)
            blocks += [block] if block else []
            if open_folds and (block or fold.holds_questions):
                open_folds[-1].holds_questions = True
    return blocks, [fold.start for fold in open_folds]


def _block(fold: Fold, closing: re.Match[str], text: str) -> Block | None:
    """None for a group of questions, and for a fold such as “Show answer”."""
    if len(fold.summary) != 2 or fold.holds_questions:
        return None
    opening, ending = fold.summary
    if asks_nothing(text[opening.end() : ending.start()]):
        return None
    return Block(
        start=fold.start,
        above=(fold.text, opening.start()),
        summary=(opening.end(), ending.start()),
        body=(ending.end(), closing.start()),
        end=closing.end(),
    )


def _entry(
    block: Block, text: str, lines: Sequence[Line], starts: Sequence[int]
) -> tuple[Entry, list[Finding]]:
    number, end_number = _line_at(block.start, starts), _line_at(block.end - 1, starts)
    told = [
        line
        for span in (block.above, block.body)
        for line in _lines_between(span, text, lines, starts)
    ]
    body, findings = markdown_body(told)
    entry = Entry(
        prompt=without_number(inline_text(text[slice(*block.summary)].replace("\n", " "))),
        answer="" if is_no_answer(body) else body,
        line=number,
        end_line=end_number,
    )
    if not entry.prompt:
        message = (
            f"The <summary> is empty, so lines {number} to {end_number} are not imported. "
            "Write the question into it."
        )
        findings = [Finding("E-EMPTY", number, message)]
    return entry, findings


def _lines_between(
    span: tuple[int, int], text: str, lines: Sequence[Line], starts: Sequence[int]
) -> list[Line]:
    first, last = _line_at(span[0], starts), _line_at(span[1], starts)
    between = []
    for line in lines[first - 1 : last]:
        start = starts[line.number - 1]
        from_place, to_place = max(span[0], start), min(span[1], start + len(line.text))
        between.append(Line(line.number, text[from_place:to_place], line.is_code))
    return between


def _outside(
    lines: Sequence[Line], blocks: Sequence[Block], starts: Sequence[int]
) -> Iterator[Finding]:
    """What no block holds: whole lines, and words beside a block on its line."""
    spans = _between([(block.start, block.end) for block in blocks], end=starts[-1])
    text = "\n".join(line.text for line in lines)
    parts: dict[int, str] = {}
    for span in spans:
        for line in _lines_between(span, text, lines, starts):
            parts[line.number] = f"{parts.get(line.number, '')} {line.text}".strip()
    whole = [line for line in lines if parts.get(line.number) == line.text.strip()]
    yield from left_over(line for line in whole if TAG.sub("", line.text).strip())
    for number in parts.keys() - {line.number for line in whole}:
        words = " ".join(without_tags(parts[number]).split())
        if WORD.search(words):
            message = f"This stands beside a <details> and is not imported: {words[:200]}"
            yield Finding("W-OUTSIDE", number, message)


def _between(spans: Sequence[tuple[int, int]], *, end: int) -> Iterator[tuple[int, int]]:
    place = 0
    for start, stop in sorted(spans):
        yield place, start
        place = stop
    yield place, end


def _unclosed(number: int) -> Finding:
    message = "This <details> never ends, so it is no question. Put </details> below its answer."
    return Finding("W-UNCLOSED", number, message)
