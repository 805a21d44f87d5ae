"""All of it together, in one transaction: everything is made, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.core.management.color import no_style
from django.db import connection, transaction

from accounts.models import User
from dashboard.demo.answers import Material, materials
from dashboard.demo.chances import about, chances
from dashboard.demo.interviews import make_interviews
from dashboard.demo.people import make_people
from dashboard.demo.study import Habits, study
from interviews.models import Blueprint, Goal
from interviews.shipping import seed_blueprints
from practice.models import Card
from questions.models import Question, Topic
from questions.seeding import seed as seed_bank

# The one who is shown around studies in the evening, on most days.
DEMO_HABITS = Habits(
    forgetting=0.75, hour=19.0, weekend_hour=11.0, skipping=(0.15, 0.35), typing=0.5, pace=9
)

COMPANIES = ("Northwind", "Blue Harbour", "Acme", "Lumen Freight", "Ostrich Bank")

MOST_PRACTISED = ("docker", "kubernetes", "linux")

type Say = Callable[[str], None]


class NotEmpty(Exception):
    """Somebody has an account here: their data must not be mixed with made-up ones."""


@transaction.atomic
def make_demo(
    *, learners: int, reviews: int, sittings: int, seed: int, now: datetime, say: Say
) -> None:
    """Raises NotEmpty. The same seed and moment give the same data, but for some ids."""
    if User.objects.exists():
        raise NotEmpty
    began = monotonic()
    seed_bank(now=now - timedelta(days=1_000))
    seed_blueprints()
    people = make_people(learners, seed=seed, now=now)
    say(f"People: {User.objects.count():,} in {len(people.cohorts)} cohorts")
    bank = materials(Question.objects.shared().order_by("slug"))
    make_study(people.learners, bank, reviews=reviews, seed=seed, now=now, say=say)
    say(f"Practice: {reviews:,} reviews of {Card.objects.count():,} cards")
    make_interviews(people, bank, sittings=sittings, seed=seed, now=now)
    say(f"Interviews: {sittings:,} sittings")
    make_goals(people.learners, seed=seed, now=now)
    say(f"Made in {monotonic() - began:.0f} seconds")


def make_study(
    learners: Sequence[User],
    bank: Sequence[Material],
    *,
    reviews: int,
    seed: int,
    now: datetime,
    say: Say,
) -> None:
    """That many reviews, shared unevenly; one learner after another, to keep little in mind."""
    made, next_pk, said_at = 0, 1, monotonic()
    parts = zip(learners, shares(len(learners), reviews, seed=seed), strict=True)
    for number, (learner, share) in enumerate(parts):
        diary = study(
            learner,
            bank,
            reviews=share,
            until=learner.study_day(now) - timedelta(days=1),
            first_pk=next_pk,
            chance=chances(seed, f"study {number}"),
            habits=None if number else DEMO_HABITS,
        )
        diary.store()
        made, next_pk = made + len(diary.reviews), next_pk + len(diary.cards)
        if monotonic() - said_at > 10:
            say(f"  {made:,} reviews ...")
            said_at = monotonic()
    keep_counting_cards()


def shares(number: int, reviews: int, *, seed: int) -> list[int]:
    """What each learner has of all reviews: the first a good part, the others unevenly."""
    chance = chances(seed, "shares")
    weights = [2.0, *(about(1.0, chance, spread=0.6) for _number in range(number - 1))]
    parts = [int(reviews * weight / sum(weights)) for weight in weights]
    parts[0] += reviews - sum(parts)
    return parts


def make_goals(learners: Sequence[User], *, seed: int, now: datetime) -> None:
    """The first has an interview in three weeks; of the others some do, and for some it is over."""
    chance = chances(seed, "goals")
    topics = list(Topic.objects.filter(parent=None))
    blueprints = list(Blueprint.objects.filter(owner=None).order_by("title"))
    for number, learner in enumerate(learners):
        days = 21 if number == 0 else chance.choice((-20, -3, 2, 9, 16, 33, 60))
        company, subjects = chance.choice(COMPANIES), chance.sample(topics, min(3, len(topics)))
        blueprint = chance.choice(blueprints) if number and chance.random() < 0.4 else None
        if number and chance.random() < 0.5:
            continue
        if number == 0:
            subjects = [topic for topic in topics if topic.path in MOST_PRACTISED]
        goal = Goal.objects.create(
            user=learner,
            interview_on=learner.study_day(now) + timedelta(days=days),
            title=f"Interview at {company}",
            blueprint=blueprint,
            created_at=now - timedelta(days=30),
        )
        goal.topics.set([] if blueprint else subjects)


def keep_counting_cards() -> None:
    """Cards came with their keys: the next one made must not get one of these."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Card]):
            cursor.execute(statement)
