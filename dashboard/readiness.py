"""How much of the points somebody would say on a date, and what practice until then would change.

Expected values: nothing is drawn at random. The memory follows practice.formulas; how much is said
of what is remembered, and of what is not, is the person's own average, pulled towards an assumption
while there is little to go by. docs/decisions/0015-readiness.md says what this cannot know.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log2, sqrt
from statistics import median
from typing import NamedTuple

from practice.formulas import Formulas
from practice.scheduling import Rating

# Without so many answers of one's own with a mark, no figure is shown: it would be assumed.
ENOUGH_ANSWERS = 20
# The assumptions below count as much as so many answers of one's own.
WEIGHT = 10
NORMAL_80 = 1.281552

MINUTES = (0, 15, 30, 45, 60)
HALF_HOUR = 30 * 60  # seconds
MOST_PICKED = 40
# The days until the date are taken together so that there are no more steps than these.
MOST_STEPS = 15
# What an interview asks where nothing says how many.
QUESTIONS_ASKED = 10

# Mean and variance of the share of an answer's weight that is said.
ASSUMED_KNOWN = (0.80, 0.04)
ASSUMED_FORGOTTEN = (0.25, 0.04)
ASSUMED_UNSEEN = (0.30, 0.08)
ASSUMED_UNSEEN_CHOICE = (0.45, 0.25)
ASSUMED_FIRST = (0.25, 0.10, 0.55, 0.10)
ASSUMED_RECALLED = (0.10, 0.80, 0.10)
# By open or not, first time or not; and for seeing it once more on the same day.
ASSUMED_SECONDS = {
    (True, True): 90.0,
    (True, False): 60.0,
    (False, True): 30.0,
    (False, False): 20.0,
}
ASSUMED_AGAIN_SECONDS = 30.0
FEWEST_TIMES = 5
SHORTEST, LONGEST = 5.0, 600.0


class Answer(NamedTuple):
    """One answer in practice. `share` is None where nothing was marked; 0 seconds: not known."""

    is_open: bool
    is_first: bool
    is_again: bool
    rating: int
    share: float | None
    seconds: int


@dataclass(frozen=True, slots=True)
class Share:
    """Of an answer's weight, 0 to 1: its mean, how answers differ, and how unsure the mean is."""

    mean: float
    variance: float
    doubt: float = 0.0

    @classmethod
    def of(cls, values: Sequence[float], assumed: tuple[float, float]) -> Share:
        """`doubt` is the variance of the mean."""
        usual, spread = assumed
        whole = len(values) + WEIGHT
        mean = (sum(values) + WEIGHT * usual) / whole
        variance = (sum((each - mean) ** 2 for each in values) + WEIGHT * spread) / whole
        return cls(mean, variance, variance / whole)


