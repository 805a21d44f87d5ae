"""The two things that a question or a key point compares, and which of them a clause is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from feedback import wording
from feedback.clauses import (
    DETERMINERS,
    LIGHT_WORDS,
    PLACES,
    Clause,
    Word,
    clauses_of,
    stem_of,
    stems_of,
    tokens_of,
)

ARTICLES = r"(?:the |a |an |using |use of )*"
COMPARISONS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\bdifferen(?:ce|ces|tiate)\b.*?\bbetween (?P<one>.+?) and (?P<other>.+)",
        r"\b(?:distinguish|compare|contrast|distinction)\b(?: between)? (?P<one>.+?) (?:and|with|from|to) (?P<other>.+)",
        r"\bhow (?:is|are|do|does) (?P<one>.+?) and (?P<other>.+?) (?:differ|different)\b",
        r"\bhow (?:is|are|do|does) (?P<one>.+?) (?:different|differs?)(?: from| to| than)? (?P<other>.+)",
        r"^\W*what (?:is|are|do|does) (?:an? |the )?(?P<one>[\w-]+) and (?P<other>[^?.,]+)",
        r"\b(?P<one>[\w-]+(?: [\w-]+)?) (?:vs\.?|versus|or|over|instead of|rather than) (?P<other>.+)",
    )
)
CONTRAST = re.compile(r"; *|,? (?:while|whereas) |, (?:but|and only) ")
END_OF_THING = re.compile(
    r"[?.,;:]| of | in an? | in the | in [A-Z]|\b(?:when|for|with|on|do|does|is|are|stand)\b"
)


@dataclass(frozen=True)
class Sides:
    """The two things compared, each by the stems that name it."""

    one: frozenset[str]
    other: frozenset[str]

    def first_named(self, clause: Clause) -> frozenset[str] | None:
        """The subject's side; what only stands after a preposition counts where nothing else does."""
        dependent: set[frozenset[str]] = set()
        leads = ""
        for word in clause.words:
            side = self._of(word)
            leads = word.leads or (leads if side else "")
            if side and not leads:
                return side
            if side and leads != "than":
                dependent.add(side)
        return dependent.pop() if len(dependent) == 1 else None

    def _of(self, word: Word) -> frozenset[str] | None:
        if word.is_relation:
            return None
        return next(
            (side for side in (self.one, self.other) if not side.isdisjoint(names_of(word))), None
        )

    @property
    def names(self) -> frozenset[str]:
        return self.one | self.other


@dataclass(frozen=True)
class Claim:
    clause: Clause
    side: frozenset[str] | None


def sides_in(question: str, *, used: Sequence[str]) -> Sides | None:
    """The two things a question compares."""
    for pattern in COMPARISONS:
        found = pattern.search(question[:300])
        if found:
            one, other = naming(found["one"]), naming(END_OF_THING.split(found["other"])[0])
            return sides_of(one, without_common_noun(one, other, used=used))
    return None


def without_common_noun(one: list[str], other: list[str], *, used: Sequence[str]) -> list[str]:
    """ "a clustered and a non-clustered index" compares two indexes: "index" tells neither apart."""
    if len(one) == 1 and len(other) > 1:
        pair = [stem_of(one[0]), stem_of(other[-1])]
        for text in used:
            stems = [stem_of(piece) for piece in tokens_of(text)]
            if pair in map(list, zip(stems, stems[1:], strict=False)):
                return other[:-1]
    return other


def naming(thing: str) -> list[str]:
    thing = re.sub(f"^{ARTICLES}", "", thing.strip(), flags=re.I)
    return [piece for piece in tokens_of(thing) if piece not in LIGHT_WORDS]


def sides_of(one: list[str], other: list[str]) -> Sides | None:
    """What both names share, as in "hard link" and "symbolic link", tells neither apart."""
    common = set(map(stem_of, one)) & set(map(stem_of, other))
    names = [frozenset(map(stem_of, thing)) - common | initials(thing) for thing in (one, other)]
    if not all(names) or max(map(len, names)) > 5:
        return None
    return Sides(one=names[0], other=names[1])


def initials(thing: list[str]) -> frozenset[str]:
    short = "".join(piece[0] for piece in thing)
    return frozenset({short, f"{short}s"} if len(short) > 1 else ())


def compared_in(key_point: str) -> Sides | None:
    """ "Ice is less dense than water": the subject, and what follows "than"."""
    tokens = tokens_of(key_point)
    if "than" not in tokens or tokens[0] in wording.OPENERS | wording.SHORT_OPENERS:
        return None
    place = tokens.index("than")
    one = [piece for piece in tokens[:place] if piece not in LIGHT_WORDS][:1]
    other = [piece for piece in tokens[place + 1 :] if piece not in DETERMINERS][:1]
    return sides_of(one, other) if one and other and other[0] not in LIGHT_WORDS else None


def contrasted_in(key_point: str) -> Sides | None:
    """ "A hub sends to all; a switch to one": what each of the two statements begins with."""
    statements = CONTRAST.split(key_point)
    if len(statements) != 2:
        return None
    firsts = [naming(statement)[:1] for statement in statements]
    if not all(firsts) or any(stem_of(first[0]) in PLACES for first in firsts):
        return None
    return sides_of(*firsts)


def names_of(word: Word) -> frozenset[str]:
    return frozenset({word.stem, stem_of(word.text)})


def claims_of(text: str, *, other: str, sides: Sides | None) -> list[Claim]:
    names = sides.names if sides else frozenset()
    claims: list[Claim] = []
    side = None
    for clause in clauses_of(text, known=stems_of(other), kept_together=names):
        side = (sides.first_named(clause) if sides else None) or side
        claims.append(Claim(clause=clause, side=side))
    return claims
