"""How somebody answers: how much they say of what they remember, and how long it takes them.

Their own averages, pulled towards an assumption while there is little to go by.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

# Without so many answers of one's own with a mark, no figure is shown: it would be assumed.
ENOUGH_ANSWERS = 20
# The assumptions below count as much as so many answers of one's own.
WEIGHT = 10

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
