"""Everyone an assignment was given to, and how far each of them is by the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from interviews.deadlines import MINUTE, RefusalReason, ResolvedTerms
from interviews.models import Assignment, Extension, Sitting


class Standing(models.TextChoices):
    NOT_OPEN = "not_open", _("Not open yet")
    NOT_STARTED = "not_started", _("Not started")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    TIME_UP = "time_up", _("Time is up")
    SUBMITTED = "submitted", _("Handed in")
    MARKED = "marked", _("Marked")
    RELEASED = "released", _("Released")
    MISSED = "missed", _("Missed")
    VOIDED = "voided", _("Voided")


# How a standing looks: chip kind and icon, beside its word.
LOOKS = {
    Standing.NOT_OPEN: ("", "clock"),
    Standing.NOT_STARTED: ("", "circle-dashed"),
    Standing.RUNNING: ("info", "play"),
    Standing.PAUSED: ("warning", "pause"),
    Standing.TIME_UP: ("warning", "clock"),
    Standing.SUBMITTED: ("warning", "pencil"),
    Standing.MARKED: ("info", "check"),
    Standing.RELEASED: ("success", "circle-check"),
    Standing.MISSED: ("danger", "circle-x"),
    Standing.VOIDED: ("", "x"),
}


# Who may have more minutes: they have yet to start, or are at it.
WAITING = (Standing.NOT_OPEN, Standing.NOT_STARTED)
AT_IT = (Standing.RUNNING, Standing.PAUSED)


@dataclass(frozen=True)
class Place:
    """One learner of an assignment. `sitting` is the latest one that counts; None: none does.

    `cohorts`: the keys of those they are in now, of the assignment's.
    """

    learner: User
    standing: Standing
    terms: ResolvedTerms
    sitting: Sitting | None
    extension: Extension | None
    time_left: timedelta | None
    cohorts: Collection[object] = ()

    @property
    def look(self) -> tuple[str, str]:
        return LOOKS[self.standing]

    @property
    def minutes_left(self) -> timedelta | None:
        """Rounded up: half a minute is not nothing. None for an untimed sitting."""
        return self.time_left and -(-self.time_left // MINUTE) * MINUTE

    @property
    def is_started(self) -> bool:
        """Running or paused: `sitting` is the one they are at."""
        return self.standing in AT_IT

    @property
    def can_use_minutes(self) -> bool:
        """Before the start, or while it runs; afterwards minutes come too late."""
        return self.is_started or self.standing in WAITING

    @property
    def is_untimed(self) -> bool:
        """What runs keeps the limit it has; who has yet to start has that of the terms."""
        if self.is_started and self.sitting:
            return self.sitting.deadline_at is None
        return self.terms.time_limit is None

    @property
    def extra_minutes(self) -> int:
        """Added already, by whatever extension counts for them."""
        return self.terms.extra_time // MINUTE


@dataclass
class Known:
    """What is read about one learner before their place is worked out."""

    cohorts: set[object] = field(default_factory=set)
    sittings: list[Sitting] = field(default_factory=list)


def roster(assignment: Assignment, *, now: datetime) -> list[Place]:
    """By name. Five queries, however many learners there are. Closes nothing."""
    prefetch_related_objects([assignment], "blueprint__sections")
    known: dict[int, Known] = defaultdict(Known)
    for user_id, cohort_id in current_members(assignment):
        known[user_id].cohorts.add(cohort_id)
    for sitting in assignment.sittings.order_by("number"):
        known[sitting.learner_id].sittings.append(sitting)
    extensions = list(assignment.extensions.all())
    learners = User.objects.filter(Q(pk__in=known) | Q(assignments=assignment)).distinct()
    return [
        place_of(learner, known[learner.pk], assignment, extensions, now)
        for learner in learners.order_by("name", "email")
    ]


def current_members(assignment: Assignment) -> models.QuerySet[Membership, tuple[int, object]]:
    members = Membership.objects.filter(
        cohort__assignments=assignment, role=Membership.Role.LEARNER, left_at=None
    )
    return members.values_list("user_id", "cohort_id")


def place_of(
    learner: User,
    known: Known,
    assignment: Assignment,
    extensions: list[Extension],
    now: datetime,
) -> Place:
    own = next((each for each in extensions if each.learner_id == learner.pk), None)
    concerning = [each for each in extensions if each == own or each.cohort_id in known.cohorts]
    terms = assignment.terms_with(concerning, user=learner)
    counting = [each for each in known.sittings if each.state != Sitting.State.VOIDED]
    sitting = counting[-1] if counting else None
    return Place(
        learner=learner,
        standing=(
            standing_of_sitting(sitting, now=now)
            if sitting
            else standing_without_sitting(assignment, terms, known=known, now=now)
        ),
        terms=terms,
        sitting=sitting or (known.sittings[-1] if known.sittings else None),
        extension=own,
        time_left=sitting.remaining(now) if sitting and sitting.is_in_progress else None,
        cohorts=known.cohorts,
    )


def standing_of_sitting(sitting: Sitting, *, now: datetime) -> Standing:
    if sitting.is_overdue(now):
        return Standing.TIME_UP
    if sitting.is_in_progress:
        return Standing.PAUSED if sitting.is_paused else Standing.RUNNING
    return Standing(sitting.state)


def standing_without_sitting(
    assignment: Assignment, terms: ResolvedTerms, *, known: Known, now: datetime
) -> Standing:
    refusal = assignment.start_refusal(terms, sittings=[], now=now)
    if refusal is None:
        return Standing.NOT_STARTED
    if refusal.reason == RefusalReason.NOT_OPEN_YET:
        return Standing.NOT_OPEN
    return Standing.VOIDED if known.sittings else Standing.MISSED
