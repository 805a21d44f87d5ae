"""Plain text to Markdown: whatever somebody typed is shown as they typed it.

Only code marks keep their meaning. Everything else that Markdown would take for markup is
escaped, because `2*3*4`, `__init__` and `<image>` lose characters when it is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

CANDIDATE_LENGTH = 200
CANDIDATE_RUN = 3
FAR_IN = 4

RULE = re.compile(r"([*_-])\1{2,}")
LIST_MARK = re.compile(r"(?:[-+*\u2022>#$]|[0-9]{1,3}[.)])\s+")
OPENING_WORDS = r"(?!(?:To|Here|These|This|The following|For|As|Note|If|When|By)\b)"
HEADING = re.compile(OPENING_WORDS + r"([A-Z][^.!?:;,]{1,50}):")
HEADING_WORDS = 5
# A term in lower case is too like prose, unless a tab sets it apart.
TERM = re.compile(
    rf"(?:{OPENING_WORDS}[A-Z][^.!?:;,]{{0,49}}:[ ]+"
    r"|[^\s:][^:\t]{0,49}:\t\s*)\S.*"
)
TERM_WORDS = 4

BACKTICKS = re.compile(r"(`+)")
INLINE_MARKUP = re.compile(
    r"""
      \\(?=[!-/:-@\[-`{-~]|$)      # a backslash that would swallow what follows it
    | <(?=[A-Za-z/!?])             # a tag
    | &(?=\#?\w+;)                 # an entity
    | \*
    | (?<![^\W_])_ | _(?![^\W_])   # inside a word an underscore means nothing
    | ~(?=~) | (?<=~)~             # struck out
    | \](?=[(\[:])                 # a link, or a definition, which would not be shown at all
    """,
    re.VERBOSE,
)
LINE_START = re.compile(r"[#>+=-]|[|:](?=[\s|:-]*$)")
NUMBERED = re.compile(r"([0-9]{1,9})([.)])")


class Shape(Enum):
    PARAGRAPH = auto()
    HEADING = auto()
    TERM = auto()
    RULE = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank, or any line of fenced code. `number` counts from 1."""

    number: int
    text: str
    is_code: bool = False


type Block = list[Line]


def blocks_of(lines: Sequence[Line], *, is_unwrapped: bool) -> list[Block]:
    """Lines that belong together. In an unwrapped file every line is a paragraph of its own."""
    blocks: list[Block] = []
    for line, following in zip(lines, [*lines[1:], None], strict=False):
        begins_terms = _begins_terms(line, following)
        if (
            blocks
            and not begins_terms
            and _continues(blocks[-1][-1], line, is_unwrapped=is_unwrapped)
        ):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def markdown_of(blocks: Sequence[Block]) -> str:
    shapes = shapes_of(blocks)
    written: list[str] = []
    for position, (block, shape) in enumerate(zip(blocks, shapes, strict=True)):
        if position:
            is_same_list = shape is Shape.TERM and shapes[position - 1] is Shape.TERM
            written.append("\n" if is_same_list else "\n\n")
        written.append(WRITERS[shape](block))
    return "".join(written)


def shapes_of(blocks: Sequence[Block]) -> list[Shape]:
    return [_shape(blocks, position) for position in range(len(blocks))]


def candidates_of(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Runs of short paragraphs, which are often a list whose marks got lost."""
    candidates: list[str] = []
    run: list[str] = []
    for block, shape in zip(blocks, shapes_of(blocks), strict=True):
        text = " ".join(line.text.strip() for line in block)
        is_short = len(text) <= CANDIDATE_LENGTH and not text.endswith(":")
        if shape is Shape.PARAGRAPH and is_short:
            run.append(LIST_MARK.sub("", text, count=1) if LIST_MARK.match(text) else text)
            continue
        candidates += run if len(run) >= CANDIDATE_RUN else []
        run = []
    candidates += run if len(run) >= CANDIDATE_RUN else []
    return tuple(candidates)


def escaped(text: str) -> str:
    """Text within a line. Pairs of backticks stay code; linear in the length of the text."""
    parts = BACKTICKS.split(text)
    closings = _closing_positions(parts)
    written: list[str] = []
    position = 0
    while position < len(parts):
        closing = closings.get(position)
        if closing:
            written += parts[position : closing + 1]
            position = closing
        elif position % 2:
            written.append(parts[position].replace("`", "\\`"))
        else:
            written.append(INLINE_MARKUP.sub(r"\\\g<0>", parts[position]))
        position += 1
    return "".join(written)


def escaped_line(text: str) -> str:
    """A whole line, whose first characters could open a heading, a list, a quotation or a table."""
    line = escaped(text)
    if LINE_START.match(line):
        return "\\" + line
    return NUMBERED.sub(r"\1\\\2", line, count=1) if NUMBERED.match(line) else line


def _continues(previous: Line, line: Line, *, is_unwrapped: bool) -> bool:
    if line.number != previous.number + 1 or line.is_code != previous.is_code:
        return False
    if line.is_code:
        return True
    text, text_before = line.text.strip(), previous.text.strip()
    if is_unwrapped or RULE.fullmatch(text) or RULE.fullmatch(text_before):
        return False
    return not LIST_MARK.match(text) and not (
        _begins_with_term(text) and _begins_with_term(text_before)
    )


def _begins_terms(line: Line, following: Line | None) -> bool:
    """The first of several lines that each tell of a term, whatever stands above it."""
    if following is None or following.number != line.number + 1:
        return False
    return not (line.is_code or following.is_code) and all(
        _begins_with_term(each.text.strip()) for each in (line, following)
    )


def _shape(blocks: Sequence[Block], position: int) -> Shape:
    block = blocks[position]
    text = block[0].text.strip()
    if block[0].is_code:
        return Shape.CODE
    if RULE.fullmatch(text):
        return Shape.RULE
    if len(block) == 1 and position + 1 < len(blocks) and _is_heading(text):
        return Shape.HEADING
    neighbours = [*blocks[max(position - 1, 0) : position], *blocks[position + 1 : position + 2]]
    if _is_term(block) and any(_is_term(neighbour) for neighbour in neighbours):
        return Shape.TERM
    return Shape.PARAGRAPH


def _is_heading(text: str) -> bool:
    return bool(HEADING.fullmatch(text)) and len(text.split()) <= HEADING_WORDS


def _is_term(block: Block) -> bool:
    return not block[0].is_code and _begins_with_term(block[0].text.strip())


@lru_cache(8)  # each line is asked about again and again, by its neighbours
def _begins_with_term(text: str) -> bool:
    return bool(TERM.fullmatch(text)) and len(text.partition(":")[0].split()) <= TERM_WORDS


def _closing_positions(parts: Sequence[str]) -> dict[int, int]:
    """Where the code opened at an odd position ends: the next run of as many backticks."""
    closings: dict[int, int] = {}
    nearest: dict[int, int] = {}
    for position in range(len(parts) - 2, 0, -2):
        length = len(parts[position])
        if length in nearest:
            closings[position] = nearest[length]
        nearest[length] = position
    return closings


def _paragraph(block: Block) -> str:
    return "\n".join(escaped_line(line.text.strip()) for line in block)


def _heading(block: Block) -> str:
    return "#### " + escaped(block[0].text.strip()[:-1].rstrip()).replace("#", "\\#")


def _term_item(block: Block) -> str:
    term, _colon, text = block[0].text.strip().partition(":")
    first = f"- **{escaped(term.rstrip())}:** {escaped(text.strip())}"
    return "\n".join([first, *("  " + escaped_line(line.text.strip()) for line in block[1:])])


def _rule(block: Block) -> str:
    return block[0].text.strip()


def _code(block: Block) -> str:
    """A fence that stood within a list, four blanks in or more, would be no fence alone."""
    fence = block[0].text
    indent = len(fence) - len(fence.lstrip(" \t"))
    is_far_in = len(fence[:indent].expandtabs(4)) >= FAR_IN
    return "\n".join(outdented(line.text, indent) if is_far_in else line.text for line in block)


def outdented(text: str, most: int) -> str:
    """Without `most` of the blanks it begins with, if it has so many."""
    blanks = len(text) - len(text.lstrip(" \t"))
    return text[min(blanks, most) :]


WRITERS: dict[Shape, Callable[[Block], str]] = {
    Shape.PARAGRAPH: _paragraph,
    Shape.HEADING: _heading,
    Shape.TERM: _term_item,
    Shape.RULE: _rule,
    Shape.CODE: _code,
}
