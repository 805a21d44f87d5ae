"""What so many minutes of practice on each day would change until a date.

Questions in about the same state are counted together, so that thousands cost little to foresee.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import log2

from dashboard.readiness import Readiness
from practice.scheduling import Rating

MINUTES = (0, 15, 30, 45, 60)
# The days until the date are taken together so that there are no more steps than these.
MOST_STEPS = 15


def shares_by_minutes(
    readiness: Readiness, desired_retention: float, minutes: Iterable[int] = MINUTES
) -> list[tuple[int, float]]:
    """The expected share on the date for so many minutes on each day until then."""
    expected = readiness.expected()
    if expected is None:
        return []
    rest = readiness.formulas.rest(desired_retention)
    future = _Future(readiness, rest)
    begin = future.share()
    return [
        (each, min(1.0, expected.share + future.copy().after(each) - begin)) for each in minutes
    ]


class _Group:
    """Questions in about the same state; sums over them, so that means are kept."""

    __slots__ = ("difficulty", "due", "is_open", "last", "number", "stability", "weight")

    def __init__(self, weight: float, is_open: bool, due: int) -> None:
        self.weight, self.is_open, self.due = weight, is_open, due
        self.number = self.stability = self.difficulty = self.last = 0.0

    def copy(self) -> _Group:
        copy = _Group(self.weight, self.is_open, self.due)
        copy.number, copy.stability = self.number, self.stability
        copy.difficulty, copy.last = self.difficulty, self.last
        return copy

    def add(self, number: float, stability: float, difficulty: float, last: float) -> None:
        self.number += number
        self.stability += number * stability
        self.difficulty += number * difficulty
        self.last += number * last

    def take(self, number: float) -> None:
        left = 1 - number / self.number
        self.number *= left
        self.stability *= left
        self.difficulty *= left
        self.last *= left


class _Future:
    """The days until the date, some together: in each, what gains most a minute is done first.

    A day counts from today; `due` is the step from which on a review moves something.
    """

    def __init__(self, readiness: Readiness, rest: float) -> None:
        self.of, self.rest = readiness, rest
        self.formulas, self.manner = readiness.formulas, readiness.manner
        self.days = readiness.days
        self.practice_days = max(self.days, 1)  # an interview today leaves today
        self.steps = min(self.practice_days, MOST_STEPS)
        self.groups: dict[tuple[float, bool, int, int, int, int], _Group] = {}
        self.unseen: dict[tuple[float, bool], float] = {}
        for pk, asked in readiness.asked.items():
            weight = readiness.weights[pk]
            if asked.stability is None:
                if asked.is_free:
                    key = (weight, asked.is_open)
                    self.unseen[key] = self.unseen.get(key, 0.0) + 1
                continue
            if asked.is_free:
                due = max(asked.due_in, 0)
                self._put(
                    *(1.0, weight, asked.is_open, asked.stability, asked.difficulty),
                    *(-asked.elapsed, due),
                )

    def copy(self) -> _Future:
        copy = object.__new__(_Future)
        copy.__dict__.update(self.__dict__)
        copy.groups = {key: group.copy() for key, group in self.groups.items()}
        copy.unseen = dict(self.unseen)
        return copy

    def after(self, minutes: int) -> float:
        """The share on the date after so many minutes a day, as `share`. Uses this up."""
        for step in range(self.steps if minutes else 0):
            first, end = self._first_day(step), self._first_day(step + 1)
            self._practise(step, (first + end - 1) // 2, 60.0 * minutes * (end - first))
        return self.share()

    def _first_day(self, step: int) -> int:
        return step * self.practice_days // self.steps

    def share(self) -> float:
        """On the date, but for what cannot be practised, which is the same for all."""
        share = 0.0
        for group in self.groups.values():
            if group.number:
                known, forgotten = self.manner.said(group.is_open)
                elapsed = self.days - group.last / group.number
                recall = self.formulas.recall(elapsed, group.stability / group.number)
                said = recall * known.mean + (1 - recall) * forgotten.mean
                share += group.number * group.weight * said
        for (weight, is_open), number in self.unseen.items():
            share += number * weight * self.manner.at_first(is_open).mean
        return share

    def _practise(self, step: int, day: int, seconds: float) -> None:
        """Sorted once: what is reviewed here does not come due again here."""
        ahead = self.days - day
        for _rate, cost, group, key in sorted(
            [*self._due(step, day, ahead), *self._new(ahead)],
            key=lambda found: -found[0],
        ):
            if seconds <= 0:
                return
            if group is not None:
                number = min(group.number, seconds / cost)
                self._review(group, number, day)
            else:
                number = min(self.unseen[key], seconds / cost)
                self._learn(key, number, day)
            seconds -= number * cost

    def _due(
        self, step: int, day: int, ahead: int
    ) -> Iterable[tuple[float, float, _Group | None, tuple[float, bool]]]:
        for group in self.groups.values():
            if group.due > step or group.number <= 0:
                continue
            stability = group.stability / group.number
            elapsed = max(day - group.last / group.number, 0.0)
            recall = self.formulas.recall(elapsed, stability)
            difficulty = group.difficulty / group.number
            after = self.of.after_review(stability, difficulty, recall, ahead)
            before = self.formulas.recall(elapsed + ahead, stability)
            known, forgotten = self.manner.said(group.is_open)
            gain = group.weight * (after - before) * (known.mean - forgotten.mean)
            cost = self.of.review_seconds(group.is_open, recall)
            if gain > 0:
                yield gain / cost, cost, group, (group.weight, group.is_open)

    def _new(self, ahead: int) -> Iterable[tuple[float, float, _Group | None, tuple[float, bool]]]:
        for (weight, is_open), number in self.unseen.items():
            after, cost = self.of.after_learning(is_open, ahead)
            known, forgotten = self.manner.said(is_open)
            said = after * known.mean + (1 - after) * forgotten.mean
            gain = weight * (said - self.manner.at_first(is_open).mean)
            if number > 0 and gain > 0:
                yield gain / cost, cost, None, (weight, is_open)

    def _review(self, group: _Group, number: float, day: int) -> None:
        formulas, whole = self.formulas, group.number
        stability, difficulty = group.stability / whole, group.difficulty / whole
        recall = formulas.recall(max(day - group.last / whole, 0.0), stability)
        group.take(number)
        steadier = formulas.recalled(stability, difficulty, recall, bonus=self.of.bonus)
        easier = formulas.next_difficulty(difficulty, self.of.rating)
        shaken = formulas.forgotten(stability, difficulty, recall)
        harder = formulas.next_difficulty(difficulty, Rating.AGAIN)
        about = (group.weight, group.is_open)
        self._rest(number * recall, about, steadier, easier, day)
        self._rest(number * (1 - recall), about, shaken, harder, day)

    def _learn(self, key: tuple[float, bool], number: float, day: int) -> None:
        self.unseen[key] -= number
        for share, stability, difficulty in self.of.firsts:
            self._rest(number * share, key, stability, difficulty, day)

    def _rest(
        self, number: float, key: tuple[float, bool], stability: float, difficulty: float, day: int
    ) -> None:
        due = day + self.formulas.interval(stability, self.rest)
        self._put(number, *key, stability, difficulty, day, due)

    def _put(
        self,
        number: float,
        weight: float,
        is_open: bool,
        stability: float,
        difficulty: float,
        last: float,
        due: int,
    ) -> None:
        if number <= 0:
            return
        # The last step that begins on that day or before; past the date none does.
        step = ((due + 1) * self.steps - 1) // self.practice_days
        step = min(step, self.steps)
        elapsed = log2(1 + max(self.days - last, 0.0))
        key = (
            *(weight, is_open, step),
            *(int(log2(stability) + 64), int(difficulty / 3.0), int(elapsed)),
        )
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = _Group(weight, is_open, step)
        group.add(number, stability, difficulty, last)
