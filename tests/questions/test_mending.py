"""Prompts that ask twice and words that are slips: mended by a click, and known again later."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from questions import importing
from questions.formats.document import Entry
from questions.importing import carry_out, decide, import_file, preview
from questions.mending import beginnings, can_be_split, halves
from questions.models import Import, Question, Spelling
from questions.planning import plan_of
from questions.revising import add_revision, document_of
from questions.spelling import MOST_WORDS, Slip, slips
from questions.wording import trigrams
from tests.factories import NOON, make_question
from tests.questions.reading import DATA
from tests.questions.workbooks import saved, workbook

ROW = "*" * 20
DOUBLE = "What is a volume? What is a bind mount?"
TWO = f"""Q. What is a volume? What is a bind mount?
{ROW}
A folder that Docker keeps.

Bind Mount:

A folder of the host.
{ROW}
Q. Why are layers shared?
{ROW}
They are read-only.
{ROW}
"""
SLIPS_OF_THE_SEED = {Slip("contianer", "container"), Slip("Dokcerfile", "Dockerfile")}
SLIP = f"Q. How does a contianer differ from an image?\n{ROW}\nIt runs.\n{ROW}\n"


def bring(client: Client, text: str = TWO, *, name: str = "notes.txt") -> Import:
    data = text if isinstance(text, bytes) else text.encode()
    client.post("/bank/import/", {"file": SimpleUploadedFile(name, data)})
    return Import.objects.latest("created_at")


def page_of(client: Client, file: Import) -> str:
    return client.get(reverse("questions:import_preview", args=[file.pk])).content.decode()


def press(client: Client, file: Import, **posted: str):
    """A button of the page as it is now."""
    page = client.get(reverse("questions:import_preview", args=[file.pk]))
    kept = page.context["file"]
    seen = {"sha256": kept.sha256, "mends": page.context["mends"]}
    url = reverse("questions:import_prompt", args=[file.pk])
    return client.post(url, {**seen, **posted}, follow=True)


def confirm(client: Client, file: Import):
    page = client.get(reverse("questions:import_preview", args=[file.pk]))
    lines = [planned.entry.key for planned in page.context["plan"].to_do]
    seen = {"sha256": page.context["file"].sha256, "mends": page.context["mends"]}
    url = reverse("questions:import_confirm", args=[file.pk])
    return client.post(url, {"line": lines, **seen}, follow=True)


def texts() -> list[tuple[str, str]]:
    questions = Question.objects.order_by("imported_line", "pk")
    return [
        (each.current_revision.prompt, "".join(a.text for a in each.current_revision.answers.all()))
        for each in questions
    ]


def bank_that_knows(*words: str) -> None:
    Spelling.objects.bulk_create(
        Spelling(word=word, trigram=part) for word in words for part in trigrams(word)
    )


# Splitting


def test_prompt_is_split_and_the_first_question_has_the_answer(alice_client):
    file = bring(alice_client)
    page = page_of(alice_client, file)
    assert "Split in two" in page
    assert "(it has none yet)" in page
    page = press(alice_client, file, split="1").content.decode()
    assert "3 questions found" in page
    assert "This question and the next stood in one prompt." in page
    assert "This prompt asks 2 questions" not in page
    confirm(alice_client, file)
    assert [prompt for prompt, _answer in texts()] == [
        "What is a volume?",
        "What is a bind mount?",
        "Why are layers shared?",
    ]
    assert "A folder of the host." in texts()[0][1]
    assert texts()[1][1] == ""


def test_second_answer_begins_where_somebody_says(alice_client):
    file = bring(alice_client)
    assert "“Bind Mount”" in page_of(alice_client, file)
    press(alice_client, file, split="1", **{"begin-1": "1"})
    confirm(alice_client, file)
    assert texts()[0][1] == "A folder that Docker keeps."
    assert texts()[1][1] == "#### Bind Mount\n\nA folder of the host."


def test_split_prompt_is_put_together_again(alice_client):
    file = bring(alice_client)
    press(alice_client, file, split="1")
    page = press(alice_client, file, join="1").content.decode()
    assert "2 questions found" in page
    assert "Split in two" in page
    confirm(alice_client, file)
    assert texts()[0][0] == "What is a volume? What is a bind mount?"


def test_halves_are_imported_one_by_one(alice_client):
    file = bring(alice_client)
    page = press(alice_client, file, split="1", **{"begin-1": "1"})
    keys = [planned.entry.key for planned in page.context["plan"].entries]
    seen = {"sha256": file.sha256, "mends": page.context["mends"]}
    url = reverse("questions:import_confirm", args=[file.pk])
    alice_client.post(url, {"line": [keys[1]], **seen})
    assert [prompt for prompt, _answer in texts()] == ["What is a bind mount?"]


def test_ticks_stay_as_they_are_when_something_is_mended(alice_client):
    file = bring(alice_client)
    page = press(alice_client, file, split="1", line="1").content.decode()
    ticks = re.findall(r'name="line" value="([0-9]+)"( checked)?', page)
    assert [bool(checked) for _key, checked in ticks] == [True, True, False]


def test_conflict_stays_ticked_when_something_is_mended(alice, alice_client):
    confirm(alice_client, bring(alice_client))
    layers = Question.objects.get(current_revision__prompt="Why are layers shared?")
    ours = replace(document_of(layers.current_revision), answer="Mine.")
    add_revision(layers, ours, author=alice, now=NOON)
    file = bring(alice_client, TWO.replace("They are read-only.", "Theirs."))
    line = next(each.entry.key for each in plan_of(file).conflicts)
    page = press(alice_client, file, split="1", replace=str(line)).content.decode()
    assert f'name="replace" value="{line}" checked' in page


def test_three_questions_are_split_twice(alice_client):
    file = bring(alice_client, f"Q. What is A? What is B? What is C?\n{ROW}\nLetters.\n{ROW}\n")
    page = press(alice_client, file, split="1")
    second = page.context["plan"].entries[1].entry
    page = press(alice_client, file, split=str(second.key))
    assert [each.entry.prompt[-2] for each in page.context["plan"].entries] == ["A", "B", "C"]
    page = press(alice_client, file, join=str(second.key))
    assert [each.entry.prompt for each in page.context["plan"].entries] == [
        "What is A?",
        "What is B? What is C?",
    ]


@pytest.mark.parametrize("chosen", ["", "1"])
def test_both_halves_are_known_again(alice_client, chosen):
    file = bring(alice_client)
    press(alice_client, file, split="1", **{"begin-1": chosen})
    confirm(alice_client, file)
    again = bring(alice_client)
    page = page_of(alice_client, again)
    assert "Nothing to import" in page
    assert "no longer in this file" not in page
    assert page.count('chip">unchanged') == 3


def test_changed_answer_reaches_its_half(alice_client):
    file = bring(alice_client)
    press(alice_client, file, split="1", **{"begin-1": "1"})
    confirm(alice_client, file)
    changed = TWO.replace("A folder of the host.", "A folder of the host, as it is.")
    file = bring(alice_client, f"Q. What came first?\n{ROW}\nThis.\n{ROW}\n{changed}")
    outcomes = [str(each.outcome) for each in plan_of(file).entries]
    assert outcomes == ["new", "unchanged", "changed", "unchanged"]


def test_split_made_before_can_be_put_together_in_the_next_version(alice_client):
    file = bring(alice_client)
    press(alice_client, file, split="1")
    confirm(alice_client, file)
    again = bring(alice_client)
    page = press(alice_client, again, join="1").content.decode()
    assert "2 questions are no longer in this file" in page
    confirm(alice_client, again)
    assert len(texts()) == 4
    latest = bring(alice_client)
    assert [str(each.outcome) for each in plan_of(latest).entries] == ["unchanged", "unchanged"]


def test_splits_are_remembered_from_the_terminal_too(alice, alice_client):
    file = bring(alice_client)
    press(alice_client, file, split="1")
    confirm(alice_client, file)
    done = import_file(TWO.encode(), name="other.txt", owner=alice, now=NOON)
    assert [str(each.outcome) for each in done.entries] == ["unchanged"] * 3


def test_splits_of_others_do_not_count(alice_client, bob):
    file = bring(alice_client)
    press(alice_client, file, split="1")
    confirm(alice_client, file)
    assert len(import_file(TWO.encode(), name="a.txt", owner=bob, now=NOON).entries) == 2


def test_row_of_a_spreadsheet_is_split(alice_client):
    rows = [["Question", "Answer"], ["What is A? What is B?", "One.\n\nTwo."]]
    file = bring(alice_client, saved(workbook({"Cards": rows})), name="a.xlsx")
    press(alice_client, file, split="2", **{"begin-2": "1"})
    confirm(alice_client, file)
    assert texts() == [("What is A?", "One."), ("What is B?", "Two.")]


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"split": ""},
        {"split": "9"},
        {"split": "x" * 5000},
        {"split": "7"},
        {"join": "1"},
        {"spell": "1:volume"},
        {"unspell": "1:volume"},
    ],
)
def test_what_the_page_does_not_offer_changes_nothing(alice_client, posted):
    file = bring(alice_client)
    assert press(alice_client, file, **posted).status_code == 200
    file.refresh_from_db()
    assert file.mends is None


@pytest.mark.parametrize("chosen", ["-1", "0", "99", "x", "1" * 5000])
def test_beginning_that_is_not_there_is_none(alice_client, chosen):
    file = bring(alice_client)
    page = press(alice_client, file, split="1", **{"begin-1": chosen})
    assert [each.document.answer == "" for each in page.context["plan"].entries] == [
        *(False, True, False)
    ]


def test_prompts_are_ones_own_and_as_one_sees_them(alice_client, bob_client, client):
    file = bring(alice_client)
    url = reverse("questions:import_prompt", args=[file.pk])
    assert client.post(url, {"split": "1"}).status_code == 302
    assert bob_client.post(url, {"split": "1", "sha256": file.sha256}).status_code == 404
    assert alice_client.get(url).status_code == 405
    press(alice_client, file, split="1")
    stale = {"join": "1", "sha256": file.sha256}
    assert "Look once more" in alice_client.post(url, stale, follow=True).content.decode()
    confirm_url = reverse("questions:import_confirm", args=[file.pk])
    page = alice_client.post(confirm_url, {"line": ["1"], "sha256": file.sha256}, follow=True)
    assert "Look once more" in page.content.decode()
    assert not Question.objects.exists()


def test_imported_file_is_not_decided_about(alice, alice_client):
    file = bring(alice_client)
    carry_out(file, now=NOON)
    press_url = reverse("questions:import_prompt", args=[file.pk])
    alice_client.post(press_url, {"split": "1", "sha256": file.sha256})
    assert not decide(file, lambda mends: mends.with_split("a", after=1))
    file.refresh_from_db()
    assert file.mends is None


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda file: decide(file, lambda mends: mends.with_split(DOUBLE, after=0)),
        lambda file: Import.objects.filter(pk=file.pk).update(data=b"Q. Why?", sha256="0" * 64),
    ],
)
def test_nothing_is_imported_that_was_changed_while_it_was_confirmed(
    alice_client, monkeypatch, meanwhile
):
    """By another tab, after the page of this one was compared and before the file was locked."""
    file = bring(alice_client)
    monkeypatch.setattr(importing, "lock_questions", lambda owner: meanwhile(file))
    page = confirm(alice_client, file).content.decode()
    assert "Look once more" in page
    assert not Question.objects.exists()
    file.refresh_from_db()
    assert file.confirmed_at is None


def test_file_stays_as_it_came(alice_client):
    file = bring(alice_client)
    press(alice_client, file, split="1")
    confirm(alice_client, file)
    file.refresh_from_db()
    assert bytes(file.data) == TWO.encode()


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("What is A? What is B?", ("What is A?", "What is B?")),
        ("“What is A?” And why?", ("“What is A?”", "And why?")),
        ("Really?? Why?", ("Really??", "Why?")),
        ("What does `a ? b : c` do? Why?", ("What does `a ? b : c` do?", "Why?")),
        ("What is A?B?", None),
        ("What is A? ?", None),
        ("What is A?", None),
        ("What is `a? b?`", None),
    ],
)
def test_prompt_is_split_behind_its_first_question_mark(prompt, found):
    assert halves(prompt) == found


@given(st.text("a?b` “”()\n"))
def test_no_sign_of_a_prompt_is_lost(prompt: str) -> None:
    pair = halves(prompt)
    assert (
        pair is None
        or "".join(pair).split() == "".join(prompt.split()).split()
        or ("".join("".join(pair).split()) == "".join(prompt.split()))
    )


def test_code_stays_whole_where_an_answer_is_split():
    entry = Entry("A? B?", "One.\n\n```\na\n\nb\n```\n\nTwo.", 1, 9)
    assert can_be_split(entry)
    assert beginnings(entry) == [(1, ""), (2, "Two.")]


def test_no_answer_begins_behind_a_heading_that_stays_with_the_other():
    entry = Entry("A? B?", "One.\n\n#### Two\n\nThree.\n\nFour.", 1, 9)
    assert beginnings(entry) == [(1, "Two"), (3, "Four.")]


# Spelling


def test_slip_is_told_and_changed_by_a_click(alice_client):
    bank_that_knows("container")
    file = bring(alice_client, SLIP)
    page = page_of(alice_client, file)
    assert "“contianer” is no word that is known here. Is it “container”?" in page
    assert "Change to “container”" in page
    page = press(alice_client, file, spell="1:contianer").content.decode()
    assert "How does a container differ" in page
    assert "Change it back" in page
    confirm(alice_client, file)
    assert texts()[0][0] == "How does a container differ from an image?"
    assert "Nothing to import" in page_of(alice_client, bring(alice_client, SLIP))


def test_slip_is_never_changed_in_silence(alice, alice_client):
    bank_that_knows("container")
    confirm(alice_client, bring(alice_client, SLIP))
    assert texts()[0][0] == "How does a contianer differ from an image?"
    page = page_of(alice_client, bring(alice_client, SLIP))
    assert "Nothing to import" in page
    assert "Change to" not in page


def test_changed_word_is_changed_back(alice_client):
    bank_that_knows("container")
    file = bring(alice_client, SLIP)
    press(alice_client, file, spell="1:contianer")
    page = press(alice_client, file, unspell="1:contianer").content.decode()
    assert "How does a contianer differ" in page
    assert "Change to “container”" in page


def test_word_is_changed_in_a_half_of_a_prompt(alice_client):
    bank_that_knows("container")
    text = SLIP.replace("an image?", "an image? What is a contianer?")
    file = bring(alice_client, text)
    page = press(alice_client, file, split="1")
    second = page.context["plan"].entries[1].entry.key
    press(alice_client, file, spell=f"{second}:contianer")
    confirm(alice_client, file)
    assert [prompt for prompt, _answer in texts()] == [
        "How does a contianer differ from an image?",
        "What is a container?",
    ]
    assert "Nothing to import" in page_of(alice_client, bring(alice_client, text))


def test_changed_word_does_not_hinder_splitting(alice_client):
    bank_that_knows("container")
    text = SLIP.replace("an image?", "an image? What runs?")
    file = bring(alice_client, text)
    press(alice_client, file, spell="1:contianer")
    press(alice_client, file, split="1")
    confirm(alice_client, file)
    assert [prompt for prompt, _answer in texts()] == [
        "How does a container differ from an image?",
        "What runs?",
    ]
    assert "Nothing to import" in page_of(alice_client, bring(alice_client, text))


def told_as_changed(page) -> list[tuple[int, str]]:
    """The part of a prompt, and what is told of it."""
    findings = page.context["plan"].findings
    return [(each.part, each.message) for each in findings if each.code == "I-SPELT"]


@pytest.mark.parametrize("order", [("spell", "split"), ("split", "spell")])
def test_half_tells_which_word_was_changed_in_it(alice_client, order):
    bank_that_knows("container")
    text = SLIP.replace("an image?", "an image? What is a container?")
    file = bring(alice_client, text)
    for name in order:
        page = press(alice_client, file, **{name: {"spell": "1:contianer", "split": "1"}[name]})
    assert told_as_changed(page) == [(1, "“contianer” was changed to “container”.")]


def test_word_that_was_changed_before_a_prompt_was_split_is_changed_back(alice_client):
    """In the whole prompt, where it was changed, and also from a half of a half."""
    bank_that_knows("container")
    text = f"Q. What runs? What is a contianer? Where is the contianer?\n{ROW}\nAll.\n{ROW}\n"
    file = bring(alice_client, text)
    press(alice_client, file, spell="1:contianer")
    page = press(alice_client, file, split="1")
    said = "“contianer” was changed to “container”."
    assert told_as_changed(page) == [(2, said)]
    page = press(alice_client, file, split=f"{page.context['plan'].entries[1].entry.key}")
    assert told_as_changed(page) == [(2, said), (3, said)]
    assert page.content.decode().count("Change it back") == 2
    third = page.context["plan"].entries[2].entry.key
    page = press(alice_client, file, unspell=f"{third}:contianer")
    assert told_as_changed(page) == []
    assert [planned.entry.prompt for planned in page.context["plan"].entries] == [
        "What runs?",
        "What is a contianer? Where is the contianer?",
    ]


def said(*prompts: str, owner=None, among=()) -> list[tuple[str, str]]:
    found = slips(prompts, among=among or prompts, owner=owner)
    return [tuple(slip) for each in found for slip in each]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prompt", "slip"),
    [
        ("What is a contianer?", ("contianer", "container")),
        ("What is in a Dokcerfile?", ("Dokcerfile", "Dockerfile")),
        ("Contianer or image?", ("Contianer", "Container")),
        ("Whose is the contianer's network?", ("contianer", "container")),
        ("What is a contaner?", ("contaner", "container")),
    ],
)
def test_slips_are_found(prompt, slip):
    bank_that_knows("container", "dockerfile")
    assert said(prompt) == [slip]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "prompt",
    [
        "What are containers?",
        "What does containerd do?",
        "What is `contianer`?",
        "What is contianer.io?",
        "What is /etc/contianer?",
        "What is contianer_name?",
        "What is contianer-x?",
        "What is contianer2?",
        "What is contianerID?",
        "What is CONTIANER?",
        "What is the image Contaner?",
        "What does serialize say?",
        "What is sharding?",
        "What is a signup?",
        "Which typos are there?",
        "What is a sidecars?",
        "What is cont?",
        "What is an imgae of a contianer? A contianer, a contianer!",
    ],
)
def test_forms_names_and_code_are_no_slips(prompt):
    bank_that_knows("container", "serialise", "sharing", "sidecar", "count", "sighup", "types")
    assert said(prompt) == []


@pytest.mark.django_db
def test_word_between_two_others_is_left_alone():
    bank_that_knows("staging", "stating")
    assert said("What is stazing?") == []


def test_words_of_other_people_are_not_given_away(alice, bob):
    rows = [Spelling(private_to=bob, word="zorblat", trigram=part) for part in trigrams("zorblat")]
    Spelling.objects.bulk_create(rows)
    assert said("What is zorbalt?", owner=alice) == []


@pytest.mark.django_db
def test_one_query_however_many_prompts(django_assert_num_queries):
    bank_that_knows("container")
    with django_assert_num_queries(1):
        assert len(said(*[f"What is the contianer {n}?" for n in range(2)])) == 2
    with django_assert_num_queries(0):
        assert said("What is a house?") == []
    many = [f"What is qz{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}xvw?" for n in range(600)]
    assert len(many) > MOST_WORDS
    with django_assert_num_queries(0):
        assert said(*many) == []


@pytest.mark.django_db
def test_no_sample_has_a_false_alarm(now):
    for number, prompt in enumerate(("What is a container?", "What is a Dockerfile?")):
        make_question(prompt, slug=f"q-{number}")
    for path in DATA.iterdir():
        file = preview(path.read_bytes(), name=path.name, owner=None, now=now)
        told = [each for each in plan_of(file).findings if each.code == "I-SPELLING"]
        found = {Slip(each.words, each.instead) for each in told}
        is_seed = path.name == "docker_notes.txt"
        assert found == (SLIPS_OF_THE_SEED if is_seed else set())


def test_preview_costs_the_same_queries_for_many_splits(alice_client):
    counts = []
    for count in (1, 9):
        text = "".join(f"Q. What is {n}? Why {n}?\n{ROW}\nN.\n\nM.\n{ROW}\n" for n in range(count))
        file = bring(alice_client, text, name=f"{count}.txt")
        press(alice_client, file, split="1")
        with CaptureQueriesContext(connection) as queries:
            page_of(alice_client, file)
        counts.append(len(queries))
    assert counts[0] == counts[1]
