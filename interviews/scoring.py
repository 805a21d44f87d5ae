"""How many points an answer earns: from its key points, or from what was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

# The one point to judge where a question has no key points: the answer as a whole.
WHOLE = "whole"

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


class Coverage(StrEnum):
    COVERED = "covered"
    PARTLY = "partly"
    MISSED = "missed"


SHARE_SAID = {Coverage.COVERED: Fraction(1), Coverage.PARTLY: Fraction(1, 2)}


def share_said(weights: Mapping[str, int], said: Mapping[str, str]) -> Fraction:
    """The share of the key points' weight that was said, 0 to 1. A point nobody judged is missed.

    `weights` by key point id; empty: the answer as a whole is judged.
    """
    weights = weights or {WHOLE: 1}
    earned = sum(
        (weight * SHARE_SAID.get(Coverage(said[key]), Fraction(0)))
        for key, weight in weights.items()
        if key in said
    )
    return Fraction(earned) / sum(weights.values())


def points_for(share: Fraction, *, out_of: int, adjustment: Decimal = Decimal(0)) -> Decimal:
    """To the hundredth, half up; never below nothing and never above what the item gives."""
    exact = share * out_of + Fraction(adjustment)
    kept = min(max(exact, Fraction(0)), Fraction(out_of))
    value = Decimal(kept.numerator) / Decimal(kept.denominator)
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def percent_of(score: Decimal, points: int) -> int:
    """Whole per cent, half up. Nothing to earn: nothing earned."""
    if not points:
        return 0
    return int((score * 100 / points).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def choice_share(chosen: Sequence[int], *, correct: set[int]) -> Fraction:
    """Each right option counts up, each wrong one down; with one right option it is all or nothing."""
    if not correct:
        return Fraction(0)
    right = len(set(chosen) & correct)
    wrong = len(set(chosen) - correct)
    if len(correct) == 1 and wrong:
        return Fraction(0)
    return max(Fraction(right - wrong, len(correct)), Fraction(0))


def ordering_share(chosen: Sequence[int], *, steps: Sequence[int]) -> Fraction:
    """The share of the steps that stand at their own place."""
    if not steps:
        return Fraction(0)
    placed = sum(one == other for one, other in zip(chosen, steps, strict=False))
    return Fraction(placed, len(steps))


def output_share(text: str, *, expected: str) -> Fraction:
    """Right or not; spaces at the ends of lines and empty lines around the text do not matter."""
    return Fraction(output_lines(text) == output_lines(expected))


def output_lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\r\n ").splitlines()]
