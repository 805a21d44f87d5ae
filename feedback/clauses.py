"""A sentence read for what it claims: its clauses, what they negate, and which side they are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock

import snowballstemmer

from feedback import opposites, wording

# A sentence has a handful of clauses; what is no sentence must not cost its length squared.
MOST_CLAUSES = 40
MOST_TOKENS = 60  # of one clause
MOST_NEGATIONS = 4  # of one clause
LONGEST_WORD = 40
LONGEST_KEPT = 400  # characters of a text whose tokens are remembered
CONDITION_WORDS = 2  # that tell something, between "if" and the "not" that belongs to it

_stemmer = snowballstemmer.stemmer("english")
_stemming = Lock()  # the stemmer keeps the word it works on


@lru_cache(maxsize=8192)
def stem_of(word: str) -> str:
    with _stemming:
        return str(_stemmer.stemWord(word))


def _rows(table: str) -> Iterator[list[str]]:
    return (line.split() for line in table.strip().splitlines())


def _scales(table: str, *, mark: str) -> dict[str, tuple[str, int]]:
    places: dict[str, tuple[str, int]] = {}
    for line in table.strip().splitlines():
        one_end, other_end = (end.split() for end in line.split("|"))
        for words, sign in ((one_end, 1), (other_end, -1)):
            for word in words:
                places.setdefault(stem_of(word), (f"{mark}{one_end[0]}", sign))
    return places


LIGHT_WORDS = frozenset(wording.LIGHT_WORDS.split())
NOT_PREFIXED = frozenset(wording.NOT_PREFIXED.split())
COUNTERPART, SCALE = "&", "|"
WHICH = "which"  # instead of a noun: the word only tells which thing is meant
IRREGULAR = {row[0]: row[1] for row in _rows(wording.IRREGULAR)}
PLACES = _scales(opposites.COUNTERPARTS, mark=COUNTERPART) | _scales(opposites.SCALES, mark=SCALE)
SYNONYMS = {stem_of(word): stem_of(row[0]) for row in _rows(opposites.SYNONYMS) for word in row}
CLOSED = {stem_of(word): row[0] for row in _rows(opposites.CLOSED_SETS) for word in row}
TABLES = (PLACES, SYNONYMS, CLOSED)
REWRITES = tuple((re.compile(found, re.I), put) for found, put in wording.REWRITES)
TOKEN = re.compile(r"==|[^\W_]+(?:[-'./_][^\W_]+)*|[,;:.()!?]")
DETERMINERS = frozenset({"a", "an", "the", "each", "every", "its", "their", "this", "that"})
NUMBER = re.compile(r"\d+(?:\.\d+)*")
LETTERED = re.compile(r"\b([A-Za-z]{3,}) ([A-HJ-Z])\b(?!['\u2019.-])")  # "plastic B"
NUMBERED = re.compile(r"([a-z]{2,})-?\d+")


@dataclass(frozen=True)
class Word:
    """`concept`: what it is about. `sign`: which end of it. `value`: its number, if it is one."""

    text: str
    stem: str
    concept: str
    sign: int = 1
    value: str = ""
    slot: str = ""  # the closed set it is a member of
    is_relation: bool = False
    leads: str = ""  # the preposition right before it
    modifies: str = ""  # the concept of the noun after it: "the same name"


@dataclass(frozen=True)
class Clause:
    """`negations`: the stretches of `words` that a negation governs, as start and end."""

    words: tuple[Word, ...]
    negations: tuple[tuple[int, int], ...] = ()
    opens_negated: bool = False  # "Without an index ..."
    is_passive: bool = False
    is_conditional: bool = False  # "if it is not ...", "unless it is ..."

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(word.concept for word in self.words)


@dataclass
class _Draft:
    words: list[Word] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    conditions: list[int] = field(default_factory=list)  # where a condition is denied
    relatives: list[int] = field(default_factory=list)  # where what tells which is denied
    relation: tuple[str, int] | None = None


def rewritten(text: str) -> str:
    text = LETTERED.sub(r"\1 letter-\2", text.strip())
    for pattern, put in REWRITES:
        text = pattern.sub(put, text)
    return text.lower()


def tokens_of(text: str) -> list[str]:
    """Remembered, as the same few sentences and key points are compared again and again."""
    return list(_kept_tokens(text) if len(text) <= LONGEST_KEPT else _tokens_of(text))


@lru_cache(maxsize=1_000)
def _kept_tokens(text: str) -> tuple[str, ...]:
    return tuple(_tokens_of(text))


def _tokens_of(text: str) -> Iterator[str]:
    pieces = (piece[:LONGEST_WORD] for piece in TOKEN.findall(rewritten(text)))
    return (part for piece in pieces for part in _parts(piece) if part)


def _parts(piece: str) -> list[str]:
    """A hyphenated word stays whole where the tables know it, or where it begins with non-."""
    if (
        "-" not in piece
        or piece.startswith(("non-", "letter-"))
        or _is_known(piece)
        or NUMBERED.fullmatch(piece)
    ):
        return [piece]
    return piece.split("-")


def _is_known(piece: str) -> bool:
    stem = stem_of(piece)
    is_number = all(part in wording.NUMBER_WORDS for part in piece.split("-"))
    return is_number or piece in LIGHT_WORDS or any(stem in table for table in TABLES)


def word_of(piece: str, *, known: frozenset[str] = frozenset()) -> Word:
    """`known`: stems of the text it is compared with, by which endings are understood."""
    lemma = IRREGULAR.get(piece, piece)
    stem = stem_of(lemma)
    if stem in PLACES:
        concept, sign = PLACES[stem]
        return Word(piece, stem, concept, sign)
    if piece.startswith("letter-"):
        return Word(piece, piece, piece, value=piece, slot="letter")
    if stem in CLOSED or (numbered := NUMBERED.fullmatch(piece)):
        slot = CLOSED[stem] if stem in CLOSED else numbered[1]  # type: ignore[index]
        return Word(piece, stem, stem, value=stem, slot=slot)
    return _without_affix(piece, lemma=lemma, known=known) or Word(
        piece, stem, SYNONYMS.get(stem, stem)
    )


def _without_affix(piece: str, *, lemma: str, known: frozenset[str]) -> Word | None:
    for prefix in wording.NEGATIVE_PREFIXES:
        base = lemma.removeprefix(prefix).lstrip("-")
        if lemma.startswith(prefix) and len(base) > 3 and lemma not in NOT_PREFIXED:
            inner = word_of(base, known=known)
            return replace(inner, text=piece, stem=stem_of(piece), sign=-inner.sign)
    for suffix, sign in (("less", -1), ("ful", 1)):
        if lemma.endswith(suffix) and len(lemma) - len(suffix) > 3:
            inner = word_of(lemma.removesuffix(suffix), known=known)
            return replace(inner, text=piece, stem=stem_of(piece), sign=sign * inner.sign)
    if lemma.endswith("able") and (stem := stem_of(lemma.removesuffix("able"))) in known:
        return Word(piece, stem, SYNONYMS.get(stem, stem))
    return None


def _compared(piece: str, *, known: frozenset[str]) -> str:
    """ "denser" is "more dense" where the other text knows "dense"."""
    if not piece.endswith("er") or len(piece) < 5 or stem_of(piece) in known:
        return ""
    for base in (piece[:-2], piece[:-1], f"{piece[:-3]}y", piece[:-3]):
        if stem_of(base) in known:
            return base
    return ""


def _number(tokens: list[str], index: int) -> str:
    piece = tokens[index]
    if NUMBER.fullmatch(piece):
        return piece.rstrip(".")
    if piece in wording.SEVERAL:
        return "several"
    if "-" not in piece and piece not in wording.NUMBER_WORDS:
        return ""
    value = sum(wording.NUMBER_WORDS.get(part, -1e9) for part in piece.split("-"))
    if value < 0 or _is_pronoun(tokens, index):
        return ""
    times = wording.MULTIPLIERS.get(tokens[index + 1], 1.0) if index + 1 < len(tokens) else 1.0
    return f"{value * times:g}"


def _is_pronoun(tokens: list[str], index: int) -> bool:
    """ "the dilute one", "one of them": no number."""
    if tokens[index] != "one":
        return False
    before = tokens[index - 1] if index else ""
    after = tokens[index + 1] if index + 1 < len(tokens) else ""
    if not after[:1].isalnum():
        return before not in {"at", "is", "to", "from", "of", "be", "by"}
    return after in LIGHT_WORDS


def clauses_of(
    text: str, *, known: Iterable[str] = (), kept_together: frozenset[str] = frozenset()
) -> list[Clause]:
    """`kept_together`: stems that "and" does not part, such as the two things compared."""
    stems = frozenset(known)
    found: list[Clause] = []
    for tokens in _stretches(tokens_of(text), kept_together=kept_together):
        clause = _clause(tokens, known=stems)
        if clause.words:
            found.append(clause)
        if len(found) == MOST_CLAUSES:
            break
    return found


def stems_of(text: str) -> frozenset[str]:
    return frozenset(stem_of(IRREGULAR.get(piece, piece)) for piece in tokens_of(text))


def _stretches(tokens: list[str], *, kept_together: frozenset[str]) -> Iterator[list[str]]:
    stretch: list[str] = []
    for index, piece in enumerate(tokens):
        if len(stretch) < MOST_TOKENS and not _parts_clauses(
            tokens, index, stretch=stretch, kept_together=kept_together
        ):
            stretch.append(piece)
            continue
        if stretch:
            yield stretch
        stretch = []
    if stretch:
        yield stretch


def _parts_clauses(
    tokens: list[str], index: int, *, stretch: list[str], kept_together: frozenset[str]
) -> bool:
    piece = tokens[index]
    if piece == ",":
        return not _is_opening(stretch)
    if not piece[0].isalnum():
        return piece != "=="
    if piece == "and":
        return "between" not in stretch[-4:] and not _joins(
            tokens, index, kept_together=kept_together
        )
    return piece in wording.SPLITTERS


def _is_opening(stretch: list[str]) -> bool:
    """ "When a gas is heated, ...": the comma parts nothing."""
    if not stretch:
        return False
    if stretch[0] in wording.OPENERS:
        return len(stretch) <= 7
    return stretch[0] in wording.SHORT_OPENERS and len(stretch) <= 4


def _joins(tokens: list[str], index: int, *, kept_together: frozenset[str]) -> bool:
    """ "A and B" of two things compared, or of two opposites, right beside the "and"."""
    after = [piece for piece in tokens[index + 1 : index + 3] if piece not in {"a", "an", "the"}]
    if not after or not index:
        return False
    one, other = stem_of(tokens[index - 1]), stem_of(after[0])
    if one in PLACES and other in PLACES and PLACES[one] == _turned(PLACES[other]):
        return True
    return {one, other} <= kept_together


def _turned(place: tuple[str, int]) -> tuple[str, int]:
    return place[0], -place[1]


def _clause(tokens: list[str], *, known: frozenset[str]) -> Clause:
    draft = _Draft(tokens=tokens)
    for index, piece in enumerate(tokens):
        _read(draft, index, piece=piece, known=known)
    _cancel(draft, opens_negated=tokens[0] in wording.NEGATIONS)
    size = len(draft.words)
    return Clause(
        words=tuple(draft.words),
        negations=tuple((start, size) for start in draft.starts[:MOST_NEGATIONS] if start < size),
        opens_negated=tokens[0] in wording.NEGATIONS,
        is_conditional=bool(draft.conditions),
        is_passive="by" in tokens or any(map(_is_passive, tokens, tokens[1:])),
    )


def _cancel(draft: _Draft, *, opens_negated: bool) -> None:
    """ "Without a key you cannot get in": two make none. "If it isn't open" is if it is closed,
    and "those that do not pass" only says which.
    """
    if opens_negated and len(draft.starts) > 1:
        del draft.starts[:2]
    if draft.conditions and not draft.starts:
        _change(draft, draft.conditions[0], lambda word: replace(word, sign=-word.sign))
    for place in draft.relatives:
        _change(draft, place, lambda word: replace(word, modifies=WHICH))


def _change(draft: _Draft, place: int, changed: Callable[[Word], Word]) -> None:
    if place < len(draft.words) and draft.words[place].concept.startswith(SCALE):
        draft.words[place] = changed(draft.words[place])


def _is_passive(auxiliary: str, participle: str) -> bool:
    if auxiliary not in {"is", "are", "was", "were", "be", "been", "being"}:
        return False
    return participle.endswith("ed") or participle in IRREGULAR


def _read(draft: _Draft, index: int, *, piece: str, known: frozenset[str]) -> None:
    if piece == "not-advised":
        draft.starts.append(0)
        return
    if piece in wording.NEGATIONS:
        is_softened = wording.SOFTENERS.intersection(draft.tokens[index + 1 : index + 6])
        if not is_softened:
            _denials(draft, index).append(_first_denied(draft, index))
        return
    if piece in wording.RELATIONS:
        draft.relation = wording.RELATIONS[piece]
    number = _number(draft.tokens, index)
    if number:
        draft.words.append(Word(piece, piece, f"#{number}", value=number))
    elif (
        piece[0] not in ",;:.()!?" and piece not in LIGHT_WORDS and piece not in wording.MULTIPLIERS
    ):
        noun = _modified(draft.tokens, index)
        modifies = word_of(noun, known=known).concept if noun else ""
        _add(draft, piece, known=known, leads=_leading(draft.tokens, index), modifies=modifies)


def _first_denied(draft: _Draft, index: int) -> int:
    """ "Keeps no state" does not keep state: the verb right before "no" is denied too."""
    has_verb = draft.words and draft.tokens[index] == "no" and index > 0
    if has_verb and draft.words[-1].text == draft.tokens[index - 1] and len(draft.words) > 1:
        return len(draft.words) - 1
    return len(draft.words)


def _denials(draft: _Draft, index: int) -> list[int]:
    if _is_in_relative(draft.tokens, index):
        return draft.relatives
    return draft.conditions if _is_in_condition(draft.tokens, index) else draft.starts


def _is_in_condition(tokens: list[str], index: int) -> bool:
    """ "If the new one does not start, ..." """
    content = 0
    for piece in reversed(tokens[:index]):
        if piece in wording.CONDITIONS:
            return True
        content += piece not in LIGHT_WORDS
        if content > CONDITION_WORDS or not piece[0].isalnum():
            break
    return False


def _is_in_relative(tokens: list[str], index: int) -> bool:
    """ "A step that has not changed is ...": it tells which step, and denies nothing."""
    before, after = tokens[:index], tokens[index + 2 :]
    place = next((at for at, piece in enumerate(before) if piece in wording.RELATIVES), 0)
    if not place or not wording.AUXILIARIES.isdisjoint(before[:place]):
        return False
    end = next((at for at, piece in enumerate(after) if piece in wording.CONDITIONS), len(after))
    return not wording.AUXILIARIES.isdisjoint(after[:end])


def _leading(tokens: list[str], index: int) -> str:
    before = [piece for piece in tokens[max(index - 3, 0) : index] if piece not in DETERMINERS]
    return before[-1] if before and before[-1] in wording.DEPENDING else ""


def _modified(tokens: list[str], index: int) -> str:
    """The noun after an adjective that follows a determiner."""
    after = tokens[index + 1] if index + 1 < len(tokens) else ""
    is_attribute = index > 0 and tokens[index - 1] in DETERMINERS
    if not is_attribute or stem_of(tokens[index]) not in PLACES or stem_of(after) in PLACES:
        return ""
    return after if after[:1].isalpha() and after not in LIGHT_WORDS else ""


def _add(
    draft: _Draft, piece: str, *, known: frozenset[str], leads: str, modifies: str = ""
) -> None:
    base = _compared(piece, known=known)
    word = replace(word_of(base or piece, known=known), leads=leads, modifies=modifies)
    if base:
        draft.words.append(Word(piece, "more", "|more"))
    draft.words.append(word)
    if draft.relation and word.concept != "|more":
        kind, sign = draft.relation
        draft.relation = None
        draft.words.append(
            Word(piece, word.stem, f"{kind} {word.stem}", sign=sign, is_relation=True)
        )
