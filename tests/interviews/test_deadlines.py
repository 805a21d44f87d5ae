from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from interviews.deadlines import (
    GRACE,
    UNTIMED,
    ClosePolicy,
    DeadlineReason,
    Refusal,
    RefusalReason,
    ResolvedTerms,
    Terms,
    accepts,
    deadline,
    is_overdue,
    later,
    remaining,
    resolve_terms,
    start_refusal,
)

OPENS = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CLOSES = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
NOTHING = Terms()

START_BY = ClosePolicy.START_BY
HARD_CLOSE = ClosePolicy.HARD_CLOSE
FULL = DeadlineReason.FULL_TIME
SHORT = DeadlineReason.SHORTENED_BY_CLOSING
UNTIL = DeadlineReason.UNTIL_CLOSING


def minutes(number):
    return timedelta(minutes=number)


def limit(number, **terms):
    return Terms(time_limit=minutes(number), **terms)


def extra(number, **terms):
    return Terms(extra_time=minutes(number), **terms)


def closing(clock, **terms):
    hour, minute = clock.split(":")
    return Terms(closes_at=CLOSES.replace(hour=int(hour), minute=int(minute)), **terms)


# Everyone is given 30 minutes, the interview closes at 15:00, and starts at the time in the table.
# Own extension, cohorts' extensions, policy of the assignment, factor, started at -> minutes, why.
TABLE = {
    # Nothing but the assignment.
    "plain, start by": (NOTHING, [], START_BY, "1", "14:00", 30, FULL),
    "plain, hard close": (NOTHING, [], HARD_CLOSE, "1", "14:00", 30, FULL),
    "late, start by": (NOTHING, [], START_BY, "1", "14:48", 30, FULL),
    "late, hard close": (NOTHING, [], HARD_CLOSE, "1", "14:48", 12, SHORT),
    "ends as it closes": (NOTHING, [], HARD_CLOSE, "1", "14:30", 30, FULL),
    "one minute past that": (NOTHING, [], HARD_CLOSE, "1", "14:31", 29, SHORT),
    "policy not set": (NOTHING, [], None, "1", "14:48", 30, FULL),
    # The person's time factor.
    "factor": (NOTHING, [], START_BY, "1.5", "14:00", 45, FULL),
    "factor, late, start by": (NOTHING, [], START_BY, "1.5", "14:48", 45, FULL),
    "factor, late, hard close": (NOTHING, [], HARD_CLOSE, "1.5", "14:48", 12, SHORT),
    "factor, hard close, only it shortens": (NOTHING, [], HARD_CLOSE, "1.5", "14:20", 40, SHORT),
    # The learner's own extension.
    "own limit": (limit(50), [], START_BY, "1", "14:00", 50, FULL),
    "own shorter limit": (limit(20), [], START_BY, "1", "14:00", 20, FULL),
    "own limit, hard close": (limit(50), [], HARD_CLOSE, "1", "14:20", 40, SHORT),
    "own limit with factor": (limit(40), [], START_BY, "1.5", "14:00", 60, FULL),
    "own extra": (extra(10), [], START_BY, "1", "14:00", 40, FULL),
    "own extra is not multiplied": (extra(10), [], START_BY, "1.5", "14:00", 55, FULL),
    "own extra, hard close": (extra(10), [], HARD_CLOSE, "1", "14:25", 35, SHORT),
    "own limit and extra": (limit(50, extra_time=minutes(5)), [], START_BY, "2", "14:00", 105, FULL),
    "own untimed, start by": (Terms(time_limit=UNTIMED), [], START_BY, "1", "14:00", None, FULL),
    "own untimed, hard close": (Terms(time_limit=UNTIMED), [], HARD_CLOSE, "1", "14:00", 60, UNTIL),
    "own untimed with extra": (extra(9, time_limit=UNTIMED), [], START_BY, "2", "14:00", None, FULL),
    "own later closing": (closing("16:00"), [], HARD_CLOSE, "1", "14:48", 30, FULL),
    "own closing a bit later": (closing("15:10"), [], HARD_CLOSE, "1", "14:48", 22, SHORT),
    "own earlier closing": (closing("14:50"), [], HARD_CLOSE, "1", "14:30", 20, SHORT),
    "own earlier closing, start by": (closing("14:50"), [], START_BY, "1", "14:30", 30, FULL),
    "own milder policy": (Terms(close_policy=START_BY), [], HARD_CLOSE, "1", "14:48", 30, FULL),
    "own harder policy": (Terms(close_policy=HARD_CLOSE), [], START_BY, "1", "14:48", 12, SHORT),
    # Cohorts' extensions.
    "cohort limit": (NOTHING, [limit(40)], START_BY, "1", "14:00", 40, FULL),
    "cohort limit, hard close": (NOTHING, [limit(40)], HARD_CLOSE, "1", "14:48", 12, SHORT),
    "cohort sets nothing": (NOTHING, [NOTHING], HARD_CLOSE, "1", "14:48", 12, SHORT),
    "longest of two cohorts": (NOTHING, [limit(40), limit(60)], START_BY, "1", "14:00", 60, FULL),
    "one cohort says nothing": (NOTHING, [NOTHING, limit(20)], START_BY, "1", "14:00", 20, FULL),
    "one cohort is untimed": (
        NOTHING, [limit(90), Terms(time_limit=UNTIMED)], START_BY, "1", "14:00", None, FULL,
    ),
    "most extra of two cohorts": (NOTHING, [extra(15), extra(5)], START_BY, "1", "14:00", 45, FULL),
    "fields from two cohorts": (NOTHING, [limit(40), extra(5)], START_BY, "1.5", "14:00", 65, FULL),
    "latest closing of two cohorts": (
        NOTHING, [closing("15:05"), closing("15:10")], HARD_CLOSE, "1", "14:48", 22, SHORT,
    ),
    "mildest policy of two cohorts": (
        NOTHING,
        [Terms(close_policy=HARD_CLOSE), Terms(close_policy=START_BY)],
        HARD_CLOSE, "1", "14:48", 30, FULL,
    ),
    "cohort's harder policy": (
        NOTHING, [Terms(close_policy=HARD_CLOSE)], START_BY, "1", "14:48", 12, SHORT,
    ),
    # Both.
    "own limit beats a longer one": (limit(35), [limit(60)], START_BY, "1", "14:00", 35, FULL),
    "own limit beats untimed": (
        limit(35), [Terms(time_limit=UNTIMED)], START_BY, "1", "14:00", 35, FULL,
    ),
    "own untimed beats a limit": (
        Terms(time_limit=UNTIMED), [limit(60)], START_BY, "1", "14:00", None, FULL,
    ),
    "own no extra beats some": (extra(0), [extra(15)], START_BY, "1", "14:00", 30, FULL),
    "own extra on cohort's limit": (extra(10), [limit(40)], START_BY, "1", "14:00", 50, FULL),
    "own closing beats a later one": (
        closing("15:05"), [closing("18:00")], HARD_CLOSE, "1", "14:48", 17, SHORT,
    ),
    "own policy beats a milder one": (
        Terms(close_policy=HARD_CLOSE), [Terms(close_policy=START_BY)],
        START_BY, "1", "14:48", 12, SHORT,
    ),
    "all at once": (
        extra(10), [limit(40), closing("15:20")], HARD_CLOSE, "1.25", "14:25", 55, SHORT,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("own", "cohorts", "policy", "factor", "started", "expected_minutes", "reason"),
    TABLE.values(),
    ids=TABLE.keys(),
)
def test_deadline_for_every_mix_of_overrides_limits_and_policies(
    own, cohorts, policy, factor, started, expected_minutes, reason
):
    terms = resolve_terms(
        limit(30, opens_at=OPENS, closes_at=CLOSES, close_policy=policy),
        own_extension=own,
        cohort_extensions=cohorts,
        time_factor=Decimal(factor),
    )
    hour, minute = started.split(":")
    started_at = OPENS.replace(hour=int(hour), minute=int(minute))
    given_time = None if expected_minutes is None else minutes(expected_minutes)
    ends = deadline(started_at, terms)
    assert ends.reason is reason
    assert ends.time_given == given_time
    assert ends.at == (None if given_time is None else started_at + given_time)


def test_start_page_can_say_twelve_minutes_not_thirty():
    terms = ResolvedTerms(
        time_limit=minutes(30), closes_at=CLOSES, close_policy=ClosePolicy.HARD_CLOSE
    )
    ends = deadline(CLOSES - minutes(12), terms)
    assert (ends.time_given, ends.full_time, ends.at) == (minutes(12), minutes(30), CLOSES)
    assert ends.minutes_lost == 18


def test_a_lost_part_of_a_minute_counts_as_a_minute():
    terms = ResolvedTerms(time_limit=minutes(30), closes_at=CLOSES, close_policy=HARD_CLOSE)
    assert deadline(CLOSES - minutes(12) + MILLISECOND, terms).minutes_lost == 19


@pytest.mark.parametrize("time_limit", [minutes(30), None])
def test_nothing_is_lost_without_a_hard_close(time_limit):
    assert deadline(CLOSES, ResolvedTerms(time_limit=time_limit)).minutes_lost == 0


def test_an_untimed_sitting_until_closing_has_lost_no_number_of_minutes():
    ends = deadline(OPENS, ResolvedTerms(closes_at=CLOSES, close_policy=HARD_CLOSE))
    assert (ends.at, ends.full_time, ends.minutes_lost) == (CLOSES, None, 0)


def test_a_policy_as_a_database_stores_it_closes_hard_too():
    assignment = limit(30, closes_at=CLOSES, close_policy="hard_close")
    for own in (None, Terms(close_policy="hard_close")):
        ends = deadline(CLOSES - minutes(12), resolve_terms(assignment, own_extension=own))
        assert ends.at == CLOSES


def test_no_limit_anywhere_is_untimed():
    assert deadline(OPENS, resolve_terms(NOTHING)).at is None


@pytest.mark.parametrize(
    ("seconds", "factor", "expected"),
    [
        (1800, "1.1", 1980),
        (1, "1.5", 2),
        (100, "1.25", 125),
        (101, "1.25", 127),
        (600, "1.01", 606),
    ],
)
def test_limit_with_factor_is_rounded_up_to_whole_seconds_and_no_further(seconds, factor, expected):
    terms = ResolvedTerms(time_limit=timedelta(seconds=seconds), time_factor=Decimal(factor))
    assert terms.full_time == timedelta(seconds=expected)


def test_every_field_not_set_is_inherited():
    assignment = Terms(
        opens_at=OPENS,
        start_by=CLOSES - minutes(60),
        closes_at=CLOSES,
        time_limit=minutes(30),
        extra_time=minutes(1),
        sittings_allowed=2,
        close_policy=HARD_CLOSE,
    )
    resolved = resolve_terms(assignment, own_extension=NOTHING, cohort_extensions=[NOTHING])
    assert resolved == resolve_terms(assignment)
    assert resolved == ResolvedTerms(**vars(assignment))


def test_of_several_cohorts_the_most_generous_dates_and_sittings_hold():
    early = Terms(opens_at=OPENS, start_by=CLOSES, sittings_allowed=1)
    late = Terms(opens_at=OPENS + minutes(5), start_by=CLOSES + minutes(5), sittings_allowed=3)
    resolved = resolve_terms(Terms(sittings_allowed=9), cohort_extensions=[early, late])
    assert (resolved.opens_at, resolved.start_by) == (OPENS, CLOSES + minutes(5))
    assert resolved.sittings_allowed == 3


def test_own_dates_and_sittings_beat_the_cohorts():
    own = Terms(opens_at=OPENS + minutes(9), sittings_allowed=0)
    cohort = Terms(opens_at=OPENS, sittings_allowed=3)
    resolved = resolve_terms(Terms(), own_extension=own, cohort_extensions=[cohort])
    assert (resolved.opens_at, resolved.sittings_allowed) == (OPENS + minutes(9), 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_limit": timedelta(0)},
        {"time_limit": -minutes(1)},
        {"extra_time": -MILLISECOND},
        {"sittings_allowed": -1},
    ],
)
def test_terms_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="never negative|longer than nothing"):
        Terms(**wrong)


