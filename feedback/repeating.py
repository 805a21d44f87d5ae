"""Whether a sentence says a key point again in nearly the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from feedback.clauses import Word
from feedback.sides import Claim

LEAST_WORDS = 3  # that tell something: fewer may stand in a sentence that says another thing
MOST_WORDS = 60
VERBATIM = 0.8  # of the key point's words, in their order


@dataclass(frozen=True)
class Spoken:
    """A word where it stands. `denials`: how many negations govern it."""

    word: Word
    claim: Claim
    denials: int

    @property
    def meaning(self) -> tuple[str, int, str]:
        return self.word.concept, self.word.sign, self.word.value


def says_again(points: Sequence[Claim], said: Sequence[Claim]) -> bool:
    """Nearly all the words in their order, each as often denied, and said of the same side."""
    meant, found = spoken(points), spoken(said)
    if not LEAST_WORDS <= len(meant) <= MOST_WORDS or len(found) > MOST_WORDS:
        return False
    pairs = in_order(meant, found)
    if len(pairs) < VERBATIM * len(meant):
        return False
    kept = {id(one) for one, _ in pairs}
    if any(is_telling(each, found) for each in meant if id(each) not in kept):
        return False
    return all(one.denials == other.denials and are_of_one_side(one, other) for one, other in pairs)


def spoken(claims: Sequence[Claim]) -> list[Spoken]:
    return [
        Spoken(word, claim, sum(start <= at < end for start, end in claim.clause.negations))
        for claim in claims
        for at, word in enumerate(claim.clause.words)
    ]


def in_order(meant: Sequence[Spoken], found: Sequence[Spoken]) -> list[tuple[Spoken, Spoken]]:
    matcher = SequenceMatcher(
        None, [each.meaning for each in meant], [each.meaning for each in found], autojunk=False
    )
    return [
        (meant[block.a + at], found[block.b + at])
        for block in matcher.get_matching_blocks()
        for at in range(block.size)
    ]


def is_telling(left_out: Spoken, found: Sequence[Spoken]) -> bool:
    """A number, or a quality of which the sentence names another end."""
    word = left_out.word
    return bool(word.value) or any(
        word.concept == each.word.concept and word.sign != each.word.sign for each in found
    )


def are_of_one_side(one: Spoken, other: Spoken) -> bool:
    return one.claim.side == other.claim.side
