"""When an interview may be started, when a sitting ends, and what still counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

# For the text that was sent in time and is still on its way. The editor locks at zero.
GRACE = timedelta(seconds=15)

NO_TIME = timedelta(0)
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)


class ClosePolicy(StrEnum):
    """START_BY: the window limits starting only. HARD_CLOSE: it also ends what is running."""

    START_BY = "start_by"
    HARD_CLOSE = "hard_close"


class Untimed(Enum):
    UNTIMED = "untimed"


# Said of a time limit: there is none. None says something else: nobody has set it here.
UNTIMED: Final = Untimed.UNTIMED

type TimeLimit = timedelta | Untimed


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How long a question takes at most: to think, then to answer; a follow-up is answered at once."""

    think: timedelta
    answer: timedelta
    follow_up: timedelta

    def for_all(self, questions: int, *, follow_ups: int) -> timedelta:
        """For as many questions, each with as many follow-ups."""
        return questions * (self.think + self.answer + follow_ups * self.follow_up)


@dataclass(frozen=True, kw_only=True)
class Window:
    """The dates of an interview, kept in UTC. None: not set."""

    opens_at: datetime | None = None
    start_by: datetime | None = None
    closes_at: datetime | None = None

    def __post_init__(self) -> None:
        for name in ("opens_at", "start_by", "closes_at"):
            moment = getattr(self, name)
            if moment is not None:
                object.__setattr__(self, name, in_utc(moment))


@dataclass(frozen=True, kw_only=True)
class Terms(Window):
    """What one source, an assignment or an extension, sets. A field that is None inherits.

    A source that lifts the time limit says `time_limit=UNTIMED`.
    """

    time_limit: TimeLimit | None = None
    pace: Pace | None = None
    extra_time: timedelta | None = None
    sittings_allowed: int | None = None
    close_policy: ClosePolicy | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.time_limit, timedelta) and self.time_limit <= NO_TIME:
            raise ValueError("A time limit is longer than nothing; UNTIMED says there is none.")
        if self.extra_time is not None and self.extra_time < NO_TIME:
            raise ValueError("Extra time is never negative.")
        if self.sittings_allowed is not None and self.sittings_allowed < 0:
            raise ValueError("The number of sittings is never negative.")