def test_a_time_factor_never_takes_time_away():
    with pytest.raises(ValueError, match="1 or more"):
        resolve_terms(NOTHING, time_factor=Decimal("0.9"))


# Starting.

WINDOW = ResolvedTerms(
    opens_at=OPENS, start_by=CLOSES - minutes(60), closes_at=CLOSES, sittings_allowed=1
)
NOT_OPEN = Refusal(RefusalReason.NOT_OPEN_YET, OPENS)
TOO_LATE = Refusal(RefusalReason.START_BY_PASSED, CLOSES - minutes(60))
CLOSED = Refusal(RefusalReason.CLOSED, CLOSES)
USED_UP = Refusal(RefusalReason.NO_SITTINGS_LEFT)


@pytest.mark.parametrize(
    ("now", "sittings_used", "refusal"),
    [
        (OPENS - MILLISECOND, 0, NOT_OPEN),
        (OPENS, 0, None),
        (CLOSES - minutes(60) - MILLISECOND, 0, None),
        (CLOSES - minutes(60), 0, None),
        (CLOSES - minutes(60) + MILLISECOND, 0, TOO_LATE),
        (CLOSES - MILLISECOND, 0, TOO_LATE),
        (CLOSES, 0, CLOSED),
        (CLOSES + MILLISECOND, 0, CLOSED),
        (OPENS, 1, USED_UP),
        (OPENS, 2, USED_UP),
        (OPENS - MILLISECOND, 1, USED_UP),
        (CLOSES, 1, USED_UP),
    ],
)
def test_start_is_refused_with_the_moment_it_concerns(now, sittings_used, refusal):
    assert start_refusal(WINDOW, now, sittings_used=sittings_used) == refusal


