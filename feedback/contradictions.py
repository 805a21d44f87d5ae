"""Whether a sentence that resembles a key point may say its opposite, by plain rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback import opposites
from feedback.clauses import (
    COUNTERPART,
    LIGHT_WORDS,
    Clause,
    Word,
    clauses_of,
    stem_of,
    stems_of,
    tokens_of,
)

ALIKE = 0.5  # of one clause's words the other must hold at least so many to be compared
LIGHT = 0.25  # the weight of what the question says itself
UPHELD = 0.8  # how alike a clause is that says the key point again
SAME_PREDICATE = 0.6  # of the key point's words, when another thing is said to do it

DETERMINERS = r"(?:the |a |an |using |use of )*"
COMPARISONS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\bdifferen(?:ce|ces|tiate)\b.*?\bbetween (?P<one>.+?) and (?P<other>.+)",
        r"\b(?:distinguish|compare|contrast|distinction)\b(?: between)? (?P<one>.+?) (?:and|with|from|to) (?P<other>.+)",
        r"\bhow (?:is|are|do|does) (?P<one>.+?) and (?P<other>.+?) (?:differ|different)\b",
        r"\bhow (?:is|are|do|does) (?P<one>.+?) (?:different|differs?)(?: from| to| than)? (?P<other>.+)",
        r"\b(?P<one>[\w-]+(?: [\w-]+)?) (?:vs\.?|versus|or|over|instead of|rather than) (?P<other>.+)",
    )
)
END_OF_THING = re.compile(
    r"[?.,;:]| in an? | in the | in [A-Z]|\b(?:when|for|with|on|do|does|is|are)\b"
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
class Verdict:
    """`reasons`: each way in which one clause turns the other round. Two cancel out."""

    alike: float
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        return self.reasons[0] if len(self.reasons) % 2 else ""


@dataclass(frozen=True)
class Claim:
    clause: Clause
    side: frozenset[str] | None


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


def opposes(key_point: str, sentence: str, *, question: str = "") -> str:
    """Why the sentence may contradict the key point, or "" where nothing says so.

    "negation", "opposite", "number" or "swapped". Ask only of a sentence that resembles
    the key point: the rules know no meaning, they find what turns one wording into another.
    """
    if sentence.rstrip().endswith("?") or tokens_of(key_point) == tokens_of(sentence):
        return ""
    sides = sides_in(question, used=(question, key_point, sentence)) or compared_in(key_point)
    points = claims_of(key_point, other=sentence, sides=sides)
    said = claims_of(sentence, other=key_point, sides=sides)
    if not points or not said:
        return ""
    asked = (word.concept for clause in clauses_of(question) for word in clause.words)
    light = frozenset(concept for concept in asked if not concept.startswith("|"))
    frame = Frame(
        sides=sides,
        light=light | {points[0].clause.words[0].concept},
        values=frozenset(word.value for claim in said for word in asserted(claim.clause)),
    )
    for claim in said[:1] if begins_without(said, points) else said:
        reason = judged(claim, points=points, said=said, frame=frame)
        if reason:
            return reason
    return exchanged(points, said) or against_the_goal(question, sentence=sentence)


def begins_without(said: Sequence[Claim], points: Sequence[Claim]) -> bool:
    """ "Without an index reads are slower but writes are faster": all of it is turned round."""
    first = said[0].clause
    return first.opens_negated and any(
        first.words[0].concept in point.clause.concepts for point in points
    )


def judged(claim: Claim, *, points: Sequence[Claim], said: Sequence[Claim], frame: Frame) -> str:
    """By the key point's clause most like this one; if several are, they must agree."""
    verdicts = [compare(point, claim, frame=frame) for point in points]
    best = max(verdict.alike for verdict in verdicts)
    if not best:
        return ""
    closest = [
        (point, verdict.reason)
        for point, verdict in zip(points, verdicts, strict=True)
        if verdict.alike == best
    ]
    point, reason = closest[0]
    if not all(reason for _, reason in closest):
        return ""
    is_contrast = reason in {"swapped", "negation"} and is_upheld(point, said, frame=frame)
    return "" if is_contrast else reason


def is_upheld(point: Claim, said: Sequence[Claim], *, frame: Frame) -> bool:
    """Another clause says the same of the same side: the sentence sets the two against each other."""
    return any(
        claim.side == point.side
        and (verdict := compare(point, claim, frame=frame)).alike >= UPHELD
        and not verdict.reason
        for claim in said
    )


