"""FSRS 6's formulas on bare numbers, for thousands of memories at once; in days and shares.

What schedules a card is py-fsrs, in scheduling.py. Tests hold the two to the same figures, to the
last bit: so each formula multiplies in py-fsrs's order, and takes e to a power as it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import e

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4

LEAST_STABILITY = 0.001
EASIEST, HARDEST = 1.0, 10.0
LONGEST_INTERVAL_DAYS = 36_500


class Formulas:
    """The 21 parameters, w[0] to w[20], taken apart once."""

    def __init__(self, parameters: Sequence[float]) -> None:
        self.w = w = tuple(parameters)
        self.decay = -w[20]
        self.factor = 0.9 ** (1 / self.decay) - 1
        self.growth = e ** w[8]
        self.shortest_lapse = e ** (w[17] * w[18])
        self.resting_difficulty = w[4] - e ** (w[5] * (EASY - 1)) + 1
        self.bonuses = {AGAIN: 1.0, HARD: w[15], GOOD: 1.0, EASY: w[16]}

    def recall(self, elapsed: float, stability: float) -> float:
        """The chance to recall it so many days after its review."""
        return float((1 + self.factor * elapsed / stability) ** self.decay)

    def rest(self, desired_retention: float) -> float:
        """How long a memory may rest, as a multiple of its stability times `factor`."""
        return float(desired_retention ** (1 / self.decay) - 1)

    def interval(self, stability: float, rest: float) -> int:
        """In whole days; `rest` is what `rest` says of the retention desired."""
        days: int = round(stability / self.factor * rest)
        return min(max(days, 1), LONGEST_INTERVAL_DAYS)

    def first(self, rating: int) -> tuple[float, float]:
        """Stability and difficulty of what was just learnt."""
        w = self.w
        difficulty = w[4] - e ** (w[5] * (rating - 1)) + 1
        return max(w[rating - 1], LEAST_STABILITY), _within(difficulty)

    def bonus(self, rating: int) -> float:
        """By what Hard shortens and Easy stretches the growth of a recalled memory."""
        return self.bonuses[rating]

    def recalled(
        self, stability: float, difficulty: float, recall: float, *, bonus: float = 1.0
    ) -> float:
        """The stability after a success; linear in the bonus, so a mean bonus gives the mean."""
        w = self.w
        gain = e ** ((1 - recall) * w[10]) - 1
        growth = self.growth * (11 - difficulty) * stability ** -w[9] * gain * bonus
        return float(max(stability * (1 + growth), LEAST_STABILITY))

    def forgotten(self, stability: float, difficulty: float, recall: float) -> float:
        """The stability after Again."""
        w = self.w
        longest = stability / self.shortest_lapse
        kept = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1)
        return float(max(min(kept * e ** ((1 - recall) * w[14]), longest), LEAST_STABILITY))

    def same_day(self, stability: float, rating: int) -> float:
        """The stability after a second review on one study day."""
        w = self.w
        growth = e ** (w[17] * (rating - 3 + w[18])) * stability ** -w[19]
        if rating > AGAIN:
            growth = max(growth, 1.0)
        return float(max(stability * growth, LEAST_STABILITY))

    def next_difficulty(self, difficulty: float, rating: float) -> float:
        """Linear in the rating but at its bounds, so a mean rating gives the mean."""
        w = self.w
        moved = difficulty + (10 - difficulty) * -(w[6] * (rating - 3)) / 9
        return _within(w[7] * self.resting_difficulty + (1 - w[7]) * moved)

    def after(
        self, stability: float, difficulty: float, *, elapsed: int, rating: int
    ) -> tuple[float, float]:
        """Stability and difficulty after a review so many study days after the last one."""
        following = self.next_difficulty(difficulty, rating)
        if elapsed < 1:
            return self.same_day(stability, rating), following
        recall = self.recall(elapsed, stability)
        if rating == AGAIN:
            return self.forgotten(stability, difficulty, recall), following
        bonus = self.bonus(rating)
        return self.recalled(stability, difficulty, recall, bonus=bonus), following


def _within(difficulty: float) -> float:
    return min(max(difficulty, EASIEST), HARDEST)