@pytest.mark.parametrize(
    ("now", "refusal"),
    [(CLOSES - MILLISECOND, None), (CLOSES, CLOSED), (CLOSES + MILLISECOND, CLOSED)],
)
@pytest.mark.parametrize("policy", ClosePolicy)
def test_without_a_last_start_it_may_be_started_until_it_closes(policy, now, refusal):
    terms = ResolvedTerms(closes_at=CLOSES, close_policy=policy)
    assert start_refusal(terms, now, sittings_used=0) == refusal


def test_without_bounds_it_may_always_be_started():
    assert start_refusal(ResolvedTerms(), OPENS, sittings_used=1000) is None


# In time, overdue, remaining.


@pytest.mark.parametrize(
    ("received_at", "accepted"),
    [
        (CLOSES - MILLISECOND, True),
        (CLOSES, True),
        (CLOSES + MILLISECOND, True),
        (CLOSES + GRACE - MILLISECOND, True),
        (CLOSES + GRACE, True),
        (CLOSES + GRACE + MILLISECOND, False),
    ],
)
def test_what_comes_in_counts_until_the_grace_is_over(received_at, accepted):
    assert accepts(received_at, CLOSES) is accepted
    assert is_overdue(received_at, CLOSES) is not accepted


@pytest.mark.parametrize(
    ("received_at", "accepted"),
    [(CLOSES - MILLISECOND, True), (CLOSES, True), (CLOSES + MILLISECOND, False)],
)
def test_without_grace_the_deadline_itself_is_the_end(received_at, accepted):
    assert accepts(received_at, CLOSES, grace=timedelta(0)) is accepted
    assert is_overdue(received_at, CLOSES, grace=timedelta(0)) is not accepted


