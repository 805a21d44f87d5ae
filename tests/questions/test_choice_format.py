"""Multiple choice with task lists."""

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
