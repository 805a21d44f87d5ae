"""Whether a sentence that resembles a key point may say its opposite, by plain rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback import opposites
from feedback.clauses import COUNTERPART, Clause, Word, clauses_of, stem_of, stems_of, tokens_of

ALIKE = 0.5  # of one clause's words the other must hold at least so many to be compared
SAME_PREDICATE = 0.6  # of the key point's words, when another thing is said to do it

DETERMINERS = r"(?:the |a |an |using |use of |docker )*"
COMPARISONS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\bdifferen(?:ce|ces|tiate)\b.*?\bbetween (?P<one>.+?) and (?P<other>.+)",
        r"\b(?:distinguish|compare|contrast|distinction)\b(?: between)? (?P<one>.+?) (?:and|with|from|to) (?P<other>.+)",
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
        named = [side for word in clause.words if (side := self._of(word))]
        return named[0] if named else None

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


def opposes(key_point: str, sentence: str, *, question: str = "") -> str:
    """Why the sentence may contradict the key point, or "" where nothing says so.

    "negation", "opposite", "number" or "swapped". Ask only of a sentence that resembles
    the key point: the rules know no meaning, they find what turns one wording into another.
    """
    if sentence.rstrip().endswith("?") or tokens_of(key_point) == tokens_of(sentence):
        return ""
    sides = sides_in(question) or compared_in(key_point)
    points = claims_of(key_point, other=sentence, sides=sides)
    said = claims_of(sentence, other=key_point, sides=sides)
    numbers = frozenset(word.value for claim in said for word in asserted(claim.clause))
    for claim in said:
        reason = judged(claim, points=points, numbers=numbers, sides=sides)
        if reason:
            return reason
    return exchanged(points, said) or against_the_goal(question, sentence=sentence)


def judged(
    claim: Claim, *, points: Sequence[Claim], numbers: frozenset[str], sides: Sides | None
) -> str:
    verdicts = [compare(point, claim, numbers=numbers, sides=sides) for point in points]
    best = max((verdict.alike for verdict in verdicts), default=0.0)
    if not best:
        return ""
    closest = [verdict.reason for verdict in verdicts if verdict.alike == best]
    return closest[0] if all(closest) else ""


def compare(point: Claim, claim: Claim, *, numbers: frozenset[str], sides: Sides | None) -> Verdict:
    nothing = Verdict(alike=0.0, reasons=())
    names = sides.names if sides else frozenset()
    meant, said = predicate(point.clause, names=names), predicate(claim.clause, names=names)
    shared = meant & said
    if not shared:
        return nothing
    recall, precision = len(shared) / len(meant), len(shared) / len(said)
    if max(recall, precision) < ALIKE:
        return nothing
    reasons = [
        *turned_scales(point.clause, claim.clause, is_same=recall >= SAME_PREDICATE),
        *other_members(point.clause, claim.clause, numbers=numbers),
        *negated(point.clause, claim.clause),
    ]
    if point.side and claim.side and point.side != claim.side:
        if recall < SAME_PREDICATE and not reasons:
            return nothing
        reasons.insert(0, "swapped")
    alike = 2 * len(shared) / (len(meant) + len(said))
    return Verdict(alike=alike, reasons=tuple(reasons))


def predicate(clause: Clause, *, names: frozenset[str]) -> frozenset[str]:
    return frozenset(
        f"[{word.slot}]" if word.slot else "#" if word.value else word.concept
        for word in clause.words
        if names.isdisjoint(names_of(word)) and not word.is_relation
    )


# --- what turns a clause round -------------------------------------------------------------


def turned_scales(point: Clause, said: Clause, *, is_same: bool) -> Iterator[str]:
    """ "faster" for "slower", "unchanged" for "changed", "from the heart" for "to the heart"."""
    meant, found = signs_of(point), signs_of(said)
    turned = {concept for concept in meant if are_turned(meant[concept], found.get(concept))}
    relations = {concept for concept in turned if " " in concept}
    for concept in turned - relations:
        if is_same or not concept.startswith(COUNTERPART):
            yield "opposite"
    if relations:
        yield "opposite"


def signs_of(clause: Clause) -> dict[str, Counter[int]]:
    signs: dict[str, Counter[int]] = {}
    for word in clause.words:
        signs.setdefault(word.concept, Counter())[word.sign] += 1
    return signs


def are_turned(meant: Counter[int], found: Counter[int] | None) -> bool:
    """Equal signs cancel; what is left on both must differ."""
    if found is None:
        return False
    left, right = set(meant - found), set(found - meant)
    return bool(left and right) and left != right


def other_members(point: Clause, said: Clause, *, numbers: frozenset[str]) -> Iterator[str]:
    """Another number, or another member of a closed set, in the same place."""
    for index, word in enumerate(point.words):
        if not word.value or word.value in numbers:
            continue
        if any(
            rival.value != word.value and in_same_place(point, index, said, place)
            for place, rival in enumerate(said.words)
            if rival.value
        ):
            yield "number"


def in_same_place(point: Clause, index: int, said: Clause, place: int) -> bool:
    word, rival = point.words[index], said.words[place]
    if word.slot or rival.slot:
        return word.slot == rival.slot
    return bool(neighbours(point, index) & neighbours(said, place))


def neighbours(clause: Clause, index: int) -> frozenset[str]:
    near = clause.words[max(index - 1, 0) : index] + clause.words[index + 1 : index + 2]
    return frozenset(f"[{word.slot}]" if word.slot else word.concept for word in near)


def negated(point: Clause, said: Clause) -> Iterator[str]:
    """Each negation that governs what the two clauses share; one on both sides makes two."""
    for clause, other in ((point, said), (said, point)):
        for start, end in clause.negations:
            if governs(clause.words[start:end], other):
                yield "negation"


def governs(scope: Sequence[Word], other: Clause) -> bool:
    stretch = [word for word in scope if not word.is_relation]
    if not stretch:
        return False
    held = other.concepts
    shared = sum(word.concept in held for word in stretch)
    return stretch[0].concept in held or shared * 2 >= len(stretch)


def asserted(clause: Clause) -> Iterator[Word]:
    for index, word in enumerate(clause.words):
        if word.value and not any(start <= index < end for start, end in clause.negations):
            yield word


# --- two things compared -------------------------------------------------------------------


def sides_in(question: str) -> Sides | None:
    """The two things a question compares."""
    for pattern in COMPARISONS:
        found = pattern.search(question[:1000])
        if found:
            one, other = naming(found["one"]), naming(END_OF_THING.split(found["other"])[0])
            return sides_of(one, other)
    return None


def naming(thing: str) -> list[str]:
    thing = re.sub(f"^{DETERMINERS}", "", thing.strip(), flags=re.I)
    return [token for token in tokens_of(thing) if token not in opposites.LIGHT_WORDS]


def sides_of(one: list[str], other: list[str]) -> Sides | None:
    """What both names share, as in "hard link" and "symbolic link", tells neither apart."""
    common = set(map(stem_of, one)) & set(map(stem_of, other))
    names = [frozenset(map(stem_of, thing)) - common | initials(thing) for thing in (one, other)]
    if not all(names) or max(map(len, names)) > 5:
        return None
    return Sides(one=names[0], other=names[1])


def initials(thing: list[str]) -> frozenset[str]:
    short = "".join(token[0] for token in thing)
    return frozenset({short, f"{short}s"} if len(short) > 1 else ())


def compared_in(key_point: str) -> Sides | None:
    """ "Ice is less dense than water": the subject, and what follows "than"."""
    tokens = tokens_of(key_point)
    if "than" not in tokens:
        return None
    place = tokens.index("than")
    one = [token for token in tokens[:place] if token not in opposites.LIGHT_WORDS][:1]
    other = [token for token in tokens[place + 1 :] if token not in opposites.LIGHT_WORDS][:1]
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
    moved = [index for index, concept in enumerate(meant) if found[index] != concept]
    if len(moved) != 2 or moved[1] - moved[0] < 2:
        return False
    return meant[moved[0]] == found[moved[1]]


def ordered(clause: Clause) -> list[str]:
    return list(dict.fromkeys(word.concept for word in clause.words if not word.is_relation))


# --- what the question is after ------------------------------------------------------------


def against_the_goal(question: str, *, sentence: str) -> str:
    """ "How do you make images smaller?" answered by what makes them larger."""
    if not re.match(r"\s*how (?:do|can|would|could|to|should)\b", question, re.I):
        return ""
    goals = clauses_of(question, known=stems_of(sentence))
    for clause in clauses_of(sentence, known=stems_of(question)):
        if clause.negations or not goals or goals[0].negations:
            continue
        shared = goals[0].concepts & clause.concepts
        if len(shared) > 1 and list(turned_scales(goals[0], clause, is_same=False)):
            return "opposite"
    return ""
