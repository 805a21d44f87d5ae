"""Words as the search compares them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions import wording
from questions.wording import Wanted

WORDS = st.text("abcdes", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What is a Volume?", ["volume"]),
        ("Café, NAÏVE", ["cafe", "naive"]),
        ("C++ or C# or c", ["cpp", "csharp", "c"]),
        ("multi-stage, read_only", ["multi", "stage", "read", "only"]),
        ('\' OR "1"* AND -x:*', ["1", "x"]),
    ],
)
def test_text_becomes_plain_words(text, words):
    assert wording.words_of(text) == words


@pytest.mark.parametrize(
    ("word", "singular"),
    [
        ("volumes", "volume"),
        ("policies", "policy"),
        ("processes", "process"),
        ("indexes", "index"),
        ("redis", "redis"),
        ("status", "status"),
        ("class", "class"),
        ("aws", "aws"),
    ],
)
def test_only_plain_plurals_lose_their_ending(word, singular):
    assert wording.stem(word) == singular


def test_each_word_is_indexed_in_its_best_part():
    parts = ("Which volume?", "volume storage", "A volume stays", "Storage of hosts")
    assert wording.indexed(parts) == "1volume 2storage 3stays 3stay 4hosts 4host"


def test_prompt_keeps_its_order_and_repeated_words():
    assert wording.indexed(("Load the load", "", "", "")) == "1load 1load"


def test_compound_is_indexed_together_too_after_the_words_it_is_made_of():
    parts = (
        "What is a multi-stage build?",
        "",
        "Multi\N{NON-BREAKING HYPHEN}stage - fine",
        "x-ray",
    )
    together = "1multi 1stage 1build 1multistage 3fine 4x 4ray 4xray"
    assert wording.indexed(parts) == together


def test_compound_is_marked_whole_or_in_part():
    def found(word: str) -> list[str]:
        pieces = wording.marked("A multi-stage build", (word,))
        return [text for text, is_found in pieces if is_found]

    assert found("multist") == ["multi-stage"]
    assert found("stage") == ["stage"]


@given(st.text(st.sampled_from("ab-#+ é"), max_size=20))
def test_marking_loses_no_letter(text):
    assert "".join(piece for piece, _is_found in wording.marked(text, ("a", "ab"))) == text


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("docker", "dokcer", 1), ("docker", "doker", 1), ("abcd", "abcd", 0), ("", "abc", 3)],
)
def test_distance_counts_a_swap_as_one(one, other, apart):
    assert wording.distance(one, other) == wording.distance(other, one) == apart


@given(WORDS, WORDS)
def test_distance_is_the_same_both_ways_and_zero_only_for_the_same(one, other):
    apart = wording.distance(one, other)
    assert apart == wording.distance(other, one)
    assert (apart == 0) == (one == other)


@given(one=WORDS, other=WORDS, most=st.integers(0, 4))
def test_distance_is_exact_as_far_as_it_is_asked_for(one, other, most):
    apart, told = wording.distance(one, other), wording.distance(one, other, most=most)
    assert told == apart if apart <= most else told > most


def test_short_words_and_numbers_are_taken_as_they_are():
    assert wording.nearest("pod", ["pid", "pods"]) == []
    assert wording.nearest("5432", ["5431"]) == []
    assert wording.nearest("kubernets", ["kubernetes", "kubelet"]) == ["kubernetes"]


def test_both_engines_are_asked_the_same():
    wanted = Wanted(("pods", "c"), deepest=1)
    assert wanted.for_sqlite == '("1pod" OR "1pods"*) AND ("1c")'
    assert wanted.for_postgresql == "('1pod' | '5pods') & ('1c')"
    deeper = Wanted(("volume", "pods"), deepest=4, whole=1, marks=(("0mid", "0junior"),))
    assert deeper.for_postgresql == "('0mid' | '0junior') & ('4volume') & ('4pod' | '4pods':*)"
    assert Wanted(("multithreaded",), deepest=1).for_postgresql == "('1multithreaded':*)"


def test_found_words_are_marked_in_the_text_as_written():
    pieces = list(wording.marked("Volumes and Café volumetric", ("volume", "cafe")))
    assert [text for text, is_found in pieces if is_found] == ["Volumes", "Café", "volumetric"]
    assert "".join(text for text, _is_found in pieces) == "Volumes and Café volumetric"
