"""A frozen revision stays as it is, even against plain SQL."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from questions import freezing
from questions.models import (
    Answer,
    FollowUp,
    Hint,
    KeyPoint,
    Misconception,
    Question,
    QuestionRevision,
    Reference,
)
from tests.factories import make_choice_question, make_question, make_user

pytestmark = pytest.mark.django_db


def refused(statement: str, *values: object) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except IntegrityError as error:
        return freezing.MESSAGE in str(error)
    return False


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("prompt", "Another?"),
        ("context", "More"),
        ("kind", "single"),
        ("level", "senior"),
        ("interviewer_notes", "Listen"),
        ("speak_seconds", 90),
        ("license", "MIT"),
        ("content_hash", "0"),
        ("frozen_at", None),
        ("number", 7),
    ],
)
def test_text_of_a_frozen_revision_is_refused(column: str, value: object) -> None:
    make_question(context="")

    with pytest.raises(IntegrityError, match=freezing.MESSAGE), transaction.atomic():
        QuestionRevision.objects.update(**{column: value})


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Answer, {"text": "Another"}),
        (Answer, {"is_correct": True}),
        (Answer, {"because": "Why"}),
        (KeyPoint, {"text": "Another"}),
        (KeyPoint, {"weight": 2}),
        (Misconception, {"why": "Because"}),
        (Hint, {"text": "Another"}),
        (FollowUp, {"expect": ["Another"]}),
        (Reference, {"url": "https://example.org/"}),
    ],
)
def test_parts_of_a_frozen_revision_are_refused(model: type, fields: dict[str, object]) -> None:
    make_question(hints=("A",), misconceptions=("B",), follow_ups=("C",))

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**fields)


def test_part_cannot_be_moved_into_a_frozen_revision() -> None:
    frozen = make_question().current_revision
    draft = QuestionRevision.objects.create(question=frozen.question, number=2, prompt="Next?")
    hint = Hint.objects.create(revision=draft, text="A")

    assert refused("UPDATE questions_hint SET revision_id = %s WHERE id = %s", frozen.pk, hint.pk)


def test_draft_and_its_parts_can_be_edited_and_frozen(now: datetime) -> None:
    question = Question.objects.create(slug="draft")
    revision = QuestionRevision.objects.create(question=question, prompt="Before?")
    answer = Answer.objects.create(revision=revision, text="Before")
    answer.text, revision.prompt, revision.frozen_at = "After", "After?", now
    answer.save()
    revision.save()

    assert refused("UPDATE questions_questionrevision SET prompt = 'Later?'")
    assert refused("UPDATE questions_answer SET text = 'Later'")


def test_saving_a_frozen_revision_unchanged_is_no_change() -> None:
    revision = make_question(hints=("A",), follow_ups=("B",), authors=["Alice"]).current_revision
    revision.refresh_from_db()
    revision.save()
    for part in [revision.follow_ups.get(), revision.hints.get(), revision.answers.get()]:
        part.save()

    assert revision.prompt == "What is a multi-stage build?"


def test_html_of_a_frozen_revision_may_be_rendered_anew() -> None:
    revision = make_question().current_revision
    revision.context_html, revision.render_version = "<p>New</p>", 9
    revision.save()
    revision.answers.update(html="<p>New</p>")

    assert revision.answers.get().html == "<p>New</p>"


def test_question_goes_with_its_frozen_parts() -> None:
    question = make_choice_question(hints=("A",))
    question.delete()

    assert not Answer.objects.exists()
    assert not QuestionRevision.objects.exists()


def test_author_and_reviewer_may_leave() -> None:
    author, reviewer = make_user(), make_user()
    revision = make_question(author=author, reviewed_by=reviewer).current_revision
    author.delete()
    reviewer.delete()
    revision.refresh_from_db()

    assert (revision.author, revision.reviewed_by) == (None, None)


def test_migration_finds_no_trigger_in_its_way() -> None:
    make_question()
    config = apps.get_app_config("questions")
    freezing.take_down(config, using="default", plan=["something to do"])
    is_free = not refused("UPDATE questions_questionrevision SET prompt = 'Migrated?'")
    freezing.put_up(config, using="default", apps=apps)

    assert is_free
    assert refused("UPDATE questions_questionrevision SET prompt = 'Later?'")
