"""The proposed rating follows from what was said, and never hides a failure behind Hard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.judging import (
    Mark,
    points_said,
    proposed_rating,
    rating_for_choice,
    rating_while_undecided,
)
from practice.scheduling import Rating

COVERED, PARTLY, MISSED = Mark.COVERED, Mark.PARTLY, Mark.MISSED
AGAIN, HARD, GOOD, EASY = Rating

marked_points = st.lists(st.tuples(st.integers(1, 3), st.sampled_from(Mark)), min_size=1)


@pytest.mark.parametrize(
    ("points", "share"),
    [
        ([(3, COVERED), (1, COVERED)], 1.0),
        ([(3, COVERED), (1, MISSED)], 0.75),
        ([(3, PARTLY), (1, COVERED)], 0.625),
        ([(2, MISSED), (1, MISSED)], 0.0),
        ([(2, PARTLY)], 0.5),
        ([], None),
    ],
)
def test_points_said_is_ticked_weight_and_partly_counts_half(points, share):
    assert points_said(points) == share


@pytest.mark.parametrize(
    ("points", "rating"),
    [
        ([(3, MISSED), (2, COVERED), (1, COVERED)], AGAIN),
        ([(3, COVERED), (3, MISSED)], AGAIN),
        ([(3, PARTLY), (3, MISSED), (2, COVERED)], AGAIN),
        ([(2, MISSED), (1, MISSED)], AGAIN),  # nothing said, though nothing was a must-have
        ([(3, COVERED), (2, MISSED), (1, COVERED)], HARD),  # a third of the rest
        ([(3, COVERED), (1, MISSED)], HARD),
        ([(3, PARTLY), (2, COVERED), (1, COVERED)], HARD),
        ([(3, PARTLY)], HARD),
        ([(2, MISSED), (1, PARTLY)], HARD),
        ([(3, COVERED), (1, COVERED), (1, MISSED)], GOOD),  # half of the rest
        ([(3, COVERED), (2, PARTLY)], GOOD),
        ([(2, COVERED), (1, MISSED)], GOOD),
    ],
)
def test_rating_follows_the_key_points(points, rating):
    assert proposed_rating(points, seconds=1, speak_seconds=60) is rating


@pytest.mark.parametrize(
    ("seconds", "speak_seconds", "rating"),
    [
        (59.0, 60, EASY),
        (60.0, 60, EASY),
        (60.1, 60, GOOD),
        (900.0, 60, GOOD),
        (None, 60, GOOD),
        (5.0, None, GOOD),
        (None, None, GOOD),
    ],
)
def test_complete_answer_is_easy_only_when_fast(seconds, speak_seconds, rating):
    points = [(3, COVERED), (1, COVERED)]

    assert proposed_rating(points, seconds=seconds, speak_seconds=speak_seconds) is rating


def test_question_without_key_points_gets_no_proposal():
    assert proposed_rating([], seconds=1, speak_seconds=60) is None


@given(marked_points, st.data())
def test_covering_one_more_point_never_lowers_the_rating(points, data):
    position = data.draw(st.integers(0, len(points) - 1))
    better = [*points]
    better[position] = (points[position][0], COVERED)

    before = proposed_rating(points, seconds=10, speak_seconds=60)
    assert proposed_rating(better, seconds=10, speak_seconds=60) >= before


@given(marked_points)
def test_missed_must_have_is_always_again(points):
    assert proposed_rating([*points, (3, MISSED)], seconds=1, speak_seconds=60) is AGAIN


@pytest.mark.parametrize(
    ("is_right", "seconds", "expected_seconds", "rating"),
    [
        (False, 1.0, 30.0, AGAIN),
        (False, None, None, AGAIN),
        (True, 15.0, 30.0, EASY),
        (True, 15.1, 30.0, GOOD),
        (True, 60.0, 30.0, GOOD),
        (True, 60.1, 30.0, HARD),
        (True, None, 30.0, GOOD),
        (True, 1.0, None, GOOD),
    ],
)
def test_choice_is_rated_from_right_wrong_and_time(is_right, seconds, expected_seconds, rating):
    rated = rating_for_choice(is_right, seconds=seconds, expected_seconds=expected_seconds)

    assert rated is rating


@pytest.mark.parametrize(
    ("points", "rating"),
    [
        ([(3, COVERED), (1, COVERED), (1, None)], GOOD),  # not yet Easy, which hurts nobody
        ([(3, None), (1, COVERED)], None),  # Again without it
        ([(3, COVERED), (2, None)], None),  # Hard without it, Good with it
        ([(3, MISSED), (2, None)], AGAIN),  # whatever it is
        ([(3, PARTLY), (2, None)], HARD),
        ([(2, None)], None),
        ([(3, COVERED)], EASY),
    ],
)
def test_undecided_points_never_make_a_grade_worse(points, rating):
    assert rating_while_undecided(points, seconds=30, speak_seconds=60) is rating


@given(points=marked_points)
def test_without_undecided_points_the_same_rating_follows(points):
    times = {"seconds": 30, "speak_seconds": 60}
    assert rating_while_undecided(points, **times) is proposed_rating(points, **times)
