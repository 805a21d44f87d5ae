"""Whether parameters fitted to a log of reviews predict it better, and which those are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from math import log

from practice.formulas import Formulas
from practice.scheduling import within_bounds

# Fits to fewer reviews of one learner are worse than the defaults more often than not.
SITE_REVIEWS, OWN_REVIEWS = 5_000, 2_000
OWN_GAIN = 0.002  # log loss
HELD_BACK = 5  # one review of so many: the newest
SURE = 1e-6  # no prediction counts as surer, or one surprise would outweigh all else

PACKAGE = "fsrs_rs_python"


@dataclass(frozen=True, slots=True)
class Answered:
    on: date
    at: datetime
    rating: int


type History = Sequence[Answered]
"""The scheduled reviews of one card, from the day it was learnt (anew)."""


@dataclass(frozen=True, slots=True)
class Item:
    """A review that was predicted, `reviews[-1]`, and what came before: days since, and rating."""

    at: datetime
    reviews: tuple[tuple[int, int], ...]


type Fitter = Callable[[Sequence[Item]], Sequence[float]]


class Verdict(StrEnum):
    TOO_FEW = "too few reviews"
    NO_BETTER = "no better than what they would replace"
    BETTER = "better"


@dataclass(frozen=True, slots=True)
class Decision:
    """`parameters` are None unless they are better. The losses are None if nothing was fitted."""

    verdict: Verdict
    review_count: int
    parameters: Sequence[float] | None = None
    log_loss_before: float | None = None
    log_loss: float | None = None


def installed_fitter() -> Fitter | None:
    """The optional package, or None. It states no licence, so it never comes with Studyhub."""
    return _fit if find_spec(PACKAGE) else None


def _fit(items: Sequence[Item]) -> Sequence[float]:
    package = import_module(PACKAGE)
    training = [
        package.FSRSItem([package.FSRSReview(rating, days) for days, rating in item.reviews])
        for item in items
    ]
    found: list[float] = package.FSRS(package.DEFAULT_PARAMETERS).compute_parameters(training)
    return found


def decide(
    histories: Sequence[History],
    before: Sequence[float],
    fit: Fitter,
    *,
    least_reviews: int,
    least_gain: float,
) -> Decision:
    """Fit to the older reviews, judge on the newest fifth; what is better is fitted to all."""
    review_count = sum(map(len, histories))
    found = items(histories)
    if review_count < least_reviews or len(found) < HELD_BACK:
        return Decision(Verdict.TOO_FEW, review_count)
    older, newest = _split(found)
    loss_before = log_loss(newest, before)
    loss = log_loss(newest, within_bounds(fit(older)))
    if loss_before - loss <= least_gain:
        return Decision(Verdict.NO_BETTER, review_count, None, loss_before, loss)
    return Decision(Verdict.BETTER, review_count, within_bounds(fit(found)), loss_before, loss)


def items(histories: Sequence[History]) -> list[Item]:
    """In the order in which the reviews were made. A second one on the same day predicts nothing."""
    found = []
    for history in histories:
        reviews: list[tuple[int, int]] = []
        for number, answered in enumerate(history):
            days = max((answered.on - history[number - 1].on).days, 0) if number else 0
            reviews.append((days, answered.rating))
            if days:
                found.append(Item(answered.at, tuple(reviews)))
    return sorted(found, key=lambda item: item.at)


def _split(found: list[Item]) -> tuple[list[Item], list[Item]]:
    newest = len(found) // HELD_BACK
    return found[:-newest], found[-newest:]


def log_loss(found: Sequence[Item], parameters: Sequence[float]) -> float:
    """The mean surprise at what was recalled; lower is better, 0 is foresight."""
    formulas = Formulas(parameters)
    return sum(_surprise(item, formulas) for item in found) / len(found)


def _surprise(item: Item, formulas: Formulas) -> float:
    (_days, first), *between, (days, rating) = item.reviews
    stability, difficulty = formulas.first(first)
    for elapsed, judged in between:
        stability, difficulty = formulas.after(
            stability, difficulty, elapsed=elapsed, rating=judged
        )
    recall = min(max(formulas.recall(days, stability), SURE), 1 - SURE)
    return -log(recall if rating > 1 else 1 - recall)
