"""Multiple choice with task lists."""

import pytest

from questions.formats.document import Kind
from tests.questions.reading import codes, lines_lost, prompts, read, sample

QUIZ = sample("choice_git.md")


def test_questions_and_their_kinds():
    entries = read("choice", QUIZ).entries
    assert prompts(read("choice", QUIZ))[0] == "Which command shows who last changed each line?"
    kinds = [entry.kind for entry in entries]
    assert kinds == [Kind.SINGLE, Kind.SINGLE, Kind.MULTIPLE, Kind.SINGLE, Kind.BOOLEAN]


def test_options_and_what_is_right():
    first = read("choice", QUIZ).entries[0]
    assert [option.text for option in first.options] == [
        "`git log`",
        "`git blame`",
        "`git show`",
        "`git diff`",
    ]
    assert [option.is_correct for option in first.options] == [False, True, False, False]
    assert first.answer == "[reference](https://git-scm.com/docs/git-blame)"


def test_code_in_the_stem_is_context_and_no_option():
    second = read("choice", QUIZ).entries[1]
    assert second.document.context.startswith("```sh\ngit init demo")
    assert [option.text for option in second.options] == ["nothing", "`?? README`"]


def test_code_in_an_option_stays_code():
    assert read("choice", QUIZ).entries[2].options[3].text == "```sh\ngit tag v1\n```"


def test_explanation_is_the_answer():
    answer = read("choice", QUIZ).entries[2].answer
    assert answer == "**Explanation:** a merge adds a commit and changes none."


def test_question_without_a_right_option_is_told():
    assert ("W-NOCORRECT", 35) in codes(read("choice", QUIZ))


def test_no_line_is_lost():
    assert lines_lost(QUIZ, read("choice", QUIZ)) == []


@pytest.mark.parametrize(
    "text",
    [
        "1. Which?\n   - [ ] this\n   - [x] that\n\n   Because of {}.\n",
        "1. Which?\n\n    - [ ] this\n    - [x] that\n\n    Because of {}.\n",
        "1. Which?\n\t- [ ] this\n\t- [x] that\n\tBecause of {}.\n",
        "1. **Which?**\n   - A) this\n   - B) that\n\n   **Answer:** B) Because of {}.\n",
        "1. Which?\n   A. this\n   B. that\n   Answer: B\n   Because of {}.\n",
        "1. Which?\n- A: this\n- B: that\n  Answer: B. Because of {}.\n",
    ],
)
def test_what_stands_below_indented_options_is_no_part_of_the_last(text):
    for number in ("one", "1. two"):
        (entry,) = read("choice", text.format(number)).entries
        assert [(option.text, option.is_correct) for option in entry.options] == [
            ("this", False),
            ("that", True),
        ]
        assert entry.answer == f"Because of {number}."


def test_option_goes_on_where_it_is_indented_further():
    text = "1. Which?\n   - [ ] this\n     and more\n   - [x] that\n\n     ```\n     x\n     ```\n\n   So.\n"
    (entry,) = read("choice", text).entries
    assert [option.text for option in entry.options] == ["this\nand more", "that\n```\nx\n```"]
    assert entry.answer == "So."