# A choice that is known is right, and one that is not is wrong.
RIGHT, WRONG = Share(1.0, 0.0), Share(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody answers. `known` and `forgotten` are of open questions; seconds as above.

    `reviews` is how many due reviews say how well their memory is predicted, `marked` how many
    answers have marks. `measured` are the kinds of seconds that are not merely assumed.
    """

    known: Share
    forgotten: Share
    unseen: Share
    unseen_choice: Share
    first_ratings: tuple[float, ...]
    recalled_ratings: tuple[float, ...]
    seconds: dict[tuple[bool, bool], float]
    again_seconds: float
    reviews: int
    marked: int

    @property
    def is_enough(self) -> bool:
        return self.marked >= ENOUGH_ANSWERS

    @property
    def missing(self) -> int:
        return max(0, ENOUGH_ANSWERS - self.marked)

    def said(self, is_open: bool) -> tuple[Share, Share]:
        """Of what is recalled and of what is not."""
        return (self.known, self.forgotten) if is_open else (RIGHT, WRONG)

    def at_first(self, is_open: bool) -> Share:
        """Of a question never answered before."""
        return self.unseen if is_open else self.unseen_choice


def manner(answers: Iterable[Answer]) -> Manner:
    """`answers` without cramming: what was seen a moment ago says little."""
    every = list(answers)
    firsts = [each for each in every if each.is_first]
    reviews = [each for each in every if not each.is_first and not each.is_again]

    def shares(of: Iterable[Answer], assumed: tuple[float, float]) -> Share:
        return Share.of([each.share for each in of if each.share is not None], assumed)

    return Manner(
        known=shares((a for a in reviews if a.is_open and a.rating > 1), ASSUMED_KNOWN),
        forgotten=shares((a for a in reviews if a.is_open and a.rating == 1), ASSUMED_FORGOTTEN),
        unseen=shares((a for a in firsts if a.is_open), ASSUMED_UNSEEN),
        unseen_choice=shares((a for a in firsts if not a.is_open), ASSUMED_UNSEEN_CHOICE),
        first_ratings=_ratings(firsts, (1, 2, 3, 4), ASSUMED_FIRST),
        recalled_ratings=_ratings(reviews, (2, 3, 4), ASSUMED_RECALLED),
        seconds={
            (is_open, is_first): _seconds(
                (a.seconds for a in (firsts if is_first else reviews) if a.is_open == is_open),
                assumed,
            )
            for (is_open, is_first), assumed in ASSUMED_SECONDS.items()
        },
        again_seconds=_seconds((a.seconds for a in every if a.is_again), ASSUMED_AGAIN_SECONDS),
        reviews=len(reviews),
        marked=sum(each.share is not None for each in firsts + reviews),
    )


def _ratings(
    answers: Sequence[Answer], ratings: Sequence[int], assumed: Sequence[float]
) -> tuple[float, ...]:
    given = [each.rating for each in answers if each.rating in ratings]
    whole = len(given) + WEIGHT
    return tuple(
        (given.count(rating) + WEIGHT * usual) / whole
        for rating, usual in zip(ratings, assumed, strict=True)
    )


def _seconds(measured: Iterable[int], assumed: float) -> float:
    """The median: one card left open over lunch must not count."""
    times = [each for each in measured if each]
    if len(times) < FEWEST_TIMES:
        return assumed
    return min(max(float(median(times)), SHORTEST), LONGEST)


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
            after, seconds = self._after_learning(asked.is_open, self.days)
            said = after * known.mean + (1 - after) * forgotten.mean
            gain = said - self.manner.at_first(asked.is_open).mean
            return Pick(asked.question, asked.is_open, seconds, weight * gain, None, after)
        recall = self.formulas.recall(asked.elapsed, asked.stability)
        before = self.formulas.recall(asked.elapsed + self.days, asked.stability)
        after = self._after_review(asked.stability, asked.difficulty, recall, self.days)
        return Pick(
            question=asked.question,
            is_open=asked.is_open,
            seconds=self._review_seconds(asked.is_open, recall),
            gain=weight * (after - before) * (known.mean - forgotten.mean),
            before=before,
            after=after,
        )

    def _after_review(
        self, stability: float, difficulty: float, recall: float, ahead: float
    ) -> float:
        """The chance of recall so many days after a review, whatever comes of it."""
        steadier = self.formulas.recalled(stability, difficulty, recall, bonus=self.bonus)
        shaken = self.formulas.forgotten(stability, difficulty, recall)
        known = recall * self.formulas.recall(ahead, steadier)
        return known + (1 - recall) * self.formulas.recall(ahead, shaken)

    def _after_learning(self, is_open: bool, ahead: float) -> tuple[float, float]:
        """The chance of recall so many days after the first time, and the seconds it takes."""
        after = sum(
            share * self.formulas.recall(ahead, stability) for share, stability, _d in self.firsts
        )
        again = self.firsts[0][0] * self.manner.again_seconds
        return after, self.manner.seconds[is_open, True] + again

    def _review_seconds(self, is_open: bool, recall: float) -> float:
        """Again shows it once more that day."""
        return self.manner.seconds[is_open, False] + (1 - recall) * self.manner.again_seconds

    # What so many minutes a day would change

    def shares_by_minutes(
        self, desired_retention: float, minutes: Iterable[int] = MINUTES
    ) -> list[tuple[int, float]]:
        """The expected share on the date for so many minutes on each day until then."""
        expected = self.expected()
        if expected is None:
            return []
        rest = self.formulas.days_per_stability(desired_retention)
        begin = _Future(self, rest).go(0)
        return [
            (each, min(1.0, expected.share + _Future(self, rest).go(each) - begin))
            for each in minutes
        ]


class _Group:
    """Questions in about the same state; sums over them, so that means are kept."""

    __slots__ = ("difficulty", "due", "is_open", "last", "number", "stability", "weight")

    def __init__(self, weight: float, is_open: bool, due: int) -> None:
        self.weight, self.is_open, self.due = weight, is_open, due
        self.number = self.stability = self.difficulty = self.last = 0.0

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

    A day counts from today, and `due` is the day from which a review moves something.
    """

    def __init__(self, readiness: Readiness, rest: float) -> None:
        self.of, self.rest = readiness, rest
        self.formulas, self.manner = readiness.formulas, readiness.manner
        self.days = readiness.days
        self.groups: dict[tuple[float, bool, int, int, int, int], _Group] = {}
        self.unseen: dict[tuple[float, bool], float] = {}
        self.put_aside = 0.0
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

    def go(self, minutes: int) -> float:
        """The share on the date, but for what cannot be practised, which is the same for all."""
        practice_days = max(self.days, 1)
        steps = min(practice_days, MOST_STEPS) if minutes else 0
        for step in range(steps):
            first = step * practice_days // steps
            end = (step + 1) * practice_days // steps
            self._practise((first + end - 1) // 2, end - 1, 60.0 * minutes * (end - first))
        return self._share()

    def _share(self) -> float:
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

    def _practise(self, day: int, last_day: int, seconds: float) -> None:
        """Sorted once: what is reviewed here does not come due again here."""
        ahead = self.days - day
        for _rate, cost, group, key in sorted(
            [*self._due(day, last_day, ahead), *self._new(ahead)],
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
        self, day: int, last_day: int, ahead: int
    ) -> Iterable[tuple[float, float, _Group | None, tuple[float, bool]]]:
        for group in self.groups.values():
            if group.due > last_day or group.number <= 0:
                continue
            stability = group.stability / group.number
            elapsed = max(day - group.last / group.number, 0.0)
            recall = self.formulas.recall(elapsed, stability)
            difficulty = group.difficulty / group.number
            after = self.of._after_review(stability, difficulty, recall, ahead)
            before = self.formulas.recall(elapsed + ahead, stability)
            known, forgotten = self.manner.said(group.is_open)
            gain = group.weight * (after - before) * (known.mean - forgotten.mean)
            cost = self.of._review_seconds(group.is_open, recall)
            if gain > 0:
                yield gain / cost, cost, group, (group.weight, group.is_open)

    def _new(self, ahead: int) -> Iterable[tuple[float, float, _Group | None, tuple[float, bool]]]:
        for (weight, is_open), number in self.unseen.items():
            after, cost = self.of._after_learning(is_open, ahead)
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
        due = min(due, self.days + 1)  # after the date all days are one
        elapsed = log2(1 + max(self.days - last, 0.0))
        key = (
            *(weight, is_open, due),
            *(int(log2(stability) + 64), int(difficulty / 3.0), int(2 * elapsed)),
        )
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = _Group(weight, is_open, due)
        group.add(number, stability, difficulty, last)


def _drawn(pool: Pool) -> int:
    return min(pool.count, len(pool.questions))


def _interval(share: float, variance: float) -> tuple[float, float]:
    spread = NORMAL_80 * sqrt(variance)
    return max(0.0, share - spread), min(1.0, share + spread)
