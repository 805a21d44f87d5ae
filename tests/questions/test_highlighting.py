"""The typed answer with what earned something marked: nothing lost, nothing let through."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from feedback.findings import Finding, Match, Span, Status
from questions.highlighting import highlighted

ANSWER = "It is smaller. Volumes stay."


def found(
    start: int, end: int, *words: tuple[int, int], status: Status = Status.COVERED
) -> Finding:
    matches = tuple(Match(Span(*word), "word") for word in words)
    return Finding(status, 0.7, Span(start, end), matches)


def shown_text(marked: str) -> str:
    """What is read, without the numbers."""
    without_notes = re.sub(r"<sup.*?</sup>", "", marked, flags=re.DOTALL)
    return html.unescape(re.sub(r"</?(?:mark|strong|code)[^>]*>", "", without_notes))


def test_a_sentence_is_marked_with_its_point_and_its_words():
    marked = highlighted(ANSWER, {2: found(15, 28, (15, 22))})
    assert marked.startswith(
        'It is smaller. <mark class="found found-covered" data-point="2">'
        "<strong>Volumes</strong> stay."
    )
    assert "(key point 2)" in marked


def test_what_was_not_found_marks_nothing():
    weak = found(0, 14, status=Status.NOT_FOUND)
    assert highlighted(ANSWER, {1: Finding(Status.NOT_FOUND, 0.0), 2: weak}) == ANSWER


def test_html_in_an_answer_is_only_text():
    answer = '<img src=x onerror="alert(1)"> & <b>bold</b>'
    marked = highlighted(answer, {1: found(0, len(answer), (1, 4), (35, 36))})
    assert "<img" not in marked
    assert "<b>" not in marked
    assert shown_text(marked) == answer


def test_a_sentence_for_two_points_is_marked_once_with_both():
    marked = highlighted(ANSWER, {1: found(0, 14), 3: found(0, 14, status=Status.NOT_SURE)})
    assert marked.count("<mark") == 1
    assert 'class="found found-covered" data-point="1 3"' in marked
    assert "(key point 1)" in marked
    assert "(perhaps key point 3)" in marked


def test_overlapping_sentences_are_cut_where_they_overlap():
    marked = highlighted(ANSWER, {1: found(0, 20), 2: found(10, 28)})
    assert re.findall(r'data-point="([^"]+)"', marked) == ["1", "1 2", "2"]
    assert shown_text(marked) == ANSWER


def test_doubt_differs_by_a_sign_and_in_words():
    unsure = highlighted(ANSWER, {1: found(0, 14, status=Status.NOT_SURE)})
    opposite = highlighted(ANSWER, {1: found(0, 14, status=Status.CHECK)})
    assert "1?" in unsure
    assert "perhaps key point 1" in unsure
    assert "1!" in opposite
    assert "check against key point 1" in opposite


def test_code_and_lines_stay_as_they_were_typed():
    answer = "Like so:\n```\nFROM a\n  COPY b\n```\nand `RUN c`."
    marked = highlighted(answer, {1: found(9, 30)})
    assert "<code><mark" in marked
    assert "\n  COPY b\n" in marked
    assert "<code>`RUN c`</code>." in marked
    assert shown_text(marked) == answer


def test_spans_beyond_the_answer_do_no_harm():
    marked = highlighted("Short", {1: found(2, 40, (-3, 1), (3, 90)), 2: found(4, 4)})
    assert shown_text(marked) == "Short"


spans = st.tuples(st.integers(-5, 60), st.integers(-5, 60))


@given(
    st.text(max_size=50),
    st.dictionaries(
        st.integers(1, 9), st.tuples(spans, st.lists(spans), st.sampled_from(Status)), max_size=4
    ),
)
def test_no_character_is_ever_lost(answer, places):
    findings = {
        number: found(*sentence, *words, status=status)
        for number, (sentence, words, status) in places.items()
    }
    assert shown_text(highlighted(answer, findings)) == answer
