"""Where the sentences of a typed answer are: prose, lists, lines of code, or no full stops at all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedback.findings import Span

LONG_LINE = 60  # characters: a line this long was wrapped, a shorter one was ended
LONG_SENTENCE = 40  # words: a longer one is read in parts
PART = 20  # words that such a part has at least

FENCE = re.compile(r"\s{0,3}(```|~~~)")
ITEM = re.compile(r"\s*(?:[-*+•‣◦–—>#|]+|\(?\d{1,3}[.)])(?=\s|$)")
CODE = re.compile(r"(`+)[^`\n]+\1")
END = re.compile(r"""[.!?…]+["')\]»”’*_`]*(?=\s)|[。！？｡]+|;(?=\s)""")
WORD = re.compile(r"\S+")
CONJUNCTIONS = frozenset(
    [
        "and",
        "but",
        "so",
        "because",
        "while",
        "whereas",
        "then",
        "which",
        "or",
        "when",
        "if",
        "also",
        "however",
    ]
)

# A full stop after one of these never ends a sentence ...
NEVER_LAST = frozenset(
    [
        "e.g",
        "i.e",
        "eg",
        "ie",
        "vs",
        "cf",
        "approx",
        "incl",
        "esp",
        "resp",
        "mr",
        "mrs",
        "dr",
        "prof",
    ]
)
# ... and after one of these only when the next word has a capital.
SELDOM_LAST = frozenset(
    ["etc", "al", "fig", "no", "nr", "sec", "min", "max", "p", "pp", "vol", "ed", "st", "ca"]
)


def sentences_of(text: str) -> list[Span]:
    """In order, without overlap. Every letter lies in one, except beside a code fence."""
    return [
        part
        for block in blocks(text)
        for sentence in ended(text, block)
        for part in parts(text, sentence)
    ]


def blocks(text: str) -> Iterator[Span]:
    """Paragraphs, items of a list, lines of code: what a sentence never reaches beyond."""
    is_code, block, at = False, Span(0, 0), 0
    for line in text.splitlines(keepends=True):
        span = Span(at, at + len(line.rstrip()))
        at += len(line)
        is_fence = bool(FENCE.match(line))
        if is_fence or is_code or not continues(text, block, line):
            yield block
            block = Span(span.start, span.start) if is_fence else after_marker(text, span)
        else:
            block = Span(block.start, span.end)
        is_code ^= is_fence
    yield block


def continues(text: str, block: Span, line: str) -> bool:
    """Whether a line goes on with the paragraph: the line before was wrapped rather than ended."""
    before = block.of(text).rpartition("\n")[2]
    return len(before) >= LONG_LINE and line.lstrip()[:1].islower() and not ITEM.match(line)


def after_marker(text: str, line: Span) -> Span:
    marker = ITEM.match(text, line.start, line.end)
    return Span(marker.end() if marker else line.start, line.end)


def ended(text: str, block: Span) -> Iterator[Span]:
    """The block cut after each full stop, question mark, exclamation mark and semicolon."""
    code = [Span(*found.span()) for found in CODE.finditer(text, block.start, block.end)]
    start = block.start
    for found in END.finditer(text, block.start, block.end):
        if any(inside.start < found.start() < inside.end - 1 for inside in code):
            continue
        if found.group() == "." and is_abbreviation(text, Span(start, found.start()), block.end):
            continue
        yield from trimmed(text, Span(start, found.end()))
        start = found.end()
    yield from trimmed(text, Span(start, block.end))


def is_abbreviation(text: str, before: Span, end: int) -> bool:
    word = before.of(text).split()[-1:] or [""]
    plain = word[0].lstrip("([\"'").lower()
    if plain in NEVER_LAST:
        return True
    following = text[before.end + 1 : end].lstrip()[:1]
    return plain in SELDOM_LAST and (following.islower() or following.isdigit())


def parts(text: str, sentence: Span) -> Iterator[Span]:
    """A sentence without end, cut before a conjunction or after a comma where it can be."""
    words = list(WORD.finditer(text, sentence.start, sentence.end))
    first = 0
    while len(words) - first > LONG_SENTENCE:
        cut = next(
            (at for at in range(first + PART, first + LONG_SENTENCE) if is_joint(words, at)),
            first + PART,
        )
        yield Span(words[first].start(), words[cut - 1].end())
        first = cut
    if words:
        yield Span(words[first].start(), sentence.end)


def is_joint(words: list[re.Match[str]], at: int) -> bool:
    return words[at].group().lower() in CONJUNCTIONS or words[at - 1].group()[-1] in ",:)"


def trimmed(text: str, span: Span) -> Iterator[Span]:
    """Nothing when the span holds no word at all."""
    inside = span.of(text)
    if any(character.isalnum() for character in inside):
        start = span.start + len(inside) - len(inside.lstrip())
        yield Span(start, span.start + len(inside.rstrip()))
