"""Intervals agree with the reference, days with the learner's clock, buttons with what happens."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import exp
from random import Random
from zoneinfo import ZoneInfo

import fsrs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from accounts.study_days import study_day
from practice.scheduling import (
    DEFAULT_PARAMETERS,
    Memory,
    Rating,
    preview,
    retrievability,
    review,
)

MONDAY = date(2026, 3, 2)
LAST_DAY = date(9000, 1, 1)
NOON = time(12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
OTHER_PARAMETERS = (
    (0.9, 1.6, 4.1, 11.0, 6.0, 1.1, 2.2, 0.02, 1.5, 0.1, 1.1, 1.9)
    + (0.12, 0.35, 1.9, 0.4, 2.4, 0.7, 0.2, 0.1, 0.3)
)  # fmt: skip

# Zones that change at midnight, by half an hour, by a skipped day, or far from everyone else.
zones = st.sampled_from(
    [
        ZoneInfo("UTC"),
        BERLIN,
        ZoneInfo("Africa/Casablanca"),
        ZoneInfo("America/Havana"),
        ZoneInfo("America/New_York"),
        ZoneInfo("America/Sao_Paulo"),
        ZoneInfo("America/St_Johns"),
        ZoneInfo("Asia/Beirut"),
        ZoneInfo("Asia/Kathmandu"),
        ZoneInfo("Australia/Lord_Howe"),
        ZoneInfo("Pacific/Apia"),
        ZoneInfo("Pacific/Kiritimati"),
    ]
)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
day_starts = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
retentions = st.floats(0.70, 0.97)
seeds = st.tuples(st.integers(1), st.integers(0, 500))
ratings = st.sampled_from(Rating)
passing_ratings = st.sampled_from([Rating.HARD, Rating.GOOD, Rating.EASY])
parameter_sets = st.sampled_from([DEFAULT_PARAMETERS, OTHER_PARAMETERS])
memories = st.builds(Memory, st.floats(0.001, 20_000), st.floats(1, 10), days)


def reference(*, parameters=DEFAULT_PARAMETERS, desired_retention=0.9):
    return fsrs.Scheduler(
        parameters=parameters,
        desired_retention=desired_retention,
        learning_steps=(),
        relearning_steps=(),
        enable_fuzzing=False,
    )


def fuzz_limits(days):
    """The range as Anki's manual and py-fsrs state it, written out by hand."""
    if days < 3:
        return days, days
    spread = 1 + 0.15 * (min(days, 7) - 2.5)
    spread += 0.1 * max(min(days, 20) - 7, 0) + 0.05 * max(days - 20, 0)
    return max(2, round(days - spread)), min(36_500, round(days + spread))


# Parity


def test_twenty_thousand_random_reviews_agree_with_the_reference():
    random, compared = Random(20260301), 0  # noqa: S311
    for _ in range(2_000):
        parameters = random.choice([DEFAULT_PARAMETERS, OTHER_PARAMETERS])
        desired_retention = random.uniform(0.70, 0.97)
        scheduler = reference(parameters=parameters, desired_retention=desired_retention)
        card, memory, day = fsrs.Card(card_id=1), None, MONDAY
        for _ in range(10):
            rating = random.choices(list(Rating), weights=[2, 2, 5, 1])[0]
            moment = datetime.combine(day, NOON)
            buttons = preview(
                memory, day, desired_retention=desired_retention, seed=None, parameters=parameters
            )
            for each, button in buttons.items():
                after, _ = scheduler.review_card(card, fsrs.Rating(each), moment)
                # The buttons have formulas of their own, and must promise what a review brings.
                assert button.memory == Memory(after.stability, after.difficulty, day)
            card, _ = scheduler.review_card(card, fsrs.Rating(rating), moment)
            outcome = review(
                memory,
                rating,
                day,
                desired_retention=desired_retention,
                seed=None,
                parameters=parameters,
            )
            memory = outcome.memory
            assert outcome == buttons[rating]
            assert memory.stability == pytest.approx(card.stability, abs=1e-5)
            assert memory.difficulty == pytest.approx(card.difficulty, abs=1e-5)
            assert outcome.due_on == card.due.date()
            # On the day, the same day again, too early, or long overdue.
            day += timedelta(
                days=round(outcome.interval_days * random.choice([1, 1, 1, 0, 0.4, 3]))
            )
            day = min(day, LAST_DAY)
            expected = scheduler.get_card_retrievability(card, datetime.combine(day, NOON))
            assert retrievability(memory, day, parameters=parameters) == pytest.approx(expected)
            compared += 1
    assert compared == 20_000


