"""Learners with many cards and a long log, made straight in SQL. SQLite only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Model

SERIES = (
    "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {last})"
)
TOPICS = 40
SHIFT = 1_000_000


def copies(model: type[Model], number: int, **changed: str) -> None:
    """So many copies of every row; copy n of row i has the key n * SHIFT + i."""
    columns = [field.column for field in model._meta.concrete_fields]
    values = [changed.get(column, f"t.{column}") for column in columns]
    names, table = ", ".join(columns), model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) {SERIES.format(last=number)} "  # noqa: S608
            f"SELECT {', '.join(values)} FROM {table} t, series"
        )


def make_bank(questions: int) -> None:
    """An open question with all its parts, and that many copies of it over 40 topics."""
    from questions.models import Answer, Hint, KeyPoint, Question, QuestionRevision, Topic

    for number in range(TOPICS):
        Topic.objects.at(f"topic-{number}")
    first = Topic.objects.order_by("pk")[0].pk
    question = Question.objects.create(slug="copy-0", status="published", topic_id=first)
    revision = QuestionRevision.objects.create(
        question=question,
        prompt="What happens to a container's data when it is removed?",
        level="mid",
        speak_seconds=60,
        context_html="<p>A database runs in it.</p>",
    )
    Answer.objects.create(revision=revision, text="It goes.", html="<p>It goes.</p>" * 5)
    for position in range(4):
        KeyPoint.objects.create(revision=revision, text=f"Point {position}", position=position)
    Hint.objects.create(revision=revision, text="Think of layers.")
    question.current_revision = revision
    question.save()
    key, of = "series.n * 1000000 + t.id", "series.n * 1000000 + t.revision_id"
    topic = f"{first} + series.n % {TOPICS}"
    with connection.constraint_checks_disabled():
        copies(
            Question,
            questions - 1,
            id=key,
            slug="'copy-' || series.n",
            topic_id=topic,
            current_revision_id=f"series.n * 1000000 + {revision.pk}",
        )
        copies(
            QuestionRevision,
            questions - 1,
            id=key,
            question_id=f"series.n * 1000000 + {question.pk}",
            frozen_at="'2026-01-01 00:00:00'",
        )
        for part in (Answer, KeyPoint, Hint):
            copies(part, questions - 1, id=key, revision_id=of)


def make_learner(email: str, *, cards: int, now: datetime) -> Any:
    """One in ten cards is new, one in eleven due: more than the day's number at either size."""
    from accounts.models import User
    from practice import scheduling
    from practice.models import Card, StudySettings
    from questions.models import Question

    user = User.objects.create_user(email, None)
    StudySettings.objects.create(user=user, reviews_a_day=300, new_cards_a_day=30)
    today = user.study_day(now)
    rows = []
    for number, pk in enumerate(
        Question.objects.order_by("pk").values_list("pk", flat=True)[:cards]
    ):
        card = Card(user=user, question_id=pk, added_at=now)
        if number % 10:
            card.stability = 1.0 + number * 37 % 200
            card.difficulty, card.review_count = 1.0 + number % 9, 10
            card.interval_days = round(card.stability)
            card.due_on = today + timedelta(days=number * 7919 % 600 - 60)
            card.reviewed_on = min(today, card.due_on - timedelta(days=card.interval_days))
            card.band = scheduling.band(card.stability)
        rows.append(card)
    Card.objects.bulk_create(rows, batch_size=2_000)
    return user


def make_log(reviews: int, *, now: datetime) -> None:
    """That many reviews, shared by all cards seen before."""
    from practice.models import Card, Review

    seen = Card.objects.exclude(due_on=None).count()
    each = -(-reviews // seen)
    told = {
        "id": "lower(hex(randomblob(16)))",
        "card_id": "c.id",
        "user_id": "c.user_id",
        "revision_id": "q.current_revision_id",
        "number": "series.n",
        "reviewed_at": f"datetime('{now:%Y-%m-%d %H:%M:%S}', '-' || (1 + series.n * 20) || ' days')",
        "study_day": f"date('{now:%Y-%m-%d}', '-' || (1 + series.n * 20) || ' days')",
        "rating": "CASE WHEN (c.id + series.n) % 9 = 0 THEN 1 ELSE 3 END",
        "kind": "'review'",
        "answer": "'It is lost, unless a volume holds it.'",
        "points": "'{}'",
        "points_by": "'{}'",
        "hints_used": "0",
        "seconds": "40",
        "retrievability": "0.9",
        "stability_before": "c.stability",
        "difficulty_before": "c.difficulty",
        "stability_after": "c.stability",
        "difficulty_after": "c.difficulty",
        "due_on_after": "c.due_on",
        "interval_before": "0",
        "interval_after": "c.interval_days",
        "parameter_version": "'fsrs6-default'",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Review._meta.db_table} ({', '.join(told)}) "  # noqa: S608
            f"{SERIES.format(last=each)} SELECT {', '.join(told.values())} "
            "FROM practice_card c JOIN questions_question q ON q.id = c.question_id, series "
            f"WHERE c.due_on IS NOT NULL LIMIT {reviews}"
        )
        cursor.execute("ANALYZE")