@dataclass(frozen=True, kw_only=True)
class ResolvedTerms(Window):
    """What holds for one learner. None: there is no such bound.

    `time_limit` and `pace` are those before the learner's time factor; `full_time` and `pace_for`
    those after it.
    """

    time_limit: timedelta | None = None
    pace: Pace | None = None
    extra_time: timedelta = NO_TIME
    sittings_allowed: int | None = None
    close_policy: ClosePolicy = ClosePolicy.START_BY
    time_factor: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.time_factor < 1:
            raise ValueError("A time factor gives time, so it is 1 or more.")

    @property
    def full_time(self) -> timedelta | None:
        """Counted in fractions: in floats, 30 minutes x 1.1 would round up to a second too many."""
        if self.time_limit is None:
            return None
        seconds = Fraction(self.time_limit // MICROSECOND, 1_000_000) * Fraction(self.time_factor)
        return timedelta(seconds=ceil(seconds)) + self.extra_time

    def pace_for(self, questions: int) -> Pace | None:
        """Extra time is spread over the answers. None: questions have no time of their own."""
        if self.pace is None or self.time_limit is None:
            return None
        return Pace(
            think=self.lengthened(self.pace.think),
            answer=self.lengthened(self.pace.answer) + self.extra_time // questions,
            follow_up=self.lengthened(self.pace.follow_up),
        )

    def lengthened(self, length: timedelta) -> timedelta:
        """Rounded down, so that the parts are never more than the whole."""
        return timedelta(microseconds=int(length // MICROSECOND * Fraction(self.time_factor)))


class DeadlineReason(StrEnum):
    FULL_TIME = "full_time"
    SHORTENED_BY_CLOSING = "shortened_by_closing"
    UNTIL_CLOSING = "until_closing"  # no time limit, but the interview closes


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """When a sitting ends and why then. `at` and `time_given` are None when it never does.

    `full_time` is what the learner would have had without the closing; None: as long as they like.
    """

    at: datetime | None
    reason: DeadlineReason
    time_given: timedelta | None
    full_time: timedelta | None

    @property
    def minutes_lost(self) -> int:
        """Rounded up, so that a page never promises a minute that is not there."""
        if self.time_given is None or self.full_time is None:
            return 0
        return -((self.time_given - self.full_time) // MINUTE)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """When the thinking about one question ends, and when its time is up."""

    answering_at: datetime
    ends_at: datetime


class RefusalReason(StrEnum):
    NO_SITTINGS_LEFT = "no_sittings_left"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    START_BY_PASSED = "start_by_passed"


@dataclass(frozen=True)
class Refusal:
    """Why a start is refused. `at` is the moment the reason speaks of; None: of no moment."""

    reason: RefusalReason
    at: datetime | None = None


def in_utc(moment: datetime) -> datetime:
    """Local times are converted, because sums across a clock change would be an hour off."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment!r} does not say its time zone.")
    return moment.astimezone(UTC)


def resolve_terms(
    assignment: Terms,
    *,
    own_extension: Terms | None = None,
    cohort_extensions: Sequence[Terms] = (),
    time_factor: Decimal = Decimal(1),
) -> ResolvedTerms:
    """Field by field: the learner's own extension, else their cohorts', else the assignment."""
    sources = (own_extension or Terms(), most_generous(cohort_extensions), assignment)
    time_limit = first_set(source.time_limit for source in sources)
    return ResolvedTerms(
        opens_at=first_set(source.opens_at for source in sources),
        start_by=first_set(source.start_by for source in sources),
        closes_at=first_set(source.closes_at for source in sources),
        time_limit=time_limit if isinstance(time_limit, timedelta) else None,
        pace=assignment.pace,
        extra_time=first_set(source.extra_time for source in sources) or NO_TIME,
        sittings_allowed=first_set(source.sittings_allowed for source in sources),
        close_policy=first_set(source.close_policy for source in sources) or ClosePolicy.START_BY,
        time_factor=time_factor,
    )


def most_generous(extensions: Sequence[Terms]) -> Terms:
    """The best of each field among those that set it; none sets it: still not set."""
    return Terms(
        opens_at=min(all_set(each.opens_at for each in extensions), default=None),
        start_by=max(all_set(each.start_by for each in extensions), default=None),
        closes_at=max(all_set(each.closes_at for each in extensions), default=None),
        time_limit=longest(all_set(each.time_limit for each in extensions)),
        extra_time=max(all_set(each.extra_time for each in extensions), default=None),
        sittings_allowed=max(all_set(each.sittings_allowed for each in extensions), default=None),
        close_policy=mildest(all_set(each.close_policy for each in extensions)),
    )


def deadline(
    started_at: datetime, terms: ResolvedTerms, *, limit: timedelta | None = None
) -> Deadline:
    """The one place a deadline is worked out: what a page shows is what is enforced.

    Ask `start_refusal` first: a start after a hard close has its deadline in the past.
    `limit`: what a running sitting was begun with, instead of the terms' own; the factor is in it,
    and minutes on top are not. It does not count where there is no limit any more.
    """
    started_at = in_utc(started_at)
    full_time = terms.full_time
    if full_time is not None and limit is not None:
        full_time = limit + terms.extra_time
    full_at = None if full_time is None else started_at + full_time
    closes_at = terms.closes_at if terms.close_policy == ClosePolicy.HARD_CLOSE else None

    at, reason = full_at, DeadlineReason.FULL_TIME
    if closes_at is not None and full_at is None:
        at, reason = closes_at, DeadlineReason.UNTIL_CLOSING
    elif closes_at is not None and full_at is not None and closes_at < full_at:
        at, reason = closes_at, DeadlineReason.SHORTENED_BY_CLOSING
    time_given = None if at is None else at - started_at
    return Deadline(at=at, reason=reason, time_given=time_given, full_time=full_time)


def later(deadline_at: datetime, terms: ResolvedTerms, *, more: timedelta) -> datetime:
    """What more time makes of a deadline that stands: its reopening and its pauses count on.

    A hard close still ends it; what was given beyond that already is not taken away.
    """
    deadline_at = in_utc(deadline_at)
    later_at = deadline_at + more
    if terms.closes_at is not None and terms.close_policy == ClosePolicy.HARD_CLOSE:
        later_at = min(later_at, terms.closes_at)
    return max(later_at, deadline_at)


def turn(
    opened_at: datetime,
    pace: Pace,
    *,
    is_follow_up: bool = False,
    begun_at: datetime | None = None,
    extra_time: timedelta = NO_TIME,
    deadline_at: datetime | None = None,
) -> Turn:
    """The one place the time of a question is worked out, as `deadline` is for the whole.

    `begun_at`: the learner did not need all the time to think; what is left of it is not added.
    `deadline_at`: of the sitting, which no question outlasts.
    """
    opened_at = in_utc(opened_at)
    think, answer = (NO_TIME, pace.follow_up) if is_follow_up else (pace.think, pace.answer)
    answering_at = opened_at + think
    if begun_at is not None:
        answering_at = min(answering_at, max(in_utc(begun_at), opened_at))
    ends_at = answering_at + answer + extra_time
    if deadline_at is not None:
        ends_at = min(ends_at, in_utc(deadline_at))
    return Turn(answering_at=answering_at, ends_at=ends_at)


def start_refusal(terms: ResolvedTerms, now: datetime, *, sittings_used: int) -> Refusal | None:
    """None: the learner may start. Starting at `start_by` is in time; at `closes_at` it is closed.

    Used-up sittings come first: telling such a learner when it opens would raise a false hope.
    """
    now = in_utc(now)
    if terms.sittings_allowed is not None and sittings_used >= terms.sittings_allowed:
        return Refusal(RefusalReason.NO_SITTINGS_LEFT)
    if terms.opens_at is not None and now < terms.opens_at:
        return Refusal(RefusalReason.NOT_OPEN_YET, terms.opens_at)
    if terms.closes_at is not None and now >= terms.closes_at:
        return Refusal(RefusalReason.CLOSED, terms.closes_at)
    if terms.start_by is not None and now > terms.start_by:
        return Refusal(RefusalReason.START_BY_PASSED, terms.start_by)
    return None


def accepts(
    received_at: datetime, deadline_at: datetime | None, *, grace: timedelta = GRACE
) -> bool:
    """Whether what came in at `received_at` counts. No deadline: always."""
    received_at = in_utc(received_at)
    return deadline_at is None or received_at <= in_utc(deadline_at) + grace


def is_overdue(now: datetime, deadline_at: datetime | None, *, grace: timedelta = GRACE) -> bool:
    """Exactly when nothing is accepted any more, so that no sitting is both open and closed."""
    return not accepts(now, deadline_at, grace=grace)


def remaining(now: datetime, deadline_at: datetime | None) -> timedelta | None:
    """Time left on the learner's clock, without the grace. None: untimed."""
    now = in_utc(now)
    return None if deadline_at is None else max(in_utc(deadline_at) - now, NO_TIME)


def first_set[T](values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def all_set[T](values: Iterable[T | None]) -> list[T]:
    return [value for value in values if value is not None]


def longest(limits: list[TimeLimit]) -> TimeLimit | None:
    if UNTIMED in limits:
        return UNTIMED
    return max((limit for limit in limits if isinstance(limit, timedelta)), default=None)


def mildest(policies: list[ClosePolicy]) -> ClosePolicy | None:
    if ClosePolicy.START_BY in policies:
        return ClosePolicy.START_BY
    return ClosePolicy.HARD_CLOSE if policies else None
