"""Words and their pieces, as BERT's own tokenizer cuts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.words import token_ids, words_of


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [101, 102]),
        ("Hello, World!", [101, 7592, 1010, 2088, 999, 102]),
        ("unaffable", [101, 14477, 20961, 3468, 102]),
        ("naïve café", [101, 15743, 7668, 102]),
        ("don't", [101, 2123, 1005, 1056, 102]),
        ("容器 and", [101, 100, 100, 1998, 102]),
        ("x" * 101, [101, 100, 102]),
        ("a\u200bb\x00c\td", [101, 5925, 1040, 102]),
        ("v1.2", [101, 1058, 2487, 1012, 1016, 102]),
    ],
)
def test_text_becomes_the_pieces_that_the_reference_gives(text: str, ids: list[int]) -> None:
    assert list(token_ids(text)) == ids


def test_word_knows_where_it_stands_in_the_text() -> None:
    text = "The CAFÉ's naïve e\u0301tude"
    assert [(word.text, word.span.of(text)) for word in words_of(text)] == [
        ("the", "The"),
        ("cafe", "CAFÉ"),
        ("'", "'"),
        ("s", "s"),
        ("naive", "naïve"),
        ("etude", "e\u0301tude"),
    ]


@given(st.text())
def test_words_stand_in_order_and_inside_the_text(text: str) -> None:
    places = [(word.span.start, word.span.end) for word in words_of(text)]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)


PLAIN_CHARACTERS = st.characters(min_codepoint=9, max_codepoint=126)


@given(st.text(PLAIN_CHARACTERS, max_size=60))
def test_plain_text_is_cut_like_any_other(text: str) -> None:
    *words, last = words_of(f"{text} é")
    assert words == list(words_of(text))
    assert last.text == "e"


def test_long_text_is_cut_like_a_short_one() -> None:
    text = "A container's image, read-only. "
    words = [word.text for word in words_of(text)]
    assert [word.text for word in words_of(text * 50)] == words * 50
