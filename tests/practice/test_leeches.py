"""Leeches: forgotten more often than chance explains."""

from itertools import product
from math import prod

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from practice.leeches import chance_of_lapses, is_leech
from tests.factories import make_card, make_question

chances = st.floats(0, 1)


@given(st.lists(chances, max_size=7), st.integers(0, 8))
def test_chance_is_that_of_all_the_ways_it_can_happen(forgetting, lapses):
    ways = product([True, False], repeat=len(forgetting))
    expected = sum(
        prod(
            chance if lapsed else 1 - chance for chance, lapsed in zip(forgetting, way, strict=True)
        )
        for way in ways
        if sum(way) >= lapses
    )
    assert chance_of_lapses(forgetting, lapses) == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.tuples(chances, st.booleans()), max_size=40), chances)
def test_recalling_a_card_never_makes_it_a_leech(recalls, predicted):
    if not is_leech(recalls):
        assert not is_leech([*recalls, (predicted, True)])


@pytest.mark.parametrize(
    ("recalls", "expected"),
    [
        ([(0.9, False)] * 3, False),  # too few to say
        ([(0.9, False)] * 4, True),
        ([(0.9, True), (0.9, False)] * 5, True),
        ([(0.9, True)] * 36 + [(0.9, False)] * 4, False),  # as predicted
        ([(0.5, True), (0.5, False)] * 8, False),  # eight lapses, and no wonder
        ([(1.0, False)] * 4, True),
        ([], False),
    ],
)
def test_lapses_count_against_what_was_predicted(recalls, expected):
    assert is_leech(recalls) is expected


def test_leech_is_offered_ways_out(alice, bob):
    shared, own = make_question(slug="shared"), make_question(slug="own", private_to=alice)
    cards = [make_card(alice, question, lapse_count=5) for question in (shared, own)]
    pages = [
        render_to_string("practice/_leech.html", {"card": card, "user": alice}) for card in cards
    ]
    assert "You forgot it 5 times" in pages[0]
    assert "/bank/question/shared/report/" in pages[0]
    assert "/bank/new/?copy=shared" in pages[0]
    assert "/bank/question/own/edit/" in pages[1]
    assert "/bank/new/?copy=own" in pages[1]
    assert all("/practice/cards/suspend/" in page for page in pages)