def test_untimed_is_never_late():
    assert accepts(CLOSES, None)
    assert not is_overdue(CLOSES, None)
    assert remaining(CLOSES, None) is None


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (CLOSES - minutes(5), minutes(5)),
        (CLOSES - MILLISECOND, MILLISECOND),
        (CLOSES, timedelta(0)),
        (CLOSES + MILLISECOND, timedelta(0)),
        (CLOSES + GRACE, timedelta(0)),
    ],
)
def test_time_left_runs_out_at_the_deadline_and_is_never_negative(now, left):
    assert remaining(now, CLOSES) == left


# Time zones.

NAIVE = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001


@pytest.mark.parametrize(
    "call",
    [
        lambda: Terms(opens_at=NAIVE),
        lambda: Terms(start_by=NAIVE),
        lambda: ResolvedTerms(closes_at=NAIVE),
        lambda: deadline(NAIVE, ResolvedTerms()),
        lambda: start_refusal(ResolvedTerms(), NAIVE, sittings_used=0),
        lambda: accepts(NAIVE, OPENS),
        lambda: accepts(OPENS, NAIVE),
        lambda: accepts(NAIVE, None),
        lambda: is_overdue(NAIVE, None),
        lambda: remaining(NAIVE, None),
        lambda: remaining(OPENS, NAIVE),
    ],
)
def test_a_time_without_a_zone_is_refused(call):
    with pytest.raises(ValueError, match="time zone"):
        call()


