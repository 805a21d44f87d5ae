"""Files that people bring in: planned first, imported once, and never over what they changed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from practice.models import Card
from questions import bank
from questions.exporting import documents_of, export
from questions.formats.anki import write_apkg
from questions.formats.document import (
    FollowUpText,
    KeyPointText,
    QuestionDocument,
    Status,
    UnreadableFile,
)
from questions.formats.files import packed
from questions.formats.markdown import write_question
from questions.importing import carry_out, import_file, preview
from questions.models import AcceptPhrase, Import, Question, QuestionRevision
from questions.planning import ImportPlan, plan, plan_of, read
from questions.rendering import render
from questions.revising import add_revision, create_question, document_of
from questions.seeding import seed
from tests.at_once import at_once
from tests.factories import make_card, make_question, make_review, make_user

NAME = "docker_notes.txt"
NOTES = (Path(__file__).parent / "data" / NAME).read_bytes()
ROW = "*****\n"
SHORT = (
    f"Q. What is a container?\n{ROW}A process.\n{ROW}Q. What is a pod?\n{ROW}Containers.\n{ROW}"
).encode()

pytestmark = pytest.mark.django_db


def bring(data: bytes, owner: User | None, now: datetime, name: str = "notes.txt") -> ImportPlan:
    return import_file(data, name=name, owner=owner, now=now)


def outcomes(planned: ImportPlan) -> list[str]:
    return [str(entry.outcome) for entry in planned.entries]


def rows() -> dict[str, list[dict[str, object]]]:
    """Every row of every table of this app."""
    return {
        model.__name__: list(model._base_manager.order_by("pk").values())
        for model in apps.get_app_config("questions").get_models(include_auto_created=True)
    }


def edit(question: Question, now: datetime, **changes: object) -> None:
    ours = replace(document_of(question.current_revision), **changes)
    add_revision(question, ours, author=None, now=now)


def test_notes_become_private_drafts_with_their_lines(now: datetime, alice: User) -> None:
    done = bring(NOTES, alice, now, name=NAME)
    questions = list(Question.objects.order_by("imported_line"))
    first = questions[0]

    assert outcomes(done) == ["new"] * 6
    assert [q.imported_line for q in questions] == [entry.entry.line for entry in done.entries]
    assert {(q.private_to, q.owner, q.status) for q in questions} == {(alice, alice, "draft")}
    assert first.current_revision.prompt == (
        "What exactly difference between a docker contianer and virtual machine?"
    )
    assert first.current_revision.kind == "open"
    assert first.current_revision.license == "unknown"
    assert first.current_revision.source == f"{NAME}: 1–{first.imported_end_line}"
    assert not first.current_revision.key_points.exists()
    assert {finding.line for finding in done.findings} == {48, 89, 91, 119}


def test_answers_are_stored_whole(now: datetime, alice: User) -> None:
    _format, reading = read(NOTES)
    bring(NOTES, alice, now, name=NAME)

    for entry in reading.entries:
        answer = Question.objects.get(imported_line=entry.line).current_revision.answers.get()
        assert answer.text == entry.answer
        assert answer.html


def test_file_is_kept_as_it_came(now: datetime, alice: User) -> None:
    data = SHORT.replace(b"\n", b"\r\n")
    bring(data, alice, now)
    kept = Import.objects.get()

    assert bytes(kept.data) == data
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert (kept.owner, kept.name, kept.format) == (alice, "notes.txt", "notes")
    assert (kept.created_at, kept.confirmed_at) == (now, now)
    assert kept.questions.count() == 2


@pytest.mark.parametrize("is_private", [True, False])
def test_second_import_changes_nothing(is_private: bool, now: datetime, alice: User) -> None:
    owner = alice if is_private else None
    bring(NOTES, owner, now, name=NAME)
    before = rows()
    done = bring(NOTES, owner, now + timedelta(days=1), name=NAME)

    assert (outcomes(done), done.to_do) == (["unchanged"] * 6, [])
    assert rows() == before


def test_lines_that_moved_change_nothing(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    before = rows()
    bring(b"\n\n" + SHORT, alice, now + timedelta(days=1))

    assert rows() == before


def test_without_owner_questions_become_drafts_of_the_bank(now: datetime, bob: User) -> None:
    bring(SHORT, None, now)

    assert set(Question.objects.values_list("status", "private_to")) == {("draft", None)}
    assert not Question.objects.visible_to(bob).exists()


def test_people_do_not_get_in_each_others_way(now: datetime, alice: User, bob: User) -> None:
    bring(SHORT, alice, now)
    done = bring(SHORT, bob, now)

    assert outcomes(done) == ["new", "new"]
    assert alice.private_questions.count() == bob.private_questions.count() == 2


def test_changed_answer_is_a_revision_and_histories_stay(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    question = Question.objects.get(imported_line=1)
    review = make_review(make_card(alice, question))
    done = bring(SHORT.replace(b"A process.", b"A process of its own."), alice, now)
    question.refresh_from_db()

    assert outcomes(done) == ["changed", "unchanged"]
    assert question.current_revision.answers.get().text == "A process of its own."
    assert (question.current_revision.number, question.current_revision.change) == (2, "changed")
    assert review.revision.answers.get().text == "A process."
    assert Card.objects.get().question == question
    assert outcomes(bring(SHORT, alice, now)) == ["changed", "unchanged"]


def test_prompt_in_other_case_is_the_same_question(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    done = bring(SHORT.replace(b"What is a pod?", b"what is a  POD"), alice, now)

    assert outcomes(done) == ["unchanged", "changed"]
    assert Question.objects.count() == 2


def test_question_edited_here_is_kept_and_named(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    question = Question.objects.get(imported_line=1)
    edit(question, now, key_points=(KeyPointText("A process"),))
    unchanged = bring(SHORT, alice, now)
    done = bring(SHORT.replace(b"A process.", b"Another."), alice, now)
    question.refresh_from_db()

    assert outcomes(unchanged) == ["unchanged", "unchanged"]
    assert outcomes(done) == ["conflict", "unchanged"]
    assert [finding.code for finding in done.findings] == ["W-CONFLICT"]
    assert question.current_revision.answers.get().text == "A process."


def test_shipped_question_is_never_changed_by_notes(now: datetime) -> None:
    seed(now=now)
    prompt = Question.objects.get(slug="docker-add-vs-copy").current_revision.prompt
    before = rows()
    done = bring(f"Q. {prompt}\n{ROW}No idea.\n".encode(), None, now)

    assert outcomes(done) == ["conflict"]
    assert rows() == before


def test_question_twice_in_a_file_comes_in_once(now: datetime, alice: User) -> None:
    done = bring(SHORT + SHORT.replace(b"A process.", b"Another."), alice, now)

    assert outcomes(done) == ["new", "new", "duplicate", "duplicate"]
    assert [(f.code, f.line) for f in done.findings if f.code == "W-DUPLICATE"] == [
        ("W-DUPLICATE", 9),
        ("W-DUPLICATE", 13),
    ]
    assert Question.objects.count() == 2


SAME_WORDS = """## 1. What does this print?

