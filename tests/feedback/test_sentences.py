"""Where the sentences of a typed answer are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.sentences import FENCE, LONG_SENTENCE, sentences_of

WRAPPED = "A line that an editor wrapped since it had become rather long\nfor the window. Next."


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("...", []),
        ("one", ["one"]),
        ("First. Second! Third? fourth", ["First.", "Second!", "Third?", "fourth"]),
        ("one thing; another", ["one thing;", "another"]),
        ("Use a tool, e.g. tar. It unpacks.", ["Use a tool, e.g. tar.", "It unpacks."]),
        ("Files etc. are copied. Done", ["Files etc. are copied.", "Done"]),
        ("Use 1.2.3 of Node.js here. End", ["Use 1.2.3 of Node.js here.", "End"]),
        ("See https://a.example/b.c?d=1. End", ["See https://a.example/b.c?d=1.", "End"]),
        ("Run `a. b! c` first. End", ["Run `a. b! c` first.", "End"]),
        ("- one\n* two\n1. three\n2) four", ["one", "two", "three", "four"]),
        ("image is static\ncontainer runs", ["image is static", "container runs"]),
        (WRAPPED, [WRAPPED[:-6], "Next."]),
        (
            "Before:\n```sh\nrun -p 80:80\nps\n```\nAfter",
            ["Before:", "run -p 80:80", "ps", "After"],
        ),
        ("容器共享内核。虚拟机不共享。", ["容器共享内核。", "虚拟机不共享。"]),
        ('He said "stop." Then left', ['He said "stop."', "Then left"]),
    ],
)
def test_answer_is_cut_where_a_reader_would_cut_it(text: str, sentences: list[str]) -> None:
    assert [sentence.of(text) for sentence in sentences_of(text)] == sentences


def test_endless_sentence_is_read_in_parts_cut_at_conjunctions() -> None:
    text = (
        "images are built from layers that are stacked one by one on each other over the years " * 2
    )
    text += "and " + "containers run them " * 10
    parts = [sentence.of(text) for sentence in sentences_of(text)]
    assert parts[1].startswith("and containers")
    assert all(len(part.split()) <= LONG_SENTENCE for part in parts)


@given(st.text(alphabet="ab .!?;\n-`*1)#e.g,é容") | st.text())
def test_sentences_are_in_order_and_leave_no_letter_out(text: str) -> None:
    sentences = sentences_of(text)
    places = [place for sentence in sentences for place in (sentence.start, sentence.end)]
    assert places == sorted(places)
    assert all(0 <= sentence.start < sentence.end <= len(text) for sentence in sentences)
    covered = {at for sentence in sentences for at in range(sentence.start, sentence.end)}
    at = 0
    for line in text.splitlines(keepends=True):
        if not FENCE.match(line):
            letters = [at + place for place, letter in enumerate(line) if letter.isalpha()]
            assert covered.issuperset(letters)
        at += len(line)