@pytest.mark.parametrize("day", [(3, 29), (10, 25)])
def test_an_hour_is_an_hour_in_the_night_the_clocks_change(day):
    started_at = datetime(2026, *day, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    ends = deadline(started_at, ResolvedTerms(time_limit=minutes(60 * 3)))
    assert ends.at == started_at.astimezone(UTC) + minutes(60 * 3)
    assert remaining(started_at, ends.at.astimezone(started_at.tzinfo)) == minutes(60 * 3)


def test_moments_come_back_in_utc():
    berlin = OPENS.astimezone(ZoneInfo("Europe/Berlin"))
    terms = resolve_terms(Terms(opens_at=berlin, time_limit=minutes(5)))
    assert terms.opens_at.tzinfo is UTC
    assert deadline(berlin, terms).at.tzinfo is UTC


# Whatever the terms.

moments = st.integers(-600_000, 600_000).map(lambda number: CLOSES + number * 60 * MILLISECOND)
lengths = st.integers(1, 36_000_000).map(lambda number: number * MILLISECOND)
factors = st.decimals(1, 4, places=2)
any_terms = st.builds(
    Terms,
    opens_at=st.none() | moments,
    start_by=st.none() | moments,
    closes_at=st.none() | moments,
    time_limit=st.none() | st.just(UNTIMED) | lengths,
    extra_time=st.none() | lengths,
    sittings_allowed=st.none() | st.integers(0, 3),
    close_policy=st.none() | st.sampled_from(ClosePolicy),
)
any_resolved = st.builds(
    resolve_terms,
    any_terms,
    own_extension=st.none() | any_terms,
    cohort_extensions=st.lists(any_terms, max_size=3),
    time_factor=factors,
)


def is_no_earlier(later, earlier):
    return later is None or (earlier is not None and later >= earlier)


@given(any_resolved, moments)
@settings(
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)  # most may not start
def test_who_may_start_always_has_some_time(terms, now):
    assume(start_refusal(terms, now, sittings_used=0) is None)
    ends = deadline(now, terms)
    assert ends.at is None or ends.at > now
    assert ends.minutes_lost >= 0


@given(any_resolved, moments)
def test_a_hard_close_is_never_exceeded_and_a_mild_one_never_shortens(terms, now):
    ends = deadline(now, terms)
    if terms.close_policy is HARD_CLOSE and terms.closes_at is not None:
        assert ends.at <= terms.closes_at
    else:
        assert ends.time_given == terms.full_time
        assert ends.reason is FULL


@given(any_resolved, moments)
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])  # as above
def test_what_is_shown_is_what_is_enforced(terms, now):
    assume(start_refusal(terms, now, sittings_used=0) is None)
    ends = deadline(now, terms)
    assert ends.time_given == remaining(now, ends.at)
    if ends.at is not None:
        assert accepts(now + ends.time_given + GRACE, ends.at)
        assert is_overdue(now + ends.time_given + GRACE + MILLISECOND, ends.at)
    if ends.reason is SHORT:
        assert ends.time_given < ends.full_time
        assert ends.minutes_lost >= 1
        assert ends.at == terms.closes_at


