"""Words as the search compares them: folded, stemmed, and how far two spellings lie apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from os.path import commonprefix

WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
HYPHEN = re.compile("[-\u2010\u2011]")
COMPOUND = re.compile(rf"{WORD.pattern}(?:{HYPHEN.pattern}{WORD.pattern})*")
LONGEST_WORD = 40
SHORTEST_PREFIX = 2
# They stand in nearly every question, so they tell none from another.
STOP_WORDS = frozenset(
    "a an and are as at be between by do does for from how i if in into is it its of on or than that"
    " the their they this to was we what when where which who why with you your".split()
)
# The parts of a question, best first. In the index each word carries the number of its best part.
PROMPT, TAGS, KEY_POINTS, ANSWER = PARTS = (1, 2, 3, 4)
# On PostgreSQL, beginnings of the prompt's words: see the migration 0008.
BEGINNING, LONGEST_BEGINNING = 5, 11


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of the words, each in the part `deepest` or a better one, and one mark of each group.

    The first `whole` words are meant as they are; of the others, longer ones that begin so as well.
    """

    words: tuple[str, ...]
    deepest: int = ANSWER
    whole: int = 0
    marks: tuple[tuple[str, ...], ...] = ()

    @property
    def for_sqlite(self) -> str:
        def tokens(word: str, *, is_open: bool) -> list[str]:
            forms = [f'{stem(word)}"'] if not is_open or stem(word) != word else []
            forms += [f'{word}"*'] if is_open else []
            return [f'"{part}{form}' for part in PARTS[: self.deepest] for form in forms]

        return self._written(tokens, quoted='"{}"', either=" OR ", all_of=" AND ")

    @property
    def for_postgresql(self) -> str:
        """There each word is in all deeper parts too, and beginnings in the prompt are words."""

        def tokens(word: str, *, is_open: bool) -> list[str]:
            forms = [f"'{self.deepest}{stem(word)}'"] if not is_open or stem(word) != word else []
            if is_open and self.deepest == PROMPT and len(word) <= LONGEST_BEGINNING:
                return [*forms, f"'{BEGINNING}{word}'"]
            return [*forms, f"'{self.deepest}{word}':*"] if is_open else forms

        return self._written(tokens, quoted="'{}'", either=" | ", all_of=" & ")

    def _written(
        self, tokens: Callable[..., list[str]], *, quoted: str, either: str, all_of: str
    ) -> str:
        """Words are letters and digits only, so nothing in them can be taken for an operator.

        The singular stands beside each plural, so it finds both.
        """
        groups = [[quoted.format(mark) for mark in group] for group in self.marks]
        groups += [
            tokens(word, is_open=is_prefix(word) and place >= self.whole)
            for place, word in enumerate(self.words)
        ]
        return all_of.join([f"({either.join(group)})" for group in groups])


def fold(text: str) -> str:
    """Without case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold()
    accents = {ord(char): None for char in set(plain) if unicodedata.combining(char)}
    return plain.translate(accents) if accents else plain


def words_of(text: str) -> list[str]:
    """In their order, without those that say nothing. C++ and C# are words of their own."""
    folded = fold(text)
    words = WORD.findall(folded)
    if "#" in folded or "++" in folded:
        words = [_named(word) for word in words]
    return [word[:LONGEST_WORD] for word in words if word not in STOP_WORDS]


def words_in(text: str) -> list[str]:
    """The same of a text to be found; compounds are written together too: multi-stage, multistage."""
    hyphened = [piece for piece in fold(HYPHEN.sub("-", text)).split() if "-" in piece]
    compounds = [
        together(compound)
        for piece in dict.fromkeys(hyphened)
        for compound in COMPOUND.findall(piece)
        if "-" in compound
    ]
    return words_of(text) + compounds


def together(compound: str) -> str:
    return as_word(HYPHEN.sub("", compound))


def as_word(text: str) -> str:
    return _named(fold(text))[:LONGEST_WORD]


def _named(word: str) -> str:
    """Letters and digits only."""
    return word.replace("++", "pp").replace("#", "sharp")


