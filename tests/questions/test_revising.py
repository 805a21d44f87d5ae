"""Questions out of documents and back, and revisions that are made once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from questions.formats.document import (
    FollowUpText,
    KeyPointText,
    Kind,
    Level,
    MisconceptionText,
    OptionText,
    QuestionDocument,
    ReferenceText,
    Status,
)
from questions.models import AcceptPhrase, Question, QuestionRevision
from questions.rendering import RENDER_VERSION
from questions.revising import (
    add_revision,
    change_between,
    content_hash,
    create_question,
    document_of,
    new_slug,
    with_parts,
)
from tests.at_once import at_once

FULL = QuestionDocument(
    slug="docker-add-vs-copy",
    prompt="What is the difference between ADD and COPY?",
    kind=Kind.OPEN,
    version=3,
    level=Level.JUNIOR,
    topic="docker/dockerfile-builds",
    tags=("build", "dockerfile"),
    speak_seconds=75,
    status=Status.PUBLISHED,
    reviewed_on="2026-11-23",
    applies_to="Dockerfile syntax 1.20",
    license="CC-BY-4.0",
    source="Studyhub original",
    authors=("Alice", "Bob"),
    extra={"colour": "blue"},
    context="A `Dockerfile`.",
    answer="Both **copy**.\n\n```sh\nls\n```",
    interviewer_notes="Listen for archives.",
    key_points=(
        KeyPointText("Both copy local files", 3, accept=("both copy", "each copies")),
        KeyPointText("ADD unpacks archives", 2),
    ),
    misconceptions=(MisconceptionText("ADD is for URLs", why="It copies too."),),
    hints=("Which sources?", "And archives?"),
    follow_ups=(
        FollowUpText(
            "Why does COPY ../x fail?",
            expect=("The context",),
            strong=("Names the context",),
            weak=("Guesses",),
            condition="time is left",
            next_slug="docker-build-context",
        ),
    ),
    references=(ReferenceText("ADD", "https://docs.docker.com/reference/dockerfile/#add"),),
)
PLAIN = QuestionDocument(slug="plain", prompt="What is a container?", answer="A process.")

pytestmark = pytest.mark.django_db


def make(document: QuestionDocument, now: datetime) -> Question:
    return create_question(document, owner=None, private_to=None, now=now)


def stored(question: Question) -> QuestionDocument:
    return document_of(QuestionRevision.objects.get(pk=question.current_revision_id))


CHOICE = replace(
    PLAIN,
    kind=Kind.SINGLE,
    options=(OptionText("A volume", True, "It stays."), OptionText("A layer", because="It goes.")),
)
ORDERING = replace(PLAIN, kind=Kind.ORDERING, steps=("Pull", "Create", "Start"))
OUTPUT = replace(PLAIN, kind=Kind.OUTPUT, expected_output="  137\n")


@pytest.mark.parametrize("document", [FULL, PLAIN, CHOICE, ORDERING, OUTPUT])
def test_question_comes_back_as_it_was_written(document: QuestionDocument, now: datetime) -> None:
    assert stored(make(document, now)) == document


def test_first_revision_is_frozen_current_and_rendered(now: datetime, alice: User) -> None:
    question = create_question(FULL, owner=alice, private_to=alice, now=now, status="draft")
    revision = question.current_revision

    assert (question.status, question.private_to, question.created_at) == ("draft", alice, now)
    assert (revision.frozen_at, revision.author) == (now, alice)
    assert revision.render_version == RENDER_VERSION
    assert "<code>Dockerfile</code>" in revision.context_html
    assert "<strong>copy</strong>" in revision.answers.get().html


def test_document_costs_the_same_queries_for_many_revisions(now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            for revision in with_parts(QuestionRevision.objects.all()):
                document_of(revision)
        return len(captured)

    make(FULL, now)
    one = queries()
    for number in range(4):
        make(replace(FULL, slug=f"copy-{number}"), now)

    assert queries() == one


def test_hash_covers_text_and_not_provenance_or_place() -> None:
    elsewhere = replace(FULL, slug="x", topic="linux", tags=(), status=Status.DRAFT, version=9)
    other_origin = replace(FULL, source="", license="MIT", reviewed_on=None, authors=(), extra={})

    assert content_hash(elsewhere) == content_hash(other_origin) == content_hash(FULL)
    assert content_hash(replace(FULL, answer="No.")) != content_hash(FULL)
    assert content_hash(replace(FULL, hints=())) != content_hash(FULL)
    heavier = (replace(FULL.key_points[0], weight=1), *FULL.key_points[1:])
    assert content_hash(replace(FULL, key_points=heavier)) != content_hash(FULL)


def test_new_text_is_a_new_revision_and_the_old_one_stays(now: datetime, edda: User) -> None:
    question = make(PLAIN, now)
    later = now + timedelta(days=1)
    text = replace(PLAIN, prompt="What is a container, then?")
    revision = add_revision(
        question, text, author=edda, now=later, change="changed", change_note="Asked better"
    )
    question.refresh_from_db()

    assert (revision.number, revision.change, revision.author) == (2, "changed", edda)
    assert (question.current_revision, question.updated_at) == (revision, later)
    assert question.revisions.get(number=1).prompt == PLAIN.prompt


def test_same_text_makes_no_revision(now: datetime) -> None:
    question = make(FULL, now)
    first = question.current_revision
    again = add_revision(
        question, replace(FULL, version=8), author=None, now=now + timedelta(days=1)
    )
    question.refresh_from_db()

    assert again == first
    assert (question.revisions.count(), question.updated_at) == (1, now)


def test_new_provenance_is_kept_in_a_revision(now: datetime) -> None:
    question = make(FULL, now)
    add_revision(question, replace(FULL, reviewed_on="2026-12-01"), author=None, now=now)

    assert stored(question).reviewed_on == "2026-12-01"


def test_number_follows_a_file_that_is_ahead(now: datetime) -> None:
    question = make(PLAIN, now)
    revision = add_revision(
        question, replace(PLAIN, version=5, answer="New."), author=None, now=now
    )

    assert revision.number == 5


def test_learned_phrases_stay_with_their_key_point(now: datetime, alice: User) -> None:
    question = make(FULL, now)
    point = question.current_revision.key_points.first()
    AcceptPhrase.objects.create(key_point=point, text="copies both", added_by=alice)
    add_revision(question, replace(FULL, answer="New."), author=None, now=now)

    assert stored(question).key_points[0].accept == ("both copy", "each copies", "copies both")


@pytest.mark.parametrize(
    ("document", "change"),
    [
        (replace(FULL, key_points=FULL.key_points[:1]), "changed"),
        (replace(FULL, answer="Other words."), "clarified"),
        (replace(FULL, reviewed_on="2026-12-01"), "typo"),
    ],
)
def test_change_is_judged_by_what_scores(
    document: QuestionDocument, change: str, now: datetime
) -> None:
    assert change_between(make(FULL, now).current_revision, document) == change


@pytest.mark.parametrize(
    ("prompt", "slug"),
    [
        ("What is a container?", "what-is-a-container"),
        ("__ADD -- or_COPY?", "add-or-copy"),
        ("Что такое контейнер?", "question"),
        ("x" * 300, "x" * 71),
    ],
)
def test_id_is_made_of_the_words(prompt: str, slug: str) -> None:
    private = new_slug(prompt, is_private=True)

    assert new_slug(prompt, is_private=False) == slug
    assert private.startswith(f"{slug}-")
    assert len(private) <= 80


def test_taken_id_gets_an_ending(now: datetime) -> None:
    make(replace(PLAIN, slug="what-is-a-container"), now)

    assert new_slug("What is a container?", is_private=False).startswith("what-is-a-container-")


def test_older_html_is_rendered_anew_and_the_text_stays(
    now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    revision = make(FULL, now).current_revision
    QuestionRevision.objects.update(render_version=0, context_html="old")
    revision.answers.update(html="old")
    call_command("render_questions")
    revision.refresh_from_db()

    assert "Revisions rendered: 1." in capsys.readouterr().out
    assert revision.render_version == RENDER_VERSION
    assert "<code>" in revision.context_html
    assert "<strong>" in revision.answers.get().html

    call_command("render_questions")
    assert "Revisions rendered: 0." in capsys.readouterr().out


@pytest.mark.usefixtures("shared_database")
def test_edits_at_once_get_numbers_of_their_own(now: datetime) -> None:
    question = make(PLAIN, now)

    def edit(answer: str) -> int:
        own = Question.objects.get(pk=question.pk)
        text = replace(PLAIN, answer=answer)
        return add_revision(own, text, author=None, now=now).number

    numbers = at_once(*[partial(edit, text) for text in ("One.", "Two.", "Three.")])

    assert sorted(numbers) == [2, 3, 4]
