"""What a learner expected of their own answers, beside what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

# Percentage points by which one may be out and still have known.
CLOSE = 10


class Verdict(StrEnum):
    CLOSE = "close"
    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Of one question; both in percent of its points."""

    number: int
    expected: int
    got: int
    points: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Over the questions that were both predicted and marked, each by its points."""

    outcomes: Sequence[Outcome]

    @property
    def expected(self) -> int:
        return self.mean([(each.expected, each.points) for each in self.outcomes])

    @property
    def got(self) -> int:
        return self.mean([(each.got, each.points) for each in self.outcomes])

    @property
    def verdict(self) -> Verdict:
        if abs(self.expected - self.got) <= CLOSE:
            return Verdict.CLOSE
        return Verdict.TOO_HIGH if self.expected > self.got else Verdict.TOO_LOW

    @property
    def distance(self) -> int:
        """How far out one question was on average, in percentage points, whichever way."""
        return self.mean([(abs(each.expected - each.got), each.points) for each in self.outcomes])

    @staticmethod
    def mean(weighed: Sequence[tuple[int, int]]) -> int:
        total = sum(weight for _value, weight in weighed)
        if not total:
            return 0
        return round(Fraction(sum(value * weight for value, weight in weighed), total))


@dataclass(frozen=True)
class Row:
    """One question's line in the chart, in units of the drawing."""

    outcome: Outcome
    y: int

    @property
    def x_expected(self) -> int:
        return across(self.outcome.expected)

    @property
    def x_got(self) -> int:
        return across(self.outcome.got)


@dataclass(frozen=True)
class Chart:
    """What was expected and what came of it, a line for each question. Numbers stand for percent."""

    comparison: Comparison

    width, top, step, bottom = 640, 16, 36, 32
    left, right = 64, 616

    @property
    def rows(self) -> list[Row]:
        return [
            Row(outcome, self.top + number * self.step + self.step // 2)
            for number, outcome in enumerate(self.comparison.outcomes)
        ]

    @property
    def floor(self) -> int:
        return self.top + len(self.comparison.outcomes) * self.step

    @property
    def height(self) -> int:
        return self.floor + self.bottom

    @property
    def ticks(self) -> list[tuple[int, int]]:
        return [(across(percent), percent) for percent in (0, 50, 100)]


def across(percent: int) -> int:
    return Chart.left + (Chart.right - Chart.left) * percent // 100