```python
print(1)
```

**Answer:** 1

## 2. What does this print?

```python
print(2)
```

**Answer:** 2

## 3. What does this print?

```python
print(1)
```

**Answer:** once more
"""


def test_same_words_about_other_code_are_another_question(now: datetime, alice: User) -> None:
    done = bring(SAME_WORDS.encode(), alice, now)
    assert outcomes(done) == ["new", "new", "duplicate"]
    revisions = [each.current_revision for each in alice.private_questions.all()]
    assert sorted(document_of(revision).answer for revision in revisions) == ["1", "2"]

    edited = SAME_WORDS.replace("**Answer:** 2", "**Answer:** two")
    assert outcomes(bring(edited.encode(), alice, now)) == ["unchanged", "changed", "duplicate"]
    only_the_second = edited[edited.index("## 2.") : edited.index("## 3.")]
    alone = read((only_the_second + "## 4. Why?\nSo.\n## 5. How?\nThus.\n").encode())[1]
    assert outcomes(plan(alone, owner=alice)) == ["unchanged", "new", "new"]


def test_missing_entries_are_named_and_stay(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    bring(f"Q. Another file?\n{ROW}Yes.\n".encode(), alice, now, name="other.txt")
    done = bring(SHORT.partition(b"Q. What is a pod?")[0], alice, now)

    assert [question.current_revision.prompt for question in done.missing] == ["What is a pod?"]
    assert Question.objects.count() == 3


def test_plan_writes_nothing(now: datetime, alice: User) -> None:
    before = rows()
    _format, reading = read(NOTES)

    assert outcomes(plan(reading, owner=alice, name=NAME)) == ["new"] * 6
    assert rows() == before


def test_plan_costs_the_same_queries_for_many_entries(
    now: datetime, alice: User, django_assert_num_queries: object
) -> None:
    bring(NOTES, alice, now, name=NAME)
    for data in (NOTES, SHORT):
        _format, reading = read(data)
        with django_assert_num_queries(5):
            plan(reading, owner=alice, name=NAME)


def test_preview_waits_for_its_confirmation(now: datetime, alice: User) -> None:
    file = preview(SHORT, name="notes.txt", owner=alice, now=now)

    assert file.confirmed_at is None
    assert outcomes(plan_of(file)) == ["new", "new"]
    assert not Question.objects.exists()


def test_confirming_twice_imports_once(now: datetime, alice: User) -> None:
    file = preview(SHORT, name="notes.txt", owner=alice, now=now)
    first = carry_out(file, now=now)
    before = rows()
    second = carry_out(Import.objects.get(), now=now + timedelta(days=1))

    assert (len(first.to_do), len(second.to_do)) == (2, 0)
    assert rows() == before


def test_old_preview_does_not_undo_what_was_imported_since(now: datetime, alice: User) -> None:
    first = preview(SHORT, name="notes.txt", owner=alice, now=now)
    second = preview(SHORT, name="notes.txt", owner=alice, now=now)
    carry_out(second, now=now)

    assert outcomes(carry_out(first, now=now)) == ["unchanged", "unchanged"]
    assert Question.objects.count() == QuestionRevision.objects.count() == 2


@pytest.mark.usefixtures("shared_database")
@pytest.mark.parametrize("is_private", [True, False])
def test_same_file_from_two_tabs_at_once_comes_in_once(is_private: bool, now: datetime) -> None:
    owner = make_user() if is_private else None
    done = at_once(*[lambda: bring(NOTES, owner, now, name=NAME)] * 3)

    assert sorted(len(one.to_do) for one in done) == [0, 0, 6]
    assert Question.objects.count() == QuestionRevision.objects.count() == 6
    assert Import.objects.count() == 1


@pytest.mark.usefixtures("shared_database")
def test_double_click_confirms_once(now: datetime) -> None:
    owner = make_user()
    pk = preview(SHORT, name="notes.txt", owner=owner, now=now).pk
    done = at_once(*[lambda: carry_out(Import.objects.get(pk=pk), now=now)] * 3)

    assert sorted(len(one.to_do) for one in done) == [0, 0, 2]
    assert Question.objects.count() == 2


def test_question_file_keeps_its_parts_but_arrives_as_a_private_draft(
    now: datetime, alice: User
) -> None:
    document = bank.read(
        bank.FOLDER / "bank/docker/dockerfile-builds/docker-add-vs-copy.md"
    ).document
    assert document
    document = replace(document, version=4)
    text = write_question(document).encode()
    done = bring(text, alice, now, name="docker-add-vs-copy.md")
    question = Question.objects.get()
    stored = document_of(question.current_revision)

    assert outcomes(done) == ["new"]
    assert question.slug.startswith("docker-add-vs-copy-")
    assert (question.private_to, question.status) == (alice, "draft")
    assert replace(stored, slug=document.slug, status=document.status) == document
    assert outcomes(bring(text, alice, now, name="docker-add-vs-copy.md")) == ["unchanged"]


def test_new_question_file_keeps_its_version_and_goes_out_as_it_came(now: datetime) -> None:
    document = QuestionDocument(
        slug="cell", prompt="What is it?", version=3, answer="So.", source="My notebook"
    )
    text = write_question(document)
    bring(text.encode(), None, now, name="cell.md")
    [written] = documents_of(Question.objects.all(), reader=None)
    assert write_question(written) == text

    # It began from the current text, so it is the next one.
    mended = write_question(replace(document, answer="Thus.")).encode()
    assert outcomes(bring(mended, None, now, name="cell.md")) == ["changed"]
    assert Question.objects.get().current_revision.number == 4


def test_published_question_file_comes_as_a_draft_and_keeps_all_else(now: datetime) -> None:
    _question, document = published(now)
    Question.objects.all().delete()
    bring(write_question(document).encode(), None, now, name="cell.md")
    [written] = documents_of(Question.objects.all(), reader=None)
    assert written == replace(document, status=Status.DRAFT)


def published(now: datetime) -> tuple[Question, QuestionDocument]:
    document = bank.read(
        bank.FOLDER / "bank/docker/dockerfile-builds/docker-add-vs-copy.md"
    ).document
    assert document
    question = create_question(document, owner=None, private_to=None, now=now)
    return question, replace(document, version=question.current_revision.number)


@pytest.mark.parametrize(
    ("changes", "change"),
    [
        ({"context": "Twelve instances."}, "clarified"),
        ({"misconceptions": ()}, "clarified"),
        ({"key_points": tuple(KeyPointText(text) for text in "abc")}, "changed"),
    ],
)
def test_file_changes_the_bank_by_no_more_than_it_says(
    changes: dict[str, object], change: str, now: datetime
) -> None:
    question, document = published(now)
    done = bring(write_question(replace(document, **changes)).encode(), None, now)
    question.refresh_from_db()

    assert outcomes(done) == ["changed"]
    assert (question.status, question.current_revision.change) == ("published", change)


def test_published_question_gives_way_to_no_text_that_could_not_be_published(
    now: datetime,
) -> None:
    question, document = published(now)
    text = write_question(replace(document, key_points=(), references=())).encode()
    done = bring(text, None, now)

    assert (outcomes(done), done.to_do) == (["unready"], [])
    assert [finding.code for finding in done.findings] == ["W-UNREADY"]
    assert "Name at least one reference." in done.findings[0].message
    assert question.revisions.get() == question.current_revision


def leading_on(document: QuestionDocument, count: int, *, steps: int) -> list[QuestionDocument]:
    """Every second one leads on by so many steps."""
    texts = []
    for number in range(count):
        leads_to = f"q-{number + steps}" if number % 2 == 0 else ""
        follow_ups = (FollowUpText("And then?", next_slug=leads_to),)
        text = replace(document, slug=f"q-{number}", prompt=f"Why {number}?", version=1)
        texts.append(replace(text, follow_ups=follow_ups))
    return texts


def test_published_questions_that_lead_on_are_compared_in_as_many_queries_as_one(
    now: datetime,
) -> None:
    texts = leading_on(published(now)[1], 20, steps=1)
    for text in texts:
        create_question(text, owner=None, private_to=None, now=now)

    def queries(count: int) -> int:
        changed = [replace(text, context="Otherwise.") for text in texts[:count]]
        data = packed([(f"{text.slug}.md", write_question(text)) for text in changed])
        format, reading = read(data)
        with CaptureQueriesContext(connection) as asked:
            done = plan(reading, owner=None, name="q.zip", format=format)
        assert outcomes(done) == ["changed"] * count
        return len(asked)

    assert queries(20) == queries(2)


def test_published_question_gives_way_to_no_text_that_leads_elsewhere_into_nothing(
    now: datetime,
) -> None:
    document = published(now)[1]
    for text in leading_on(document, 2, steps=1):
        create_question(text, owner=None, private_to=None, now=now)
    [text, _other] = leading_on(document, 2, steps=7)
    done = bring(write_question(text).encode(), None, now)
    assert outcomes(done) == ["unready"]
    assert "q-7, which is not published" in done.findings[0].message


def test_published_question_replaced_by_notes_keeps_what_publishing_needs(now: datetime) -> None:
    question, document = published(now)
    notes = f"Q. {document.prompt}\n{ROW}Because.\n{ROW}".encode()
    file = preview(notes, name="notes.txt", owner=None, now=now)
    done = carry_out(file, now=now, replacing=[1])
    question.refresh_from_db()

    assert outcomes(done) == ["changed"]
    assert document_of(question.current_revision).key_points == document.key_points


def test_published_question_is_not_replaced_by_notes_without_an_answer(now: datetime) -> None:
    question, document = published(now)
    add_revision(question, replace(document, answer="Ours."), author=None, now=now)
    file = preview(f"Q. {document.prompt}\n{ROW}".encode(), name="a.txt", owner=None, now=now)

    assert outcomes(carry_out(file, now=now, replacing=[1])) == ["unready"]
    question.refresh_from_db()
    assert document_of(question.current_revision).answer == "Ours."


def test_prompt_that_is_too_long_keeps_every_word(now: datetime, alice: User) -> None:
    prompt = "#Why " + "really " * 60 + "so?"
    data = f"Q. {prompt}\n{ROW}Because.\n".encode()
    bring(data, alice, now)
    revision = Question.objects.get().current_revision

    assert len(revision.prompt) == 300
    assert revision.prompt.endswith("…")
    assert revision.context == f"\\{prompt}"
    assert write_question(document_of(revision))
    assert outcomes(bring(data, alice, now)) == ["unchanged"]


def test_question_being_written_here_is_not_touched(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    Question.objects.filter(imported_line=1).update(current_revision=None)

    assert outcomes(bring(SHORT, alice, now)) == ["conflict", "unchanged"]


def test_question_written_by_hand_is_not_changed_by_a_file(now: datetime, alice: User) -> None:
    document = replace(
        bank.read(bank.paths(bank.FOLDER)[0]).document, slug="mine", prompt="What is a pod?"
    )
    create_question(document, owner=alice, private_to=alice, now=now)

    assert outcomes(bring(SHORT, alice, now)) == ["new", "conflict"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"a\0b", "E-BINARY"),
        (b"x" * (2 * 1024 * 1024 + 1), "E-TOO-LARGE"),
        (b"", "E-NOTHING-FOUND"),
        (b"Only prose.\n", "E-NOTHING-FOUND"),
    ],
)
def test_unreadable_file_is_refused_and_not_kept(
    data: bytes, code: str, now: datetime, alice: User
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        preview(data, name="notes.txt", owner=alice, now=now)

    assert caught.value.finding.code == code
    assert not Import.objects.exists()


def test_invalid_question_file_brings_nothing_but_its_findings(now: datetime, alice: User) -> None:
    data = b"---\nid: broken\nkind: essay\n---\n\n# Why?\n"
    done = bring(data, alice, now, name="broken.md")

    assert done.entries == ()
    assert [(finding.code, finding.line) for finding in done.findings] == [("E-KEY", 3)]
    assert not Import.objects.exists()


# The next version of the same notes

MENDED = SHORT.replace(b"What is a pod?", b"What is a pod in Kubernetes?")


def test_mended_prompt_is_suggested_and_new_by_default(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    file = preview(MENDED, name="notes.txt", owner=alice, now=now)
    (_same, mended) = plan_of(file).entries
    assert (str(mended.outcome), mended.suggestion.current_revision.prompt) == (
        "new",
        "What is a pod?",
    )
    carry_out(file, now=now)
    assert alice.private_questions.count() == 3


def test_accepted_suggestion_keeps_the_history(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    pod = Question.objects.get(current_revision__prompt="What is a pod?")
    card = make_card(alice, pod)
    make_review(card)
    file = preview(MENDED, name="notes.txt", owner=alice, now=now)
    done = carry_out(file, now=now, same_as={5: pod.slug})
    pod.refresh_from_db()
    assert outcomes(done) == ["unchanged", "changed"]
    assert done.missing == ()
    assert pod.current_revision.prompt == "What is a pod in Kubernetes?"
    assert pod.revisions.count() == 2
    assert Card.objects.get(pk=card.pk).question == pod
    assert card.reviews.count() == 1


def test_suggestion_of_somebody_else_is_not_taken(now: datetime, alice: User, bob: User) -> None:
    bring(SHORT, alice, now)
    bring(SHORT, bob, now)
    theirs = bob.private_questions.get(current_revision__prompt="What is a pod?")
    file = preview(MENDED, name="notes.txt", owner=alice, now=now)
    carry_out(file, now=now, same_as={5: theirs.slug})
    assert theirs.revisions.count() == 1
    assert alice.private_questions.count() == 3


def test_quite_another_question_is_not_suggested(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    other = SHORT.replace(b"What is a pod?", b"Why would you drain nodes before upgrades?")
    reading = read(other)[1]
    planned = plan(reading, owner=alice, name="notes.txt")
    assert [entry.suggestion for entry in planned.entries] == [None, None]


def test_conflict_is_replaced_only_when_somebody_says_so(now: datetime, alice: User) -> None:
    bring(SHORT, alice, now)
    pod = Question.objects.get(current_revision__prompt="What is a pod?")
    edit(pod, now, answer="Ours.", key_points=(KeyPointText("They share an address"),))
    changed = SHORT.replace(b"Containers.", b"Theirs.")
    done = import_file(changed, name="notes.txt", owner=alice, now=now)
    assert outcomes(done) == ["unchanged", "conflict"]
    file = preview(changed, name="notes.txt", owner=alice, now=now)
    carry_out(file, now=now, replacing=[5])
    pod.refresh_from_db()
    document = document_of(pod.current_revision)
    assert document.answer == "Theirs."
    assert document.key_points == (KeyPointText("They share an address"),)


def test_question_file_is_taken_if_it_began_from_the_current_text(
    now: datetime, alice: User
) -> None:
    bring(SHORT, alice, now)
    pod = Question.objects.get(current_revision__prompt="What is a pod?")
    document = replace(document_of(pod.current_revision), answer="Changed in a file.")
    text = write_question(document).encode()
    assert outcomes(bring(text, alice, now, name="pod.md")) == ["changed"]
    stale = write_question(replace(document, answer="Changed elsewhere.")).encode()
    assert outcomes(bring(stale, alice, now, name="pod.md")) == ["conflict"]
    assert pod.revisions.count() == 2


@pytest.mark.parametrize("format", ["markdown", "apkg"])
@pytest.mark.parametrize("is_private", [True, False])
def test_phrasing_learned_here_is_no_change_when_an_export_comes_back(
    format: str, is_private: bool, now: datetime, alice: User, edda: User
) -> None:
    owner = alice if is_private else None
    points = (KeyPointText("It is a process", accept=("a process",)),)
    document = QuestionDocument(slug="cell", prompt="What is it?", answer="So.", key_points=points)
    question = create_question(document, owner=owner, private_to=owner, now=now)
    point = question.current_revision.key_points.get()
    AcceptPhrase.objects.create(key_point=point, text="it runs", position=1, added_by=edda)
    written = export(documents_of(Question.objects.all(), reader=None), format=format, now=now)
    assert outcomes(bring(written.data, owner, now, name="cell.zip")) == ["unchanged"]


def test_phrase_that_somebody_wrote_into_a_file_is_a_change(now: datetime, alice: User) -> None:
    points = (KeyPointText("It is a process"),)
    document = QuestionDocument(slug="cell", prompt="What is it?", answer="So.", key_points=points)
    question = create_question(document, owner=alice, private_to=alice, now=now)
    point = question.current_revision.key_points.get()
    AcceptPhrase.objects.create(key_point=point, text="it runs", added_by=alice)
    text = write_question(
        replace(document, key_points=(replace(points[0], accept=("it runs", "it works")),))
    )
    assert outcomes(bring(text.encode(), alice, now)) == ["changed"]


def test_prompt_that_is_too_long_is_cut_in_every_format(now: datetime, alice: User) -> None:
    table = f"Question,Answer\n{'why ' * 100}?,So.\n".encode()
    bring(table, alice, now, name="table.csv")
    revision = QuestionRevision.objects.get()
    assert len(revision.prompt) == 300
    assert revision.context.startswith("why why")


LONG = "word " * 4_400
LONG_LINE = "k" * 501


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("notes", f"Q. Is it short?\n{ROW}Yes.\n{ROW}Q. And long?\n{ROW}{LONG}\n{ROW}", 5),
        ("qa", f"Q: Is it short?\nA: Yes.\n\nQ: And long?\nA: {LONG}\n", 4),
        ("csv", f"Question,Answer\nIs it short?,Yes\nAnd long?,{LONG}\n", 3),
        (
            "csv",
            f"Question,Answer,Key points\nIs it short?,Yes,No\nAnd long?,No,{LONG_LINE}\n",
            3,
        ),
        ("gift", f"::a::Is it short? {{####Yes}}\n\n::b::And long? {{####{LONG}}}\n", 3),
        (
            "choice",
            "#### Q1. Is it short?\n\n- [x] yes\n- [ ] no\n\n"
            f"#### Q2. And long?\n\n- [x] {LONG}\n- [ ] no\n",
            6,
        ),
        ("aiken", f"Is it short?\nA. x\nB. y\nANSWER: A\n\n{LONG}?\nA. x\nB. y\nANSWER: A\n", 6),
    ],
)
def test_what_no_export_could_bring_back_is_left_out_and_told(
    name: str, text: str, line: int, now: datetime, alice: User
) -> None:
    done = import_file(text.encode(), name="f", owner=alice, now=now, format=name)
    told = [found for found in done.findings if found.is_error]

    assert [(found.code, found.line) for found in told] == [("E-LENGTH", line)]
    assert "there is room for" in told[0].message
    assert [question.current_revision.prompt for question in Question.objects.all()] == [
        "Is it short?"
    ]


def test_older_text_of_a_bank_question_in_the_same_deck_is_not_lost(alice, now):
    question = make_question("What is one?", slug="what-is-one")
    current = document_of(question.current_revision)
    older = replace(current, prompt="What was one, long ago?", answer="An older text.")
    data, _lost = write_apkg([older, current], render=render, now=now)
    done = bring(data, alice, now)
    assert [each.outcome for each in done.entries] == ["new", "unchanged"]
    kept = Question.objects.get(private_to=alice).current_revision
    assert (kept.prompt, document_of(kept).answer) == (older.prompt, older.answer)
