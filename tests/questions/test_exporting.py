"""Exports: from the terminal and from the pages, whole or not at all, and only what one may see."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.exporting import CONTENT_TYPES, ExportFormat, documents_of, export
from questions.formats.document import KeyPointText, Kind, OptionText, QuestionDocument
from questions.formats.files import read_file
from questions.formats.qti import ITEM, write_qti
from questions.models import Question
from questions.rendering import render
from tests.factories import NOON, make_choice_question, make_question
from tests.questions.documents import documents

EXPORT = "/bank/export/"
NAMESPACES = {"q": ITEM}


def downloaded(client, format: str, query: str = ""):
    return client.post(EXPORT + query, {"format": format})


def items_of(data: bytes) -> dict[str, Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: fromstring(package.read(name)) for name in package.namelist()}


def content_of(data: bytes) -> str:
    """What can be read in a file, or in those of an archive."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


# From the terminal


@pytest.mark.django_db
@pytest.mark.parametrize("format", [each for each in ExportFormat if each not in ("qti3", "json")])
def test_export_can_be_imported_again(format, tmp_path):
    make_question("What is one?", slug="one", tags=("build",))
    make_choice_question("What is two?", slug="two", topic="docker/images")
    path = tmp_path / "questions.zip"
    call_command("export_questions", path, "--format", format)
    used, reading = read_file(path.read_bytes())
    assert used == format
    assert {entry.prompt for entry in reading.entries} == {"What is one?", "What is two?"}
    assert {entry.document.topic for entry in reading.entries} == {
        "docker/dockerfile-builds",
        "docker/images",
    }


@pytest.mark.django_db
def test_markdown_goes_to_a_folder_like_the_shipped_bank(tmp_path):
    call_command("seed_questions", verbosity=0)
    path = tmp_path / "bank"
    call_command("export_questions", path, "--format", "markdown", "--topic", "docker/networking")
    shipped = Path("questions/fixtures/bank")
    files = sorted(path.rglob("*.md"))
    assert files
    for file in files:
        assert file.read_bytes() == (shipped / file.relative_to(path)).read_bytes()


@pytest.mark.django_db
def test_existing_file_is_kept_unless_forced(tmp_path, capsys):
    make_question()
    path = tmp_path / "questions.json"
    path.write_text("mine")
    with pytest.raises(CommandError, match="exists") as caught:
        call_command("export_questions", path, "--format", "json")
    assert caught.value.returncode == 2
    assert path.read_text() == "mine"
    call_command("export_questions", path, "--format", "json", "--force")
    assert json.loads(path.read_text())["format"] == "studyhub"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.django_db
def test_existing_folder_is_replaced_whole_when_forced(tmp_path):
    make_question(slug="one")
    path = tmp_path / "bank"
    path.mkdir()
    (path / "old.md").write_text("old")
    call_command("export_questions", path, "--format", "markdown", "--force")
    assert [file.name for file in path.rglob("*.md")] == ["one.md"]
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.django_db
def test_what_a_format_cannot_hold_is_told(tmp_path, capsys):
    make_question(slug="one", hints=("Think.",))
    call_command("export_questions", tmp_path / "a.txt", "--format", "gift")
    told = capsys.readouterr()
    assert told.out == "1 question exported.\n"
    assert told.err.startswith(
        "one: GIFT has no place for key points, hints, references, the level"
    )


@pytest.mark.django_db
def test_drafts_and_private_questions_stay_here(alice, tmp_path):
    make_question("Mine?", private_to=alice, slug="mine")
    make_question("A draft?", status="draft", slug="draft")
    make_question("For all?", slug="for-all")
    for arguments, slugs in [([], ["for-all"]), (["--owner", alice.email], ["mine"])]:
        path = tmp_path / "questions.json"
        call_command("export_questions", path, "--format", "json", "--force", *arguments)
        found = json.loads(path.read_text())["questions"]
        assert [question["slug"] for question in found] == slugs


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--topic", "no/such"], "no topic no/such"),
        (["--owner", "nobody@example.org"], "nobody@example.org"),
        ([], "no such question"),
    ],
)
def test_export_of_nothing_is_told(arguments, message, tmp_path):
    with pytest.raises(CommandError, match=message) as caught:
        call_command("export_questions", tmp_path / "a.csv", "--format", "csv", *arguments)
    assert caught.value.returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_export_costs_the_same_queries_for_many_questions(django_assert_num_queries):
    for count in (1, 5):
        while Question.objects.count() < count:
            make_question(f"What is {Question.objects.count()}?")
        with django_assert_num_queries(10):
            assert len(documents_of(Question.objects.shared(), reader=None)) == count


