"""Question lists with a heading for each question."""

import pytest

from questions.formats.document import UnreadableFile
from questions.formats.numbered import read_numbered
from tests.questions.reading import codes, lines_lost, prompts, read, sample

LIST = sample("numbered_linux.md")


def test_numbers_may_restart_and_code_is_no_heading():
    assert prompts(read("numbered", LIST)) == [
        "What is a zombie process?",
        "How do I find what keeps a port busy?",
        "What is `nice`?",
        "Why is a load of 4 no trouble on 8 cores?",
        "What is an inode?",
        "What is a hard link?",
    ]


def test_the_word_answer_is_dropped_and_the_answer_kept():
    answers = [entry.answer for entry in read("numbered", LIST).entries]
    assert answers[0].startswith("A process that has ended")
    assert "# 3. this is a comment, not a question" in answers[0]
    assert answers[1] == "`ss -ltnp`, which names the process."
    assert answers[3] == "Because four tasks run or wait, and eight could run."
    assert answers[5] == ""


def test_what_stands_under_other_headings_is_told():
    found = codes(read("numbered", LIST))
    assert [line for code, line in found if code == "W-OUTSIDE"] == [1, 24, 40, 50]


def test_question_marks_do_where_no_heading_has_a_number():
    text = "# Notes\n\n## What is a socket?\nAn end of a talk.\n\n## What is a port?\nA number.\n"
    assert prompts(read_numbered(text)) == ["What is a socket?", "What is a port?"]


@pytest.mark.parametrize(
    ("heading", "prompt"),
    [
        ("## 1. What is C#", "What is C#"),
        ("## 1. What is an image? ##", "What is an image?"),
        ("### Question 12 - Why?", "Why?"),
        ("## **3.** What is **not** a type?", "What is not a type?"),
        ("## 4. What does `__init__` do to *self*?", "What does `__init__` do to self?"),
        ("## 5. What is __init__?", "What is __init__?"),
        ("## 6. What does 2 * 3 * 4 give?", "What does 2 * 3 * 4 give?"),
        ("## 7. [What is it?](#it)", "What is it?"),
        ("## 8. What says [this](https://example.org)?", "What says this (https://example.org)?"),
        (r"## 9. What is \*?", "What is *?"),
    ],
)
def test_prompt_is_one_plain_line(heading, prompt):
    assert prompts(read_numbered(f"{heading}\nBecause.\n")) == [prompt]


def test_text_without_headings_is_refused():
    with pytest.raises(UnreadableFile, match="headings with numbers"):
        read_numbered("1. What?\n2. Why?\n")


def test_no_line_is_lost():
    assert lines_lost(LIST, read("numbered", LIST)) == []


def test_heading_that_is_only_a_number_is_named_and_not_imported() -> None:
    reading = read("numbered", "## 1. What is a pod?\n\nA group.\n\n## 2.\n\nNothing asked.\n")
    assert prompts(reading) == ["What is a pod?"]
    assert ("E-EMPTY", 5) in codes(reading)
    assert [each.message for each in reading.findings if each.code == "E-EMPTY"] == [
        "Lines 5 to 7 are not imported: the heading asks nothing. Write the question there."
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "A-records map names to addresses.",
        "A* is a search.",
        "a.out is what a compiler writes.",
        "A.B.C. is short.",
        "Solution-oriented talks help.",
        "Answer.json holds it.",
        "A container is a process.",
        "a*b is a product.",
    ],
)
def test_first_word_of_an_answer_is_no_label(answer):
    (entry,) = read("numbered", f"## 1. What is it?\n\n{answer}\n").entries
    assert entry.answer == answer
    (entry,) = read("qa", f"Q: What is it?\nA: Yes.\n{answer}\n").entries
    assert entry.answer == f"Yes.\n{answer}"


@pytest.mark.parametrize(
    "label", ["A:", "A. ", "A - ", "**A:**", "**Answer**:", "### Answer\n", "Ans.", "Solution -\n"]
)
def test_label_before_an_answer_goes(label):
    (entry,) = read("numbered", f"## 1. What is it?\n\n{label}Yes.\n").entries
    assert entry.answer == "Yes."


@pytest.mark.parametrize(
    ("summary", "prompt"),
    [
        ("12-factor apps: what are they?", "12-factor apps: what are they?"),
        ("What is HTTP/1.1: a protocol?", "What is HTTP/1.1: a protocol?"),
        ("2.5 GHz or 5 GHz?", "2.5 GHz or 5 GHz?"),
        ("Q-learning: what is it?", "Q-learning: what is it?"),
        ("1:1 NAT, what is it?", "1:1 NAT, what is it?"),
        ("1.2 What is it?", "What is it?"),
        ("1.2.3. What is it?", "What is it?"),
        ("3) What is it?", "What is it?"),
        ("Q4 - What is it?", "What is it?"),
        ("5.What is it?", "What is it?"),
    ],
)
def test_only_a_number_at_the_beginning_goes(summary, prompt):
    text = f"<details><summary>{summary}</summary>x</details>\n"
    assert prompts(read("details", text)) == [prompt]
