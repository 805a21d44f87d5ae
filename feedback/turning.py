"""What turns a clause round: another end of a scale, another number, or a negation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback import wording
from feedback.clauses import COUNTERPART, Clause, Word
from feedback.sides import Sides, names_of

LIGHT = 0.25  # the weight of what the question says itself


@dataclass(frozen=True)
class Frame:
    """`light`: concepts that tell little, being the question's or the subject.
    `values`: numbers and members of closed sets that the sentence asserts.
    """

    sides: Sides | None
    light: frozenset[str]
    values: frozenset[str]

    def predicate(self, clause: Clause) -> frozenset[str]:
        """What the clause says of its side."""
        return frozenset(
            f"[{word.slot}]" if word.slot else "#" if word.value else word.concept
            for word in clause.words
            if not word.is_relation and not self.names(word)
        )

    def names(self, word: Word) -> bool:
        return self.sides is not None and not self.sides.names.isdisjoint(names_of(word))

    def weight(self, concepts: frozenset[str]) -> float:
        return sum(LIGHT if concept in self.light else 1.0 for concept in concepts)


def turned_scales(point: Clause, said: Clause, *, frame: Frame, is_same: bool) -> Iterator[str]:
    """ "faster" for "slower", "unchanged" for "changed", "from the heart" for "to the heart"."""
    meant = signs_of(point, frame=frame, beside=said)
    found = signs_of(said, frame=frame, beside=point)
    turned = {concept for concept in meant if are_turned(meant[concept], found.get(concept))}
    ways = {concept for concept in turned if concept.startswith("way ")}
    scales = {
        concept for concept in turned - ways if is_same or not concept.startswith(COUNTERPART)
    }
    yield from ("opposite" for _ in scales)
    if ways and not scales:  # "absorbs from" for "releases to" turns round once
        yield "opposite"


def signs_of(clause: Clause, *, frame: Frame, beside: Clause) -> dict[str, Counter[int]]:
    """ "The same name" tells of the name: nothing where the clause beside has no name."""
    signs: dict[str, Counter[int]] = {}
    for word in clause.words:
        is_of_another = word.modifies and word.modifies not in beside.concepts
        if not frame.names(word) and not is_of_another:
            signs.setdefault(word.concept, Counter())[word.sign] += 1
    return signs


def are_turned(meant: Counter[int], found: Counter[int] | None) -> bool:
    """Equal signs cancel; what is left on both must differ."""
    if found is None:
        return False
    left, right = set(meant - found), set(found - meant)
    return bool(left and right) and left != right


def other_members(point: Clause, said: Clause, *, frame: Frame) -> Iterator[str]:
    """Another number, or another member of a closed set, in the same place."""
    for index, word in enumerate(point.words):
        if not word.value or word.value in frame.values or frame.names(word):
            continue
        if any(
            are_unlike(rival.value, word.value) and in_same_place(point, index, said, place)
            for place, rival in enumerate(said.words)
            if rival.value and not is_denied(said, place)
        ):
            yield "number"


def are_unlike(one: str, other: str) -> bool:
    """ "Many" is unlike none and one, and like any other number."""
    if "several" in (one, other):
        return bool({one, other} & {"0", "1"})
    return one != other


def in_same_place(point: Clause, index: int, said: Clause, place: int) -> bool:
    word, rival = point.words[index], said.words[place]
    if word.slot or rival.slot:
        return word.slot == rival.slot
    return bool(neighbours(point, index) & neighbours(said, place))


def names_a_rival(point: Clause, said: Clause, *, frame: Frame) -> bool:
    """ "HTTP uses port 80" beside "HTTPS uses port 443": said of another, and the right one too."""
    held = {word.value for word in said.words}
    rivals = {word.slot for word in said.words if word.slot}
    return any(
        word.slot in rivals and word.value in frame.values and word.value not in held
        for word in point.words
        if word.slot and not frame.names(word)
    )


def neighbours(clause: Clause, index: int) -> frozenset[str]:
    near = clause.words[max(index - 1, 0) : index] + clause.words[index + 1 : index + 2]
    return frozenset(f"[{word.slot}]" if word.slot else word.concept for word in near)


def negated(point: Clause, said: Clause) -> Iterator[str]:
    """Each negation that governs what both share, unless both deny something that both hold."""
    meant, found = stretches(point), stretches(said)
    if point.is_conditional != said.is_conditional:  # "not unless" is "only if"
        del (meant if point.is_conditional else found)[:1]
    for stretch in list(meant):
        twin = next((other for other in found if deny_alike(stretch, other)), None)
        if twin is not None:
            meant.remove(stretch)
            found.remove(twin)
    yield from ("negation" for stretch in meant if governs(stretch, said))
    yield from ("negation" for stretch in found if governs(stretch, point))


def stretches(clause: Clause) -> list[list[Word]]:
    return [
        [word for word in clause.words[start:end] if not word.is_relation]
        for start, end in clause.negations
    ]


def deny_alike(one: Sequence[Word], other: Sequence[Word]) -> bool:
    signs = {(word.concept, word.sign) for word in one}
    return any((word.concept, word.sign) in signs for word in other)


def governs(scope: Sequence[Word], other: Clause) -> bool:
    """What follows the negation first, a weak verb aside, or nearly all of it, is shared."""
    stretch = list(scope)
    if len(stretch) > 1 and stretch[0].stem in wording.WEAK_VERBS:
        stretch = stretch[1:]
    if not stretch:
        return False
    if any(word.value and not is_held(word, other) for word in stretch):
        return False  # "not port 80" denies nothing of port 443
    if any(is_turned(word, other) for word in stretch):
        return True
    shared = [is_held(word, other) for word in stretch]
    return shared[0] or sum(shared) >= 0.75 * len(stretch)


def is_held(word: Word, other: Clause) -> bool:
    return any(
        word.concept == held.concept
        and (word.sign == held.sign or not word.concept.startswith(COUNTERPART))
        for held in other.words
    )


def is_turned(word: Word, other: Clause) -> bool:
    """ "no memory of their own" denies the opposite of "share the memory"."""
    signs = {held.sign for held in other.words if held.concept == word.concept}
    return signs == {-word.sign} and not word.concept.startswith(COUNTERPART)


def asserted(clause: Clause) -> Iterator[Word]:
    for index, word in enumerate(clause.words):
        if word.value and not is_denied(clause, index):
            yield word


def is_denied(clause: Clause, index: int) -> bool:
    return any(start <= index < end for start, end in clause.negations)