@pytest.mark.django_db
def test_question_that_a_file_cannot_hold_whole_is_told_in_the_archive():
    make_question("Which?", slug="unfinished", kind="single", options=(("a", False), ("b", False)))
    make_question("What is one?", slug="one")
    done = export(documents_of(Question.objects.shared(), reader=None), format="markdown", now=NOON)
    with zipfile.ZipFile(io.BytesIO(done.data)) as archive:
        told = archive.read("not-whole.txt").decode()
    assert told.startswith("unfinished: does not come back the same")
    assert told.count("\n") == len(done.lost) == 1


# On the page


@pytest.mark.parametrize("format", ExportFormat)
def test_download_has_its_type_and_name(format, alice_client):
    make_question("What is one?")
    response = downloaded(alice_client, format)
    assert response.status_code == 200
    assert response["Content-Type"] == CONTENT_TYPES[format]
    assert response["Content-Disposition"].startswith('attachment; filename="questions.')


def test_person_exports_own_and_shared_questions_only(alice, bob, alice_client):
    make_question("Mine?", private_to=alice, slug="mine")
    make_question("Of Bob?", private_to=bob, slug="of-bob")
    make_question("A draft?", status="draft", slug="draft")
    make_question("For all?", slug="for-all")
    found = json.loads(downloaded(alice_client, "json").content)["questions"]
    assert {question["slug"] for question in found} == {"mine", "for-all"}


def test_editor_exports_drafts_too(bob, edda_client):
    make_question("Of Bob?", private_to=bob, slug="of-bob")
    make_question("A draft?", status="draft", slug="draft")
    found = json.loads(downloaded(edda_client, "json").content)["questions"]
    assert [question["slug"] for question in found] == ["draft"]


@pytest.mark.parametrize("format", ExportFormat)
def test_interviewer_notes_of_the_bank_go_to_nobody_who_is_asked(format, alice_client):
    make_question(slug="layers", interviewer_notes="Watch for guessing.")
    assert "Watch for guessing." not in content_of(downloaded(alice_client, format).content)


def test_interviewer_notes_go_to_those_who_ask_and_stay_ones_own(
    alice, alice_client, ines_client, edda_client
):
    make_question(slug="layers", interviewer_notes="Watch for guessing.")
    make_question(slug="mine", private_to=alice, interviewer_notes="Ask Otto first.")
    for client in (ines_client, edda_client):
        assert "Watch for guessing." in downloaded(client, "json").text
    assert "Ask Otto first." in downloaded(alice_client, "json").text


def test_filter_of_the_bank_holds(alice, alice_client):
    make_question("Mine?", private_to=alice, slug="mine")
    make_question("For all?", slug="for-all", tags=("build",))
    for query, slugs in [("?whose=mine", ["mine"]), ("?tag=build", ["for-all"])]:
        assert "1 question, as you chose" in alice_client.get(EXPORT + query).content.decode()
        found = json.loads(downloaded(alice_client, "json", query).content)["questions"]
        assert [question["slug"] for question in found] == slugs


def test_unknown_format_is_refused(alice_client):
    make_question()
    assert downloaded(alice_client, "exe").status_code == 422


def test_nothing_to_export_is_told(alice_client):
    assert "No question fits" in alice_client.get(EXPORT).content.decode()
    assert downloaded(alice_client, "csv").status_code == 422


@pytest.mark.django_db
def test_visitor_logs_in_first(client):
    assert client.get(EXPORT).status_code == 302


# QTI


def test_qti_choice_says_what_is_right():
    options = (OptionText("80"), OptionText("443", is_correct=True, because="TLS"))
    document = QuestionDocument("https", "Which port?", kind=Kind.SINGLE, options=options)
    data, _lost = write_qti([document], render=render)
    item = items_of(data)["items/https.xml"]
    assert item.find(".//q:qti-correct-response/q:qti-value", NAMESPACES).text == "choice-2"
    choices = item.findall(".//q:qti-choice-interaction/q:qti-simple-choice", NAMESPACES)
    assert ["".join(choice.itertext()).strip() for choice in choices] == ["80", "443"]
    assert (
        item.find("q:qti-response-processing", NAMESPACES)
        .get("template")
        .endswith("match_correct.xml")
    )


