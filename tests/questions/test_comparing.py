"""What differs between two texts, part by part and word by word."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from questions.comparing import Side, compare, differences
from questions.formats.document import FollowUpText, KeyPointText, OptionText, QuestionDocument

DOCUMENT = QuestionDocument(
    slug="volumes",
    prompt="What is a volume?",
    answer="Storage apart from containers.\n\nIt outlives them.",
    key_points=(KeyPointText("It outlives the container", 3, accept=("it stays",)),),
    options=(OptionText("Yes", True, "It does"),),
    follow_ups=(FollowUpText("And then?", expect=("More",), condition="time is left"),),
)


def told(before: str, after: str) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (str(line.side), [(str(s), t) for s, t in line.pieces]) for line in compare(before, after)
    ]


def test_same_text_has_no_differences():
    assert differences(DOCUMENT, replace(DOCUMENT, slug="other", version=7)) == []


def test_only_parts_that_changed_are_told():
    changed = replace(DOCUMENT, prompt="What is a Docker volume?", level=None, hints=("Think",))
    assert [found.part for found in differences(DOCUMENT, changed)] == ["prompt", "hints"]


def test_changed_words_are_told_within_their_line():
    assert told("What is a volume?", "What is a mount?") == [
        ("same", [("same", "What is a "), ("out", "volume"), ("in", "mount"), ("same", "?")])
    ]


def test_lines_with_little_in_common_are_told_whole():
    assert told("Storage apart", "Entirely new words 42") == [
        ("out", [("out", "Storage apart")]),
        ("in", [("in", "Entirely new words 42")]),
    ]


def test_new_and_lost_lines_are_told():
    assert told("a\nb", "a\nb\nc")[-1] == ("in", [("in", "c")])
    assert told("a\nb\nc", "a\nc")[1] == ("out", [("out", "b")])


def test_weights_phrasings_and_correctness_are_part_of_the_text():
    changed = replace(
        DOCUMENT,
        key_points=(KeyPointText("It outlives the container", 2, accept=("it remains",)),),
        options=(OptionText("Yes", False, "It does"),),
        follow_ups=(FollowUpText("And then?", expect=("Less",), condition="time is left"),),
    )
    parts = [found.part for found in differences(DOCUMENT, changed)]
    assert parts == ["options", "key_points", "follow_ups"]


def test_long_passages_are_told_whole_around_what_stays():
    ours = "\n".join(["head", *("a\n" * 3_000).split(), "tail"])
    theirs = "\n".join(["head", *("b\n" * 3_000).split(), "tail"])
    began = process_time()
    found = [str(line.side) for line in compare(ours, theirs)]
    assert found == ["same", *["out"] * 3_000, *["in"] * 3_000, "same"]
    assert process_time() - began < 1


def test_many_long_lines_take_no_time_to_be_told():
    ours = "\n".join("a b " * 140 + str(number) for number in range(30))
    theirs = "\n".join("b a b " * 95 + str(-number) for number in range(30))
    began = process_time()
    assert [str(line.side) for line in compare(ours, theirs)] == ["out", "in"] * 30
    assert process_time() - began < 1


@given(st.text(max_size=200), st.text(max_size=200))
def test_both_texts_can_be_read_from_the_difference(before: str, after: str):
    lines = list(compare(before, after))

    def side(wanted: Side) -> list[str]:
        return [
            "".join(text for each, text in line.pieces if each in (Side.SAME, wanted))
            for line in lines
            if line.side in (Side.SAME, wanted)
        ]

    assert side(Side.OUT) == before.splitlines()
    assert side(Side.IN) == after.splitlines()
