"""Getting ready for a named day: what may be asked, how much of it would be said, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext, ngettext

from accounts.models import User
from dashboard.charts import Datum, LineChart, percent_chart
from dashboard.manner import ENOUGH_ANSWERS, WEIGHT, Answer, Manner, manner
from dashboard.minutes_a_day import shares_by_minutes
from dashboard.readiness import QUESTIONS_ASKED, Asked, Expected, Pick, Pool, Readiness
from dashboard.wording import minutes_text
from interviews.models import Blueprint, Goal, Section
from interviews.models.blueprints import BlueprintQuerySet, matching
from practice.judging import Mark, points_said
from practice.models import Card, CardQuerySet, Parameters, Review, StudySettings
from practice.queue import Scope
from questions.models import KeyPoint, Question, QuestionQuerySet, QuestionRevision, Topic

# What somebody's manner of answering is drawn from.
NEWEST_ANSWERS = 300
OPEN = QuestionRevision.Kind.OPEN
PICKS_SHOWN = 8
PAST_SHOWN = 10


class MinutesRow(NamedTuple):
    minutes: int
    percent: int
    more: int

    @property
    def label(self) -> str:
        return minutes_text(self.minutes)


@dataclass(frozen=True, slots=True)
class NextReview:
    """A question of the best next half hour, and why it is among it."""

    question: Question
    minutes: float
    why: str


@dataclass(frozen=True)
class Preparation:
    """What `goal` asks of this person; a day ahead, or today. Eight queries, and some for each
    section of a blueprint, however many questions and reviews there are."""

    user: User
    goal: Goal
    now: datetime

    newest_answers = NEWEST_ANSWERS
    enough_answers = ENOUGH_ANSWERS
    assumed_answers = WEIGHT

    @property
    def today(self) -> date:
        return self.user.study_day(self.now)

    @property
    def days(self) -> int:
        return (self.goal.interview_on - self.today).days

    # When

    @property
    def day(self) -> str:
        """Such as Monday 7 December; the year where it is another one."""
        is_this_year = self.goal.interview_on.year == self.today.year
        return date_format(self.goal.interview_on, "l j F" if is_this_year else "l j F Y")

    @property
    def distance(self) -> str:
        if self.days == 0:
            return gettext("today")
        if self.days == 1:
            return gettext("tomorrow")
        return ngettext("in %d day", "in %d days", self.days) % self.days

    @property
    def countdown(self) -> str:
        if self.days == 0:
            return gettext("Your interview is today")
        if self.days == 1:
            return gettext("Your interview is tomorrow")
        text = ngettext("%d day to your interview", "%d days to your interview", self.days)
        return text % self.days

    # What

    @cached_property
    def blueprint(self) -> Blueprint | None:
        """None too where it was archived, or is no longer for this person to see."""
        if self.goal.blueprint_id is None:
            return None
        return usable_blueprints(self.user).filter(pk=self.goal.blueprint_id).first()

    @cached_property
    def topics(self) -> list[Topic]:
        return list(self.goal.topics.select_related("parent"))

    @property
    def subjects(self) -> list[str]:
        if self.blueprint:
            return [self.blueprint.title]
        return [f"{topic.parent}: {topic}" if topic.parent else str(topic) for topic in self.topics]

    @cached_property
    def readiness(self) -> Readiness:
        return Readiness(self._pools(), self.manner, self._parameters, days=max(self.days, 0))

    @cached_property
    def _parameters(self) -> tuple[float, ...]:
        return tuple(Parameters.objects.in_use_by(self.user).values)

    @cached_property
    def manner(self) -> Manner:
        return manner(answers(self.user))

    def _pools(self) -> list[Pool]:
        mine = Card.objects.of(self.user)
        if self.blueprint:
            known = self._known(mine)
            return [
                Pool(asked(self._pool_of(section), known), section.count, section.points)
                for section in self.blueprint.sections.all()
            ]
        if not self.topics:
            return []
        questions = Question.objects.practisable_by(self.user)
        found = matching(questions, topics=self.topics)
        return [Pool(asked(found, self._known(mine.on(found))), QUESTIONS_ASKED)]

    def _pool_of(self, section: Section) -> QuestionQuerySet:
        """What it draws from, as far as this person may practise it."""
        drawn = section.candidates(self.user, with_private=False)
        mine: QuestionQuerySet = Question.objects.practisable_by(self.user)
        return mine.filter(pk__in=drawn.order_by().values("pk"))

    def _known(self, cards: CardQuerySet) -> dict[int, Asked]:
        """What the cards say, by the question; it is not known yet if it is open."""
        rows = cards.values_list(
            *("question", "stability", "difficulty", "reviewed_on", "due_on"),
            *("suspended_at", "buried_until"),
        )
        today = self.today
        return {
            pk: Asked(
                question=pk,
                is_open=True,
                stability=stability,
                difficulty=difficulty or 5.0,
                elapsed=max((today - reviewed_on).days, 0) if reviewed_on else 0,
                due_in=(due_on - today).days if due_on else 0,
                is_free=suspended_at is None and (buried is None or buried <= today),
            )
            for pk, stability, difficulty, reviewed_on, due_on, suspended_at, buried in rows
        }

    # How ready

    @cached_property
    def expected(self) -> Expected | None:
        """None where nothing may be asked, or too little is known to say."""
        return self.readiness.expected() if self.manner.is_enough else None

    @property
    def is_empty(self) -> bool:
        return not self.readiness.asked

    @property
    def question_count(self) -> int:
        return len(self.readiness.asked)

    @property
    def percent(self) -> int:
        return percent(self.expected.share) if self.expected else 0

    @property
    def interval(self) -> tuple[int, int]:
        return (
            (percent(self.expected.low), percent(self.expected.high)) if self.expected else (0, 0)
        )

    @property
    def asked_interval(self) -> tuple[int, int]:
        found = self.expected
        return (percent(found.asked_low), percent(found.asked_high)) if found else (0, 0)

    # What practice would change

    @cached_property
    def rows(self) -> list[MinutesRow]:
        if not self.expected:
            return []
        wanted = StudySettings.objects.of(self.user).desired_retention
        found = shares_by_minutes(self.readiness, wanted)
        return [
            MinutesRow(minutes, percent(share), percent(share) - self.percent)
            for minutes, share in found
        ]

    @property
    def enough_minutes(self) -> str:
        """The fewest minutes that bring as much as the most; empty where more brings more."""
        last = self.rows[-1]
        enough = next(row for row in self.rows if row.percent == last.percent)
        return "" if enough == last else enough.label

    @property
    def minutes_chart(self) -> LineChart:
        return percent_chart(
            [
                Datum(str(row.minutes), row.percent, f"{row.label}: {row.percent} %")
                for row in self.rows
            ]
        )

    @property
    def minutes_summary(self) -> str:
        last = self.rows[-1]
        return gettext(
            "%(none)d %% without practice, %(all)d %% with %(minutes)s on each day until then."
        ) % {"none": self.rows[0].percent, "all": last.percent, "minutes": last.label}

    # The best next half hour

    @cached_property
    def picks(self) -> list[Pick]:
        return self.readiness.half_hour()

    @cached_property
    def half_hour(self) -> list[NextReview]:
        questions = Question.objects.select_related("current_revision").in_bulk(
            [pick.question for pick in self.picks]
        )
        return [
            NextReview(questions[pick.question], pick.seconds / 60, why(pick))
            for pick in self.picks
        ]

    @property
    def half_hour_minutes(self) -> int:
        return max(1, round(sum(pick.seconds for pick in self.picks) / 60))

    @property
    def half_hour_gain(self) -> int:
        """In percent of all points, as the figure is shown."""
        if not self.expected:
            return 0
        gain = sum(pick.gain for pick in self.picks)
        return percent(min(1.0, self.expected.share + gain)) - self.percent

    @property
    def percent_after(self) -> int:
        return self.percent + self.half_hour_gain

    @property
    def half_hour_first(self) -> list[NextReview]:
        return self.half_hour[:PICKS_SHOWN]

    @property
    def half_hour_rest(self) -> list[NextReview]:
        return self.half_hour[PICKS_SHOWN:]

    @property
    def seconds_words(self) -> str:
        """The times everything here is reckoned with."""
        times = self.manner.seconds
        return gettext(
            "The times are your own medians, or assumed while you have fewer than five:"
            " %(first)d seconds for an open question that is new, %(review)d for one seen before,"
            " %(first_choice)d and %(review_choice)d for others."
        ) % {
            "first": round(times[True, True]),
            "review": round(times[True, False]),
            "first_choice": round(times[False, True]),
            "review_choice": round(times[False, False]),
        }

    @property
    def practise_url(self) -> str:
        slugs = [each.question.slug for each in self.half_hour]
        return f"{reverse('practice:session')}?{Scope.of_questions(slugs).query}"


def usable_blueprints(user: User) -> BlueprintQuerySet:
    """What this person may aim at. What was assigned is left out: its questions are not shown."""
    return Blueprint.objects.usable_by(user).active()


def asked(questions: QuestionQuerySet, known: dict[int, Asked]) -> list[Asked]:
    rows = questions.order_by("topic__position", "topic__path", "slug")
    found = []
    for pk, kind in rows.values_list("pk", "current_revision__kind"):
        is_open = kind == OPEN
        mine = known.get(pk)
        found.append(mine._replace(is_open=is_open) if mine else Asked(pk, is_open))
    return found


def answers(user: User) -> list[Answer]:
    """The newest ones in practice, without cramming. Two queries."""
    kinds = (Review.Kind.LEARN, Review.Kind.REVIEW, Review.Kind.RELEARN)
    newest = Review.objects.of(user).standing().filter(kind__in=kinds).newest_first()
    columns = ("kind", "rating", "seconds", "points", "revision", "revision__kind")
    rows = list(newest.values_list(*columns)[:NEWEST_ANSWERS])
    revisions = {revision for *_, points, revision, _kind in rows if points}
    weights = dict(KeyPoint.objects.filter(revision__in=revisions).values_list("pk", "weight"))
    return [
        Answer(
            is_open=kind == OPEN,
            is_first=how == Review.Kind.LEARN,
            is_again=how == Review.Kind.RELEARN,
            rating=rating,
            share=said(points, weights) if kind == OPEN else float(rating > 1),
            seconds=seconds,
        )
        for how, rating, seconds, points, _revision, kind in rows
    ]


def said(points: dict[str, str], weights: dict[int, int]) -> float | None:
    """Of the weight of the points that were decided; None where none was."""
    marked = [
        (weights[int(pk)], Mark(mark))
        for pk, mark in points.items()
        if pk.isdecimal() and int(pk) in weights
    ]
    return points_said(marked)


def why(pick: Pick) -> str:
    after = percent(pick.after)
    if pick.before is None:
        return (
            gettext("Not answered yet; learnt now, recalled on that day %d times of 100.") % after
        )
    text = gettext("Recalled on that day %(before)d times of 100; reviewed now, %(after)d times.")
    return text % {"before": percent(pick.before), "after": after}


def percent(share: float) -> int:
    return round(100 * share)


def past_goals(user: User, *, today: date) -> Iterable[Goal]:
    return Goal.objects.of(user).past(today).prefetch_related("topics")[:PAST_SHOWN]
