"""A question a visitor can answer without an account, and the way of the answer into one."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import cached_property
from random import Random
from typing import Any, Self
from uuid import UUID, uuid4

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from feedback.findings import Finding, Status
from practice.judging import MARKS_FOUND, Judge, Mark, proposed_rating
from practice.models import AlreadyReviewed, Card, Review
from practice.recording import judge
from practice.scheduling import Rating
from questions.matching import Matched, assess
from questions.models import Answer, KeyPoint, Question, QuestionRevision

SESSION_KEY = "trial"
LONGEST_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class Trial:
    """A visitor's answer, as the session keeps it. `said` is the key points ticked.

    `review_id` is made once, so that the trial becomes one review however often it is kept.
    """

    slug: str
    revision: int
    text: str
    review_id: UUID
    said: tuple[int, ...] = ()
    is_ticked: bool = False

    @classmethod
    def of(cls, revision: QuestionRevision, text: str) -> Self:
        return cls(revision.question.slug, revision.pk, text, review_id=uuid4())

    @classmethod
    def read(cls, value: object) -> Self | None:
        """None for anything that `stored` did not make."""
        match value:
            case {
                "slug": str(slug),
                "revision": int(revision),
                "text": str(text),
                "review_id": str(review_id),
                "said": list(said),
                "is_ticked": bool(is_ticked),
            } if all(type(pk) is int for pk in (revision, *said)) and len(text) <= LONGEST_TEXT:
                pass
            case _:
                return None
        try:
            return cls(slug, revision, text, UUID(review_id), tuple(said), is_ticked)
        except ValueError:
            return None

    @property
    def stored(self) -> dict[str, Any]:
        return {**asdict(self), "review_id": str(self.review_id), "said": list(self.said)}

    def ticked(self, said: tuple[int, ...]) -> Trial:
        return replace(self, said=said, is_ticked=True)


@dataclass(frozen=True, slots=True)
class TickedPoint:
    """`number` is its place on the page. `finding` None: nothing was typed to find it in."""

    number: int
    key_point: KeyPoint
    is_said: bool
    finding: Finding | None = None

    @property
    def is_left_to_visitor(self) -> bool:
        return self.finding is not None and self.finding.status not in MARKS_FOUND

    @property
    def judge(self) -> Judge:
        is_as_found = self.finding and MARKS_FOUND.get(self.finding.status) == self.mark
        return Judge.ENGINE if is_as_found else Judge.LEARNER

    @property
    def mark(self) -> Mark:
        return Mark.COVERED if self.is_said else Mark.MISSED


@dataclass(frozen=True)
class TrialQuestion:
    """The question as the visitor sees it, and what they made of it."""

    revision: QuestionRevision
    trial: Trial | None = None
    has_others: bool = True

    @cached_property
    def model_answer(self) -> Answer | None:
        return self.revision.answers.filter(role=Answer.Role.MODEL).first()

    @cached_property
    def matched(self) -> Matched | None:
        """What the engine says of the answer. Asks it anew: some 50 ms of a core."""
        if self.trial is None or not self.trial.text.strip():
            return None
        return assess(self.revision, self.trial.text)

    @cached_property
    def points(self) -> list[TickedPoint]:
        """As the visitor ticked them, or before that as the engine found them."""
        found = self.matched.by_point if self.matched else {}
        covered = [pk for pk, each in found.items() if each.status == Status.COVERED]
        said = self.trial.said if self.trial and self.trial.is_ticked else covered
        return [
            TickedPoint(number, point, point.pk in said, found.get(point.pk))
            for number, point in enumerate(self.revision.key_points.all(), 1)
        ]

    @property
    def number_undecided(self) -> int:
        return sum(point.is_left_to_visitor for point in self.points)

    @property
    def number_said(self) -> int:
        return sum(point.is_said for point in self.points)

    @property
    def judges(self) -> dict[str, str]:
        """Who said so, by key point; empty where the engine was not asked."""
        if self.matched is None:
            return {}
        return {str(point.key_point.pk): point.judge.value for point in self.points}

    @property
    def rating(self) -> Rating | None:
        marked = [(point.key_point.weight, point.mark) for point in self.points]
        return proposed_rating(marked, seconds=None, speak_seconds=None)


def offered_revisions() -> QuerySet[QuestionRevision]:
    """The texts of the bank's open questions that have key points to judge an answer by."""
    shared = Question.objects.shared().filter(current_revision=OuterRef("pk"))
    points = KeyPoint.objects.filter(revision=OuterRef("pk"))
    return QuestionRevision.objects.filter(
        Exists(shared), Exists(points), kind=QuestionRevision.Kind.OPEN
    ).select_related("question")


def offered_question(today: date, number: int) -> TrialQuestion | None:
    """The question of the day, or with a number another one; None if the bank has none yet.

    Easy ones are preferred. Costs two queries, three in a bank without an easy one.
    """
    offered = offered_revisions()
    easy = offered.filter(level=QuestionRevision.Level.JUNIOR)
    offered = easy if (count := easy.count()) else offered
    count = count or offered.count()
    if not count:
        return None
    places = list(range(count))
    Random(today.toordinal()).shuffle(places)  # noqa: S311  # for variety
    return TrialQuestion(offered.order_by("pk")[places[number % count]], has_others=count > 1)


def tried_question(trial: Trial) -> TrialQuestion | None:
    """The question as it was answered; None if the bank no longer shows it."""
    revisions = QuestionRevision.objects.filter(pk=trial.revision, question__slug=trial.slug)
    shared = revisions.filter(question__in=Question.objects.shared())
    revision = shared.select_related("question").first()
    return TrialQuestion(revision, trial) if revision else None


def keep(user: User, session: SessionBase, *, now: datetime) -> Review | None:
    """Turn the trial of this session into a review of the person's own card, once.

    A trial that was not ticked, or whose question is gone, leaves nothing behind.
    """
    trial = Trial.read(session.pop(SESSION_KEY, None))
    if trial is None or not trial.is_ticked:
        return None
    tried = tried_question(trial)
    rating = tried and tried.rating
    if not tried or not rating:
        return None
    Card.objects.add(user, [tried.revision.question], now=now)
    card = Card.objects.select_related("user").get(user=user, question=tried.revision.question_id)
    try:
        return judge(
            card,
            rating,
            matched=tried.matched,
            review_id=trial.review_id,
            revision=tried.revision,
            now=now,
            answer=trial.text,
            points={str(point.key_point.pk): point.mark.value for point in tried.points},
            points_by=tried.judges,
        )
    except AlreadyReviewed:
        return None  # kept by another request, and undone since
