"""Django's loaddata and dumpdata read and write question files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from django.core import serializers
from django.core.management import call_command
from django.core.serializers.base import DeserializationError, SerializationError

from accounts.models import User
from questions import bank
from questions.models import Question, QuestionRevision, Topic
from questions.revising import add_revision, create_question, document_of
from tests.factories import make_question

SLUG = "docker-add-vs-copy"
FILE = bank.FOLDER / f"bank/docker/dockerfile-builds/{SLUG}.md"

pytestmark = pytest.mark.django_db


def load(*names: str) -> None:
    call_command("loaddata", *names, verbosity=0)


def test_question_is_loaded_by_name_whole_and_published() -> None:
    load(SLUG)
    question = Question.objects.shared().get(slug=SLUG)

    assert document_of(question.current_revision) == bank.read(FILE).document
    assert question.current_revision.is_frozen
    assert not question.is_edited_here


def test_loading_again_changes_nothing() -> None:
    load(SLUG)
    before = list(Question.objects.values()), list(QuestionRevision.objects.values())
    load(SLUG)

    assert (list(Question.objects.values()), list(QuestionRevision.objects.values())) == before


def test_several_files_and_the_topics_are_loaded() -> None:
    load(
        "topics", "docker-image-layers.md", "bank/docker/runtime-internals/docker-pid-1", str(FILE)
    )

    assert Question.objects.count() == 3
    assert Topic.objects.get(path="docker/operations").title == "Debugging and operations"


def test_loading_goes_over_an_edit_which_stays_as_history(now: datetime) -> None:
    load(SLUG)
    question = Question.objects.get(slug=SLUG)
    ours = replace(document_of(question.current_revision), prompt="Ours?")
    add_revision(question, ours, author=None, now=now)
    load(SLUG)
    question.refresh_from_db()

    assert question.current_revision.number == 3
    assert question.current_revision.prompt == bank.read(FILE).document.prompt
    assert question.revisions.get(number=2).prompt == "Ours?"


def test_private_question_is_never_loaded_over(now: datetime, alice: User) -> None:
    document = replace(bank.read(FILE).document, prompt="Mine?")
    create_question(document, owner=alice, private_to=alice, now=now)

    with pytest.raises(DeserializationError, match="private"):
        load(SLUG)
    assert Question.objects.get().current_revision.prompt == "Mine?"


def test_invalid_file_says_where_and_loads_nothing(tmp_path: Path) -> None:
    path = tmp_path / "broken.md"
    path.write_text(FILE.read_text().replace("## Answer", "## Anwser"))

    with pytest.raises(DeserializationError, match="E-SECTION"):
        load(str(FILE), str(path))
    assert not Question.objects.exists()


def test_question_is_dumped_as_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    load(SLUG)
    pk = Question.objects.get().pk
    call_command("dumpdata", "questions.question", format="md", primary_keys=str(pk))

    assert capsys.readouterr().out.strip() == FILE.read_text().strip()


def test_dumping_two_questions_into_one_file_is_refused() -> None:
    with pytest.raises(SerializationError, match="one question"):
        serializers.serialize("md", [make_question(), make_question()])