class Formulas:
    """FSRS 6 written out from its published formulas, sharing no code with py-fsrs."""

    def __init__(self, weights, desired_retention):
        self.w, self.desired_retention = weights, desired_retention
        self.factor = 0.9 ** (-1 / weights[20]) - 1

    def recall(self, days, stability):
        return (1 + self.factor * days / stability) ** -self.w[20]

    def interval(self, stability):
        days = stability / self.factor * (self.desired_retention ** (-1 / self.w[20]) - 1)
        return min(max(round(days), 1), 36_500)

    def first(self, grade):
        return self.w[grade - 1], min(max(self.first_difficulty(grade), 1), 10)

    def first_difficulty(self, grade):
        return self.w[4] - exp(self.w[5] * (grade - 1)) + 1

    def next(self, grade, stability, difficulty, days):
        after = max(self.next_stability(grade, stability, difficulty, days), 0.001)
        return after, self.next_difficulty(grade, difficulty)

    def next_difficulty(self, grade, difficulty):
        damped = difficulty - self.w[6] * (grade - 3) * (10 - difficulty) / 9
        reverted = self.w[7] * self.first_difficulty(4) + (1 - self.w[7]) * damped
        return min(max(reverted, 1), 10)

    def next_stability(self, grade, stability, difficulty, days):
        w = self.w
        if days == 0:
            growth = exp(w[17] * (grade - 3 + w[18])) * stability ** -w[19]
            return stability * (max(growth, 1) if grade >= 2 else growth)
        forgotten = 1 - self.recall(days, stability)
        if grade == 1:
            relearnt = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1)
            return min(relearnt * exp(w[14] * forgotten), stability / exp(w[17] * w[18]))
        bonus = {2: w[15], 3: 1, 4: w[16]}[grade]
        growth = exp(w[8]) * (11 - difficulty) * stability ** -w[9] * (exp(w[10] * forgotten) - 1)
        return stability * (1 + growth * bonus)


def test_twenty_thousand_random_reviews_agree_with_the_published_formulas():
    random = Random(20260302)  # noqa: S311
    for _ in range(2_000):
        parameters = random.choice([DEFAULT_PARAMETERS, OTHER_PARAMETERS])
        desired_retention = random.uniform(0.70, 0.97)
        formulas = Formulas(parameters, desired_retention)
        memory, day, stability, difficulty = None, MONDAY, 0.0, 0.0
        for _ in range(10):
            rating = random.choices(list(Rating), weights=[2, 2, 5, 1])[0]
            outcome = review(
                memory,
                rating,
                day,
                desired_retention=desired_retention,
                seed=None,
                parameters=parameters,
            )
            if memory is None:
                stability, difficulty = formulas.first(rating)
            else:
                elapsed = (day - memory.reviewed_on).days
                stability, difficulty = formulas.next(rating, stability, difficulty, elapsed)
            memory = outcome.memory
            assert memory.stability == pytest.approx(stability, rel=1e-9, abs=1e-5)
            assert memory.difficulty == pytest.approx(difficulty, abs=1e-5)
            assert abs(outcome.interval_days - formulas.interval(stability)) <= 1
            lateness = random.choice([1, 1, 1, 0, 0.4, 3])
            day = min(day + timedelta(days=round(outcome.interval_days * lateness)), LAST_DAY)


def test_a_known_history_gives_the_known_figures():
    """Worked out by hand from the published formulas; a new release that differs is noticed."""
    memory, day, seen = None, MONDAY, []
    for rating in [Rating.GOOD, Rating.GOOD, Rating.HARD, Rating.AGAIN, Rating.GOOD, Rating.EASY]:
        outcome = review(memory, rating, day, desired_retention=0.9, seed=None)
        memory, day = outcome.memory, outcome.due_on
        seen.append(
            (round(memory.stability, 4), round(memory.difficulty, 4), outcome.interval_days)
        )

    assert seen == [
        (2.3065, 2.1181, 2),
        (10.9643, 2.1112, 11),
        (32.2033, 4.7483, 32),
        (2.4011, 8.259, 2),
        (5.0828, 8.246, 5),
        (15.7301, 7.6451, 16),
    ]
    assert len(DEFAULT_PARAMETERS) == 21


# Study days


@given(zones, day_starts, moments, st.timedeltas(timedelta(0), timedelta(days=3)))
@example(ZoneInfo("America/Havana"), time(0, 30), datetime(2026, 11, 1, 4, 45, tzinfo=UTC), timedelta(minutes=30))  # fmt: skip
def test_a_later_moment_is_never_an_earlier_day(zone, day_start, moment, later):
    first = study_day(moment, zone, day_starts_at=day_start)

    assert study_day(moment + later, zone, day_starts_at=day_start) >= first


