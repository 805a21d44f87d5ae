"""More minutes for one, some or all whom an interview was given to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from interviews import deadlines
from interviews.deadlines import MINUTE
from interviews.models import Assignment, Grant
from interviews.roster import Place, roster

if TYPE_CHECKING:
    from accounts.models import User

# As much as one extension may give.
MOST_MINUTES = 480


class NotInvolved(Exception):
    """Somebody who was chosen is not, or no longer, given this interview."""


class TooManyMinutes(Exception):
    """`place` is of somebody who would then have more than an extension may give."""

    def __init__(self, place: Place) -> None:
        super().__init__(str(place.learner))
        self.place = place


class Effect(StrEnum):
    WAITING = "waiting"  # they have it when they start
    LATER = "later"  # the running interview ends later
    CUT = "cut"  # it ends at the closing time, before all of it could be used
    UNTIMED = "untimed"  # there is no limit that minutes could be added to
    REPEATED = "repeated"  # they have it by this very form
    TOO_LATE = "too_late"


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What is added, and who says so why. `token`: of the form it was said in."""

    minutes: int
    reason: str
    token: UUID
    actor: User
    now: datetime

    @property
    def length(self) -> timedelta:
        return self.minutes * MINUTE


type Effects = dict[Effect, list[Place]]


@transaction.atomic
def add_minutes(
    assignment: Assignment, learner_pks: Collection[int], addition: Addition
) -> Effects:
    """What came of it for each, by name; all that is asked, or after an exception nothing.

    Locks the assignment, so that starts and other additions wait, and what runs, so that nobody
    hands in meanwhile. Raises NotInvolved and TooManyMinutes.
    """
    assignment = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    assignment.sittings.in_progress().filter(learner__in=learner_pks).lock()
    places = {place.learner.pk: place for place in roster(assignment, now=addition.now)}
    if not places.keys() >= set(learner_pks):
        raise NotInvolved
    had = Grant.objects.filter(extension__assignment=assignment, token=addition.token)
    have_it = set(had.values_list("extension__learner", flat=True))
    effects: Effects = defaultdict(list)
    for pk, place in places.items():
        if pk in learner_pks:
            effect = Effect.REPEATED if pk in have_it else add_to(place, assignment, addition)
            effects[effect].append(place)
    return effects


def add_to(place: Place, assignment: Assignment, addition: Addition) -> Effect:
    if not place.can_use_minutes:
        return Effect.TOO_LATE
    if place.extra_minutes + addition.minutes > MOST_MINUTES:
        raise TooManyMinutes(place)
    effect = Effect.UNTIMED if place.is_untimed else Effect.WAITING
    if place.is_started:
        effect = lengthen(place, addition)
    if effect in (Effect.WAITING, Effect.LATER, Effect.CUT):
        record(place, assignment, addition)
    return effect


def lengthen(place: Place, addition: Addition) -> Effect:
    """The running interview, counted from the deadline that it has."""
    sitting = place.sitting
    if sitting is None or sitting.deadline_at is None:
        return Effect.UNTIMED
    wished_at = sitting.deadline_at + addition.length
    deadline_at = deadlines.later(sitting.deadline_at, place.terms, more=addition.length)
    is_longer = sitting.extend(
        deadline_at,
        more=addition.length,
        reason=addition.reason,
        actor=addition.actor,
        now=addition.now,
    )
    if not is_longer and (sitting.is_overdue(addition.now) or sitting.is_lapsed(addition.now)):
        return Effect.TOO_LATE
    return Effect.LATER if deadline_at == wished_at else Effect.CUT


def record(place: Place, assignment: Assignment, addition: Addition) -> None:
    """Whatever else an extension says stays as it is."""
    extension, _is_new = assignment.extensions.update_or_create(
        learner=place.learner,
        defaults={
            "extra_minutes": place.extra_minutes + addition.minutes,
            "granted_by": addition.actor,
            "granted_at": addition.now,
        },
        create_defaults={
            "extra_minutes": place.extra_minutes + addition.minutes,
            "reason": addition.reason,
            "granted_by": addition.actor,
            "granted_at": addition.now,
        },
    )
    extension.grants.create(
        token=addition.token,
        minutes=addition.minutes,
        reason=addition.reason,
        granted_by=addition.actor,
        granted_at=addition.now,
    )
