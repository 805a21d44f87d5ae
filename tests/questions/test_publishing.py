"""What is missing to publish a question is named."""

from dataclasses import replace

import pytest

from questions.formats.document import (
    KeyPointText,
    Kind,
    Level,
    OptionText,
    QuestionDocument,
    ReferenceText,
)
from questions.formats.publishing import publishing_gaps


def publishable(**changes) -> QuestionDocument:
    document = QuestionDocument(
        "a",
        "Why?",
        level=Level.MID,
        topic="docker",
        speak_seconds=60,
        answer="Because.",
        key_points=tuple(KeyPointText(text) for text in "abc"),
        references=(ReferenceText("Docs", "https://docs.example"),),
    )
    return replace(document, **changes)


def test_complete_question_has_no_gaps():
    assert publishing_gaps(publishable()) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prompt": " "}, "Write the question."),
        ({"topic": ""}, "Choose a topic."),
        ({"level": None}, "Choose a level."),
        ({"speak_seconds": None}, "30 to 300 seconds"),
        ({"speak_seconds": 29}, "30 to 300 seconds"),
        ({"speak_seconds": 301}, "30 to 300 seconds"),
        ({"references": ()}, "at least one reference"),
        ({"answer": " \n"}, "Write a model answer."),
        ({"key_points": ()}, "3 to 8 key points"),
        ({"key_points": tuple(KeyPointText(text) for text in "abcdefghi")}, "there are 9"),
        ({"kind": Kind.SINGLE, "options": (OptionText("a", True),)}, "at least 2 options"),
        (
            {"kind": Kind.MULTIPLE, "options": (OptionText("a", True), OptionText("a"))},
            "Two options say the same",
        ),
        ({"kind": Kind.BOOLEAN, "options": (OptionText("a"), OptionText("b"))}, "exactly one"),
        ({"kind": Kind.ORDERING, "steps": ("a", "b")}, "at least 3 steps"),
        ({"kind": Kind.ORDERING, "steps": ("a", "b", "a")}, "Two steps say the same"),
        ({"kind": Kind.OUTPUT}, "Write the expected output."),
        ({"answer": "So:\n\n## Why"}, "Line 3: Headings inside a text begin with ###."),
        ({"context": "```\nls"}, "Line 1: This code block is never closed."),
        ({"interviewer_notes": "\x07"}, "Line 1: There is an invisible control character"),
    ],
)
def test_gap_is_named(changes, message):
    gaps = publishing_gaps(publishable(**changes))
    assert len(gaps) == 1
    assert message in gaps[0].message
    assert gaps[0].is_error