@given(zones, day_starts, moments)
def test_a_study_day_is_today_or_yesterday_on_the_calendar(zone, day_start, moment):
    today = moment.astimezone(zone).date()

    day = study_day(moment, zone, day_starts_at=day_start)
    assert timedelta(0) <= today - day <= timedelta(days=1)


@given(zones, day_starts, days)
def test_an_ordinary_day_begins_exactly_at_the_day_start(zone, day_start, day):
    start = datetime.combine(day, day_start, tzinfo=zone).astimezone(UTC)
    around = [start + timedelta(hours=hours) for hours in range(-26, 27)]
    assume(len({moment.astimezone(zone).utcoffset() for moment in around}) == 1)
    before = start - timedelta(microseconds=1)

    assert study_day(start, zone, day_starts_at=day_start) == day
    assert study_day(before, zone, day_starts_at=day_start) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("local", "day"),
    [
        (datetime(2026, 3, 3, 3, 59, 59, tzinfo=BERLIN), date(2026, 3, 2)),
        (datetime(2026, 3, 3, 4, 0, tzinfo=BERLIN), date(2026, 3, 3)),
        (datetime(2026, 3, 29, 3, 30, tzinfo=BERLIN), date(2026, 3, 28)),  # 02:00 became 03:00
        (datetime(2026, 3, 29, 4, 0, tzinfo=BERLIN), date(2026, 3, 29)),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), date(2026, 10, 24)),
        (datetime(2026, 10, 25, 3, 59, tzinfo=BERLIN), date(2026, 10, 24)),
        (datetime(2026, 10, 25, 4, 0, tzinfo=BERLIN), date(2026, 10, 25)),
    ],
)
def test_the_day_turns_at_four_by_the_clock_also_when_clocks_change(local, day):
    assert study_day(local, BERLIN) == day
    assert study_day(local.astimezone(UTC), BERLIN) == day


def test_a_day_start_inside_the_repeated_hour_begins_one_day_once():
    midnight = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    at = [midnight + timedelta(minutes=15 * quarter) for quarter in range(20)]
    seen = [study_day(moment, BERLIN, day_starts_at=time(2, 30)) for moment in at]

    assert seen == [date(2026, 10, 24)] * 10 + [date(2026, 10, 25)] * 10


def test_a_day_start_inside_the_skipped_hour_begins_when_clocks_jump():
    jump = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    assert study_day(jump, BERLIN, day_starts_at=time(2, 30)) == date(2026, 3, 29)
    before = jump - timedelta(seconds=1)
    assert study_day(before, BERLIN, day_starts_at=time(2, 30)) == date(2026, 3, 28)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        study_day(datetime(2026, 3, 2, 12), BERLIN)  # noqa: DTZ001


@given(ratings, moments, zones, zones, st.integers(0, 20))
def test_travel_never_breaks_a_review(rating, moment, home, away, hours):
    first = review(None, rating, study_day(moment, home), desired_retention=0.9, seed=(1, 0))
    on = study_day(moment + timedelta(hours=hours), away)
    second = review(first.memory, rating, on, desired_retention=0.9, seed=(1, 1))

    assert second.memory.reviewed_on == max(on, first.memory.reviewed_on)
    assert second.due_on > on
    assert retrievability(second.memory, on) == 1


def test_a_review_23_hours_later_counts_as_the_next_day():
    evening = datetime(2026, 3, 2, 21, 0, tzinfo=UTC)
    first = review(None, Rating.GOOD, study_day(evening, UTC), desired_retention=0.9, seed=None)
    next_evening = study_day(evening + timedelta(hours=23), UTC)
    second = review(first.memory, Rating.GOOD, next_evening, desired_retention=0.9, seed=None)

    assert first.memory.stability == pytest.approx(2.3, abs=0.05)
    assert second.memory.stability == pytest.approx(7.3, abs=0.05)


@given(memories, ratings, st.integers(0, 40), seeds)
def test_a_day_before_the_last_review_counts_as_the_day_of_it(memory, rating, back, seed):
    earlier = memory.reviewed_on - timedelta(days=back)
    options = {"desired_retention": 0.9, "seed": seed}

    clamped = review(memory, rating, earlier, **options)
    assert clamped == review(memory, rating, memory.reviewed_on, **options)
    assert retrievability(memory, earlier) == 1


