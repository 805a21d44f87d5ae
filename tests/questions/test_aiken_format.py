"""Aiken: a question, lettered options, ANSWER."""

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
