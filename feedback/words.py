"""Words of a text with their places, and the pieces BERT's vocabulary cuts them into."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from feedback.findings import Span

CLASSIFY, SEPARATE, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
LONGEST_KEPT = 400  # characters of a text whose words are remembered
PLAIN = re.compile(r"[ -~\n\r\t]*")
PLAIN_WORD = re.compile(r"[A-Za-z0-9]+|[!-/:-@\[-`{-~]")
MOST_CHARACTERS = 100  # a longer word is unknown, as in BERT


@dataclass(frozen=True)
class Word:
    """`text` is lower-cased and without accents. `is_mark`: punctuation or a symbol."""

    text: str
    span: Span
    is_mark: bool = False


@cache
def vocabulary() -> dict[str, int]:
    file = resources.files("feedback") / "vocabulary" / "bert-uncased.txt"
    lines = file.read_text(encoding="utf-8").split("\n")
    return {line: at for at, line in enumerate(lines) if line}


def words_of(text: str) -> Sequence[Word]:
    """As BERT cuts before it looks words up: at spaces, at punctuation, at each Chinese character."""
    return _kept_words(text) if len(text) <= LONGEST_KEPT else _words_of(text)


@lru_cache(maxsize=500)
def _kept_words(text: str) -> tuple[Word, ...]:
    """A sentence is asked for its words by all that judges it."""
    return tuple(_words_of(text))


def _words_of(text: str) -> list[Word]:
    if PLAIN.fullmatch(text):
        return [
            Word(found[0].lower(), Span(*found.span()), is_mark=not found[0].isalnum())
            for found in PLAIN_WORD.finditer(text)
        ]
    found: list[Word] = []
    letters: list[str] = []
    start = end = 0

    def close() -> None:
        if letters:
            found.append(Word("".join(letters), Span(start, end)))
            letters.clear()

    for at, character in enumerate(text):
        if is_control(character):
            continue
        if character.isspace():
            close()
            continue
        for plain in plainly(character):
            if is_punctuation(plain) or is_chinese(plain):
                close()
                found.append(Word(plain, Span(at, at + 1), is_punctuation(plain)))
                continue
            if not letters:
                start = at
            letters.append(plain)
            end = at + 1
    close()
    return found


@cache
def plainly(character: str) -> str:
    """In lower case and without accents: none, one or several characters."""
    if character.isascii():
        return character.lower()
    decomposed = unicodedata.normalize("NFD", character)
    return "".join(plain.lower() for plain in decomposed if unicodedata.category(plain) != "Mn")


def is_control(character: str) -> bool:
    if character in "\t\n\r":
        return False
    if character in "\0\ufffd":
        return True
    return (
        not character.isascii()
        and unicodedata.category(character) in {"Cc", "Cf"}
        or (character < " " or character == "\x7f")
    )


def is_punctuation(character: str) -> bool:
    if character.isascii():
        return not character.isalnum() and not character.isspace()
    return unicodedata.category(character).startswith("P")


CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


def is_chinese(character: str) -> bool:
    return not character.isascii() and any(
        first <= ord(character) <= last for first, last in CHINESE
    )


@cache
def special(name: str) -> int:
    return vocabulary()[name]


def pieces_of(word: str) -> list[int]:
    """The longest pieces from the left that the vocabulary has, or the unknown piece alone."""
    known = vocabulary()
    if len(word) > MOST_CHARACTERS:
        return [special(UNKNOWN)]
    pieces: list[int] = []
    start = 0
    while start < len(word):
        found = longest_piece(word, start, known)
        if not found:
            return [special(UNKNOWN)]
        end, piece = found
        pieces.append(piece)
        start = end
    return pieces


def longest_piece(word: str, start: int, known: dict[str, int]) -> tuple[int, int] | None:
    prefix = "##" if start else ""
    for end in range(len(word), start, -1):
        if (piece := known.get(prefix + word[start:end])) is not None:
            return end, piece
    return None


def token_ids(text: str) -> Iterator[int]:
    """What the reference tokenizer gives for the text, without a limit."""
    yield special(CLASSIFY)
    for word in words_of(text):
        yield from pieces_of(word.text)
    yield special(SEPARATE)