@given(
    st.lists(
        st.tuples(zones, day_starts, st.timedeltas(timedelta(0), timedelta(days=4)), ratings),
        min_size=2,
        max_size=12,
    ),
    moments,
)
def test_travel_never_takes_a_memory_back_in_time(journey, moment):
    """Whatever zones and day starts a learner passes through between reviews."""
    memory = None
    for zone, day_start, later, rating in journey:
        moment += later
        today = study_day(moment, zone, day_starts_at=day_start)
        before = memory
        outcome = review(memory, rating, today, desired_retention=0.9, seed=(1, 1))
        memory = outcome.memory
        assert memory.reviewed_on >= today
        assert outcome.due_on > memory.reviewed_on
        if before is not None:
            assert memory.reviewed_on >= before.reviewed_on
            assert retrievability(before, today) <= 1


@given(zones, day_starts, moments, st.integers(1, 400))
def test_every_day_has_its_study_day_when_clocks_change(zone, day_start, moment, later):
    """At noon on the clock, day after day: none is skipped or counted twice but by the calendar."""
    first = moment.astimezone(zone).replace(hour=12, minute=0)
    assume(day_start <= time(12))
    second = datetime.combine(first.date() + timedelta(days=later), time(12), zone)
    days = [
        study_day(each.astimezone(UTC), zone, day_starts_at=day_start) for each in (first, second)
    ]
    assume(second.astimezone(UTC).astimezone(zone).date() == second.date())  # Apia skipped one
    assert days[1] - days[0] == timedelta(days=later)


# Buttons and fuzz


@given(
    st.none() | memories,
    days,
    retentions,
    st.none() | seeds,
    st.integers(0, 40_000),
    parameter_sets,
)
def test_one_rating_alone_brings_what_its_button_says(
    memory, on, desired_retention, seed, previous, parameters
):
    told = {
        "desired_retention": desired_retention,
        "seed": seed,
        "previous_interval_days": previous,
        "parameters": parameters,
    }
    shown = preview(memory, on, **told)
    assert {rating: review(memory, rating, on, **told) for rating in Rating} == shown


@given(st.none() | memories, days, retentions, seeds, st.integers(0, 40_000), parameter_sets)
def test_a_better_rating_never_brings_a_shorter_interval(
    memory, on, desired_retention, seed, previous, parameters
):
    buttons = preview(
        memory,
        on,
        desired_retention=desired_retention,
        seed=seed,
        previous_interval_days=previous,
        parameters=parameters,
    )

    assert list(buttons) == list(Rating)
    assert all(1 <= outcome.interval_days <= 36_500 for outcome in buttons.values())
    for worse, better in pairwise(buttons.values()):
        assert worse.interval_days <= better.interval_days


def test_buttons_keep_their_order_when_fitted_parameters_do_not():
    crossed = (30.0, 20.0, 10.0, 5.0, *DEFAULT_PARAMETERS[4:])
    buttons = preview(None, MONDAY, desired_retention=0.9, seed=None, parameters=crossed)

    assert [outcome.interval_days for outcome in buttons.values()] == [30, 30, 30, 30]


@given(st.none() | memories, days, retentions, seeds, st.integers(0, 400), ratings)
def test_the_interval_on_the_button_is_the_interval_given(
    memory, on, desired_retention, seed, previous, rating
):
    options = {
        "desired_retention": desired_retention,
        "seed": seed,
        "previous_interval_days": previous,
    }

    given_outcome = review(memory, rating, on, **options)
    assert given_outcome == preview(memory, on, **options)[rating]
    due_in = given_outcome.due_on - given_outcome.memory.reviewed_on
    assert due_in == timedelta(days=given_outcome.interval_days)


@given(memories, days, seeds, retentions, ratings)
def test_fuzz_stays_in_its_range_and_leaves_the_memory_alone(
    memory, on, seed, desired_retention, rating
):
    plain = review(memory, rating, on, desired_retention=desired_retention, seed=None)
    fuzzed = review(memory, rating, on, desired_retention=desired_retention, seed=seed)
    shortest, longest = fuzz_limits(plain.interval_days)

    assert shortest <= fuzzed.interval_days <= longest
    assert fuzzed.memory == plain.memory


@given(memories, days, seeds, st.integers(0, 40_000))
def test_again_is_never_raised(memory, on, seed, previous):
    plain = review(memory, Rating.AGAIN, on, desired_retention=0.9, seed=None)
    fuzzed = review(
        memory, Rating.AGAIN, on, desired_retention=0.9, seed=seed, previous_interval_days=previous
    )

    assert fuzzed.interval_days <= plain.interval_days


