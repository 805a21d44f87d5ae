"""HTML of paragraphs, bold, italics and line breaks, as most cards have it: without a tree.

A tree takes 150 microseconds, however short the text. This gives what markdownify makes of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

TAG = re.compile(r"<(/?)(p|div|b|strong|i|em|br)>")
BLOCKS = {"p", "div"}
MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*"}
BREAK = "  \n"
# What the parser of the tree takes for blanks, and what the converter does.
ASCII_SPACES = " \n\t\f\r"
BLANKS = " \t\r\n"
AROUND_BREAKS = re.compile(r"[\t \r\n]*[\r\n][\t \r\n]*")
BLANK = re.compile(r"[\t ]+")
PARTS = re.compile(r"(\n*)((?:.*[^\n])?)(\n*)", re.DOTALL)


@dataclass(slots=True)
class Block:
    """A paragraph, or with no `name` what stands between them: texts with their marks."""

    name: str = ""
    pieces: list[tuple[str, str]] = field(default_factory=list)


def flat_markdown(html: str, *, escape: Callable[[str], str]) -> str | None:
    """Of HTML as nh3 leaves it. None if there is anything else in it, or one within another."""
    blocks = _blocks(html)
    if blocks is None:
        return None
    strings: list[str] = []
    for place, block in enumerate(blocks):
        if block.name:
            strings.append(_paragraph(block, escape))
        else:
            edges = (place > 0, place < len(blocks) - 1)
            strings += _strings(block.pieces, edges, escape)
    return _joined(strings).strip("\n")


def _blocks(html: str) -> list[Block] | None:
    text, *rest = TAG.split(html)
    blocks, mark = [Block()], ""
    for slash, name, behind in [
        ("", "", text),
        *zip(rest[::3], rest[1::3], rest[2::3], strict=True),
    ]:
        if "<" in behind:
            return None
        if name in BLOCKS:
            if mark or (blocks[-1].name and not slash):
                return None
            blocks.append(Block("" if slash else name))
        elif name == "br":
            if mark:
                return None
            blocks[-1].pieces.append((name, ""))
        elif name and slash:
            mark = ""
        elif name:
            if mark:
                return None
            mark = MARKS[name]
            blocks[-1].pieces.append((mark, ""))
        if behind and mark:
            blocks[-1].pieces[-1] = (mark, behind)
        elif behind:
            blocks[-1].pieces.append(("", behind))
    return [block for block in blocks if block.name or block.pieces]


def _paragraph(block: Block, escape: Callable[[str], str]) -> str:
    text = _joined(_strings(block.pieces, (True, True), escape))
    text = text.strip() if block.name == "div" else text.strip(BLANKS)
    return f"\n\n{text}\n\n" if text else ""


def _strings(
    pieces: list[tuple[str, str]], edges: tuple[bool, bool], escape: Callable[[str], str]
) -> Iterator[str]:
    """`edges`: whether blanks go at the beginning and at the end."""
    for place, (mark, html) in enumerate(pieces):
        if mark == "br":
            yield BREAK
            continue
        text = unescape(html)
        if text and not text.strip(ASCII_SPACES):
            text = "\n" if "\n" in text else " "
        if mark:
            yield _marked(_written(text, escape), mark)
            continue
        is_first, is_last = edges[0] and place == 0, edges[1] and place == len(pieces) - 1
        if not text.strip() and (is_first or is_last):
            continue
        text = _written(text, escape)
        text = text.lstrip(BLANKS) if is_first else text
        yield text.rstrip() if is_last else text


def _written(text: str, escape: Callable[[str], str]) -> str:
    return escape(BLANK.sub(" ", AROUND_BREAKS.sub("\n", text)))


def _marked(text: str, mark: str) -> str:
    inner = text.strip()
    if not inner:
        return ""
    return f"{' ' * text.startswith(' ')}{mark}{inner}{mark}{' ' * text.endswith(' ')}"


def _joined(strings: Iterable[str]) -> str:
    """At most one blank line where two of them meet."""
    joined = [""]
    for string in filter(None, strings):
        found = PARTS.fullmatch(string)
        before, text, behind = found.groups() if found else ("", string, "")
        if joined[-1] and before:
            before = "\n" * min(2, max(len(joined.pop()), len(before)))
        joined += [before, text, behind]
    return "".join(joined)