@given(any_terms, moments, factors, factors)
@example(limit(30), CLOSES, Decimal("1.1"), Decimal("1.11"))
def test_a_greater_time_factor_never_shortens(assignment, now, one, other):
    smaller, greater = sorted([one, other])
    before = deadline(now, resolve_terms(assignment, time_factor=smaller))
    after = deadline(now, resolve_terms(assignment, time_factor=greater))
    assert is_no_earlier(after.at, before.at)


def more_generous(terms, by):
    """The same fields set, each at least as generous."""
    untimed = terms.time_limit is UNTIMED or terms.time_limit is None
    return Terms(
        opens_at=terms.opens_at and terms.opens_at - by,
        start_by=terms.start_by and terms.start_by + by,
        closes_at=terms.closes_at and terms.closes_at + by,
        time_limit=terms.time_limit if untimed else terms.time_limit + by,
        extra_time=terms.extra_time and terms.extra_time + by,
        sittings_allowed=terms.sittings_allowed and terms.sittings_allowed + 1,
        close_policy=terms.close_policy and START_BY,
    )


@given(any_terms, any_terms, st.lists(any_terms, max_size=2), factors, moments, lengths)
def test_a_more_generous_extension_never_shortens(own, assignment, cohorts, factor, now, by):
    def ends(extension):
        return deadline(
            now,
            resolve_terms(
                assignment,
                own_extension=extension,
                cohort_extensions=cohorts,
                time_factor=factor,
            ),
        )

    assert is_no_earlier(ends(more_generous(own, by)).at, ends(own).at)


@given(any_terms, st.lists(any_terms, min_size=1, max_size=3), any_terms, moments)
def test_one_more_cohort_with_the_same_fields_set_never_shortens(assignment, cohorts, more, now):
    shared = [name for name, value in vars(cohorts[0]).items() if value is not None]
    more = Terms(**{name: value for name, value in vars(more).items() if name in shared})
    before = deadline(now, resolve_terms(assignment, cohort_extensions=cohorts))
    after = deadline(now, resolve_terms(assignment, cohort_extensions=[*cohorts, more]))
    assert is_no_earlier(after.at, before.at)


@given(any_terms, st.lists(any_terms, max_size=3))
def test_the_order_of_cohorts_does_not_matter(assignment, cohorts):
    forwards = resolve_terms(assignment, cohort_extensions=cohorts)
    assert forwards == resolve_terms(assignment, cohort_extensions=cohorts[::-1])


@given(moments, st.none() | moments, lengths)
def test_a_moment_is_either_accepted_or_overdue(now, deadline_at, grace):
    assert accepts(now, deadline_at, grace=grace) is not is_overdue(now, deadline_at, grace=grace)


@given(moments, any_terms, lengths)
def test_more_time_ends_later_by_as_much_or_at_the_closing_and_is_never_taken(now, terms, more):
    resolved = resolve_terms(terms)
    ends_at = later(now, resolved, more=more)
    assert now <= ends_at <= now + more
    is_hard = resolved.close_policy == HARD_CLOSE and resolved.closes_at is not None
    if ends_at < now + more:
        assert is_hard
        assert ends_at == max(now, resolved.closes_at)
    elif is_hard and more:
        assert ends_at <= resolved.closes_at
