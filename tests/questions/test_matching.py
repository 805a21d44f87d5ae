"""What a typed answer covers, and the vectors kept so that it is told at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command

from feedback import engine as real_engine
from feedback.findings import Method, PointText, Status
from questions import matching
from questions.matching import assess
from questions.models import AcceptPhrase, RevisionVectors
from questions.revising import add_revision, document_of
from questions.tasks import prepare_vectors
from tests import fake_engine
from tests.factories import make_question

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch):
    matching._prepared.cache_clear()
    monkeypatch.setattr(matching, "engine", fake_engine)
    yield fake_engine
    matching._prepared.cache_clear()


def make_volume_question(**fields):
    points = (("Named volumes outlive the container", 3), ("They are managed by Docker", 1))
    return make_question("What is a named volume?", key_points=points, **fields)


def test_findings_come_by_key_point_in_their_order():
    revision = make_volume_question().current_revision
    matched = assess(revision, "Named volumes outlive the container.")
    first, second = revision.key_points.all()
    assert matched.by_point[first.pk].status == Status.COVERED
    assert matched.by_point[second.pk].status == Status.NOT_FOUND
    assert matched.numbered == {1: matched.by_point[first.pk], 2: matched.by_point[second.pk]}
    assert matched.is_basic


def test_a_question_without_key_points_gives_nothing():
    revision = make_question(key_points=()).current_revision
    matched = assess(revision, "Anything at all")
    assert matched.by_point == {}
    assert not RevisionVectors.objects.exists()


def test_what_people_often_believe_is_to_be_checked():
    believed = "Named volumes outlive their host"
    revision = make_volume_question(misconceptions=(believed,)).current_revision
    first = assess(revision, f"{believed}.").numbered[1]
    assert (first.status, first.reason) == (Status.CHECK, "misconception")
    assert len(assess(revision, believed).feedback.findings) == 2
    assert assess(revision, "Named volumes outlive the container.").numbered[1].reason == ""


def test_sentence_that_says_the_key_point_in_words_of_its_own_is_no_misconception(monkeypatch):
    monkeypatch.setattr(matching, "engine", real_engine)
    text = matching.Text(
        "What is a named volume?",
        (PointText("Named volumes outlive the container"),),
        ("Named volumes outlive their host",),
    )
    prepared = text.prepared(Method.LEXICAL)

    def reason(answer):
        return matching.feedback_on(answer, text=text, prepared=prepared).findings[0].reason

    assert reason("Named volumes outlive their host.") == "misconception"
    assert reason("Named volumes outlive their host and containerised things.") == ""


def test_vectors_are_made_once_and_read_in_one_query(django_assert_num_queries):
    revision = make_volume_question().current_revision
    assess(revision, "First")
    made_at = revision.vectors.made_at
    matching._prepared.cache_clear()
    with django_assert_num_queries(1):
        assess(revision, "Second")
    with django_assert_num_queries(0):
        assess(revision, "Third")
    assert RevisionVectors.objects.get().made_at == made_at


def test_texts_not_loaded_cost_three_queries(django_assert_num_queries):
    question = make_volume_question()
    assess(question.current_revision, "First")
    question.refresh_from_db()
    revision = question.current_revision
    with django_assert_num_queries(3):
        assess(revision, "Second")


def test_a_phrase_added_counts_at_once():
    question = make_volume_question()
    said = "Data stays when it is removed."
    point = question.current_revision.key_points.first()
    assert assess(question.current_revision, said).by_point[point.pk].status == Status.NOT_FOUND

    AcceptPhrase.objects.create(key_point=point, text="Data stays when it is removed")
    question.refresh_from_db()
    assert assess(question.current_revision, said).by_point[point.pk].status == Status.COVERED
    assert RevisionVectors.objects.count() == 1


def test_vectors_of_another_engine_are_made_anew(engine, monkeypatch):
    revision = make_volume_question().current_revision
    assess(revision, "First")
    before = revision.vectors.digest
    monkeypatch.setattr(engine, "VERSION", "next")
    assess(revision, "Second")
    assert RevisionVectors.objects.get().version == "next"
    assert RevisionVectors.objects.get().digest != before


def test_damaged_vectors_are_made_anew():
    revision = make_volume_question().current_revision
    assess(revision, "First")
    RevisionVectors.objects.update(data=b"\x80damaged")
    matching._prepared.cache_clear()
    assert assess(revision, "Named volumes outlive the container.").numbered[1].score == 1
    assert RevisionVectors.objects.get().data != b"\x80damaged"


def test_vectors_without_the_model_are_made_anew_when_it_is_installed(engine, monkeypatch):
    revision = make_volume_question().current_revision
    assess(revision, "First")
    monkeypatch.setattr(engine, "is_available", lambda: True)
    assert list(matching.lacking()) == [revision]


def make_vectors_of_all() -> list[str]:
    return [matching.make_vectors(revision) for revision in matching.lacking()]


def test_the_worker_prepares_what_is_asked_and_nothing_else():
    asked = make_volume_question()
    make_question("No points?", key_points=())
    make_question("Gone?", status="retired")
    prepare_vectors.call()
    assert [vectors.revision for vectors in RevisionVectors.objects.all()] == [
        asked.current_revision
    ]
    assert settings.PERIODIC_JOBS["questions.tasks.prepare_vectors"] == timedelta(minutes=1)


def test_the_worker_reads_a_new_text(edda, now):
    question = make_volume_question()
    prepare_vectors.call()
    document = document_of(question.current_revision)
    add_revision(question, replace(document, prompt="What are volumes?"), author=edda, now=now)
    assert len(list(matching.lacking())) == 1
    prepare_vectors.call()
    assert list(matching.lacking()) == []
    assert RevisionVectors.objects.count() == 2


def test_two_workers_do_not_do_the_same_twice(engine, monkeypatch):
    make_volume_question()
    make_volume_question()
    one, other = matching.lacking(), matching.lacking()
    matching.make_vectors(next(one))
    assert make_vectors_of_all() == [Method.LEXICAL]
    assert list(other) == []


def test_a_model_that_cannot_be_loaded_is_not_tried_for_every_question(engine, monkeypatch):
    make_volume_question()
    make_volume_question()
    monkeypatch.setattr(engine, "is_available", lambda: True)
    prepare_vectors.call()
    assert RevisionVectors.objects.count() == 1


def test_saving_content_asks_nothing_of_the_engine(edda, now, monkeypatch):
    monkeypatch.setattr(matching, "engine", None)
    question = make_volume_question()
    document = replace(document_of(question.current_revision), prompt="What are volumes?")
    assert add_revision(question, document, author=edda, now=now).number == 2


def test_the_command_prepares_all_and_tells(capsys):
    make_volume_question()
    call_command("prepare_feedback")
    call_command("prepare_feedback")
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("Questions prepared: 0 with the model, 1 with basic matching, in ")
    assert told[1] == "Nothing to do: every question is prepared."


def test_the_command_says_when_the_model_cannot_be_used(engine, monkeypatch, capsys):
    make_volume_question()
    monkeypatch.setattr(engine, "is_available", lambda: True)
    call_command("prepare_feedback", verbosity=0)
    assert "cannot be used" in capsys.readouterr().err
