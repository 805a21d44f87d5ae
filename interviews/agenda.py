"""What a learner has before them: interviews to start, running, missed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import User
from interviews import deadlines
from interviews.deadlines import Deadline, Pace, Refusal, RefusalReason, ResolvedTerms
from interviews.models import Assignment, Extension, Sitting

# What waits is to do; what can never be started any more was missed or is used up.
WAITS = (None, RefusalReason.NOT_OPEN_YET)
DUE_SOON = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """An assignment as one learner finds it now. `refusal` None: it may be started."""

    assignment: Assignment
    terms: ResolvedTerms
    refusal: Refusal | None
    sittings: list[Sitting]
    deadline: Deadline
    now: datetime

    @property
    def is_due_soon(self) -> bool:
        """It may be started, but in a day not any more."""
        until = self.starts_until
        return self.refusal is None and until is not None and until - self.now <= DUE_SOON

    @property
    def number(self) -> int:
        """Of the sitting that would be started."""
        return max((sitting.number for sitting in self.sittings), default=0) + 1

    @property
    def running(self) -> Sitting | None:
        return next((each for each in self.sittings if each.is_in_progress), None)

    @property
    def sittings_counting(self) -> list[Sitting]:
        return [each for each in self.sittings if each.state != Sitting.State.VOIDED]

    @property
    def pace(self) -> Pace | None:
        """The very times that a start now would give each question."""
        return self.terms.pace_for(self.assignment.blueprint.drawn_count)

    @property
    def sittings_left(self) -> int | None:
        """None: as many as wished."""
        allowed = self.terms.sittings_allowed
        return None if allowed is None else max(allowed - len(self.sittings_counting), 0)

    @property
    def starts_until(self) -> datetime | None:
        """The last moment to start, if there is one."""
        moments = [self.terms.start_by, self.terms.closes_at]
        return min((moment for moment in moments if moment), default=None)

    @property
    def minutes_given(self) -> int | None:
        """Rounded down, as nobody should be promised a minute that is not there."""
        given = self.deadline.time_given
        return None if given is None else given // deadlines.MINUTE

    @property
    def minutes_expected(self) -> int | None:
        full = self.deadline.full_time
        return None if full is None else full // deadlines.MINUTE

    @property
    def minutes_extra(self) -> int:
        """Of those: given to this learner or their cohort on top."""
        return self.terms.extra_time // deadlines.MINUTE


@dataclass(frozen=True, kw_only=True)
class Agenda:
    running: list[Sitting]
    to_do: list[Offer]
    missed: list[Offer]


def offer(assignment: Assignment, *, learner: User, now: datetime) -> Offer:
    sittings = list(assignment.sittings.of(learner))
    return make_offer(assignment, assignment.terms_for(learner), sittings=sittings, now=now)


def make_offer(
    assignment: Assignment,
    terms: ResolvedTerms,
    *,
    sittings: list[Sitting],
    now: datetime,
) -> Offer:
    counting = [each for each in sittings if each.state != Sitting.State.VOIDED]
    return Offer(
        assignment=assignment,
        terms=terms,
        refusal=assignment.start_refusal(terms, sittings=counting, now=now),
        sittings=sittings,
        deadline=deadlines.deadline(now, terms),
        now=now,
    )


def close_overdue(learner: User, *, now: datetime) -> None:
    for sitting in list(Sitting.objects.of(learner).overdue(now)):
        sitting.close_if_overdue(now)


def agenda(learner: User, *, now: datetime) -> Agenda:
    """Five queries, however much there is; the learner's overdue sittings are closed first.

    Mocks of one's own appear while they run, and never wait: they are started as they are made.
    """
    close_overdue(learner, now=now)
    sittings = Sitting.objects.of(learner).select_related("assignment__blueprint")
    running = list(sittings.in_progress().order_by("deadline_at", "started_at"))
    offers = offers_to(learner, now=now)
    waiting = [each for each in offers if not each.running]
    return Agenda(
        running=running,
        to_do=[each for each in waiting if reason_of(each) in WAITS],
        missed=[
            each for each in waiting if reason_of(each) not in WAITS and not each.sittings_counting
        ],
    )


def reason_of(offer: Offer) -> RefusalReason | None:
    return offer.refusal.reason if offer.refusal else None


def offers_to(learner: User, *, now: datetime) -> list[Offer]:
    """Of what was assigned to them, the most urgent first."""
    assignments = Assignment.objects.given_to(learner).from_others()
    assignments = assignments.select_related("blueprint", "assigned_by")
    given = list(assignments.prefetch_related("blueprint__sections"))
    extensions: dict[UUID, list[Extension]] = defaultdict(list)
    for extension in Extension.objects.concerning(learner).filter(assignment__in=given):
        extensions[extension.assignment_id].append(extension)
    sittings: dict[UUID, list[Sitting]] = defaultdict(list)
    for sitting in Sitting.objects.of(learner).filter(assignment__in=given):
        sittings[sitting.assignment_id].append(sitting)
    offers = [
        make_offer(
            assignment,
            assignment.terms_with(extensions[assignment.pk], user=learner),
            sittings=sittings[assignment.pk],
            now=now,
        )
        for assignment in given
    ]
    return sorted(offers, key=lambda each: (each.starts_until is None, each.starts_until or now))
