"""How much of the points somebody would say on a date, and which reviews of today change most of it.

Expected values: nothing is drawn at random. The memory follows practice.formulas, and what is said
of it dashboard.manner. docs/decisions/0020-readiness.md says what this cannot know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from dashboard.manner import WEIGHT, Manner
from practice.formulas import Formulas
from practice.scheduling import Rating

NORMAL_80 = 1.281552
HALF_HOUR = 30 * 60  # seconds
MOST_PICKED = 40
# What an interview asks where nothing says how many.
QUESTIONS_ASKED = 10


class Asked(NamedTuple):
    """A question that may be asked. `stability` None: never answered; days as seen from today.

    `is_free` is false for what is set aside: it may be asked, but practice does not show it.
    """

    question: int
    is_open: bool
    stability: float | None = None
    difficulty: float = 5.0
    elapsed: int = 0
    due_in: int = 0
    is_free: bool = True

    @property
    def can_be_practised(self) -> bool:
        """A review before its day would move nothing."""
        return self.is_free and (self.stability is None or self.due_in <= 0)


@dataclass(frozen=True, slots=True)
class Pool:
    """Of these so many are asked, for so many points each."""

    questions: Sequence[Asked]
    count: int
    points: int = 1


@dataclass(frozen=True, slots=True)
class Expected:
    """Shares, 0 to 1. `low` to `high` holds the share of all that may be asked, 8 times of 10;
    `asked_low` to `asked_high` that of one interview, which asks only `asked` of it."""

    share: float
    low: float
    high: float
    asked: int
    asked_low: float
    asked_high: float
    seen: int
    questions: int


@dataclass(frozen=True, slots=True)
class Pick:
    """`gain` is by how much the expected share rises; `before` and `after` are the chances of
    recall on the date, without and with this review, `before` None for what was never seen."""

    question: int
    is_open: bool
    seconds: float
    gain: float
    before: float | None
    after: float


class Readiness:
    """`days` from today until the date; 0 is today. Costs some microseconds a question."""

    def __init__(
        self, pools: Sequence[Pool], manner: Manner, parameters: Sequence[float], *, days: int
    ) -> None:
        self.pools = [pool for pool in pools if pool.questions and pool.count and pool.points]
        self.manner, self.days = manner, days
        self.formulas = Formulas(parameters)
        shares = list(zip((2, 3, 4), manner.recalled_ratings, strict=True))
        self.bonus = sum(share * self.formulas.bonus(rating) for rating, share in shares)
        self.rating = sum(share * rating for rating, share in shares)
        self.firsts = [
            (share, *self.formulas.first(rating))
            for rating, share in zip(Rating, manner.first_ratings, strict=True)
        ]
        self.asked: dict[int, Asked] = {}
        self.weights: dict[int, float] = {}
        points = sum(_drawn(pool) * pool.points for pool in self.pools)
        for pool in self.pools:
            weight = _drawn(pool) * pool.points / points / len(pool.questions)
            for each in pool.questions:
                self.asked[each.question] = each
                self.weights[each.question] = self.weights.get(each.question, 0.0) + weight

    # What to expect as things stand

    def recall(self, asked: Asked) -> float | None:
        """On the date, without any further review; None for what was never answered."""
        if asked.stability is None:
            return None
        return self.formulas.recall(asked.elapsed + self.days, asked.stability)

    def said(self, asked: Asked) -> tuple[float, float]:
        """The share of the answer's weight that is expected on the date, and its variance."""
        recall = self.recall(asked)
        if recall is None:
            first = self.manner.at_first(asked.is_open)
            return first.mean, first.variance
        known, forgotten = self.manner.said(asked.is_open)
        lost = 1 - recall
        between = recall * lost * (known.mean - forgotten.mean) ** 2
        return (
            recall * known.mean + lost * forgotten.mean,
            recall * known.variance + lost * forgotten.variance + between,
        )

    def expected(self) -> Expected | None:
        """None where there is nothing to ask."""
        if not self.pools:
            return None
        said = {pk: self.said(each) for pk, each in self.asked.items()}
        share = sum(weight * said[pk][0] for pk, weight in self.weights.items())
        doubt = self._doubt()
        alone = sum(weight * weight * said[pk][1] for pk, weight in self.weights.items())
        drawn = self._drawn_variance(said)
        low, high = _interval(share, alone + doubt)
        asked_low, asked_high = _interval(share, drawn + doubt)
        return Expected(
            share=share,
            low=low,
            high=high,
            asked=sum(_drawn(pool) for pool in self.pools),
            asked_low=asked_low,
            asked_high=asked_high,
            seen=sum(each.stability is not None for each in self.asked.values()),
            questions=len(self.asked),
        )

    def _doubt(self) -> float:
        """The variance that all questions share: the averages may be off, and so may the curve."""
        manner = self.manner
        kept = lost = fresh = fresh_choice = slope = recalls = seen = 0.0
        for pk, asked in self.asked.items():
            weight, recall = self.weights[pk], self.recall(asked)
            if recall is None:
                fresh += weight * asked.is_open
                fresh_choice += weight * (not asked.is_open)
                continue
            known, forgotten = manner.said(asked.is_open)
            kept += weight * recall * asked.is_open
            lost += weight * (1 - recall) * asked.is_open
            slope += weight * (known.mean - forgotten.mean)
            recalls += weight * recall
            seen += weight
        mean = recalls / seen if seen else 0.0
        return (
            kept**2 * manner.known.doubt
            + lost**2 * manner.forgotten.doubt
            + fresh**2 * manner.unseen.doubt
            + fresh_choice**2 * manner.unseen_choice.doubt
            + slope**2 * mean * (1 - mean) / (manner.reviews + WEIGHT)
        )

    def _drawn_variance(self, said: dict[int, tuple[float, float]]) -> float:
        """Of a draw without putting back, pool by pool: which are asked, and how each goes."""
        points = sum(_drawn(pool) * pool.points for pool in self.pools)
        whole = 0.0
        for pool in self.pools:
            size, count = len(pool.questions), _drawn(pool)
            means = [said[each.question][0] for each in pool.questions]
            mean = sum(means) / size
            spread = sum((each - mean) ** 2 for each in means) / size
            left_out = (size - count) / (size - 1) if size > 1 else 0.0
            within = sum(said[each.question][1] for each in pool.questions) / size
            share = count * pool.points / points
            whole += share**2 * (spread * left_out + within) / count
        return whole

    # What to do next

    def half_hour(self, seconds: float = HALF_HOUR) -> list[Pick]:
        """Today's reviews with the largest gain a minute, in that order, as many as fit."""
        can = [each for each in self.asked.values() if each.can_be_practised]
        picks = [pick for each in can if (pick := self.pick(each)).gain > 0]
        picks.sort(key=lambda pick: -pick.gain / pick.seconds)
        chosen: list[Pick] = []
        left = seconds
        for pick in picks:
            if pick.seconds > left or len(chosen) == MOST_PICKED:
                break
            chosen.append(pick)
            left -= pick.seconds
        return chosen

    def pick(self, asked: Asked) -> Pick:
        weight = self.weights[asked.question]
        known, forgotten = self.manner.said(asked.is_open)
        if asked.stability is None:
            after, seconds = self.after_learning(asked.is_open, self.days)
            said = after * known.mean + (1 - after) * forgotten.mean
            gain = said - self.manner.at_first(asked.is_open).mean
            return Pick(asked.question, asked.is_open, seconds, weight * gain, None, after)
        recall = self.formulas.recall(asked.elapsed, asked.stability)
        before = self.formulas.recall(asked.elapsed + self.days, asked.stability)
        after = self.after_review(asked.stability, asked.difficulty, recall, self.days)
        return Pick(
            question=asked.question,
            is_open=asked.is_open,
            seconds=self.review_seconds(asked.is_open, recall),
            gain=weight * (after - before) * (known.mean - forgotten.mean),
            before=before,
            after=after,
        )

    def after_review(
        self, stability: float, difficulty: float, recall: float, ahead: float
    ) -> float:
        """The chance of recall so many days after a review, whatever comes of it."""
        steadier = self.formulas.recalled(stability, difficulty, recall, bonus=self.bonus)
        shaken = self.formulas.forgotten(stability, difficulty, recall)
        known = recall * self.formulas.recall(ahead, steadier)
        return known + (1 - recall) * self.formulas.recall(ahead, shaken)

    def after_learning(self, is_open: bool, ahead: float) -> tuple[float, float]:
        """The chance of recall so many days after the first time, and the seconds it takes."""
        after = sum(
            share * self.formulas.recall(ahead, stability) for share, stability, _d in self.firsts
        )
        again = self.firsts[0][0] * self.manner.again_seconds
        return after, self.manner.seconds[is_open, True] + again

    def review_seconds(self, is_open: bool, recall: float) -> float:
        """Again shows it once more that day."""
        return self.manner.seconds[is_open, False] + (1 - recall) * self.manner.again_seconds


def _drawn(pool: Pool) -> int:
    return min(pool.count, len(pool.questions))


def _interval(share: float, variance: float) -> tuple[float, float]:
    spread = NORMAL_80 * sqrt(variance)
    return max(0.0, share - spread), min(1.0, share + spread)
