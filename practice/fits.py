"""Fitting parameters to the log of the site, and to that of each learner who has enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Sum

from practice import fitting
from practice.fitting import Answered, Decision, Fitter, Verdict
from practice.models import Card, FitAttempt, Parameters, Review, ReviewQuerySet, StudyDay
from practice.scheduling import DEFAULT_PARAMETERS

if TYPE_CHECKING:
    from accounts.models import User

# Enough for the site's parameters; more would only keep the worker busy.
MOST_REVIEWS = 200_000
# Tried anew when the log has grown by so much, whatever came of the last attempt.
GROWTH = 1.1
CHUNK = 2_000


def fit_site(fit: Fitter, *, now: datetime, is_trial: bool = False) -> Decision:
    """The site's parameters against the defaults. A trial changes nothing."""
    reviews = Review.objects.scheduled()
    log_count = reviews.count()
    share = MOST_REVIEWS / max(log_count, 1)
    if share < 1:
        reviews = reviews.filter(card__in=Card.objects.sampled(share))
    decision = fitting.decide(
        list(histories(reviews)),
        DEFAULT_PARAMETERS,
        fit,
        least_reviews=fitting.SITE_REVIEWS,
        least_gain=0.0,
    )
    if not is_trial:
        _keep(None, decision, log_count=log_count, now=now)
    return decision


def fit_learner(user: User, fit: Fitter, *, now: datetime, is_trial: bool = False) -> Decision:
    """The learner's own parameters against the site's. A trial changes nothing."""
    log_count = scheduled_reviews(user)
    decision = fitting.decide(
        list(histories(Review.objects.of(user).scheduled())),
        Parameters.objects.of_site().values,
        fit,
        least_reviews=fitting.OWN_REVIEWS,
        least_gain=fitting.OWN_GAIN,
    )
    if not is_trial:
        _keep(user, decision, log_count=log_count, now=now)
    return decision


@transaction.atomic
def _keep(user: User | None, decision: Decision, *, log_count: int, now: datetime) -> None:
    """Cards are left as they are: each follows the new parameters from its next review."""
    tried = {"log_count": log_count, "tried_at": now}
    FitAttempt.objects.update_or_create(user=user, defaults=tried)
    if decision.verdict is not Verdict.BETTER or decision.parameters is None:
        Parameters.objects.replace(user, None)
        return
    fitted = Parameters(
        numbers=list(decision.parameters),
        review_count=decision.review_count,
        log_loss=decision.log_loss,
        log_loss_before=decision.log_loss_before,
        fitted_at=now,
    )
    Parameters.objects.replace(user, fitted)


def histories(reviews: ReviewQuerySet) -> Iterator[list[Answered]]:
    """Each begins where a card was learnt, or learnt anew; what came before is not known."""
    rows = reviews.order_by("card_id", "number", "reviewed_at").values_list(
        "card_id", "kind", "study_day", "reviewed_at", "rating"
    )
    for _card, mine in groupby(rows.iterator(CHUNK), itemgetter(0)):
        history: list[Answered] = []
        is_known = False
        for _pk, kind, study_day, reviewed_at, rating in mine:
            if kind == Review.Kind.LEARN:
                if history:
                    yield history
                history, is_known = [], True
            if is_known:
                history.append(Answered(study_day, reviewed_at, rating))
        if history:
            yield history


def scheduled_reviews(user: User) -> int:
    """How many count for fitting, from the sums of the days."""
    sums = StudyDay.objects.filter(user=user).aggregate(all=Sum(F("new_cards") + F("due_reviews")))
    return sums["all"] or 0


def learners_to_fit() -> list[int]:
    """Keys of those with enough reviews, and enough new ones since they were last tried."""
    sums = StudyDay.objects.values_list("user").annotate(all=Sum(F("new_cards") + F("due_reviews")))
    enough = dict(sums.filter(all__gte=fitting.OWN_REVIEWS).order_by("user"))
    tried = dict(FitAttempt.objects.filter(user__in=enough).values_list("user", "log_count"))
    return [pk for pk, number in enough.items() if number >= GROWTH * tried.get(pk, 0)]


def site_has_grown() -> bool:
    """Its whole log, since it was last tried; a fit may take a part of it only."""
    number = Review.objects.scheduled().count()
    last = FitAttempt.objects.filter(user=None).first()
    return number >= fitting.SITE_REVIEWS and (last is None or number >= GROWTH * last.log_count)