def stem(word: str) -> str:
    """The singular of a plain English plural; other words as they are."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("sses", "xes", "shes")) else word[:-1]


def marks_of(
    *names: str, topic: int | None, owner: int | None, above: Iterable[int] = ()
) -> list[str]:
    """What narrows a search, as words that no text has: `0mid`, `0open`, `0topic5`, `0own7`.

    A question is in the topics `above` its own as well.
    """
    marks = [f"0{name}" for name in names if name]
    marks += [f"0topic{topic}"] if topic else []
    marks += [f"0own{owner}"] if owner else []
    return [*marks, *(f"0topic{each}" for each in above)]


def indexed(parts: Sequence[str], marks: Iterable[str] = ()) -> str:
    """The text of each part, best first, as the words to look up: `1volume 2storage 4host`."""
    return indexed_words([words_in(text) for text in parts], marks)


def indexed_words(parts: Sequence[Iterable[str]], marks: Iterable[str] = ()) -> str:
    """The same of words that were taken out of their texts already.

    A word stands once, in its best part; but the prompt's keep their order, so that
    neighbours can be told.
    """
    prompt, *others = parts
    found = [*prompt, *(stem(word) for word in prompt if stem(word) != word)]
    known = set(found)
    tokens = [f"{PROMPT}{word}" for word in found]
    for part, words in zip(PARTS[1:], others, strict=True):
        for word in dict.fromkeys(words):
            for form in (word, stem(word)):
                if form not in known:
                    known.add(form)
                    tokens.append(f"{part}{form}")
    return " ".join([*tokens, *marks])


def spellings_in(texts: Iterable[str]) -> set[str]:
    """The words a misspelt one may be meant to be."""
    return spellings_among(word for text in texts for word in words_in(text))


def spellings_among(words: Iterable[str]) -> set[str]:
    return {word for word in set(words) if tolerance(word)}


def tolerance(word: str) -> int:
    """How many letters may be wrong. Short words and numbers are too close to one another."""
    if len(word) < 4 or any(char.isdigit() for char in word):
        return 0
    return 1 if len(word) < 8 else 2


def trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def nearest(word: str, candidates: Iterable[str]) -> list[str]:
    """Those that lie as near as any, within the word's tolerance. Itself never counts."""
    least = tolerance(word)
    found: dict[str, int] = {}
    for other in candidates:
        if other != word:
            found[other] = apart = distance(word, other, most=least)
            least = min(least, apart)
    return sorted(other for other, apart in found.items() if apart == least)


def distance(one: str, other: str, *, most: int = 2 * LONGEST_WORD) -> int:
    """Letters to put in, take out, change or swap with the next (optimal string alignment).

    Beyond `most` it is not told how much more.
    """
    alike = len(commonprefix((one, other)))
    one, other = one[alike:], other[alike:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, above, row = row, before, [place]
        for column, theirs in enumerate(other, 1):
            cost = min(
                before[column] + 1, row[column - 1] + 1, before[column - 1] + (letter != theirs)
            )
            is_swap = (
                place > 1 < column and letter == other[column - 2] and one[place - 2] == theirs
            )
            row.append(min(cost, above[column - 2] + 1) if is_swap else cost)
        if min(row) > most <= min(before):
            return most + 1
    return row[-1]


def marked(text: str, words: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether a searched word is found there."""
    end = 0
    for match in _found(text, words):
        if match.start() > end:
            yield text[end : match.start()], False
        yield match[0], True
        end = match.end()
    if end < len(text):
        yield text[end:], False


def _found(text: str, words: Sequence[str]) -> Iterator[re.Match[str]]:
    for compound in COMPOUND.finditer(text):
        if says(together(compound[0]), words):
            yield compound
        else:
            parts = WORD.finditer(text, *compound.span())
            yield from (part for part in parts if says(as_word(part[0]), words))


def says(word: str, searched: Iterable[str]) -> bool:
    """As the index finds it: the word itself, its plural or singular, or its beginning."""
    return any(
        stem(other) in (word, stem(word)) or (is_prefix(other) and word.startswith(other))
        for other in searched
    )


def is_prefix(word: str) -> bool:
    """Whether longer words that begin so are meant too."""
    return len(word) >= SHORTEST_PREFIX
