"""Objects for tests: everything has a default, whatever matters is named by the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from accounts.models import Cohort, Membership, User
from interviews.audio import AudioType
from interviews.models import Assignment, Blueprint, Item, Recording, Response, Section, Sitting
from interviews.speaking import receive
from practice import scheduling
from practice.models import Card, Review, Round
from questions.indexing import index
from questions.models import (
    AcceptPhrase,
    Answer,
    FollowUp,
    Hint,
    KeyPoint,
    LinkCheck,
    Misconception,
    Overrule,
    Question,
    QuestionRevision,
    Reference,
    Tag,
    Topic,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(range(256))
_numbers = count(1)


def make_user(email: str = "", password: str = "", **fields: Any) -> User:
    """An unusable password unless one is given: hashing is the slow part of making people."""
    return User.objects.create_user(
        email or f"person-{next(_numbers)}@example.org", password or None, **fields
    )


def make_cohort(
    *, instructor: User | None = None, learners: tuple[User, ...] = (), **fields: Any
) -> Cohort:
    cohort = Cohort.objects.create(**{"name": "Autumn cohort", **fields})
    if instructor:
        Membership.objects.create(cohort=cohort, user=instructor, role="instructor")
    for learner in learners:
        Membership.objects.create(cohort=cohort, user=learner)
    return cohort


def make_question(
    prompt: str = "What is a multi-stage build?",
    *,
    kind: str = "open",
    answer: str = "Several FROM lines in one Dockerfile.",
    key_points: tuple[tuple[str, int], ...] = (("Several FROM lines", 3), ("Smaller image", 1)),
    accept: dict[str, tuple[str, ...]] | None = None,
    options: tuple[tuple[str, bool], ...] = (),
    steps: tuple[str, ...] = (),
    hints: tuple[str, ...] = (),
    misconceptions: tuple[str, ...] = (),
    follow_ups: tuple[str | dict[str, Any], ...] = (),
    references: tuple[str, ...] = ("https://docs.docker.com/build/",),
    topic: str = "docker/dockerfile-builds",
    tags: tuple[str, ...] = (),
    private_to: User | None = None,
    status: str = "published",
    slug: str = "",
    **revision_fields: Any,
) -> Question:
    """A question with one frozen revision, which is current."""
    question = Question.objects.create(
        slug=slug or f"question-{next(_numbers)}",
        topic=Topic.objects.at(topic) if topic else None,
        private_to=private_to,
        owner=private_to,
        status=status,
    )
    question.tags.set(Tag.objects.get_or_create(slug=tag)[0] for tag in tags)
    revision = QuestionRevision.objects.create(
        question=question,
        kind=kind,
        prompt=prompt,
        frozen_at=NOON,
        **{"level": "junior", "speak_seconds": 60, **revision_fields},
    )
    Answer.objects.create(revision=revision, text=answer, html=f"<p>{answer}</p>")
    for position, (text, is_correct) in enumerate(options):
        Answer.objects.create(
            revision=revision,
            role=Answer.Role.OPTION,
            text=text,
            is_correct=is_correct,
            position=position,
        )
    for position, text in enumerate(steps):
        Answer.objects.create(
            revision=revision, role=Answer.Role.STEP, text=text, position=position
        )
    if kind == "open":
        for position, (text, weight) in enumerate(key_points):
            point = KeyPoint.objects.create(
                revision=revision, text=text, weight=weight, position=position
            )
            for phrase in (accept or {}).get(text, ()):
                AcceptPhrase.objects.create(key_point=point, text=phrase)
    for position, text in enumerate(hints):
        Hint.objects.create(revision=revision, text=text, position=position)
    for position, text in enumerate(misconceptions):
        Misconception.objects.create(revision=revision, text=text, position=position)
    for position, follow_up in enumerate(follow_ups):
        parts = {"prompt": follow_up} if isinstance(follow_up, str) else follow_up
        FollowUp.objects.create(revision=revision, position=position, **parts)
    for position, url in enumerate(references):
        Reference.objects.create(
            revision=revision, title="Multi-stage builds", url=url, position=position
        )
    question.current_revision = revision
    question.save(update_fields=["current_revision"])
    index([question.pk])
    return question


def make_choice_question(prompt: str = "Which survives docker rm?", **fields: Any) -> Question:
    options = (("A named volume", True), ("The writable layer", False), ("A tmpfs mount", False))
    return make_question(prompt, **{"kind": "single", "options": options, **fields})


def make_link(url: str = "https://docs.docker.com/build/", **fields: Any) -> LinkCheck:
    """A page of a reference; never looked at unless its outcome is given."""
    if fields.get("outcome"):
        fields = {"looked_at": NOON, **fields}
    if fields.get("outcome") in ("broken", "unreachable"):
        fields = {"failing_since": NOON - timedelta(days=3), "reason": "gone", **fields}
    host = url.partition("://")[2].partition("/")[0]
    return LinkCheck.objects.create(**{"url": url, "host": host, "next_look_at": NOON, **fields})


def make_card(user: User, question: Question | None = None, **fields: Any) -> Card:
    """A new card; give `due_on` (and what else matters) for one that was reviewed before."""
    if fields.get("due_on"):
        reviewed_on = fields["due_on"] - timedelta(days=3)
        defaults = {"stability": 3.0, "difficulty": 5.0, "reviewed_on": reviewed_on}
        fields = {**defaults, "interval_days": 3, "review_count": 1, **fields}
        fields.setdefault("band", scheduling.band(fields["stability"]))
    return Card.objects.create(user=user, question=question or make_question(), **fields)


def suspend(card: Card, *, now: datetime = NOON) -> None:
    Card.objects.filter(pk=card.pk).update(suspended_at=now)


def bury(card: Card, *, now: datetime = NOON) -> None:
    tomorrow = card.user.study_day(now) + timedelta(days=1)
    Card.objects.filter(pk=card.pk).update(buried_until=tomorrow)


def cram(card: Card) -> None:
    """From now on the card is asked in a round."""
    card.round_pk = Round.objects.create(user=card.user, cards=[card.pk]).pk


def make_review(card: Card, **fields: Any) -> Review:
    defaults = {
        "user": card.user,
        "revision": card.question.current_revision,
        "reviewed_at": NOON,
        "study_day": NOON.date(),
        "rating": Review.Rating.GOOD,
        "kind": Review.Kind.REVIEW,
    }
    return Review.objects.create(card=card, **{**defaults, **fields})


def make_blueprint(
    *, owner: User | None = None, count: int = 2, tags: tuple[str, ...] = (), **fields: Any
) -> Blueprint:
    """A blueprint with one section that draws `count` questions from anywhere (or the tags)."""
    blueprint = Blueprint.objects.create(owner=owner, **{"title": "Docker screening", **fields})
    section = Section.objects.create(blueprint=blueprint, title="Docker", count=count)
    section.tags.set(Tag.objects.get_or_create(slug=tag)[0] for tag in tags)
    return blueprint


def make_assignment(
    *,
    blueprint: Blueprint | None = None,
    instructor: User | None = None,
    learners: tuple[User, ...] = (),
    cohorts: tuple[Cohort, ...] = (),
    **fields: Any,
) -> Assignment:
    instructor = instructor or make_user(is_instructor=True)
    blueprint = blueprint or make_blueprint(owner=instructor)
    assignment = Assignment.objects.create(
        blueprint=blueprint,
        assigned_by=instructor,
        **{
            **{"reveal": blueprint.reveal, "has_follow_ups": blueprint.has_follow_ups},
            **{"speech": blueprint.speech, "is_own": blueprint.is_quick},
            **fields,
        },
    )
    assignment.learners.set(learners)
    assignment.cohorts.set(cohorts)
    return assignment


def make_sitting(
    assignment: Assignment,
    learner: User,
    *,
    questions: tuple[Question, ...] = (),
    answers: tuple[str, ...] = (),
    **fields: Any,
) -> Sitting:
    """A sitting in progress with an item and a response for each question, in order.

    `predicted_at` None: after it the learner is asked first how they think they did.
    """
    defaults = {
        **{"seed": 1, "started_at": NOON, "deadline_at": NOON + timedelta(minutes=20)},
        "predicted_at": NOON,
        "is_one_at_a_time": assignment.blueprint.navigation == "one_at_a_time",
    }
    sitting = Sitting.objects.create(
        assignment=assignment,
        learner=learner,
        points=10 * len(questions),
        **{**defaults, **fields},
    )
    for position, question in enumerate(questions):
        item = Item.objects.create(
            sitting=sitting, revision=question.current_revision, position=position, points=10
        )
        Response.objects.create(
            item=item, text=answers[position] if position < len(answers) else ""
        )
    return sitting


def make_recording(
    response: Response, *, content: bytes = WEBM, now: datetime = NOON, **fields: Any
) -> Recording:
    """As the room sends one: with its file, in place of what was there."""
    upload = uuid4()
    receive(
        response,
        [content],
        upload=upload,
        **{
            **{"audio_type": AudioType.WEBM, "duration_ms": 42_000, "has_agreed": True},
            "now": now,
            **fields,
        },
    )
    return Recording.objects.get(upload=upload)


def make_overrule(
    question: Question | None = None, *, user: User | None = None, **fields: Any
) -> Overrule:
    """Of the question's first key point: not found, but said."""
    question = question or make_question()
    defaults = {
        "key_point": question.current_revision.key_points.first(),
        "excerpt": f"Sentence {next(_numbers)}",
        "status": "not_found",
        "method": "lexical",
        "said": "covered",
        "source": "practice",
    }
    return Overrule.objects.create(user=user or make_user(), **{**defaults, **fields})
