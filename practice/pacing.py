"""A backlog is never a wall: holidays, and catching up over some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING

from practice.models import Card, StudyDay, StudySettings
from questions.models import Question

if TYPE_CHECKING:
    from accounts.models import User


PLANNED_DAYS = (3, 7, 14, 30)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """`waiting` cards are overdue; with those that come due meanwhile, `a_day` until the last day."""

    waiting: int
    a_day: int
    until: date


def catch_up_plan(user: User, *, over_days: int, today: date) -> CatchUp:
    """What catching up within that many days asks for. Counts the backlog: for a choice, not a card.

    What was done today is done: only the rest of today's share is left for the backlog.
    """
    until = today + timedelta(days=over_days - 1)
    cards = Card.objects.of(user).filter(suspended_at=None)
    cards = cards.on(Question.objects.practisable_by(user))
    waiting = cards.filter(due_on__lt=today).count()
    coming = cards.filter(due_on__range=(today, until)).count()
    day = StudyDay.objects.at(user, today)
    done = max(0, day.due_reviews - day.extra_reviews)
    a_day = ceil((waiting + coming + done) / over_days)
    if a_day < done:
        a_day = ceil((waiting + coming) / (over_days - 1))
    return CatchUp(waiting, max(1, a_day), until)


def plans(user: User, *, today: date) -> dict[int, CatchUp]:
    """What there is to choose from, by days: longer ones only if a day gets easier. 3 queries each."""
    found: dict[int, CatchUp] = {}
    for days in PLANNED_DAYS:
        plan = catch_up_plan(user, over_days=days, today=today)
        if all(plan.a_day < each.a_day for each in found.values()):
            found[days] = plan
    return found


def catch_up(user: User, *, over_days: int, today: date) -> CatchUp:
    """Spread the backlog over these days; in them this number stands for the usual one."""
    plan = catch_up_plan(user, over_days=over_days, today=today)
    wish = StudySettings.objects.of(user)
    wish.catch_up_a_day, wish.catch_up_until = plan.a_day, plan.until
    wish.save()
    return plan


def paced(user: User, today: date, *, wish: StudySettings | None = None) -> StudySettings:
    """The learner's wishes for this day. After a holiday with what it left spread, unsaved.

    `wish` saves asking for them.
    """
    wish = wish or StudySettings.objects.of(user)
    if wish.is_back(today):
        plan = catch_up_plan(user, over_days=wish.holiday_spread_days, today=today)
        wish.holiday_from = wish.holiday_until = None
        # A small heap needs no plan: the usual number is enough for it.
        if plan.waiting and not wish.is_catching_up(today) and plan.a_day < wish.reviews_a_day:
            wish.catch_up_a_day, wish.catch_up_until = plan.a_day, plan.until
    return wish


def settle(user: User, today: date) -> None:
    """Keep what `paced` worked out on the first day of study after a holiday, once."""
    until = StudySettings.objects.of(user).holiday_until
    if until is None or until >= today:
        return
    wish = paced(user, today)
    StudySettings.objects.filter(user=user, holiday_until__lt=today).update(
        holiday_from=None,
        holiday_until=None,
        catch_up_a_day=wish.catch_up_a_day,
        catch_up_until=wish.catch_up_until,
    )
