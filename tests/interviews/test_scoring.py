from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.scoring import (
    WHOLE,
    choice_share,
    ordering_share,
    output_share,
    percent_of,
    points_for,
    share_said,
)


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ({"1": "covered", "2": "covered"}, Fraction(1)),
        ({"1": "covered", "2": "missed"}, Fraction(3, 4)),
        ({"1": "partly", "2": "covered"}, Fraction(5, 8)),
        ({"2": "partly"}, Fraction(1, 8)),
        ({}, Fraction(0)),
        ({"9": "covered"}, Fraction(0)),
    ],
)
def test_partly_counts_half_and_what_nobody_judged_is_missed(said, share):
    assert share_said({"1": 3, "2": 1}, said) == share


def test_an_answer_without_key_points_is_judged_as_a_whole():
    assert share_said({}, {WHOLE: "partly"}) == Fraction(1, 2)


def test_a_word_that_is_no_judgement_is_refused():
    with pytest.raises(ValueError, match="brilliant"):
        share_said({"1": 3}, {"1": "brilliant"})


def test_points_are_rounded_half_up_to_the_hundredth():
    assert points_for(Fraction(1, 3), out_of=10) == Decimal("3.33")
    assert points_for(Fraction(5, 8), out_of=1) == Decimal("0.63")


@given(
    share=st.fractions(min_value=0, max_value=1),
    out_of=st.integers(1, 100),
    adjustment=st.decimals(min_value=-100, max_value=100, places=2),
)
def test_points_stay_between_nothing_and_what_the_item_gives(share, out_of, adjustment):
    assert 0 <= points_for(share, out_of=out_of, adjustment=adjustment) <= out_of


@pytest.mark.parametrize(
    ("chosen", "correct", "share"),
    [
        ([1], {1}, Fraction(1)),
        ([2], {1}, Fraction(0)),
        ([1, 2], {1}, Fraction(0)),
        ([1, 2], {1, 2}, Fraction(1)),
        ([1], {1, 2}, Fraction(1, 2)),
        ([1, 3], {1, 2}, Fraction(0)),
        ([1, 2, 3], {1, 2}, Fraction(1, 2)),
        ([3, 4], {1, 2}, Fraction(0)),
        ([], {1, 2}, Fraction(0)),
        ([1, 1], {1, 2}, Fraction(1, 2)),
        ([1], set(), Fraction(0)),
    ],
)
def test_wrong_options_take_back_what_right_ones_earned(chosen, correct, share):
    assert choice_share(chosen, correct=correct) == share


def test_an_order_earns_the_steps_at_their_place():
    assert ordering_share([1, 2, 3], steps=[1, 2, 3]) == 1
    assert ordering_share([1, 3, 2], steps=[1, 2, 3]) == Fraction(1, 3)
    assert ordering_share([], steps=[1, 2, 3]) == 0
    assert ordering_share([], steps=[]) == 0


def test_spaces_around_an_output_do_not_matter_but_words_do():
    assert output_share("a  \nb\n\n", expected="a\nb") == 1
    assert output_share("a\r\nb", expected="a\nb\n") == 1
    assert output_share("a b", expected="a\nb") == 0
    assert output_share("", expected="a") == 0


def test_per_cent_is_whole_and_nothing_to_earn_is_nothing():
    assert percent_of(Decimal("12.50"), 20) == 63
    assert percent_of(Decimal("0"), 0) == 0
