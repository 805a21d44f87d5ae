"""Bringing notes in: look, mend, import."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from questions.formats.anki import write_apkg
from questions.formats.document import KeyPointText, QuestionDocument
from questions.formats.files import read_file
from questions.formats.markdown import write_question
from questions.mending import Mends, mended
from questions.models import AcceptPhrase, Import, KeyPoint, Question
from questions.rendering import render
from questions.revising import add_revision, create_question, document_of
from tests import factories
from tests.factories import NOON
from tests.questions.documents import CHANGED, OTHER, WHOLE

START = "/bank/import/"
SEED = (Path(__file__).parent / "data" / "docker_notes.txt").read_bytes()
ROW = "*" * 20
NOTES = f"Q. What is one?\n{ROW}\nThe first.\n{ROW}\nQ. What is two?\n{ROW}\nThe second.\n{ROW}\n"


def bring(client: Client, data: bytes = SEED, *, name: str = "docker_notes.txt") -> Import:
    client.post(START, {"file": SimpleUploadedFile(name, data)})
    return Import.objects.latest("created_at")


def preview_url(file: Import) -> str:
    return reverse("questions:import_preview", args=[file.pk])


def confirm(
    client: Client, file: Import, *, lines: list[int] | None = None, replacing: Sequence[int] = ()
):
    page = client.get(preview_url(file))
    plan, mends = page.context["plan"], page.context["mends"]
    chosen = [planned.entry.line for planned in plan.to_do] if lines is None else lines
    file.refresh_from_db()
    url = reverse("questions:import_confirm", args=[file.pk])
    seen = {"sha256": file.sha256, "mends": mends}
    return client.post(url, {"line": chosen, "replace": replacing, **seen}, follow=True)


def test_notes_are_shown_before_anything_is_imported(alice_client):
    file = bring(alice_client)
    page = alice_client.get(preview_url(file)).content.decode()
    assert "6 questions found" in page
    assert "what is the difference between ADD and COPY in Dokcerfile?" in page
    assert "Line 48" in page
    assert not Question.objects.exists()


def test_confirming_imports_private_drafts_to_practise(alice, alice_client):
    response = confirm(alice_client, bring(alice_client))
    page = response.content.decode()
    assert "6 questions imported." in page
    assert "Practise 6 questions" in page
    assert "?tag=from-docker-notes" in page
    own = Question.objects.filter(private_to=alice, status="draft", tags__slug="from-docker-notes")
    assert own.count() == 6


def test_double_click_imports_once(alice_client):
    file = bring(alice_client)
    plan = alice_client.get(preview_url(file)).context["plan"]
    data = {"line": [p.entry.line for p in plan.entries], "sha256": file.sha256}
    for _time in range(2):
        alice_client.post(reverse("questions:import_confirm", args=[file.pk]), data)
    assert Question.objects.count() == 6


def test_same_file_again_says_that_nothing_changed(alice_client):
    confirm(alice_client, bring(alice_client))
    page = alice_client.get(preview_url(bring(alice_client))).content.decode()
    assert "Nothing to import" in page
    assert "Import what is ticked" not in page


def test_what_is_not_ticked_stays_out(alice_client):
    file = bring(alice_client, NOTES.encode())
    confirm(alice_client, file, lines=[5])
    assert Question.objects.get().current_revision.prompt == "What is two?"


def test_nothing_ticked_imports_nothing(alice_client):
    file = bring(alice_client, NOTES.encode())
    assert "Nothing is ticked" in confirm(alice_client, file, lines=[]).content.decode()
    file.refresh_from_db()
    assert file.confirmed_at is None


def test_changed_answer_is_shown_and_updated(alice_client):
    confirm(alice_client, bring(alice_client, NOTES.encode()))
    file = bring(alice_client, NOTES.replace("The first.", "The very first.").encode())
    page = alice_client.get(preview_url(file)).content.decode()
    assert "The<ins> very</ins> first." in page
    assert "1 question updated." in confirm(alice_client, file).content.decode()


def test_conflict_keeps_ours_and_shows_both(alice_client):
    confirm(alice_client, bring(alice_client, NOTES.encode()))
    question = Question.objects.order_by("imported_line").first()
    rows = {
        f"{p}-{n}_FORMS": 0
        for p in ("points", "options", "references")
        for n in ("TOTAL", "INITIAL")
    }
    data = {"kind": "open", "prompt": "What is one?", "answer": "Ours.", "based_on": 1, **rows}
    alice_client.post(reverse("questions:edit", args=[question.slug]), data)
    file = bring(alice_client, NOTES.replace("The first.", "Theirs.").encode())
    page = alice_client.get(preview_url(file)).content.decode()
    assert "yours stays" in page
    assert "<del>Ours</del><ins>Theirs</ins>." in page
    question.refresh_from_db()
    assert document_of(question.current_revision).answer == "Ours."


def test_text_is_mended_and_read_again(alice_client):
    file = bring(alice_client, NOTES.encode())
    mended = NOTES.replace("What is two?", "What is twenty?").replace("\n", "\r\n")
    alice_client.post(preview_url(file), {"text": mended, "format": "notes"})
    page = alice_client.get(preview_url(file)).content.decode()
    assert "What is twenty?" in page
    file.refresh_from_db()
    assert b"\r" not in bytes(file.data)


FOOTNOTED = """Q. What is isolation?
*****
Containers give isolation89. They share the kernel, as every container12 does, and isolation90.
"""


def press_number(client: Client, file: Import, **posted: str):
    page = client.get(preview_url(file))
    seen = {"sha256": file.sha256, "mends": page.context.get("mends", "")}
    url = reverse("questions:import_prompt", args=[file.pk])
    return client.post(url, {**seen, **posted}, follow=True)


def test_number_of_a_footnote_goes_by_one_click_and_nothing_else(alice_client):
    file = bring(alice_client, FOOTNOTED.encode())
    page = alice_client.get(preview_url(file)).content.decode()
    assert 'name="shorten" value="1:isolation89"' in page
    response = press_number(alice_client, file, shorten="1:isolation89")
    page = response.content.decode()
    assert "The number behind “isolation” was removed." in page
    assert 'name="shorten" value="1:isolation90"' in page
    answer = response.context["plan"].entries[0].document.answer
    assert answer == FOOTNOTED.splitlines()[2].replace("isolation89", "isolation")
    assert confirm(alice_client, file, lines=[1]).status_code == 200
    assert "isolation. They" in document_of(Question.objects.get().current_revision).answer
    file.refresh_from_db()
    assert bytes(file.data).decode() == FOOTNOTED


def test_number_of_a_footnote_comes_back_by_another_click(alice_client):
    file = bring(alice_client, FOOTNOTED.encode())
    page = press_number(alice_client, file, shorten="1:isolation89").content.decode()
    assert 'name="lengthen" value="1:isolation89"' in page
    page = press_number(alice_client, file, lengthen="1:isolation89").content.decode()
    assert 'name="shorten" value="1:isolation89"' in page


def test_number_that_was_removed_is_no_change_of_the_same_notes(alice_client):
    file = bring(alice_client, FOOTNOTED.encode())
    press_number(alice_client, file, shorten="1:isolation89")
    confirm(alice_client, file, lines=[1])
    again = bring(alice_client, FOOTNOTED.encode())
    page = alice_client.get(preview_url(again))
    assert [each.outcome for each in page.context["plan"].entries] == ["unchanged"]
    assert b"The number behind \xe2\x80\x9cisolation\xe2\x80\x9d was removed." in page.content


def test_numbers_go_from_the_answers_of_real_notes_as_from_their_text():
    reading = read_file(SEED)[1]
    told = [found for found in reading.findings if found.code == "W-FOOTNOTE"]
    assert len(told) == 2
    lines = SEED.decode().split("\n")
    mends = Mends()
    for found in told:
        lines[found.line - 1] = lines[found.line - 1].replace(found.words, found.instead)
        entry = next(e for e in reading.entries if e.line <= found.line <= e.end_line)
        mends = mends.with_number(entry.prompt, found.words, instead=found.instead)
    clean = read_file("\n".join(lines).encode())[1]
    assert mended(reading, Mends.from_json(mends.as_json)).entries == clean.entries


def test_numbers_of_ten_thousand_questions_that_ask_the_same_take_no_longer():
    asked = "Q. Why?\n*****\nThey give isolation89.\n*****\n"
    reading = read_file(asked.encode() * 10_000)[1]
    mends = Mends().with_number("Why?", "isolation89", instead="isolation")
    begun = process_time()
    entries = mended(reading, mends).entries
    assert process_time() - begun < 2
    assert {entry.answer for entry in entries} == {"They give isolation."}


def test_number_in_code_stays_and_both_halves_of_a_prompt_keep_what_was_decided(alice_client):
    text = (
        f"Q. What is one? What is two?\n{ROW}\nThey give isolation89.\n\n```\nisolation89\n```\n\n"
        f"And isolation89. So it is.\n{ROW}\n"
    )
    file = bring(alice_client, text.encode())
    press_number(alice_client, file, split="1", **{"begin-1": "2"})
    page = press_number(alice_client, file, shorten="1:isolation89")
    answers = [each.document.answer for each in page.context["plan"].entries]
    assert answers == ["They give isolation.\n\n```\nisolation89\n```", "And isolation. So it is."]


def test_number_far_into_a_line_is_shown_with_the_words_around_it(alice_client):
    text = f"Q. What is it?\n{ROW}\n{'So it is said. ' * 30}They give isolation89. Indeed.\n"
    page = alice_client.get(preview_url(bring(alice_client, text.encode()))).content.decode()
    assert re.search("<q>….*They give isolation89. Indeed.</q>", page)


@pytest.mark.parametrize(
    "found", ["", "1:", "1:kernel", "3:isolation89", "99:a", "9" * 5000, "1:container12"]
)
@pytest.mark.parametrize("name", ["shorten", "lengthen"])
def test_footnote_that_is_not_there_changes_nothing(alice_client, name, found):
    file = bring(alice_client, FOOTNOTED.encode())
    assert press_number(alice_client, file, **{name: found}).status_code == 200
    file.refresh_from_db()
    assert file.mends is None
    assert bytes(file.data).decode() == FOOTNOTED


def test_footnotes_are_ones_own_and_of_the_text_one_sees(alice_client, bob_client):
    file = bring(alice_client, FOOTNOTED.encode())
    number = "1:isolation89"
    assert press_number(bob_client, file, shorten=number).status_code == 404
    page = press_number(alice_client, file, shorten=number, sha256="0" * 64).content.decode()
    assert "Look once more" in page
    confirm(alice_client, file, lines=[1])
    press_number(alice_client, file, shorten=number)
    file.refresh_from_db()
    assert file.mends is None


def test_text_mended_beyond_reading_is_kept_in_the_form(alice_client):
    file = bring(alice_client, NOTES.encode())
    response = alice_client.post(preview_url(file), {"text": "no questions", "format": "notes"})
    assert response.status_code == 422
    assert "no questions" in response.content.decode()
    file.refresh_from_db()
    assert bytes(file.data) == NOTES.encode()


def test_text_mended_in_another_tab_is_looked_at_first(alice_client):
    file = bring(alice_client, NOTES.encode())
    url = reverse("questions:import_confirm", args=[file.pk])
    response = alice_client.post(url, {"line": [1], "sha256": "0" * 64}, follow=True)
    assert "Look once more" in response.content.decode()
    assert not Question.objects.exists()


def test_lines_before_the_first_question_are_shown(alice_client):
    file = bring(alice_client, f"My Docker notes\n\n{NOTES}".encode())
    page = alice_client.get(preview_url(file)).content.decode()
    assert "My Docker notes" in page.split("2 questions found")[0]


def test_pasted_notes_are_read_too(alice_client):
    response = alice_client.post(START, {"text": NOTES.replace("\n", "\r\n")}, follow=True)
    assert "2 questions found" in response.content.decode()


def test_two_pastes_of_one_hour_are_practised_apart(alice_client):
    for minute, text in ((0, NOTES), (1, NOTES.replace("is", "was"))):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            alice_client.post(START, {"text": text})
            confirm(alice_client, Import.objects.latest("created_at"))
    tags = Question.objects.values_list("tags__slug", flat=True)
    assert sorted(set(tags)) == [
        "from-pasted-2026-11-23-12-00-00",
        "from-pasted-2026-11-23-12-01-00",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "submitted file is empty"),
        (b"just words", "No question was found"),
        (b"Q. A?\n\0", "does not look like a text file"),
        (b"\x81\x8d", "neither UTF-8 nor Windows"),
        (b"Q. x?\n" + b"x" * 2_097_152, "larger than 2 MB"),
    ],
)
def test_bad_file_is_refused_with_what_to_do(alice_client, data, said):
    response = alice_client.post(START, {"file": SimpleUploadedFile("notes.txt", data)})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Import.objects.exists()


def test_nothing_at_all_is_asked_for(alice_client):
    response = alice_client.post(START, {})
    assert response.status_code == 422
    assert "Choose a file, or paste your notes." in response.content.decode()


def test_question_file_with_mistakes_shows_them_and_imports_nothing(alice_client):
    text = "---\nid: one\nkind: open\n---\n\n# What is one?\n\n## Key point\n\n- [3] x\n"
    file = bring(alice_client, text.encode(), name="one.md")
    page = alice_client.get(preview_url(file)).content.decode()
    assert "Line 8" in page
    assert "Import what is ticked" not in page


def test_scripts_in_notes_are_harmless(alice_client):
    text = f"Q. <script>alert(1)</script>?\n{ROW}\n<img src=x onerror=alert(2)>\n[x](javascript:alert(3))\n"
    file = bring(alice_client, text.encode(), name="<b>notes.txt")
    pages = [alice_client.get(preview_url(file)), confirm(alice_client, file)]
    pages.append(
        alice_client.get(reverse("questions:question", args=[Question.objects.get().slug]))
    )
    for response in pages:
        page = response.content.decode()
        for text in ("<script>alert", "<img src=x", 'href="javascript', "<b>notes"):
            assert text not in page
        assert "unsafe-inline" not in response["Content-Security-Policy"]


def test_preview_is_its_owners_alone(client, alice_client, bob_client, ines_client, edda_client):
    file = bring(alice_client)
    urls = [preview_url(file), reverse("questions:import_confirm", args=[file.pk])]
    for url in urls:
        assert client.post(url).status_code == 302
        for stranger in (bob_client, ines_client, edda_client):
            assert stranger.post(url, {"sha256": file.sha256}).status_code == 404
    for stranger in (bob_client, ines_client, edda_client):
        assert stranger.get(urls[0]).status_code == 404
    assert not Question.objects.exists()


def test_preview_costs_the_same_queries_for_many_questions(
    alice_client, django_assert_max_num_queries
):
    file = bring(alice_client, NOTES.encode())
    with django_assert_max_num_queries(8) as few:
        alice_client.get(preview_url(file))
    most = len(few)
    many = "".join(f"Q. What is {n}?\n{ROW}\nText {n}.\n{ROW}\n" for n in range(120))
    file = bring(alice_client, many.encode())
    with django_assert_max_num_queries(most):
        alice_client.get(preview_url(file))


def test_page_opens_without_complaint(alice_client):
    response = alice_client.get(START)
    assert response.status_code == 200
    assert "Something needs another look" not in response.content.decode()


# Other formats, and the next version of the same notes

TABLE = b"Question,Answer\nWhat is one?,The first.\nWhat is two?,The second.\n"
QUIZ = b"Which port?\nA. 80\nB. 443\nANSWER: B\n"


def page_of(client: Client, file: Import) -> str:
    return client.get(preview_url(file)).content.decode()


def test_options_and_kind_are_shown_before_importing(alice_client):
    page = page_of(alice_client, bring(alice_client, QUIZ, name="quiz.txt"))
    assert "Single choice" in page
    assert "443" in page


def test_file_picker_names_and_accepts_every_format(alice_client):
    page = alice_client.get(START).content.decode()
    for word in (".apkg", ".gift", ".csv", "Moodle XML", "Aiken", "Anki deck"):
        assert word in page


def test_formats_are_offered_with_their_counts(alice_client):
    page = page_of(alice_client, bring(alice_client, TABLE, name="table.csv"))
    assert "A table (CSV, TSV, Anki’s text export) (2)" in page
    assert "GIFT<" in page


def test_anki_deck_is_imported_and_its_text_is_not_for_mending(alice, alice_client):
    document = QuestionDocument(slug="", prompt="What is one?", answer="The first.")
    data, _lost = write_apkg([document], render=render, now=NOON)
    file = bring(alice_client, data, name="deck.apkg")
    assert "Mend the text" not in page_of(alice_client, file)
    confirm(alice_client, file)
    assert alice.private_questions.get().current_revision.prompt == "What is one?"


def test_damaged_archive_is_refused_with_a_reason(alice_client):
    response = alice_client.post(START, {"file": SimpleUploadedFile("a.apkg", b"PK\x03\x04 x")})
    assert response.status_code == 422
    assert "This archive is damaged" in response.content.decode()
    assert not Import.objects.exists()


def test_mended_prompt_may_continue_its_question(alice, alice_client):
    confirm(alice_client, bring(alice_client, NOTES.encode()))
    two = Question.objects.get(current_revision__prompt="What is two?")
    file = bring(alice_client, NOTES.replace("What is two?", "What is number two?").encode())
    page = page_of(alice_client, file)
    assert "Is this its new text?" in page
    assert "What is <ins>number </ins>two?" in page
    data = {"line": [5], "same-5": two.slug, "sha256": file.sha256}
    alice_client.post(reverse("questions:import_confirm", args=[file.pk]), data)
    two.refresh_from_db()
    assert two.current_revision.prompt == "What is number two?"
    assert Question.objects.count() == 2


def test_conflict_is_replaced_when_ticked(alice, alice_client, now):
    confirm(alice_client, bring(alice_client, NOTES.encode()))
    two = Question.objects.get(current_revision__prompt="What is two?")
    ours = replace(document_of(two.current_revision), answer="Mine.")
    add_revision(two, ours, author=alice, now=now)
    file = bring(alice_client, NOTES.replace("The second.", "Theirs.").encode())
    page = page_of(alice_client, file)
    assert "Replace what is here: What is two?" in page
    assert "<del>Mine</del><ins>Theirs</ins>." in page
    confirm(alice_client, file, lines=[], replacing=[5])
    two.refresh_from_db()
    assert document_of(two.current_revision).answer == "Theirs."


def test_every_part_is_shown_and_what_would_change_of_it(edda_client, now):
    create_question(WHOLE, owner=None, private_to=None, now=now)
    changed = write_question(CHANGED).encode()
    page = page_of(edda_client, bring_into_bank(edda_client, changed, name="layers.md"))
    for told in (
        "[<del>3</del><ins>1</ins>] It is kept read-only",
        "What is <del>kept</del><ins>thrown away</ins>?",
        "https://<del>docs</del><ins>evil</ins>.example.org/layers",
        "Why<ins> so</ins>?",
        "<del>one</del>",
        "<ins>MIT</ins>",
    ):
        assert told in page
    assert "    ≈ nobody writes to it" in page
    other = write_question(OTHER).encode()
    new = page_of(edda_client, bring_into_bank(edda_client, other, name="volumes.md"))
    for part in ("Key points", "Hints", "Follow-ups", "References", "https://docs.example.org"):
        assert part in new


def test_difference_is_to_the_text_that_would_stand_here(alice, alice_client, now):
    confirm(alice_client, bring(alice_client, NOTES.encode()))
    two = Question.objects.get(current_revision__prompt="What is two?")
    points = (KeyPointText("A number"),)
    ours = replace(document_of(two.current_revision), answer="Mine.", key_points=points)
    add_revision(two, ours, author=alice, now=now)
    point = KeyPoint.objects.get()
    AcceptPhrase.objects.create(key_point=point, text="count", added_by=alice)
    file = bring(alice_client, NOTES.replace("The second.", "Theirs.").encode())
    row = alice_client.get(preview_url(file)).context["rows"][1]
    assert [name for name, _difference in row.changes] == ["Model answer"]


def test_preview_costs_the_same_queries_for_many_changes(alice_client):
    many = "".join(f"Q. What is {n}?\n{ROW}\nNumber {n}.\n{ROW}\n" for n in range(9))
    counts = []
    for notes in (NOTES, many):
        confirm(alice_client, bring(alice_client, notes.encode(), name=f"{len(notes)}.txt"))
        changed = notes.replace(f"\n{ROW}\nQ", f" Indeed.\n{ROW}\nQ").encode()
        file = bring(alice_client, changed, name=f"{len(notes)}.txt")
        with CaptureQueriesContext(connection) as queries:
            alice_client.get(preview_url(file))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Into the bank


def bring_into_bank(client: Client, data: bytes = NOTES.encode(), *, name: str = "two.txt"):
    client.post(START, {"file": SimpleUploadedFile(name, data), "into": "bank"})
    return Import.objects.latest("created_at")


def test_editor_imports_into_the_bank_as_drafts(edda, edda_client, alice):
    file = bring_into_bank(edda_client)
    assert "It goes into the bank" in edda_client.get(preview_url(file)).content.decode()
    page = confirm(edda_client, file).content.decode()
    assert "2 questions came from two.txt" in page
    assert "Go to the drafts" in page
    for question in Question.objects.all():
        assert (question.private_to, question.status, question.owner) == (None, "draft", edda)
        assert not question.tags.exists()
    assert not Question.objects.visible_to(alice).exists()


def test_editor_chooses_where_notes_go(edda, edda_client):
    form = edda_client.get(f"{START}?into=bank").context["form"]
    assert form["into"].value() == "bank"
    edda_client.post(START, {"text": NOTES, "into": "mine"})
    confirm(edda_client, Import.objects.latest("created_at"))
    assert set(Question.objects.values_list("private_to", flat=True)) == {edda.pk}


def test_imports_of_the_bank_lead_back_to_the_bank(edda_client, alice_client):
    file = bring_into_bank(edda_client)
    before = edda_client.get(preview_url(file)).content.decode()
    after = confirm(edda_client, file).content.decode()
    for page in (before, after):
        assert "Questions of the bank" in page
        assert ">My questions</a>" not in page
    own = alice_client.get(preview_url(bring(alice_client))).content.decode()
    assert "Questions of the bank" not in own


def test_page_of_the_bank_is_no_page_of_ones_own_notes(edda_client, alice_client):
    page = edda_client.get(f"{START}?into=bank").content.decode()
    assert "<title>Import into the bank" in page
    assert "<h1>Import into the bank</h1>" in page
    assert page.count('/admin/questions/question/"') == 2  # above and to cancel
    for client, url in ((edda_client, START), (alice_client, f"{START}?into=bank")):
        assert "<h1>Bring your notes</h1>" in client.get(url).content.decode()


def test_nobody_else_imports_into_the_bank(alice, alice_client):
    assert 'name="into"' not in alice_client.get(f"{START}?into=bank").content.decode()
    confirm(alice_client, bring_into_bank(alice_client))
    assert set(Question.objects.values_list("private_to", flat=True)) == {alice.pk}


def test_file_can_be_had_again_as_it_came(alice_client, bob_client, edda_client, client):
    data = b"\xef\xbb\xbfQ. What is a pod?\r\n*****\r\nContainers that share a network.\r\n"
    own = bring(alice_client, data, name="pods “1”.txt")
    url = reverse("questions:import_file", args=[own.pk])
    assert url in confirm(alice_client, own).content.decode()
    response = alice_client.get(url)
    assert response.content == data
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert [other.get(url).status_code for other in (bob_client, edda_client)] == [404, 404]
    assert client.get(url).status_code == 302
    shared = reverse("questions:import_file", args=[bring_into_bank(edda_client, data).pk])
    assert edda_client.get(shared).content == data
    assert alice_client.get(shared).status_code == 404


def test_import_leads_to_its_questions(alice_client, edda_client):
    own = bring(alice_client, NOTES.encode(), name="two.txt")
    assert "/bank/mine/?tag=from-two" in confirm(alice_client, own).content.decode()
    shared = bring_into_bank(edda_client)
    factories.make_question("Another one?")
    link = f"/admin/questions/question/?imported_from={shared.pk}"
    assert link in confirm(edda_client, shared).content.decode()
    listed = edda_client.get(link)
    assert listed.context["cl"].result_count == 2
    page = edda_client.get(f"/admin/questions/import/{shared.pk}/change/").content.decode()
    assert link in page
    assert reverse("questions:import_file", args=[shared.pk]) in page


def test_files_of_the_bank_are_open_to_editors_only(edda_client, alice_client):
    file = bring_into_bank(edda_client)
    assert alice_client.get(preview_url(file)).status_code == 404
    url = reverse("questions:import_confirm", args=[file.pk])
    assert alice_client.post(url, {"sha256": file.sha256}).status_code == 404
    assert not Question.objects.exists()
