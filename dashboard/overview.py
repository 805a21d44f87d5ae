"""What a person needs to know today: what waits, what is running, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.timesince import timeuntil
from django.utils.translation import gettext, pgettext

from accounts.models import User
from dashboard.drawing import HeatMapDrawing, draw_heat_map
from dashboard.heat_map import HeatMap, heat_map
from dashboard.preparation import Preparation
from dashboard.streaks import counted_days, current_streak
from dashboard.wording import distance, heat_map_summary
from interviews.deadlines import RefusalReason, ResolvedTerms
from interviews.models import Assignment, Extension, Goal, Sitting
from practice.ending import next_asked
from practice.models import StudyDay, StudySettings
from practice.queue import Counts, counts

WEEKS_SHOWN = 16
INTERVIEWS_SHOWN = 5
NEVER = datetime.max.replace(tzinfo=UTC)
ENDED = {
    RefusalReason.CLOSED,
    RefusalReason.START_BY_PASSED,
    RefusalReason.NO_SITTINGS_LEFT,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """`label` says what happens then; `distance` how far away that is."""

    label: str
    at: datetime
    distance: str


@dataclass(frozen=True, slots=True)
class GivenInterview:
    """An assignment that this person can still sit."""

    assignment: Assignment
    terms: ResolvedTerms
    is_open: bool

    @property
    def next_date(self) -> datetime:
        """When the person must have acted, for sorting."""
        return self.terms.start_by or self.terms.closes_at or NEVER

    def moments(self, now: datetime) -> list[Moment]:
        dates = [
            (pgettext("an interview", "Opens"), None if self.is_open else self.terms.opens_at),
            (gettext("Start by"), self.terms.start_by),
            (pgettext("an interview", "Closes"), self.terms.closes_at),
        ]
        return [Moment(label, at, distance(at, now=now)) for label, at in dates if at]


@dataclass(frozen=True)
class Overview:
    """All that `today` shows. Its queries are few and do not grow with the person's history."""

    user: User
    now: datetime

    @property
    def today(self) -> date:
        return self.user.study_day(self.now)

    @cached_property
    def counts(self) -> Counts:
        return counts(self.user, today=self.today)

    @property
    def due_now(self) -> int:
        return self.counts.again + self.counts.due

    @cached_property
    def reviews_by_day(self) -> dict[date, int]:
        days = StudyDay.objects.filter(user=self.user, reviews__gt=0)
        return dict(days.values_list("study_day", "reviews"))

    @cached_property
    def done(self) -> StudyDay:
        return StudyDay.objects.at(self.user, self.today)

    @property
    def minutes_done(self) -> int:
        return round(self.done.seconds / 60)

    @cached_property
    def wish(self) -> StudySettings:
        return StudySettings.objects.of(self.user)

    @cached_property
    def streak(self) -> int:
        days = counted_days(self.reviews_by_day, least=self.wish.a_day_counts_from)
        return current_streak(days, today=self.today)

    @property
    def reviews_for_today(self) -> int:
        """How many more make today count."""
        return max(0, self.wish.a_day_counts_from - self.done.reviews)

    @cached_property
    def heat_map(self) -> HeatMap:
        """Whole weeks, so that the map begins with a Monday."""
        days = (WEEKS_SHOWN - 1) * 7 + self.today.weekday() + 1
        least = self.wish.a_day_counts_from
        return heat_map(self.reviews_by_day, today=self.today, days=days, least=least)

    @cached_property
    def heat_map_drawing(self) -> HeatMapDrawing:
        return draw_heat_map(self.heat_map)

    @cached_property
    def heat_map_summary(self) -> str:
        return heat_map_summary(self.heat_map)

    @cached_property
    def running(self) -> Sitting | None:
        """The interview in progress with time left; of several the one that ends first."""
        running = Sitting.objects.of(self.user).in_progress()
        return (
            running.filter(
                Q(deadline_at=None) | Q(deadline_at__gt=self.now) | Q(paused_at__isnull=False)
            )
            .select_related("assignment__blueprint")
            .order_by(F("deadline_at").asc(nulls_last=True))
            .first()
        )

    @property
    def time_left(self) -> str:
        """Empty for an untimed interview."""
        ends_at = self.running and self.running.ends_at
        return timeuntil(ends_at, self.now) if ends_at else ""

    @cached_property
    def interviews(self) -> list[GivenInterview]:
        """Those that can still be started, the most pressing first."""
        given = [
            self._given(assignment)
            for assignment in assignments_ahead(self.user, now=self.now)
            if not (self.running and self.running.assignment_id == assignment.pk)
        ]
        ahead = sorted((each for each in given if each), key=lambda each: each.next_date)
        return ahead[:INTERVIEWS_SHOWN]

    def _given(self, assignment: Assignment) -> GivenInterview | None:
        terms = assignment.terms_with(assignment.own_extensions, user=self.user)  # type: ignore[attr-defined]  # prefetched
        used = assignment.own_sittings  # type: ignore[attr-defined]  # prefetched
        refusal = assignment.start_refusal(terms, sittings=used, now=self.now)
        if refusal and refusal.reason in ENDED:
            return None
        if used and terms.sittings_allowed is None:
            return None  # nothing left to do, though it may be sat again
        return GivenInterview(assignment, terms, is_open=refusal is None)

    @property
    def interview_lines(self) -> list[tuple[GivenInterview, list[Moment]]]:
        return [(each, each.moments(self.now)) for each in self.interviews]

    @cached_property
    def last_mock(self) -> Sitting | None:
        return results_of(self.user).first()

    @cached_property
    def preparation(self) -> Preparation | None:
        """For the day this person named, if it is not over."""
        goal = Goal.objects.of(self.user).ahead(self.today).first()
        return Preparation(self.user, goal, self.now) if goal else None

    @cached_property
    def to_mark(self) -> int:
        """Interviews handed in to this instructor and not yet marked."""
        if not self.user.is_instructor:
            return 0
        given = Assignment.objects.given_by(self.user)
        return Sitting.objects.filter(
            state=Sitting.State.SUBMITTED, assignment__in=given.values("pk")
        ).count()

    @property
    def is_new_here(self) -> bool:
        return not (self.reviews_by_day or self.running or self.last_mock)

    @property
    def is_first_day(self) -> bool:
        """Nothing was done before today: whoever only tried one question is still to be shown around."""
        return not self.last_mock and self.reviews_by_day.keys() <= {self.today}

    @cached_property
    def next_due(self) -> tuple[date, int] | None:
        """The next day that asks for cards seen before, and for how many."""
        return next_asked(self.user, today=self.today)

    @property
    def is_holiday(self) -> bool:
        return self.wish.is_holiday(self.today)

    @property
    def is_next_due_tomorrow(self) -> bool:
        return bool(self.next_due and self.next_due[0] == self.today + timedelta(days=1))


def assignments_ahead(user: User, *, now: datetime) -> list[Assignment]:
    """What was given to the person and may be open to them, with their sittings and extensions."""
    extensions = Extension.objects.concerning(user)
    extended = Exists(extensions.filter(assignment=OuterRef("pk")))
    given = Assignment.objects.given_to(user).from_others()
    return list(
        given.filter(Q(closes_at=None) | Q(closes_at__gt=now) | extended)
        .select_related("blueprint")
        .prefetch_related(
            Prefetch("extensions", extensions, to_attr="own_extensions"),
            Prefetch("sittings", Sitting.objects.of(user).counting(), to_attr="own_sittings"),
        )
    )


def results_of(user: User) -> QuerySet[Sitting]:
    """Sittings with a result that the learner may see, the newest first.

    Of a mock of their own at once, of an assigned one when it is released; of neither before they
    were asked how they think they did.
    """
    shown = Q(state=Sitting.State.RELEASED) | Q(assignment__assigned_by=user)
    return (
        Sitting.objects.of(user)
        .closed()
        .filter(shown, predicted_at__isnull=False, score__isnull=False, points__gt=0)
        .select_related("assignment__blueprint")
        .order_by("-submitted_at")
    )