@given(
    parameter_sets,
    retentions,
    st.integers(1),
    st.lists(st.tuples(passing_ratings, st.sampled_from([0, 0.5, 1, 1, 2])), max_size=12),
)
def test_intervals_of_a_card_that_is_recalled_never_shrink(
    parameters, desired_retention, card, history
):
    memory, day, interval = None, MONDAY, 0
    for review_count, (rating, lateness) in enumerate(history):
        outcome = review(
            memory,
            rating,
            day,
            desired_retention=desired_retention,
            seed=(card, review_count),
            previous_interval_days=interval,
            parameters=parameters,
        )
        assert outcome.interval_days >= interval
        memory, interval = outcome.memory, outcome.interval_days
        day += timedelta(days=round(interval * lateness))


def test_a_raised_retention_may_shorten_the_interval():
    memory = Memory(100.0, 5.0, MONDAY)
    on = MONDAY + timedelta(days=250)
    before = review(memory, Rating.HARD, on, desired_retention=0.75, seed=(1, 3))
    after = review(
        before.memory,
        Rating.HARD,
        before.memory.reviewed_on,
        desired_retention=0.97,
        seed=(1, 4),
        previous_interval_days=before.interval_days,
    )

    assert after.interval_days < before.interval_days / 2


def test_fuzz_is_uniform_over_its_range():
    memory = Memory(30.0, 5.0, MONDAY)
    on = MONDAY + timedelta(days=30)
    shortest, longest = fuzz_limits(
        review(memory, Rating.GOOD, on, desired_retention=0.9, seed=None).interval_days
    )
    seen = Counter(
        review(memory, Rating.GOOD, on, desired_retention=0.9, seed=(card, 4)).interval_days
        for card in range(4_000)
    )

    assert sorted(seen) == list(range(shortest, longest + 1))
    expected = 4_000 / len(seen)
    assert all(0.7 * expected < count < 1.3 * expected for count in seen.values())


def test_fuzz_depends_on_card_and_review_count_alone():
    memory = Memory(300.0, 5.0, MONDAY)
    on = MONDAY + timedelta(days=300)

    def interval(card, review_count):
        seed = (card, review_count)
        return review(memory, Rating.GOOD, on, desired_retention=0.9, seed=seed).interval_days

    assert interval(7, 3) == interval(7, 3) == 687
    assert len({interval(card, 3) for card in range(30)}) > 10
    assert len({interval(7, review_count) for review_count in range(30)}) > 10


def test_again_changes_the_memory_once_and_is_due_from_tomorrow():
    memory = Memory(20.0, 5.0, MONDAY)
    on = MONDAY + timedelta(days=20)
    outcome = review(memory, Rating.AGAIN, on, desired_retention=0.9, seed=(1, 1))

    assert outcome.memory.stability < memory.stability
    assert outcome.memory.difficulty > memory.difficulty
    assert outcome.due_on > on


# Input


@pytest.mark.parametrize("rating", [0, 5, -1, None])
def test_an_unknown_rating_is_refused(rating):
    with pytest.raises(ValueError, match="Rating"):
        review(None, rating, MONDAY, desired_retention=0.9, seed=None)


@pytest.mark.parametrize("desired_retention", [0.69, 0.971, 0, 1, -0.9, float("nan")])
def test_a_retention_out_of_range_is_refused(desired_retention):
    with pytest.raises(ValueError, match="retention"):
        preview(None, MONDAY, desired_retention=desired_retention, seed=None)


@pytest.mark.parametrize(
    "parameters", [(), DEFAULT_PARAMETERS[:19], (*DEFAULT_PARAMETERS[:20], float("nan"))]
)
def test_parameters_that_fsrs_cannot_use_are_refused(parameters):
    with pytest.raises(ValueError, match="parameters"):
        review(None, Rating.GOOD, MONDAY, desired_retention=0.9, seed=None, parameters=parameters)


def test_parameters_may_come_as_a_list_from_a_database():
    listed = preview(
        None, MONDAY, desired_retention=0.9, seed=(1, 0), parameters=list(DEFAULT_PARAMETERS)
    )

    assert listed == preview(None, MONDAY, desired_retention=0.9, seed=(1, 0))


def test_recall_falls_with_the_days_to_ninety_percent_at_the_stability():
    memory = Memory(10.0, 5.0, MONDAY)
    recalls = [retrievability(memory, MONDAY + timedelta(days=days)) for days in range(30)]

    assert recalls[0] == 1
    assert recalls[10] == pytest.approx(0.9)
    assert recalls == sorted(recalls, reverse=True)
