"""People with names and time zones, and the cohorts they are in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from accounts.models import Cohort, Membership, User
from dashboard.demo.chances import chances, made_uuid
from dashboard.demo.names import COHORTS, REGIONS
from studyhub.codes import READABLE

# Everyone knows it: for trying out on one's own machine, never on a site others can reach.
PASSWORD = "practise-daily"  # noqa: S105
LEARNER, INSTRUCTOR, EDITOR = (
    f"{role}@example.org" for role in ("learner", "instructor", "editor")
)
COHORT_SIZE = 12
DEMO_ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class People:
    """The first learner and the first instructor can log in, as can the editor."""

    learners: list[User]
    instructors: list[User]
    editor: User
    cohorts: list[Cohort]

    def cohort_of(self, number: int) -> int:
        """The number of the cohort that the learner of this number is in."""
        return number % len(self.cohorts)


def make_people(learners: int, *, seed: int, now: datetime) -> People:
    chance = chances(seed, "people")
    cohorts = max(1, -(-learners // COHORT_SIZE))
    instructors = max(1, cohorts // 2)
    everyone = [person(number, chance, now=now) for number in range(learners + instructors + 1)]
    students, teachers, editor = everyone[:learners], everyone[learners:-1], everyone[-1]
    for teacher in teachers:
        teacher.is_instructor = True
    editor.is_editor = True
    for user, email in ((students[0], LEARNER), (teachers[0], INSTRUCTOR), (editor, EDITOR)):
        user.email, user.password, user.time_zone = email, make_password(PASSWORD), DEMO_ZONE
        user.time_factor = Decimal(1)
    User.objects.bulk_create(everyone)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in everyone
    )
    people = People(students, teachers, editor, [])
    people.cohorts.extend(make_cohort(number, people, chance, now=now) for number in range(cohorts))
    put_in_cohorts(people, chance, now=now)
    return people


def person(number: int, chance: Random, *, now: datetime) -> User:
    zones, first_names, last_names = chance.choices(REGIONS, weights=(4, 4, 4, 1, 2, 1, 1, 1))[0]
    first, last = chance.choice(first_names), chance.choice(last_names)
    user = User(
        email=f"{first}.{last}.{number}@example.org".lower(),
        name=f"{first} {last}",
        time_zone=chance.choice(zones),
        joined_at=now - timedelta(days=chance.randint(200, 800)),
        time_factor=chance.choices(("1.00", "1.25", "1.50"), weights=(22, 1, 1))[0],
    )
    user.time_factor = Decimal(user.time_factor)
    user.set_unusable_password()
    return user


def make_cohort(number: int, people: People, chance: Random, *, now: datetime) -> Cohort:
    group = f" {number // len(COHORTS) + 1}" if number >= len(COHORTS) else ""
    cohort = Cohort.objects.create(
        id=made_uuid(chance),
        name=COHORTS[number % len(COHORTS)] + group,
        invite_code="".join(chance.choices(READABLE, k=10)),
        is_open=number == 0,
        created_at=now - timedelta(days=chance.randint(120, 200)),
    )
    teacher = people.instructors[number % len(people.instructors)]
    cohort.put_in(teacher, role=Membership.Role.INSTRUCTOR, now=cohort.created_at)
    return cohort


def put_in_cohorts(people: People, chance: Random, *, now: datetime) -> None:
    """Everyone in one cohort; a few have left another one."""
    rows = []
    for number, learner in enumerate(people.learners):
        place = people.cohort_of(number)
        cohort = people.cohorts[place]
        joined_at = cohort.created_at + timedelta(days=chance.randint(0, 20), minutes=number)
        rows.append(Membership(cohort=cohort, user=learner, joined_at=joined_at))
        if number and len(people.cohorts) > 1 and chance.random() < 0.08:
            former = people.cohorts[place - 1]
            left_at = now - timedelta(days=chance.randint(10, 90))
            rows.append(
                Membership(
                    cohort=former, user=learner, joined_at=former.created_at, left_at=left_at
                )
            )
    Membership.objects.bulk_create(rows)
