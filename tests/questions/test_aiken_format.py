"""Aiken: a question, lettered options, ANSWER."""

import pytest

from questions.formats.document import Kind
from tests.questions.reading import codes, lines_lost, prompts, read, sample

QUIZ = sample("aiken.txt")


def test_questions_options_and_what_is_right():
    reading = read("aiken", QUIZ)
    assert prompts(reading) == ["Which port does HTTPS use?", "May a browser keep the page?"]
    first, second = reading.entries
    assert [(o.text, o.is_correct) for o in first.options] == [
        ("80", False),
        ("443", True),
        ("8443", False),
    ]
    assert second.document.context == "Look at this header:\n\nCache-Control: no-store"


def test_what_is_no_whole_question_is_told():
    assert codes(read("aiken", QUIZ)) == [("E-AIKEN", 14), ("W-OUTSIDE", 19)]


def test_no_line_is_lost():
    lost = lines_lost(QUIZ, read("aiken", QUIZ))
    assert lost == []


def test_question_whose_answer_was_forgotten_does_not_run_into_the_next():
    text = "What is A?\nA) x\nB) y\n{}What is B?\nA) p\nB) q\nANSWER: A\n"
    for between in ("\n", "", "\nA word on it.\n\n"):
        reading = read("aiken", text.format(between))
        (entry,) = reading.entries
        assert (entry.prompt, entry.kind) == ("What is B?", Kind.SINGLE)
        assert [(o.text, o.is_correct) for o in entry.options] == [("p", True), ("q", False)]
        assert codes(reading) == [("E-AIKEN", 1)]
        assert reading.findings[0].message.startswith("Lines 1 to 3: ")


@pytest.mark.parametrize("answer", ["B. because of TLS", "(B) because of TLS", "b: because of TLS"])
def test_reason_behind_the_letter_is_the_answer(answer):
    (entry,) = read("aiken", f"Which port?\nA. 80\nB. 443\nANSWER: {answer}\n").entries
    assert [option.is_correct for option in entry.options] == [False, True]
    assert entry.answer == "because of TLS"


@pytest.mark.parametrize(
    "text",
    [
        "Which port?\nA. 80\nA. 443\nANSWER: A\n",
        "Which port?\nA. 80\nC. 443\nANSWER: A\n",
        "Which port?\nA. 80\nB. 443\nA. 8080\nB. 8443\nANSWER: A\n",
        "Which port?\nA. 80\nB. 443\nANSWER: 443\n",
        "A. 80\nB. 443\nANSWER: A\n",
    ],
)
def test_what_is_not_in_order_is_told_with_its_lines(text):
    reading = read("aiken", text)
    assert (reading.entries, codes(reading)) == ((), [("E-AIKEN", 1)])
    assert f"Lines 1 to {text.count(chr(10))}: " in reading.findings[0].message


def test_text_below_the_options_is_no_part_of_them():
    text = "Which port?\nA. 80\nB. 443\nThink of TLS.\nANSWER: B\n"
    assert codes(read("aiken", text)) == [("E-AIKEN", 1), ("E-AIKEN", 4)]


def test_long_option_may_go_on_in_the_next_line():
    text = "Which?\nA. one that goes\non\nB. another that\n   goes on\nANSWER: B\n"
    (entry,) = read("aiken", text).entries
    assert [option.text for option in entry.options] == ["one that goes on", "another that goes on"]
    assert entry.document.context == ""


@pytest.mark.parametrize(
    ("asked", "prompt", "beside"),
    [
        ("1. What is 2+2?", "What is 2+2?", ""),
        ("Q3: What is 2.5 + 2?", "What is 2.5 + 2?", ""),
        ("Quiz 1\n\nThe port of HTTPS is", "The port of HTTPS is", "Quiz 1"),
        ("The port of HTTPS is\nChoose one:", "The port of HTTPS is", "Choose one:"),
        ("# a comment\n- a list\nWhat is this?", "What is this?", "a comment\n\n\\- a list"),
        ("> What is a quotation?", "> What is a quotation?", ""),
    ],
)
def test_question_among_the_lines_above_the_options(asked, prompt, beside):
    (entry,) = read("aiken", f"{asked}\nA. 80\nB. 443\nANSWER: B\n").entries
    assert (entry.prompt, entry.document.context) == (prompt, beside)
