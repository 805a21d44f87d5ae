"""Files of thousands of questions: shown in pages, imported whole, and nobody waits for them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from unittest.mock import Mock, patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from questions import importing, planning
from questions.editing import publish_draft, start_draft
from questions.formats import files
from questions.formats.anki import write_apkg
from questions.formats.document import Kind, Level, QuestionDocument, Reading, ReferenceText
from questions.formats.files import packed
from questions.formats.markdown import write_question
from questions.formats.readers import READERS, Format
from questions.importing import carry_out, import_file, preview
from questions.models import Import, Question, QuestionRevision, SearchEntry, Tag
from questions.planning import ImportPlan
from questions.rendering import render
from questions.revising import add_revision, document_of
from tests.at_once import at_once
from tests.factories import NOON, make_question
from tests.forms_sent import FormReader

ROW = "*" * 20
TABLE = "question,answer\nWhat is one?,First.\nWhat is two?,Second.\n"
TICK = re.compile(r'name="line" value="([0-9]+)"( checked)?')


def notes(count: int, *, answer: str = "Text") -> str:
    return "".join(f"Q. What is {n}?\n{ROW}\n{answer} {n}.\n{ROW}\n" for n in range(count))


def question_files(count: int, *, answer: str = "So", **facts: object) -> bytes:
    """With all that publishing needs."""
    whole = {
        "kind": Kind.OUTPUT,
        "expected_output": "1",
        "level": Level.MID,
        "topic": "docker",
        "speak_seconds": 60,
        "references": (ReferenceText("Docs", "https://docs.example/"),),
        **facts,
    }
    texts = (
        QuestionDocument(f"why-{n:02}", f"Why {n}?", answer=f"{answer} {n}.", **whole)
        for n in range(count)
    )
    return packed([(f"{text.slug}.md", write_question(text)) for text in texts])


def quiz(keys: dict[str, str]) -> bytes:
    """Prompts by their numbers there."""
    asked = (
        '<question type="essay"><name><text>Name</text></name><questiontext format="html">'
        f"<text>{prompt}</text></questiontext><idnumber>{key}</idnumber></question>\n"
        for key, prompt in keys.items()
    )
    return f'<?xml version="1.0"?><quiz>{"".join(asked)}</quiz>'.encode()


def bring(client: Client, text: str, *, name: str = "many.txt") -> Import:
    client.post("/bank/import/", {"file": SimpleUploadedFile(name, text.encode())})
    return Import.objects.latest("created_at")


def page_of(client: Client, file: Import, *, number: int = 1) -> str:
    url = reverse("questions:import_preview", args=[file.pk])
    return client.get(url, {"page": number}).content.decode()


def ticks(page: str) -> list[tuple[int, bool]]:
    return [(int(key), bool(checked)) for key, checked in TICK.findall(page)]


def send(
    client: Client, file: Import, seen: str, *, to: str, but: int = 0, **pressed: object
) -> str:
    """The form as a browser sends it, with the tick of `but` taken away."""
    form = FormReader("found")
    form.feed(seen)
    boxes = ("line", "replace")
    data: dict[str, object] = {name: value for name, value in form.sent if name not in boxes}
    for box in boxes:
        data[box] = [key for name, key in form.sent if name == box and key != str(but)]
    url = reverse(f"questions:import_{to}", args=[file.pk])
    return client.post(url, {**data, **pressed}, follow=True).content.decode()


def edit(prompt: str, answer: str, author: User) -> None:
    question = author.private_questions.get(current_revision__prompt=prompt)
    text = replace(document_of(question.current_revision), answer=answer)
    add_revision(question, text, author=author, now=NOON)


def calls(action: Callable[[], object]) -> int:
    """How many functions of Python are called, generators that go on included."""
    count = 0

    def counted(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@contextmanager
def tags_looked_up_by(count: int) -> Iterator[None]:
    """Nobody makes a tag before so many have looked which there are."""
    barrier, real = Barrier(count), Tag.objects.bulk_create

    def make(_manager: object, *args: object, **kwargs: object) -> list[Tag]:
        barrier.wait(timeout=20)
        return real(*args, **kwargs)

    with patch.object(type(Tag.objects), "bulk_create", make):
        yield


# The preview


def test_many_questions_are_shown_in_pages_of_bounded_length(alice_client):
    file = bring(alice_client, notes(950))
    page = page_of(alice_client, file)
    assert "950 questions found" in page
    assert len(ticks(page)) == 100
    assert "Page 1 of 10" in page
    assert len(page) < 500_000
    assert len(ticks(page_of(alice_client, file, number=10))) == 50


def test_more_questions_cost_the_preview_only_as_much_more(alice_client):
    few, many = (
        bring(alice_client, "".join(f"Q. a{n} is\n" for n in range(count))) for count in (300, 900)
    )
    page_of(alice_client, few)
    assert calls(lambda: page_of(alice_client, many)) < 3 * calls(
        lambda: page_of(alice_client, few)
    )


def test_all_of_a_large_file_are_imported_from_its_first_page(alice_client):
    file = bring(alice_client, notes(1100))
    said = send(alice_client, file, page_of(alice_client, file), to="confirm")
    assert "1100 questions imported." in said
    assert Question.objects.count() == 1100


def test_ticks_of_other_pages_count_when_one_is_confirmed(alice_client):
    file = bring(alice_client, notes(250))
    first = page_of(alice_client, file)
    left_out = ticks(first)[7][0]
    second = send(alice_client, file, first, to="prompt", but=left_out, page=2)
    assert "Page 2 of 3" in second
    assert (left_out, False) in ticks(page_of(alice_client, file))
    send(alice_client, file, second, to="confirm", but=ticks(second)[0][0])
    assert Question.objects.count() == 248
    assert not Question.objects.filter(current_revision__prompt="What is 7?").exists()
    assert not Question.objects.filter(current_revision__prompt="What is 100?").exists()


def test_text_edited_after_the_preview_is_replaced_only_where_that_was_ticked(alice, alice_client):
    import_file(notes(3).encode(), name="many.txt", owner=alice, now=NOON)
    edit("What is 1?", "Mine.", alice)
    file = bring(alice_client, notes(3, answer="Theirs"))
    page = page_of(alice_client, file)
    [replacing] = re.findall('name="replace" value="([0-9]+)"', page)
    page = send(alice_client, file, page, to="prompt", replace=[replacing])
    assert f'name="replace" value="{replacing}" checked' in page
    edit("What is 2?", "Mine too.", alice)
    said = send(alice_client, file, page, to="confirm")
    assert "1 question was edited here meanwhile" in said
    found = alice.private_questions.order_by("imported_line")
    answers = [document_of(question.current_revision).answer for question in found]
    assert answers == ["Theirs 0.", "Theirs 1.", "Mine too."]


def test_text_edited_after_the_preview_stays_though_its_import_was_ticked(alice, alice_client):
    import_file(notes(1).encode(), name="many.txt", owner=alice, now=NOON)
    file = bring(alice_client, notes(1, answer="Theirs"))
    page = page_of(alice_client, file)
    edit("What is 0?", "Mine.", alice)
    page = send(alice_client, file, page, to="confirm")
    assert "Replace what is here: What is 0?" in page
    assert "1 question was edited here meanwhile, and stays as it is." in page
    assert document_of(alice.private_questions.get().current_revision).answer == "Mine."


def test_ticks_are_kept_when_an_import_breaks_off(alice, alice_client, parts):
    import_file(b"Q. How do containers start?\n", name="many.txt", owner=alice, now=NOON)
    before = alice.private_questions.get()
    file = bring(alice_client, f"{notes(20)}Q. How do the containers start?\n")
    page = page_of(alice_client, file)
    left_out = ticks(page)[7][0]
    [radio] = re.findall(r'name="(same-[0-9]+)" value="how', page)

    def breaks_off(part: int) -> None:
        if part == 2:
            raise KeyboardInterrupt

    parts(breaks_off)
    with pytest.raises(KeyboardInterrupt):
        send(alice_client, file, page, to="confirm", but=left_out, **{radio: before.slug})
    assert alice.private_questions.count() == 11
    page = page_of(alice_client, file)
    assert (left_out, False) in ticks(page)
    send(alice_client, file, page, to="confirm")
    assert alice.private_questions.count() == 20
    before.refresh_from_db()
    assert before.current_revision.prompt == "How do the containers start?"


def test_ticks_are_of_the_text_that_was_looked_at(alice_client):
    file = bring(alice_client, notes(2))
    page = page_of(alice_client, file)
    send(alice_client, file, page, to="prompt", but=1, page=1)
    url = reverse("questions:import_preview", args=[file.pk])
    alice_client.post(url, {"text": "Q. What is another?\n", "format": "notes"})
    assert ticks(page_of(alice_client, file)) == [(1, True)]


def test_what_asks_for_a_decision_stands_first_where_there_are_pages(alice, alice_client):
    text = notes(250)
    file = bring(alice_client, text)
    send(alice_client, file, page_of(alice_client, file), to="confirm")
    edited = Question.objects.get(current_revision__prompt="What is 200?")
    ours = replace(document_of(edited.current_revision), answer="Mine.")
    add_revision(edited, ours, author=alice, now=NOON)
    text = text.replace("Text 200.", "Theirs.").replace("Text 240.", "Text of 240.")
    page = page_of(alice_client, bring(alice_client, text))
    titles = re.findall(r'class="row-title">([^<]*)<', page)
    assert titles[:3] == ["What is 200?", "What is 240?", "What is 0?"]
    assert "What you may have to decide stands first" in page


def test_same_question_is_continued_although_its_page_is_not_the_last(alice_client):
    text = notes(250)
    file = bring(alice_client, text)
    send(alice_client, file, page_of(alice_client, file), to="confirm")
    before = Question.objects.get(current_revision__prompt="What is 3?")
    file = bring(alice_client, text.replace("What is 3?", "What is the number 3?"))
    page = page_of(alice_client, file)
    [radio] = re.findall(r'name="(same-[0-9]+)" value="what', page)
    second = send(alice_client, file, page, to="prompt", page=2, **{radio: before.slug})
    send(alice_client, file, second, to="confirm")
    before.refresh_from_db()
    assert before.current_revision.prompt == "What is the number 3?"


def test_hundreds_of_findings_are_counted_and_not_all_shown(alice_client):
    rows = ",No question.\n" * 700
    page = page_of(alice_client, bring(alice_client, f"question,answer\n{rows}Why?,So.\n"))
    assert page.count("callout-danger") == 100
    assert "and 600 more" in page
    lines = "".join(f"It is isolation{n}.\n" for n in range(10, 99))
    page = page_of(alice_client, bring(alice_client, f"Q. Why?\n{ROW}\n{lines}{ROW}\n"))
    assert page.count("Remove the number") == 20
    assert "and 69 more" in page


def test_thousands_that_are_no_longer_in_the_file_are_counted_and_not_all_shown(alice_client):
    file = bring(alice_client, notes(300))
    send(alice_client, file, page_of(alice_client, file), to="confirm")
    page = page_of(alice_client, bring(alice_client, "Q. Why?\n"))
    assert "300 questions are no longer in this file" in page
    assert page.count("What is ") == 100
    assert "and 200 more" in page


# One reading


@pytest.fixture
def readings(monkeypatch) -> list[str]:
    """The texts that were read as a table."""
    made: list[str] = []
    reader = READERS[Format.CSV]

    def read(text: str) -> Reading:
        made.append(text)
        return reader.read(text)

    monkeypatch.setitem(READERS, Format.CSV, reader._replace(read=read))
    return made


def test_page_reads_a_file_once_each_time(alice_client, readings):
    file = bring(alice_client, TABLE)
    assert len(readings) == 1
    page = page_of(alice_client, file)
    assert len(readings) == 2
    assert "2 questions imported" in send(alice_client, file, page, to="confirm")
    assert len(readings) == 3
    assert "text export) (2)" in page


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_terminal_reads_a_file_once(alice, tmp_path, readings, options):
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    call_command("import_questions", path, "--owner", alice.email, *options)
    assert len(readings) == 1


def test_terminal_opens_a_deck_once(alice, tmp_path, monkeypatch):
    path = tmp_path / "deck.apkg"
    path.write_bytes(
        write_apkg([QuestionDocument("one", "Why?", answer="So.")], render=render, now=NOON)[0]
    )
    opened = Mock(side_effect=files.read_apkg)
    monkeypatch.setattr(files, "read_apkg", opened)
    call_command("import_questions", path, "--owner", alice.email)
    assert opened.call_count == 1


# The import


def statements(data: bytes | str, owner: User | None, *, name: str = "many.txt") -> int:
    data = data.encode() if isinstance(data, str) else data
    with CaptureQueriesContext(connection) as asked:
        import_file(data, name=name, owner=owner, now=NOON)
    return len(asked)


def test_new_questions_take_as_many_statements_as_one(alice, bob):
    few = statements(notes(20), alice)
    assert statements(notes(200), bob) <= few + 3


def test_changed_questions_take_as_many_statements_as_one(alice):
    import_file(notes(200).encode(), name="many.txt", owner=alice, now=NOON)
    few = statements(notes(200).replace("Text 7.", "Another 7."), alice)
    assert statements(notes(200, answer="Others"), alice) <= few + 3
    assert alice.private_questions.filter(current_revision__number=2).count() == 199
    assert (
        alice.private_questions.get(current_revision__number=3).current_revision.prompt
        == "What is 7?"
    )


@pytest.mark.django_db
def test_changed_questions_of_the_bank_take_as_many_statements_as_one():
    import_file(notes(200).encode(), name="many.txt", owner=None, now=NOON)
    few = statements(notes(200).replace("Text 7.", "Another 7."), None)
    assert statements(notes(200, answer="Others"), None) <= few + 3
    changes = QuestionRevision.objects.filter(number__gt=1).values_list("change", flat=True)
    assert list(changes) == ["clarified"] * 201


def test_questions_with_new_topics_and_tags_take_as_many_statements_as_one(alice):
    import_file(question_files(1), name="own.zip", owner=alice, now=NOON)
    few = statements(question_files(1, topic="git", tags=("a", "b")), alice, name="own.zip")
    alice.private_questions.all().delete()
    import_file(question_files(40), name="own.zip", owner=alice, now=NOON)
    many = statements(question_files(40, topic="linux", tags=("c", "d")), alice, name="own.zip")
    assert many <= few + 3
    for question in alice.private_questions.all():
        assert question.topic.path == "linux"
        assert {tag.slug for tag in question.tags.all()} == {"c", "d"}
    assert SearchEntry.objects.filter(topic__path="linux", tags=" c d ").count() == 40


def test_conflicts_that_are_replaced_take_as_many_statements_as_one(alice):
    import_file(notes(40).encode(), name="many.txt", owner=alice, now=NOON)
    for question in alice.private_questions.all():
        ours = replace(document_of(question.current_revision), answer="Mine.", hints=("Think.",))
        add_revision(question, ours, author=alice, now=NOON)

    def replaced(count: int) -> int:
        file = kept(notes(40, answer=f"{count} of the others:"), alice)
        keys = [each.entry.key for each in planning.plan_of(file).conflicts[:count]]
        with CaptureQueriesContext(connection) as asked:
            done = carry_out(file, now=NOON, replacing=keys)
        assert len(done.having("changed")) == count
        return len(asked)

    few = replaced(1)
    assert replaced(40) <= few + 3
    texts = [document_of(each.current_revision) for each in alice.private_questions.all()]
    assert {text.hints for text in texts} == {("Think.",)}
    assert not any(text.answer == "Mine." for text in texts)


@pytest.mark.usefixtures("shared_database")
def test_tag_that_two_people_bring_at_once_comes_in_once(alice, bob):
    """Both look for it before one of them makes it, if the database lets both write."""
    text = QuestionDocument("why", "Why?", answer="So.", tags=("new",))

    def bring_it(person: User) -> Callable[[], object]:
        file = packed([("why.md", write_question(text))])
        return lambda: import_file(file, name="own.zip", owner=person, now=NOON)

    with tags_looked_up_by(2 if connection.vendor == "postgresql" else 1):
        at_once(bring_it(alice), bring_it(bob))
    assert Tag.objects.get().questions.count() == 2


def test_one_question_twice_in_an_archive_gets_both_texts(edda):
    def file(version: int, prompt: str) -> str:
        return f"---\nid: one\nversion: {version}\n---\n\n# {prompt}\n\n## Answer\nSo.\n"

    import_file(packed([("a.md", file(1, "Why?"))]), name="a.zip", owner=None, now=NOON)
    both = packed([("a.md", file(1, "Why so?")), ("b.md", file(1, "Why not?"))])
    import_file(both, name="a.zip", owner=None, now=NOON)
    prompts = QuestionRevision.objects.order_by("number").values_list("prompt", flat=True)
    assert list(prompts) == ["Why?", "Why so?", "Why not?"]


def test_same_words_in_the_bank_get_ids_of_their_own(edda):
    text = f"Q. What is C?\n{ROW}\nA letter.\n{ROW}\nQ. What is Ç?\n{ROW}\nAnother.\n{ROW}\n"
    import_file(text.encode(), name="a.txt", owner=None, now=NOON)
    first, second = Question.objects.order_by("pk")
    assert first.slug == "what-is-c"
    assert second.slug.startswith("what-is-c-")


# In parts


@pytest.fixture
def parts(monkeypatch) -> Callable[[Callable[[int], object]], None]:
    """Imports come in by tens; before each ten something may happen."""
    monkeypatch.setattr(importing, "BATCH", 10)
    real = importing._import
    count = 0

    def before_each(happens: Callable[[int], object]) -> None:
        def one_more(*args: object, **kwargs: object) -> list[tuple[int, Question]]:
            nonlocal count
            count += 1
            happens(count)
            return real(*args, **kwargs)

        monkeypatch.setattr(importing, "_import", one_more)

    return before_each


def kept(text: str, owner: User) -> Import:
    return preview(text.encode(), name="many.txt", owner=owner, now=NOON)


@pytest.mark.django_db(transaction=True)
def test_others_write_between_the_parts_of_an_import(alice, bob, monkeypatch):
    """On a connection of their own; while a part is written, they would wait."""
    monkeypatch.setattr(importing, "BATCH", 10)
    file = kept(notes(35), alice)
    here: list[int] = []

    def others(_seconds: float) -> None:
        at_once(lambda: make_question(private_to=bob))
        here.append(alice.private_questions.count())

    monkeypatch.setattr(importing, "sleep", others)
    assert len(carry_out(file, now=NOON).having("new")) == 35
    assert here == [10, 20, 30]
    assert bob.private_questions.count() == 3


def test_import_that_is_broken_off_is_finished_by_another(alice, parts):
    def breaks_off(part: int) -> None:
        if part == 3:
            raise KeyboardInterrupt

    parts(breaks_off)
    file = kept(notes(35), alice)
    with pytest.raises(KeyboardInterrupt):
        carry_out(file, now=NOON, tag="from-many")
    file.refresh_from_db()
    assert (alice.private_questions.count(), file.confirmed_at) == (20, None)
    Import.objects.abandoned(NOON + timedelta(days=9)).delete()
    done = carry_out(file, now=NOON, tag="from-many")
    assert (len(done.having("new")), len(done.having("unchanged"))) == (15, 20)
    assert alice.private_questions.filter(imported_from=file, tags__slug="from-many").count() == 35
    prompts = alice.private_questions.values_list("current_revision__prompt", flat=True)
    assert len(set(prompts)) == 35


def test_second_import_between_the_parts_of_the_first_doubles_nothing(alice, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 10)
    first, second = kept(notes(35), alice), kept(notes(35), alice)
    real, turns = importing.lock_questions, []

    def both(owner: User) -> None:
        turns.append(owner)
        if len(turns) == 2:
            carry_out(second, now=NOON)
        real(owner)

    monkeypatch.setattr(importing, "lock_questions", both)
    assert len(carry_out(first, now=NOON).having("new")) == 10
    assert alice.private_questions.count() == 35


def test_text_that_is_edited_between_the_parts_is_kept(alice, monkeypatch):
    import_file(notes(35).encode(), name="many.txt", owner=alice, now=NOON)
    monkeypatch.setattr(importing, "BATCH", 10)
    last = alice.private_questions.get(current_revision__prompt="What is 34?")
    real = importing.lock_questions

    def edited(owner: User) -> None:
        real(owner)
        if alice.private_questions.filter(current_revision__number=2).count() == 20:
            ours = replace(document_of(last.current_revision), answer="Mine.")
            add_revision(last, ours, author=alice, now=NOON)

    monkeypatch.setattr(importing, "lock_questions", edited)
    done = carry_out(kept(notes(35, answer="Theirs"), alice), now=NOON)
    assert (len(done.having("changed")), len(done.having("conflict"))) == (34, 1)
    last.refresh_from_db()
    assert document_of(last.current_revision).answer == "Mine."


@pytest.fixture
def in_between(monkeypatch) -> Callable[[Callable[[], object]], None]:
    """Imports come in by tens; after the first ten something happens."""
    monkeypatch.setattr(importing, "BATCH", 10)

    def once(happens: Callable[[], object]) -> None:
        left = [happens]
        monkeypatch.setattr(importing, "sleep", lambda _seconds: left and left.pop()())

    return once


def test_draft_that_is_published_between_the_parts_is_kept(edda, in_between):
    """Its row was there before, so no newer one tells of it."""
    import_file(question_files(25), name="bank.zip", owner=None, now=NOON)
    Question.objects.update(status="published")
    last = Question.objects.get(slug="why-24")
    draft = start_draft(last, author=edda, now=NOON)
    draft.answers.update(text="Mine.")
    in_between(lambda: publish_draft(draft, actor=edda, now=NOON))
    file = preview(question_files(25, answer="Theirs"), name="bank.zip", owner=None, now=NOON)
    done = carry_out(file, now=NOON)
    last.refresh_from_db()
    assert document_of(last.current_revision).answer == "Mine."
    assert (len(done.having("changed")), len(done.having("conflict"))) == (24, 1)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
@pytest.mark.django_db(transaction=True)
def test_draft_that_is_published_while_a_part_is_written_is_kept(edda, parts):
    import_file(question_files(25), name="bank.zip", owner=None, now=NOON)
    Question.objects.update(status="published")
    last = Question.objects.get(slug="why-24")
    draft = start_draft(last, author=edda, now=NOON)
    draft.answers.update(text="Mine.")

    def in_first(part: int) -> None:
        if part == 1:
            at_once(lambda: publish_draft(draft, actor=edda, now=NOON))

    file = preview(question_files(25, answer="Theirs"), name="bank.zip", owner=None, now=NOON)
    parts(in_first)
    done = carry_out(file, now=NOON)
    last.refresh_from_db()
    assert document_of(last.current_revision).answer == "Mine."
    assert (len(done.having("changed")), len(done.having("conflict"))) == (24, 1)


def test_question_that_is_retired_between_the_parts_stays_retired(alice, in_between):
    import_file(question_files(25), name="own.zip", owner=alice, now=NOON)
    in_between(lambda: Question.objects.get(slug__startswith="why-24").retire(now=NOON))
    file = preview(question_files(25, tags=("new",)), name="own.zip", owner=alice, now=NOON)
    carry_out(file, now=NOON)
    last = Question.objects.get(current_revision__prompt="Why 24?")
    assert (last.status, last.retired_from) == ("retired", "draft")
    assert last.tags.get().slug == "new"


def test_key_that_another_question_gets_between_the_parts_stays_its_own(alice, in_between):
    """The other import makes no revision: the text of the odd one is the same."""
    import_file(b"Q. What is the odd one?\n", name="notes.txt", owner=alice, now=NOON)
    other = quiz({"K24": "What is the odd one?"})
    in_between(lambda: import_file(other, name="other.xml", owner=alice, now=NOON))
    text = quiz({f"K{n}": f"Why is {n} so?" for n in range(25)})
    done = carry_out(preview(text, name="quiz.xml", owner=alice, now=NOON), now=NOON)
    assert len(done.having("new")) == 25
    odd = alice.private_questions.exclude(external_key="").get(external_key__endswith=":K24")
    assert str(odd) == "What is the odd one?"


def test_tags_that_change_between_the_parts_on_both_sides_are_a_conflict(alice, in_between):
    import_file(question_files(25), name="own.zip", owner=alice, now=NOON)
    last = Question.objects.get(slug__startswith="why-24")
    in_between(lambda: last.tags.add(Tag.objects.create(slug="mine")))
    file = preview(question_files(25, tags=("new",)), name="own.zip", owner=alice, now=NOON)
    done = carry_out(file, now=NOON)
    assert (len(done.having("changed")), len(done.having("conflict"))) == (24, 1)
    assert last.tags.get().slug == "mine"


def test_import_gives_up_where_somebody_writes_each_time_that_it_is_planned(alice, monkeypatch):
    file = kept(notes(2), alice)
    real, plans = importing.plan_of, []

    def written(*args: object) -> ImportPlan:
        plans.append(make_question(private_to=alice))
        return real(*args)

    monkeypatch.setattr(importing, "plan_of", written)
    with pytest.raises(importing.ReadAnew):
        carry_out(file, now=NOON)
    assert len(plans) == 1 + importing.MOST_PLANS


def test_terminal_says_in_words_that_it_gave_up(alice, tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    monkeypatch.setattr(importing, "_has_tags_as_planned", lambda _some: False)
    with pytest.raises(CommandError, match="Import the file once more"):
        call_command("import_questions", path, "--owner", alice.email)


def test_terminal_imports_in_parts_too(alice, parts):
    def breaks_off(part: int) -> None:
        if part == 3:
            raise KeyboardInterrupt

    parts(breaks_off)
    with pytest.raises(KeyboardInterrupt):
        import_file(notes(35).encode(), name="many.txt", owner=alice, now=NOON)
    assert alice.private_questions.count() == 20
    done = import_file(notes(35).encode(), name="many.txt", owner=alice, now=NOON)
    assert len(done.having("new")) == 15
    assert alice.private_questions.filter(imported_from=Import.objects.get()).count() == 35
    assert Import.objects.get().confirmed_at == NOON


def test_import_that_was_broken_off_is_finished_although_another_brought_the_rest(alice, parts):
    def breaks_off(part: int) -> None:
        if part == 3:
            raise KeyboardInterrupt

    parts(breaks_off)
    with pytest.raises(KeyboardInterrupt):
        import_file(notes(25).encode(), name="many.txt", owner=alice, now=NOON)
    import_file(notes(25).encode(), name="more.txt", owner=alice, now=NOON)
    import_file(notes(25).encode(), name="many.txt", owner=alice, now=NOON)
    assert not Import.objects.filter(confirmed_at=None).exists()


def test_preview_that_somebody_is_looking_at_is_not_finished_from_the_terminal(alice):
    """Its ticks and mends are for its page; nothing of it came in yet."""
    looked_at = kept(notes(2), alice)
    import_file(notes(2).encode(), name="many.txt", owner=alice, now=NOON)
    looked_at.refresh_from_db()
    assert looked_at.confirmed_at is None


def test_long_prompts_that_are_all_alike_are_not_compared_one_by_one(alice, monkeypatch):
    """A hundred with a hundred, each of 290 letters, would take a minute."""

    def asking(letters: str) -> bytes:
        return "".join(f"Q. {letters * 140} {n}?\n" for n in range(100)).encode()

    import_file(asking("ab"), name="many.txt", owner=alice, now=NOON)
    compared = Mock(return_value=False)
    monkeypatch.setattr(planning, "are_alike", compared)
    done = import_file(asking("ba"), name="many.txt", owner=alice, now=NOON)
    assert (len(done.missing), compared.call_count) == (100, 0)
    few = b"Q. Why?\nQ. How?\n"
    import_file(few, name="few.txt", owner=alice, now=NOON)
    import_file(few.replace(b"?", b" so?"), name="few.txt", owner=alice, now=NOON)
    assert compared.call_count > 0
