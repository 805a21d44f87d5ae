"""What each desired retention would cost and keep: expected values over the coming weeks.

Nothing is drawn at random. What is due is split by its chance of recall, and what comes back in
about the same state on the same day is counted together, so a deck costs little to foresee.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2

from practice.formulas import Formulas
from practice.scheduling import DEFAULT_PARAMETERS, Rating

HORIZON = 90  # days
RETENTIONS = (0.70, 0.75, 0.80, 0.85, 0.90, 0.93, 0.95, 0.97)

# What counts as the same state: stabilities within a factor of 2, difficulties within 3. Their
# means are kept, so the figures differ by some 4 % from steps so fine that they cost 7 times this.
STEPS_A_DOUBLING, STEP_OF_DIFFICULTY = 1, 3.0


@dataclass(frozen=True, slots=True)
class Known:
    """A learnt card: days since its review, and days until it is due (negative: overdue)."""

    stability: float
    difficulty: float
    elapsed: int
    due_in: int


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody judges and how long it takes; seconds by rating, 1 to 4.

    `first` and `recalled` are shares that sum to 1: of the ratings when a card is learnt, and of
    Hard, Good and Easy among what was known. `again_seconds` is for seeing it once more that day.
    """

    first: Sequence[float]
    recalled: Sequence[float]
    first_seconds: Sequence[float]
    review_seconds: Sequence[float]
    again_seconds: float


@dataclass(frozen=True, slots=True)
class Deck:
    """`known` stand for `known_count` cards, as a sample may; `new_left` are yet to be learnt."""

    known: Sequence[Known]
    known_count: int
    new_left: int
    new_a_day: int


@dataclass(frozen=True, slots=True)
class Cost:
    """A day's average over the horizon, and what would be known on its last day."""

    desired_retention: float
    reviews_a_day: float
    minutes_a_day: float
    remembered: float
    learnt: float

    @property
    def percent(self) -> float:
        return round(100 * self.desired_retention, 1)

    @property
    def minutes(self) -> float:
        """As exact as it deserves to be told."""
        return _told(self.minutes_a_day)

    @property
    def reviews(self) -> float:
        return _told(self.reviews_a_day)

    @property
    def share_percent(self) -> float:
        """Of what is learnt by then."""
        return 100 * self.remembered / self.learnt if self.learnt else 0.0


def costs(
    deck: Deck,
    habits: Habits,
    retentions: Iterable[float] = RETENTIONS,
    *,
    parameters: Sequence[float] = DEFAULT_PARAMETERS,
    days: int = HORIZON,
) -> list[Cost]:
    formulas = Formulas(parameters)
    return [_Future(formulas, habits, each, days).cost(deck) for each in retentions]


class _Future:
    """One desired retention, day by day.

    `waiting` holds for each day what is due then: by about the same state, the number of cards
    and the sums of their stability, difficulty and chance of recall.
    """

    def __init__(
        self, formulas: Formulas, habits: Habits, desired_retention: float, days: int
    ) -> None:
        self.formulas, self.habits, self.days = formulas, habits, days
        self.desired_retention = desired_retention
        self.rest = formulas.rest(desired_retention)
        shares = list(zip((2, 3, 4), habits.recalled, strict=True))
        self.bonus = sum(share * formulas.bonus(rating) for rating, share in shares)
        self.rating = sum(share * rating for rating, share in shares)
        times = habits.review_seconds
        self.recalled_seconds = sum(share * times[rating - 1] for rating, share in shares)
        self.lapse_seconds = times[0] + habits.again_seconds
        self.waiting: list[dict[tuple[int, int], list[float]]] = [{} for _day in range(days)]
        self.reviews = self.seconds = self.remembered = 0.0

    def cost(self, deck: Deck) -> Cost:
        self._add_known(deck)
        left = deck.new_left
        for day in range(self.days):
            number = min(deck.new_a_day, left)
            left -= number
            self._learn(day, number)
            for state in self.waiting[day].values():
                self._review(day, *state)
        return Cost(
            desired_retention=self.desired_retention,
            reviews_a_day=self.reviews / self.days,
            minutes_a_day=self.seconds / 60 / self.days,
            remembered=self.remembered,
            learnt=deck.known_count + deck.new_left - left,
        )

    def _add_known(self, deck: Deck) -> None:
        """What is overdue is seen on the first day; other settings move no day already set."""
        for card in deck.known:
            number = deck.known_count / len(deck.known)
            due = max(card.due_in, 0)
            self._put(due, card.elapsed + due, number, card.stability, card.difficulty)

    def _learn(self, day: int, number: int) -> None:
        habits = self.habits
        for rating, share, seconds in zip(Rating, habits.first, habits.first_seconds, strict=True):
            again = habits.again_seconds if rating is Rating.AGAIN else 0.0
            self.seconds += number * share * (seconds + again)
            self._rest(day, number * share, *self.formulas.first(rating))

    def _review(
        self, day: int, number: float, stability: float, difficulty: float, recall: float
    ) -> None:
        formulas = self.formulas
        stability, difficulty, recall = stability / number, difficulty / number, recall / number
        known, lost = number * recall, number * (1 - recall)
        self.reviews += number
        self.seconds += known * self.recalled_seconds + lost * self.lapse_seconds
        steadier = formulas.recalled(stability, difficulty, recall, bonus=self.bonus)
        self._rest(day, known, steadier, formulas.next_difficulty(difficulty, self.rating))
        shaken = formulas.forgotten(stability, difficulty, recall)
        self._rest(day, lost, shaken, formulas.next_difficulty(difficulty, Rating.AGAIN))

    def _rest(self, day: int, number: float, stability: float, difficulty: float) -> None:
        if not number:
            return
        interval = self.formulas.interval(stability, self.rest)
        self._put(day + interval, interval, number, stability, difficulty)

    def _put(
        self, due: int, elapsed: int, number: float, stability: float, difficulty: float
    ) -> None:
        """`elapsed` since the last review, on the day it is due."""
        if due >= self.days:
            elapsed -= due - (self.days - 1)
            self.remembered += number * self.formulas.recall(elapsed, stability)
            return
        recall = self.formulas.recall(elapsed, stability)
        key = (int(STEPS_A_DOUBLING * log2(stability) + 64), int(difficulty / STEP_OF_DIFFICULTY))
        state = self.waiting[due].setdefault(key, [0.0, 0.0, 0.0, 0.0])
        state[0] += number
        state[1] += number * stability
        state[2] += number * difficulty
        state[3] += number * recall


def _told(number: float) -> float:
    return round(number, 0 if number >= 10 else 1)
