"""A backlog is never a wall: holidays, and catching up over some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from practice.models import Card, StudyDay, StudySettings
from questions.models import Question

if TYPE_CHECKING:
    from accounts.models import User


PLANNED_DAYS = (3, 7, 14, 30)
# What changes in the settings as days of a plan begin, and as a holiday ends.
PLAN = (
    "holiday_from",
    "holiday_until",
    "catch_up_a_day",
    "catch_up_until",
    "catch_up_today",
    "catch_up_on",
)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """`waiting` cards are overdue; with those known to come meanwhile, `a_day` until the last day."""

    waiting: int
    a_day: int
    until: date


def catch_up_plan(user: User, *, over_days: int, today: date, wish: StudySettings) -> CatchUp:
    """What catching up within that many days asks for. Counts the backlog: for a choice, not a card.

    What was done today is done: only the rest of today's share is left for the backlog. Days of a
    holiday are none of them.
    """
    until = wish.last_study_day(today, over_days)
    waiting, due_today, later = _counted(user, today, until)
    coming, done = due_today + later, _done(user, today)
    a_day = ceil((waiting + coming + done) / over_days)
    if a_day < done:
        a_day = ceil((waiting + coming) / (over_days - 1))
    return CatchUp(waiting, max(1, a_day), until)


def _counted(user: User, day: date, until: date) -> tuple[int, int, int]:
    """The cards due before the day, on it, and after it until the other."""
    cards = Card.objects.of(user).filter(suspended_at=None, due_on__lte=until)
    found = cards.on(Question.objects.practisable_by(user)).aggregate(
        overdue=Count("pk", filter=Q(due_on__lt=day)),
        due=Count("pk", filter=Q(due_on=day)),
        later=Count("pk", filter=Q(due_on__gt=day)),
    )
    return found["overdue"], found["due"], found["later"]


def _done(user: User, day: date) -> int:
    """Reviews of that day, without those that the learner wished for on top."""
    sums = StudyDay.objects.at(user, day)
    return max(0, sums.due_reviews - sums.extra_reviews)


def plans(user: User, *, today: date) -> dict[int, CatchUp]:
    """What there is to choose from, by days: longer ones only if a day gets easier. 2 queries each."""
    found: dict[int, CatchUp] = {}
    wish = StudySettings.objects.of(user)
    for days in PLANNED_DAYS:
        plan = catch_up_plan(user, over_days=days, today=today, wish=wish)
        if all(plan.a_day < each.a_day for each in found.values()):
            found[days] = plan
    return found


def catch_up(user: User, *, over_days: int, today: date) -> CatchUp | None:
    """Spread the backlog over these days. None, and no plan, if nothing is overdue any more."""
    wish = StudySettings.objects.of(user)
    plan = catch_up_plan(user, over_days=over_days, today=today, wish=wish)
    _follow(wish, plan)
    _share_out(user, wish, today)
    wish.save()
    return plan if wish.catch_up_until else None


def _follow(wish: StudySettings, plan: CatchUp) -> None:
    wish.catch_up_a_day, wish.catch_up_until = plan.a_day, plan.until
    wish.catch_up_today = wish.catch_up_on = None


def _share_out(user: User, wish: StudySettings, day: date) -> None:
    """The day's share of what is overdue, and on top what comes due on the day itself.

    Worked out anew each day, so that what waits because of days left out, or of the most that a
    day may ask for, is shared out too. A plan with nothing left to share out is over.
    """
    if wish.catch_up_until is None:
        return
    overdue, due, _later = _counted(user, day, day)
    if not overdue:
        wish.forget_plan()
        return
    days_left = wish.study_days(day, wish.catch_up_until)
    share = ceil((overdue + _done(user, day)) / max(1, days_left))
    wish.catch_up_today, wish.catch_up_on = share + due, day


def paced(user: User, today: date, *, wish: StudySettings | None = None) -> StudySettings:
    """The learner's wishes for this day, with what a plan makes of it, unsaved.

    The backlog is counted on the first look of a day only, if `settle` keeps what was found.
    `wish` saves asking for them.
    """
    wish = wish or StudySettings.objects.of(user)
    if not wish.is_unsettled(today):
        return wish
    if wish.is_back(today):
        wish.holiday_from = wish.holiday_until = None
        if not wish.is_catching_up(today):
            _spread(user, wish, today)
    if wish.is_catching_up(today):
        _share_out(user, wish, today)
    return wish


def _spread(user: User, wish: StudySettings, today: date) -> None:
    """Share out what a holiday left, if that makes a day easier.

    What fits into one usual day needs no plan. What is too much for the days wished for is asked
    at the usual number, which is the most of a day, for as long as it takes.
    """
    overdue, due, _later = _counted(user, today, today)
    if overdue + due <= wish.reviews_a_day:
        return
    plan = catch_up_plan(user, over_days=wish.holiday_spread_days, today=today, wish=wish)
    if plan.a_day < wish.reviews_a_day:
        _follow(wish, plan)


def settle(user: User, today: date) -> None:
    """Keep what `paced` works out for a day, once."""
    wish = StudySettings.objects.of(user)
    if not wish.is_unsettled(today):
        return
    # As they stood: whatever the learner changes at this moment goes before.
    unchanged = {name: getattr(wish, name) for name in PLAN}
    wish = paced(user, today, wish=wish)
    found = StudySettings.objects.filter(user=user, **unchanged)
    found.update(**{name: getattr(wish, name) for name in PLAN})
