"""What a question file says besides the text: topic, tags, licence and who stands by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from accounts.models import User
from questions import bank
from questions.editing import mark_reviewed
from questions.exporting import documents_of, export
from questions.formats.document import QuestionDocument
from questions.formats.markdown import write_question
from questions.importing import carry_out, import_file, preview
from questions.models import Question
from questions.planning import ImportPlan
from questions.revising import add_revision, create_question, document_of, place
from questions.seeding import seed

pytestmark = pytest.mark.django_db

OWN = QuestionDocument(
    slug="my-own",
    prompt="What is a container?",
    answer="A process.",
    topic="docker",
    tags=("isolation",),
    source="My notebook",
)
CHANGES = {
    "topic": "linux",
    "tags": ("isolation", "kernel"),
    "license": "MIT",
    "source": "Another notebook",
    "authors": ("Ann",),
    "extra": {"mood": "good"},
    "reviewed_on": "2026-11-29",
}


def bring(
    document: QuestionDocument, owner: User | None, now: datetime, name: str = "my-own.md"
) -> ImportPlan:
    return import_file(write_question(document).encode(), name=name, owner=owner, now=now)


def outcomes(done: ImportPlan) -> list[str]:
    return [str(planned.outcome) for planned in done.entries]


def codes(done: ImportPlan) -> list[str]:
    return [found.code for found in done.findings]


def text_here() -> QuestionDocument:
    return document_of(Question.objects.get().current_revision)


def retag(now: datetime, *tags: str) -> None:
    question = Question.objects.get()
    place(question, topic="docker", tags=tags, status=question.status, now=now)


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("is_private", [True, False])
def test_what_a_file_says_anew_besides_the_text_is_taken(
    name: str, is_private: bool, now: datetime, alice: User
) -> None:
    owner = alice if is_private else None
    bring(OWN, owner, now)
    changed = replace(OWN, **{name: CHANGES[name]})
    done = bring(changed, owner, now)

    assert (outcomes(done), codes(done)) == (["changed"], [])
    assert getattr(text_here(), name) == CHANGES[name]
    latest = Question.objects.get().current_revision
    if name in ("topic", "tags"):
        assert latest.number == 1
    else:
        assert (latest.number, latest.change) == (2, "typo")
    assert outcomes(bring(changed, owner, now)) == ["unchanged"]


def test_topic_and_tags_come_along_with_another_text(now: datetime, alice: User) -> None:
    bring(OWN, alice, now)
    bring(replace(OWN, answer="One more.", topic="linux", tags=()), alice, now)
    assert (text_here().answer, text_here().topic, text_here().tags) == ("One more.", "linux", ())


def test_tags_given_here_stay_while_the_file_says_what_it_said(now: datetime, alice: User) -> None:
    bring(OWN, alice, now)
    retag(now, "mine", "from-notes")
    assert outcomes(bring(OWN, alice, now)) == ["unchanged"]
    assert outcomes(bring(replace(OWN, answer="One more."), alice, now)) == ["changed"]
    assert text_here().tags == ("from-notes", "mine")


def test_tags_that_changed_on_both_sides_are_decided_by_a_person(
    now: datetime, alice: User
) -> None:
    bring(OWN, alice, now)
    retag(now, "mine", "from-notes")
    theirs = replace(OWN, tags=("theirs",))
    done = bring(theirs, alice, now)
    assert (outcomes(done), codes(done)) == (["conflict"], ["W-CONFLICT"])
    assert text_here().tags == ("from-notes", "mine")

    data = write_question(theirs).encode()
    carry_out(preview(data, name="my-own.md", owner=alice, now=now), now=now, replacing=[1])
    assert text_here().tags == ("from-notes", "theirs")
    assert outcomes(bring(theirs, alice, now)) == ["unchanged"]


def test_facts_of_a_shipped_question_change_by_a_persons_decision_only(now: datetime) -> None:
    seed(now=now)
    path = "bank/docker/compose/docker-compose-build-vs-image.md"
    shipped = bank.read(bank.FOLDER / path).document
    assert shipped
    before = document_of(Question.objects.get(slug=shipped.slug).current_revision)
    edited = replace(shipped, tags=("other",), license="MIT", status="retired")
    done = bring(edited, None, now, "one.md")

    assert (outcomes(done), codes(done)) == (["conflict"], ["W-CONFLICT", "I-STATUS"])
    assert "“published”" in done.findings[1].message
    assert document_of(Question.objects.get(slug=shipped.slug).current_revision) == before
    assert outcomes(bring(shipped, None, now, "one.md")) == ["unchanged"]


def test_licence_goes_by_the_version_that_the_file_began_from(now: datetime, edda: User) -> None:
    question = create_question(OWN, owner=None, private_to=None, now=now)
    assert outcomes(bring(replace(OWN, license="MIT"), None, now)) == ["changed"]
    assert text_here().license == "MIT"
    add_revision(question, replace(text_here(), license="CC-BY-4.0"), author=edda, now=now)
    assert outcomes(bring(replace(OWN, license="CC0-1.0"), None, now)) == ["conflict"]


def test_licence_given_here_stays_beside_another_text_of_the_file(
    now: datetime, edda: User
) -> None:
    signed = replace(OWN, license="CC0-1.0", authors=("Ann",), reviewed_on="2026-01-01")
    bring(signed, None, now)
    ours = {
        "license": "MIT",
        "authors": ("Ann", "Bob"),
        "source": "Ours",
        "extra": {"mood": "good"},
    }
    question = Question.objects.get()
    add_revision(question, replace(text_here(), **ours), author=edda, now=now)
    mark_reviewed(Question.objects.all(), by=edda, today=date(2026, 6, 1))
    assert outcomes(bring(signed, None, now)) == ["unchanged"]
    done = bring(replace(signed, version=2, answer="Another."), None, now)
    assert (outcomes(done), text_here().answer) == (["changed"], "Another.")
    assert {name: getattr(text_here(), name) for name in ours} == ours
    assert text_here().reviewed_on == "2026-01-01"


def test_older_review_of_the_same_text_takes_no_newer_one_away(now: datetime, edda: User) -> None:
    bring(replace(OWN, reviewed_on="2026-01-01"), None, now)
    mark_reviewed(Question.objects.all(), by=edda, today=date(2026, 11, 1))
    assert outcomes(bring(replace(OWN, reviewed_on="2026-01-01"), None, now)) == ["unchanged"]
    assert outcomes(bring(replace(OWN, reviewed_on="2026-02-02"), None, now)) == ["unchanged"]
    assert text_here().reviewed_on == "2026-11-01"


def test_tags_given_here_stay_beside_a_review_marked_here(now: datetime, edda: User) -> None:
    reviewed = replace(OWN, reviewed_on="2026-01-01")
    bring(reviewed, None, now)
    mark_reviewed(Question.objects.all(), by=edda, today=date(2026, 6, 1))
    retag(now, "isolation", "mine")
    assert outcomes(bring(reviewed, None, now)) == ["unchanged"]
    assert (text_here().tags, text_here().reviewed_on) == (("isolation", "mine"), "2026-06-01")


def test_tags_given_here_stay_when_an_export_of_notes_comes_back(
    now: datetime, alice: User
) -> None:
    import_file(b"Q. What is a container?\n", name="notes.txt", owner=alice, now=now)
    exported = text_here()
    assert exported.source == "notes.txt: 1"
    assert outcomes(bring(exported, alice, now, "export.md")) == ["unchanged"]
    retag(now, "mine")
    assert outcomes(bring(exported, alice, now, "export.md")) == ["unchanged"]
    assert outcomes(bring(exported, alice, now, "another.md")) == ["unchanged"]
    theirs = replace(exported, topic="linux")
    assert outcomes(bring(theirs, alice, now, "export.md")) == ["conflict"]


def test_lines_that_moved_in_a_file_change_nothing(now: datetime, alice: User) -> None:
    plain = replace(OWN, source="")
    bring(plain, alice, now)
    longer = write_question(plain).replace("# What", "\n\n# What").encode()
    done = import_file(longer, name="my-own.md", owner=alice, now=now)
    assert outcomes(done) == ["unchanged"]


def test_export_of_what_was_imported_comes_back_unchanged(now: datetime, alice: User) -> None:
    bring(replace(OWN, source=""), alice, now)
    written = export(documents_of(Question.objects.all(), reader=alice), format="markdown", now=now)
    done = import_file(written.data, name="export.zip", owner=alice, now=now)
    assert outcomes(done) == ["unchanged"]


@pytest.mark.parametrize("is_edited", [False, True])
def test_table_takes_no_licence_source_and_authors_away(
    is_edited: bool, now: datetime, alice: User
) -> None:
    signed = {"license": "CC0-1.0", "source": "My notebook", "authors": ("Ann",)}
    signed |= {"extra": {"mood": "good"}}
    bring(replace(OWN, **signed, reviewed_on="2026-01-01"), alice, now)
    question = Question.objects.get()
    if is_edited:
        add_revision(question, replace(text_here(), answer="Mine."), author=alice, now=now)
    table = f"id,question,answer\n{question.slug},What is a container?,Another.\n".encode()
    file = preview(table, name="t.csv", owner=alice, now=now, format="csv")
    carry_out(file, now=now, replacing=[2])
    assert text_here().answer == "Another."
    assert {name: getattr(text_here(), name) for name in signed} == signed
    assert text_here().reviewed_on is None


def test_place_in_a_table_follows_the_place_in_another_file(now: datetime, alice: User) -> None:
    bring(replace(OWN, source=""), alice, now)
    table = b"question,answer\nWhat is a container?,Another.\n"
    import_file(table, name="t.csv", owner=alice, now=now)
    assert (text_here().answer, text_here().source) == ("Another.", "t.csv: 2")


def test_tags_and_topic_of_a_table_that_do_not_count_are_told(now: datetime, alice: User) -> None:
    def table(tags: str, topic: str) -> bytes:
        return f"Question,Answer,Tags,Topic\nWhat is a pod?,So.,{tags},{topic}\n".encode()

    import_file(table("k8s", "kubernetes"), name="t.csv", owner=alice, now=now)
    done = import_file(table("k8s pods", "linux"), name="t.csv", owner=alice, now=now)
    assert (outcomes(done), codes(done)) == (["unchanged"], ["I-PLACE"])
    assert done.findings[0].message.endswith("left out: linux, pods.")
    done = import_file(table("k8s", "kubernetes"), name="t.csv", owner=alice, now=now)
    assert codes(done) == []
