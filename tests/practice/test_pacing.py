"""A backlog is never a wall: the day's number, catching up, holidays."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise, product

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from practice import scheduling
from practice.models import Card, StudyDay, StudySettings
from practice.pacing import catch_up, catch_up_plan
from practice.queue import EVERYTHING, Counts, allowance, counts, next_card, top_up
from questions.models import Question
from tests.factories import NOON, make_card, make_question

TODAY = NOON.date()
MOVED = ("stability", "difficulty", "reviewed_on", "due_on", "interval_days", "review_count")


def day(number: int):
    """That many days from today."""
    return TODAY + timedelta(days=number)


def wish(user, **fields) -> StudySettings:
    return StudySettings.objects.create(user=user, **{"new_cards_a_day": 0, **fields})


def overdue(user, number: int, *, due_on=None) -> None:
    for index in range(number):
        make_card(user, make_question(topic=f"topic-{index}"), due_on=due_on or day(-3))


@dataclass(frozen=True, slots=True)
class Played:
    """A day of study: what it asked for, what of it came due on that day, what is left of it."""

    asked: int
    came_due: int
    left: int


def backlog(user, number: int, *, unseen: int) -> None:
    """So many cards, overdue by a day to three weeks; and questions to learn."""
    revision = make_question(slug="first").current_revision
    questions = Question.objects.bulk_create(
        Question(slug=f"of-many-{each}", status="published", current_revision=revision)
        for each in range(number + unseen)
    )
    cards = []
    for each, question in enumerate(questions[:number]):
        days, due_on = 2.0 + each % 19, day(-1 - each % 21)
        reviewed_on = due_on - timedelta(days=int(days))
        memory = {"stability": days, "difficulty": 5.0, "reviewed_on": reviewed_on}
        counted = {"interval_days": int(days), "review_count": 1, "band": scheduling.band(days)}
        cards.append(Card(user=user, question=question, due_on=due_on, **memory, **counted))
    Card.objects.bulk_create(cards)


def play(user, on) -> Played:
    """Do all that the day asks for; one card of ten is judged Again, the others Good."""
    cards = Card.objects.of(user)
    came_due = cards.filter(due_on=on).count()
    top_up(user, EVERYTHING, on, NOON + (on - TODAY))
    asked = counts(user, today=on, with_unseen=False)
    due = list(cards.due(on).order_by("due_on", "pk")[: asked.due])
    new = list(cards.new().order_by("pk")[: asked.new])
    for number, card in enumerate([*due, *new]):
        after = scheduling.review(
            card.memory,
            scheduling.Rating.AGAIN if number % 10 == 9 else scheduling.Rating.GOOD,
            on,
            desired_retention=0.9,
            seed=(card.pk, card.review_count),
            previous_interval_days=card.interval_days,
        )
        card.stability, card.difficulty = after.memory.stability, after.memory.difficulty
        card.reviewed_on, card.due_on = on, after.due_on
        card.interval_days, card.review_count = after.interval_days, card.review_count + 1
    Card.objects.bulk_create(
        [*due, *new], update_conflicts=True, unique_fields=["id"], update_fields=MOVED
    )
    StudyDay.objects.create(user=user, study_day=on, due_reviews=len(due), new_cards=len(new))
    return Played(len(due), came_due, cards.due(on).count())


def test_catching_up_spreads_what_waits_and_what_comes(alice):
    overdue(alice, 6)
    overdue(alice, 3, due_on=day(1))
    overdue(alice, 1, due_on=day(9))
    plan = catch_up(alice, over_days=3, today=TODAY)
    assert (plan.waiting, plan.a_day, plan.until) == (6, 3, day(2))
    assert counts(alice, today=TODAY, with_unseen=False).due == 2


@pytest.mark.parametrize(
    ("number", "over_days"), [*product((7, 30, 200, 1000), (3, 7, 14)), (30, 60), (1000, 60)]
)
def test_catching_up_is_even_and_leaves_no_wall(alice, number, over_days):
    """With ten new cards a day. What came due on a day is no matter of the plan, the rest is."""
    backlog(alice, number, unseen=10 * (over_days + 7))
    plan = catch_up(alice, over_days=over_days, today=TODAY)
    most = max(100, plan.a_day)
    within = [play(alice, day(each)) for each in range(over_days)]
    after = [play(alice, day(over_days + each)) for each in range(7)]
    assert max(each.asked for each in within) <= most
    shares = [each.asked - each.came_due for each in within if each.asked < most]
    assert all(-1 <= each <= plan.a_day for each in shares)
    assert all(abs(each - later) <= 1 for each, later in pairwise(shares))
    if plan.a_day < 100:
        assert within[-1].left == 0
        assert [each.asked for each in after] == [each.came_due for each in after]
    else:
        # Asked for as much as the learner chose: what came meanwhile fits into a usual day or two.
        assert max(each.asked for each in after) <= 100
        assert after[1].left == 0


def test_usual_number_is_the_most_unless_a_plan_asks_for_more(alice):
    wish(alice, reviews_a_day=5)
    overdue(alice, 8)
    overdue(alice, 4, due_on=TODAY)
    for over_days, a_day, asked in ((4, 3, 5), (2, 6, 6)):
        assert catch_up(alice, over_days=over_days, today=TODAY).a_day == a_day
        assert counts(alice, today=TODAY).due == asked


def test_days_left_out_are_shared_out_among_the_rest(alice):
    overdue(alice, 12)
    catch_up(alice, over_days=6, today=TODAY)
    assert [counts(alice, today=day(each)).due for each in (0, 2, 5, 6)] == [2, 3, 12, 12]


def test_plan_with_nothing_left_to_share_out_is_over(alice):
    overdue(alice, 3)
    catch_up(alice, over_days=30, today=TODAY)
    Card.objects.update(due_on=day(1))
    top_up(alice, EVERYTHING, day(1), NOON + timedelta(days=1))
    assert StudySettings.objects.get().catch_up_until is None


def test_days_share_is_worked_out_once(alice):
    wish(alice)
    overdue(alice, 9)
    catch_up(alice, over_days=3, today=TODAY)
    top_up(alice, EVERYTHING, day(1), NOON + timedelta(days=1))
    kept = StudySettings.objects.get()
    assert (kept.catch_up_today, kept.catch_up_on) == (5, day(1))
    with CaptureQueriesContext(connection) as used:
        assert allowance(alice, today=day(1)).due == 5
    assert len(used) == 2


@pytest.mark.parametrize(("done", "a_day", "left_today"), [(3, 5, 2), (9, 5, 0)])
def test_catching_up_begun_late_in_the_day_still_ends_in_time(alice, done, a_day, left_today):
    overdue(alice, 10)
    StudyDay.objects.create(user=alice, study_day=TODAY, due_reviews=done)
    plan = catch_up(alice, over_days=3, today=TODAY)
    assert plan.a_day == a_day
    assert counts(alice, today=TODAY, with_unseen=False).due == left_today
    assert left_today + 2 * a_day >= 10


def test_catching_up_ends_by_itself_or_when_told(alice):
    wish(alice, reviews_a_day=5)
    overdue(alice, 8)
    catch_up(alice, over_days=4, today=TODAY)
    assert counts(alice, today=TODAY).due == 2
    assert counts(alice, today=day(4)).due == 5
    StudySettings.objects.get().stop_catching_up()
    assert counts(alice, today=TODAY).due == 5


def test_plan_costs_the_same_in_any_backlog(alice):
    overdue(alice, 2)
    settings = StudySettings.objects.of(alice)
    with CaptureQueriesContext(connection) as used:
        catch_up_plan(alice, over_days=7, today=TODAY, wish=settings)
    assert len(used) == 2


def test_plan_is_as_many_days_of_study_with_a_holiday_between(alice):
    settings = wish(alice, reviews_a_day=20)
    settings.go_on_holiday(day(1), day(6))
    overdue(alice, 21)
    plan = catch_up(alice, over_days=7, today=TODAY)
    assert (plan.a_day, plan.until) == (3, day(12))
    assert counts(alice, today=TODAY).due == 3
    assert counts(alice, today=day(6)).due == 0
    # Three were left out today, so 21 are shared out among six.
    assert counts(alice, today=day(7)).due == 4
    assert counts(alice, today=day(12)).due == 20


def test_plan_begun_on_holiday_begins_after_it(alice):
    wish(alice).go_on_holiday(TODAY, day(2))
    overdue(alice, 6)
    assert catch_up(alice, over_days=3, today=TODAY).until == day(5)
    assert [counts(alice, today=day(each)).due for each in (0, 2, 3)] == [0, 0, 2]


def test_holiday_called_off_brings_the_end_of_a_plan_back(alice):
    wish(alice).go_on_holiday(day(1), day(6))
    overdue(alice, 21)
    catch_up(alice, over_days=7, today=TODAY)
    StudySettings.objects.get().end_holiday(TODAY)
    assert StudySettings.objects.get().catch_up_until == day(6)


def test_nothing_overdue_makes_no_plan(alice):
    make_card(alice, make_question(), due_on=day(1))
    assert catch_up(alice, over_days=3, today=TODAY) is None
    assert StudySettings.objects.get().catch_up_until is None


def test_nothing_is_due_on_holiday(alice):
    wish(alice, new_cards_a_day=5, holiday_from=TODAY, holiday_until=day(6))
    overdue(alice, 2)
    make_card(alice, due_on=day(-1), relearn_on=TODAY)
    make_question()
    assert counts(alice, today=TODAY) == counts(alice, today=day(6)) == Counts()
    assert next_card(alice, today=TODAY) is None
    assert top_up(alice, EVERYTHING, TODAY, NOON) == 0
    assert counts(alice, today=day(-1)).total > 0
    assert counts(alice, today=day(7)).total > 0


def back(user, **fields) -> None:
    """From a holiday, on the first day after it."""
    wish(user, holiday_from=day(-9), holiday_until=day(-1), **fields)


def test_what_fits_into_a_usual_day_after_a_holiday_needs_no_plan(alice):
    back(alice, reviews_a_day=9)
    overdue(alice, 7)
    overdue(alice, 2, due_on=TODAY)
    assert counts(alice, today=TODAY).due == 9
    top_up(alice, EVERYTHING, TODAY, NOON)
    saved = StudySettings.objects.get()
    assert (saved.holiday_until, saved.catch_up_until) == (None, None)


def test_usual_number_is_the_most_after_a_holiday_too(alice):
    back(alice, reviews_a_day=5, holiday_spread_days=2)
    overdue(alice, 20)
    assert [play(alice, day(each)).asked for each in range(4)] == [5, 5, 5, 5]


@pytest.mark.parametrize(("number", "over_days"), [(200, 7), (1000, 30)])
def test_heap_of_a_holiday_is_spread_evenly_and_leaves_no_wall(alice, number, over_days):
    backlog(alice, number, unseen=10 * (over_days + 7))
    back(alice, new_cards_a_day=10, holiday_spread_days=over_days)
    within = [play(alice, day(each)) for each in range(over_days)]
    shares = [each.asked - each.came_due for each in within]
    assert max(shares) <= number / over_days + 1
    assert all(abs(each - later) <= 1 for each, later in pairwise(shares))
    assert max(each.asked for each in within) <= 100
    assert within[-1].left == 0


def test_what_a_holiday_left_is_spread(alice):
    back(alice, reviews_a_day=9, holiday_spread_days=4)
    overdue(alice, 10)
    assert counts(alice, today=TODAY).due == 3
    assert StudySettings.objects.get().catch_up_until is None
    top_up(alice, EVERYTHING, TODAY, NOON)
    saved = StudySettings.objects.get()
    assert (saved.holiday_from, saved.catch_up_a_day, saved.catch_up_until) == (None, 3, day(3))
    top_up(alice, EVERYTHING, day(1), NOON + timedelta(days=1))
    assert StudySettings.objects.get().catch_up_until == day(3)


def test_holiday_ended_early_makes_today_a_day_of_study(alice):
    settings = wish(alice, reviews_a_day=6)
    settings.go_on_holiday(day(-3), day(4))
    overdue(alice, 7)
    assert counts(alice, today=TODAY).due == 0
    settings.end_holiday(TODAY)
    assert counts(alice, today=TODAY).due == 1


def test_holiday_ahead_is_called_off(alice):
    settings = wish(alice)
    settings.go_on_holiday(day(3), day(4))
    settings.end_holiday(TODAY)
    assert StudySettings.objects.get().holiday_from is None


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (None, TODAY, "holiday_from"),
        (TODAY, None, "holiday_until"),
        (TODAY, day(-1), "holiday_until"),
        (TODAY, day(367), "holiday_until"),
    ],
)
def test_days_that_make_no_holiday_are_refused(alice, first, last, field):
    settings = wish(alice)
    with pytest.raises(ValidationError) as refused:
        settings.go_on_holiday(first, last)
    assert field in refused.value.message_dict
    assert StudySettings.objects.get().holiday_from is None


def test_learner_with_time_left_goes_on(alice, alice_client):
    wish(alice, reviews_a_day=0)
    today = alice.study_day(make_card(alice).added_at)
    make_card(alice, due_on=today)
    page = alice_client.get("/practice/session/")
    assert b"20 more today" in page.content
    alice_client.post("/practice/session/more/")
    assert StudyDay.objects.get().extra_reviews == 20
    assert counts(alice, today=today).due == 1


def test_more_is_not_for_visitors_or_by_link(client, alice_client):
    assert client.post("/practice/session/more/").status_code == 302
    assert alice_client.get("/practice/session/more/").status_code == 405