def test_qti_open_question_is_scored_by_a_person_with_a_rubric():
    document = QuestionDocument("why", "Why?", answer="Because `x < y`.")
    data, _lost = write_qti([document], render=render)
    item = items_of(data)["items/why.xml"]
    assert item.find("q:qti-outcome-declaration", NAMESPACES).get("external-scored") == "human"
    rubric = item.find(".//q:qti-rubric-block", NAMESPACES)
    assert rubric.get("view") == "scorer"
    assert "Because x < y." in "".join(rubric.itertext())


def test_qti_order_is_the_solution():
    document = QuestionDocument("o", "Order?", kind=Kind.ORDERING, steps=("a", "b", "c"))
    data, _lost = write_qti([document], render=render)
    item = items_of(data)["items/o.xml"]
    assert item.find("q:qti-response-declaration", NAMESPACES).get("cardinality") == "ordered"
    values = item.findall(".//q:qti-value", NAMESPACES)
    assert [value.text for value in values] == ["choice-1", "choice-2", "choice-3"]


@settings(max_examples=60)
@given(st.lists(documents(), min_size=1, max_size=3, unique_by=lambda each: each.slug))
def test_qti_package_is_well_formed_and_names_each_file_once(written):
    data, _lost = write_qti(written, render=render)
    items = items_of(data)
    manifest = items.pop("imsmanifest.xml")
    named = [each.get("href") for each in manifest.iter() if each.tag.endswith("}resource")]
    assert named == list(items)
    assert all(item.get("title") is not None for item in items.values())


def test_export_of_the_same_questions_is_the_same_file():
    document = QuestionDocument("a", "What?", answer="That.", license="MIT")
    for format in ExportFormat:
        first = export([document], format=format, now=NOON)
        assert first.data
    assert export([document], format="markdown", now=NOON) == export(
        [document], format="markdown", now=NOON
    )


LOSING = QuestionDocument(
    "two-of-four",
    "Which?",
    kind=Kind.SINGLE,
    options=(OptionText("a", is_correct=True), OptionText("b")),
    key_points=(KeyPointText("One idea.", accept=("an idea",)),),
    interviewer_notes="Ask twice.",
    license="CC-BY-4.0",
    extra={"mood": "calm"},
)


@pytest.mark.parametrize(
    ("format", "parts"),
    [
        ("moodle-xml", ["key points", "interviewer notes", "the licence", "phrases", "keys"]),
        ("csv", ["interviewer notes", "the licence", "phrases", "further keys"]),
        ("gift", ["key points", "interviewer notes", "the licence", "phrases", "further keys"]),
        ("qti3", ["the licence", "phrases", "further keys"]),
    ],
)
def test_what_a_format_has_no_place_for_is_told(format, parts):
    [sentence] = export([LOSING], format=format, now=NOON).lost
    assert [part for part in parts if part not in sentence] == []


@pytest.mark.parametrize("format", ["moodle-xml", "csv", "gift", "qti3"])
def test_nothing_is_told_where_nothing_is_lost(format):
    plain = QuestionDocument("why", "Why?", answer="So.", extra={"moodle_name": "Q1"})
    assert export([plain], format=format, now=NOON).lost == ()


def test_essay_of_moodle_keeps_key_points_and_notes():
    essay = replace(LOSING, kind=Kind.OPEN, options=(), license="unknown", extra={})
    [sentence] = export([essay], format="moodle-xml", now=NOON).lost
    assert sentence == "two-of-four: Moodle XML has no place for phrases that also count."


def test_what_a_download_lacks_is_told_on_the_next_page(alice_client):
    for number in range(12):
        make_question(slug=f"layers-{number}", hints=("Think.",))
    assert downloaded(alice_client, "csv").status_code == 200
    page = alice_client.get("/bank/").content.decode()
    assert "12 questions are not whole in the file that you downloaded." in page
    assert "layers-0: The table has no place for hints" in page
    assert "and 2 more" in page
