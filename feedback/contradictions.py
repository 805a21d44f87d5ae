"""Whether a sentence that resembles a key point may say its opposite, by plain rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from feedback.clauses import Clause, clauses_of, stems_of, tokens_of
from feedback.repeating import says_again
from feedback.sides import Claim, Sides, claims_of, compared_in, contrasted_in, sides_in
from feedback.turning import (
    Frame,
    asserted,
    deny_alike,
    names_a_rival,
    negated,
    other_members,
    stretches,
    turned_scales,
)

ALIKE = 0.5  # of one clause's words the other must hold at least so many to be compared
UPHELD = 0.8  # how alike a clause is that says the key point again
SAME_PREDICATE = 0.6  # of the key point's words, when another thing is said to do it


@dataclass(frozen=True)
class Verdict:
    """`reasons`: each way in which one clause turns the other round. Two cancel out."""

    alike: float
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        return self.reasons[0] if len(self.reasons) % 2 else ""


def opposes(key_point: str, sentence: str, *, question: str = "", point: str = "") -> str:
    """Why the sentence may contradict the key point, or "" where nothing says so.

    `point`: the whole key point where `key_point` is a shorter wording of it.

    "negation", "opposite", "number" or "swapped". Ask only of a sentence that resembles
    the key point: the rules know no meaning, they find what turns one wording into another.
    """
    if sentence.rstrip().endswith("?") or tokens_of(key_point) == tokens_of(sentence):
        return ""
    sides = (
        sides_in(question, used=(question, key_point, sentence))
        or compared_in(key_point)
        or contrasted_in(point or key_point)
    )
    points = claims_of(key_point, other=sentence, sides=sides)
    if sides and point not in ("", key_point):
        points = with_subjects(points, claims_of(point, other=sentence, sides=sides), sides=sides)
    said = claims_of(sentence, other=key_point, sides=sides)
    if not points or not said:
        return ""
    if says_again(points, said):
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


def with_subjects(points: Sequence[Claim], whole: Sequence[Claim], *, sides: Sides) -> list[Claim]:
    """ "Shared kernel" leaves out whose; the key point that it stands for tells."""
    return [
        claim if claim.side else replace(claim, side=subject_of(claim, whole, sides=sides))
        for claim in points
    ]


def subject_of(claim: Claim, whole: Sequence[Claim], *, sides: Sides) -> frozenset[str] | None:
    """The side of the clause most like it, or the other where only one of the two is denied."""
    if not whole:
        return None
    words = claim.clause.concepts
    closest = max(whole, key=lambda other: len(words & other.clause.concepts))
    turned = len(list(negated(closest.clause, claim.clause))) % 2
    if not turned or not closest.side:
        return closest.side
    return sides.other if closest.side == sides.one else sides.one


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
    is_said_too = reason == "negation" and is_denied_too(
        point, [other for other in said if other is not claim]
    )
    return "" if is_contrast or is_said_too else reason


def is_denied_too(point: Claim, others: Sequence[Claim]) -> bool:
    """What the key point denies another clause of the sentence denies as well."""
    denied = [stretch for claim in others for stretch in stretches(claim.clause)]
    return any(deny_alike(one, other) for one in stretches(point.clause) for other in denied)


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
    """ "How do you make images smaller?" answered by what makes them larger.

    What only tells which thing is meant ("a new version") is no goal.
    """
    if not re.match(r"\s*how (?:do|can|would|could|to|should)\b", question, re.I):
        return ""
    asked = clauses_of(question, known=stems_of(sentence))
    goals = [without_attributes(clause) for clause in asked]
    frame = Frame(sides=None, light=frozenset(), values=frozenset())
    for clause in map(without_attributes, clauses_of(sentence, known=stems_of(question))):
        if clause.negations or not goals or goals[0].negations:
            continue
        shared = goals[0].concepts & clause.concepts
        if len(shared) > 1 and any(turned_scales(goals[0], clause, frame=frame, is_same=False)):
            return "opposite"
    return ""


def without_attributes(clause: Clause) -> Clause:
    return replace(clause, words=tuple(word for word in clause.words if not word.modifies))