def compare(point: Claim, claim: Claim, *, frame: Frame) -> Verdict:
    nothing = Verdict(alike=0.0, reasons=())
    if names_a_rival(point.clause, claim.clause, frame=frame):
        return nothing
    meant, said = frame.predicate(point.clause), frame.predicate(claim.clause)
    shared = meant & said
    if not shared:
        return nothing
    recall = frame.weight(shared) / frame.weight(meant)
    precision = frame.weight(shared) / frame.weight(said)
    if max(recall, precision) < ALIKE:
        return nothing
    reasons = [
        *turned_scales(point.clause, claim.clause, frame=frame, is_same=recall >= SAME_PREDICATE),
        *other_members(point.clause, claim.clause, frame=frame),
        *negated(point.clause, claim.clause),
    ]
    if recall < ALIKE and all(concept.startswith("|") for concept in shared):
        return nothing
    if point.side and claim.side and point.side != claim.side:
        if recall < SAME_PREDICATE and not reasons:
            return nothing
        reasons.insert(0, "swapped")
    alike = 2 * frame.weight(shared) / (frame.weight(meant) + frame.weight(said))
    return Verdict(alike=alike, reasons=tuple(reasons))


# --- what turns a clause round -------------------------------------------------------------


def turned_scales(point: Clause, said: Clause, *, frame: Frame, is_same: bool) -> Iterator[str]:
    """ "faster" for "slower", "unchanged" for "changed", "from the heart" for "to the heart"."""
    meant, found = signs_of(point, frame=frame), signs_of(said, frame=frame)
    turned = {concept for concept in meant if are_turned(meant[concept], found.get(concept))}
    ways = {concept for concept in turned if concept.startswith("way ")}
    scales = {
        concept for concept in turned - ways if is_same or not concept.startswith(COUNTERPART)
    }
    yield from ("opposite" for _ in scales)
    if ways and not scales:  # "absorbs from" for "releases to" turns round once
        yield "opposite"


def signs_of(clause: Clause, *, frame: Frame) -> dict[str, Counter[int]]:
    signs: dict[str, Counter[int]] = {}
    for word in clause.words:
        if not frame.names(word):
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
            rival.value != word.value and in_same_place(point, index, said, place)
            for place, rival in enumerate(said.words)
            if rival.value and not is_denied(said, place)
        ):
            yield "number"


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
    if len(stretch) > 1 and stretch[0].stem in opposites.WEAK_VERBS:
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


# --- two things compared -------------------------------------------------------------------


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
    thing = re.sub(f"^{DETERMINERS}", "", thing.strip(), flags=re.I)
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
    if "than" not in tokens:
        return None
    place = tokens.index("than")
    one = [piece for piece in tokens[:place] if piece not in LIGHT_WORDS][:1]
    other = [piece for piece in tokens[place + 1 :] if piece not in LIGHT_WORDS][:1]
    return sides_of(one, other) if one and other else None


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


# --- roles exchanged -----------------------------------------------------------------------


def exchanged(points: Sequence[Claim], said: Sequence[Claim]) -> str:
    """The same words with subject and object changed round."""
    for point in points:
        for claim in said:
            if are_exchanged(point.clause, claim.clause):
                return "swapped"
    return ""


def are_exchanged(point: Clause, said: Clause) -> bool:
    if point.is_passive != said.is_passive or point.negations or said.negations:
        return False
    meant, found = ordered(point), ordered(said)
    if set(meant) != set(found) or len(meant) < 3 or meant == found:
        return False
    moved = [index for index, one in enumerate(meant) if found[index] != one]
    if len(moved) != 2 or moved[1] - moved[0] < 2:
        return False
    return not any(meant[index][0].startswith(("|", "#")) for index in moved)


def ordered(clause: Clause) -> list[tuple[str, int]]:
    words = (word for word in clause.words if not word.is_relation)
    return list(dict.fromkeys((word.concept, word.sign) for word in words))


# --- what the question is after ------------------------------------------------------------


def against_the_goal(question: str, *, sentence: str) -> str:
    """ "How do you make images smaller?" answered by what makes them larger."""
    if not re.match(r"\s*how (?:do|can|would|could|to|should)\b", question, re.I):
        return ""
    goals = clauses_of(question, known=stems_of(sentence))
    frame = Frame(sides=None, light=frozenset(), values=frozenset())
    for clause in clauses_of(sentence, known=stems_of(question)):
        if clause.negations or not goals or goals[0].negations:
            continue
        shared = goals[0].concepts & clause.concepts
        if len(shared) > 1 and any(turned_scales(goals[0], clause, frame=frame, is_same=False)):
            return "opposite"
    return ""
