"""Lines that begin with Q: and A:."""

from questions.formats.qa import read_qa
from tests.questions.reading import codes, lines_lost, prompts, read, sample

NOTES = sample("qa_sql.txt")


def test_every_pair_becomes_a_question():
    assert prompts(read("qa", NOTES)) == [
        "What is a primary key?",
        "Why is this query slow? SELECT * FROM t WHERE lower(name) = 'a'",
        "What is a covering index?",
        "What is MVCC?",
        "What is a phantom read?",
        "What is a savepoint?",
    ]


def test_answer_goes_on_after_blank_lines_and_keeps_its_code():
    answer = read("qa", NOTES).entries[0].answer
    assert answer.startswith("A column, or several, that names a row.\n\nIt is never null.\n\n```")
    assert "-- Q: not a question" in answer


def test_questions_without_an_answer_are_told():
    found = codes(read("qa", NOTES))
    assert [line for code, line in found if code == "W-NOANSWER"] == [24, 26]


def test_text_below_a_blank_line_is_the_answer_where_no_label_is():
    text = "Q: What is one?\n\nThe first.\n\nQ: What is two?\nA: The second.\n"
    first = read_qa(text).entries[0]
    assert (first.prompt, first.answer) == ("What is one?", "The first.")


def test_marker_without_a_question_is_told():
    assert ("E-EMPTY", 1) in codes(read_qa("Q:\nA: An answer\nQ: Why?\nA: So.\n"))


def test_no_line_is_lost():
    assert lines_lost(NOTES, read("qa", NOTES)) == []
