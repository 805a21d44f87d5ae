"""Interviews given, sat, marked and released, by the same verbs the pages use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from accounts.models import Cohort, User
from dashboard.demo.answers import Material, answer
from dashboard.demo.chances import chances, made_uuid
from dashboard.demo.people import People
from interviews.models import Assignment, Blueprint, Item, Sitting
from interviews.models.blueprints import SectionPlan
from interviews.quick import start_quick_mock
from interviews.scoring import WHOLE, Coverage
from interviews.self_marking import mark_own
from practice.models import Card
from questions.models import Question, QuestionRevision, Topic

RELEASED, MARKED, SUBMITTED, RUNNING, VOIDED, QUICK = (
    *("released", "marked", "submitted", "running", "voided", "quick"),
)
# The first six are one of each; all of them, over and over, are a lively site.
FATES = (
    *(RELEASED, SUBMITTED, QUICK, RUNNING, MARKED, VOIDED, RELEASED, QUICK, RELEASED, SUBMITTED),
    *(RELEASED, QUICK, RELEASED, RELEASED, QUICK, RELEASED, MARKED, RELEASED, QUICK, SUBMITTED),
)
COMMENTS = (
    *("", "", "", "Well put.", "Right, but say *why* it matters in production."),
    "The idea is there. Name the command next time, an interviewer will ask.",
    "Good structure. You left out what happens when it fails.",
)
VOID_REASON = "The learner's connection broke; sits again."
EXTENSION = {"extra_minutes": 10, "reason": "Reads from a screen reader."}
BLUEPRINTS = (
    ("Containers in production", 30, "free", (("docker/operations", 2), ("docker/security", 2))),
    ("Kubernetes and Linux, on call", 25, "one_at_a_time", (("kubernetes", 2), ("linux", 2))),
)


@dataclass
class Course:
    """A cohort and what was given to it. An assignment is sat once by each."""

    number: int
    cohort: Cohort
    instructor: User
    blueprints: Sequence[Blueprint]
    now: datetime
    chance: Random
    past: list[Assignment] = field(default_factory=list)
    open: list[Assignment] = field(default_factory=list)
    taken: set[tuple[object, int]] = field(default_factory=set)

    def place(self, learner: User, *, is_past: bool) -> Assignment:
        """One that this learner has not sat yet, closed by now or open now."""
        given = self.past if is_past else self.open
        for assignment in given:
            if (assignment.pk, learner.pk) not in self.taken:
                self.taken.add((assignment.pk, learner.pk))
                return assignment
        ago = 16 + 14 * len(given) if is_past else 3 + 2 * len(given)
        given.append(self.give(opens_ago=timedelta(days=ago), number=len(given)))
        return self.place(learner, is_past=is_past)

    def give(self, *, opens_ago: timedelta, number: int) -> Assignment:
        opens_at = (self.now - opens_ago).replace(minute=0, second=0, microsecond=0)
        is_strict = number % 3 == 2
        blueprint = self.blueprints[(self.number + number) % len(self.blueprints)]
        assignment = Assignment.objects.create(
            id=made_uuid(self.chance),
            blueprint=blueprint,
            reveal=blueprint.reveal,
            assigned_by=self.instructor,
            opens_at=opens_at,
            closes_at=opens_at + timedelta(days=7 if opens_ago.days > 8 else 12),
            close_policy="hard_close" if is_strict else "start_by",
            created_at=opens_at - timedelta(days=2),
        )
        assignment.cohorts.set([self.cohort])
        return assignment


def make_interviews(
    people: People, bank: Sequence[Material], *, sittings: int, seed: int, now: datetime
) -> None:
    chance = chances(seed, "interviews")
    blueprints = {
        teacher.pk: make_blueprints(teacher, chance, now=now) for teacher in people.instructors
    }
    courses = [
        Course(number, cohort, teacher, blueprints[teacher.pk], now, chance)
        for number, cohort in enumerate(people.cohorts)
        for teacher in [people.instructors[number % len(people.instructors)]]
    ]
    for course in courses:
        course.give(opens_ago=-timedelta(days=2), number=1)
    room = Room({each.revision_pk: each for each in bank}, chance, now)
    others = cycle(list(enumerate(people.learners))[1:] or [(0, people.learners[0])])
    shown = 0
    for number in range(sittings):
        fate = FATES[number % len(FATES)]
        place, learner = next(others)
        if fate in (RELEASED, QUICK):
            shown += 1
            # The one who is shown around has results to look at.
            place, learner = (0, people.learners[0]) if shown % 3 else (place, learner)
        room.play(fate, learner, courses[people.cohort_of(place)])


def make_blueprints(teacher: User, chance: Random, *, now: datetime) -> list[Blueprint]:
    """Their own, and those that are shipped."""
    made = []
    for title, minutes, navigation, sections in BLUEPRINTS:
        blueprint = Blueprint.objects.create(
            id=made_uuid(chance),
            owner=teacher,
            title=title,
            minutes=minutes,
            navigation=navigation,
            reveal=Blueprint.Reveal.ON_RELEASE,
            created_at=now - timedelta(days=200),
        )
        topics = [(Topic.objects.get(path=path), count) for path, count in sections]
        blueprint.arrange(
            [
                SectionPlan(title=each.title, count=count, topic_pks=[each.pk])
                for each, count in topics
            ]
        )
        made.append(blueprint)
    return [*made, *Blueprint.objects.filter(owner=None).order_by("title")]


@dataclass
class Room:
    """Where sittings happen. `bank` by the key of the revision asked."""

    bank: dict[int, Material]
    chance: Random
    now: datetime

    def play(self, fate: str, learner: User, course: Course) -> None:
        if fate == QUICK:
            self.quick(learner)
            return
        is_past = fate in (RELEASED, MARKED, VOIDED)
        assignment = course.place(learner, is_past=is_past)
        if fate == RUNNING:
            began = self.now - timedelta(minutes=self.chance.randint(4, 8))
            sitting = self.start(assignment, learner, began)
            self.write(sitting, self.items(sitting)[:2], until=self.now)
            return
        began = self.within(assignment)
        if self.chance.random() < 0.1:
            assignment.extend(learner, terms=EXTENSION, actor=course.instructor, now=began)
        sitting = self.start(assignment, learner, began)
        self.sit(sitting)
        if fate == VOIDED:
            sitting.void(reason=VOID_REASON, actor=course.instructor, now=self.later(sitting, 1))
        if fate in (MARKED, RELEASED):
            self.mark(sitting, course.instructor, now=self.later(sitting, 2))
        if fate == RELEASED:
            self.release(sitting, course.instructor, now=self.later(sitting, 3))

    def within(self, assignment: Assignment) -> datetime:
        """A moment to begin at: in the first days of the window, and hours ago at the latest."""
        opens_at = assignment.opens_at or self.now
        days = min((self.now - opens_at).days - 1, 5)
        return opens_at + timedelta(
            days=self.chance.randint(0, max(days, 0)), minutes=self.chance.randint(30, 900)
        )

    def later(self, sitting: Sitting, days: int = 0, *, minutes: int = 0) -> datetime:
        return min(
            (sitting.submitted_at or self.now) + timedelta(days=days, minutes=minutes), self.now
        )

    def start(self, assignment: Assignment, learner: User, began: datetime) -> Sitting:
        return assignment.start(learner, now=began, seed=self.chance.getrandbits(62))

    def quick(self, learner: User) -> None:
        topic = self.chance.choice(list(Topic.objects.filter(parent=None).order_by("path")))
        count, minutes = self.chance.choice(((3, 10), (5, 20), (8, 30)))
        began = self.now - timedelta(minutes=self.chance.randint(300, 120_000))
        sitting = start_quick_mock(
            learner,
            pk=made_uuid(self.chance),
            title=f"{topic.title}: {minutes} minutes",
            minutes=minutes,
            count=count,
            topics=[topic],
            now=began,
            seed=self.chance.getrandbits(62),
        )
        Blueprint.objects.filter(pk=sitting.assignment.blueprint_id).update(created_at=began)
        Assignment.objects.filter(pk=sitting.assignment_id).update(created_at=began)
        self.sit(sitting)
        judged = [(item, self.judged(item)) for item in self.items(sitting) if is_open(item)]
        # What the engine finds depends on the machine's model: its pages ask it on the first look.
        mark_own(judged, suggestions={}, marker=learner, now=self.later(sitting, minutes=6))

    def items(self, sitting: Sitting) -> list[Item]:
        items = list(sitting.items.select_related("response", "revision").order_by("position"))
        for item in items:
            item.sitting = sitting
            item.response.item = item
        return items

    def sit(self, sitting: Sitting) -> None:
        """Answer and hand in, or forget to: then the sweeper comes after the deadline."""
        items = self.items(sitting)
        deadline_at = sitting.deadline_at or self.now
        whole = deadline_at - sitting.started_at
        until = sitting.started_at + self.chance.uniform(0.5, 0.95) * whole
        is_late = self.chance.random() < 0.1
        expected = self.write(sitting, items[:-1] if is_late else items, until=until)
        if is_late:
            sweeper = Sitting.ClosedBy.SWEEPER
            sitting.close_if_overdue(deadline_at + timedelta(minutes=1), by=sweeper)
        else:
            sitting.submit(now=until)
        sitting.predict(expected, now=self.later(sitting, minutes=2))

    def write(self, sitting: Sitting, items: Sequence[Item], *, until: datetime) -> dict[int, int]:
        """Returns what the learner thinks each answer is worth, in percent by position."""
        expected = {}
        step = (until - sitting.started_at) / (len(items) + 1)
        for number, item in enumerate(items, start=1):
            rating = self.chance.choices((1, 2, 3, 4), weights=(22, 25, 38, 15))[0]
            said = answer(self.bank[item.revision_id], rating, self.chance)
            now = sitting.started_at + number * step
            item.response.save_draft(text=said.text, choice=said.choice, base_number=0, now=now)
            expected[item.position] = min(25 * self.chance.randint(rating - 1, rating + 1), 100)
            if sitting.is_one_at_a_time:
                sitting.move_on(position=item.position, now=now)
        return expected

    def judged(self, item: Item) -> dict[str, str]:
        """Which points the answer says, as far as its marker can tell."""
        said = {}
        text = item.response.text.replace("`", "").lower()
        points = self.bank[item.revision_id].points
        for point in points:
            statement = point.text.replace("`", "").rstrip(".").lower()
            start = " ".join(statement.split()[: max(3, len(statement.split()) // 2)])
            found = Coverage.COVERED if statement in text else Coverage.MISSED
            said[point.key] = (
                Coverage.PARTLY if found == Coverage.MISSED and start in text else found
            ).value
        return said or {WHOLE: Coverage.PARTLY.value}

    def mark(self, sitting: Sitting, marker: User, *, now: datetime) -> None:
        for item in self.items(sitting):
            if is_open(item):
                comment = self.chance.choice(COMMENTS) if item.response.is_answered else ""
                item.mark(
                    points=self.judged(item), comment=comment, base_number=0, marker=marker, now=now
                )

    def release(self, sitting: Sitting, instructor: User, *, now: datetime) -> None:
        """What was missed goes to practice, as the result page offers."""
        sitting.release(actor=instructor, now=now)
        missed = [
            item.revision.question_id
            for item in self.items(sitting)
            if is_open(item) and Coverage.MISSED.value in self.judged(item).values()
        ]
        if self.chance.random() < 0.5:
            questions = list(Question.objects.filter(pk__in=missed).order_by("slug"))
            today = sitting.learner.study_day(now)
            Card.objects.add(sitting.learner, questions, now=now)
            Card.objects.note_missed(sitting.learner, questions, today=today)


def is_open(item: Item) -> bool:
    return item.revision.kind == QuestionRevision.Kind.OPEN
