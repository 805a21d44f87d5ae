"""Moodle XML as Moodle 4 writes it."""

import pytest

from questions.formats.document import UnreadableFile
from questions.formats.moodle_xml import read_moodle_xml
from tests.questions.reading import codes, prompts, read, sample

QUIZ = sample("moodle4_export.xml")


def quiz(*questions: str) -> str:
    return f"<?xml version='1.0'?>\n<quiz>{''.join(questions)}</quiz>"


def essay(text: str, *more: str) -> str:
    asked = f"<questiontext format='html'><text>{text}</text></questiontext>"
    return f"<question type='essay'>{asked}{''.join(more)}</question>"


def test_questions_of_all_types_with_a_counterpart():
    assert [(e.prompt, e.kind.value) for e in read("moodle-xml", QUIZ).entries] == [
        ("What is an image?", "open"),
        ("Which of these add a layer?", "multiple"),
        ("Containers share the kernel.", "boolean"),
        ("In which year was Docker released?", "open"),
        ("Match each command.", "open"),
    ]


def test_essay_is_read_whole():
    document = read("moodle-xml", QUIZ).entries[0].document
    assert document.slug == "docker-image"
    assert document.topic == "docker/images"
    assert document.tags == ("images", "week-1")
    assert document.answer == "A read-only template."
    assert document.interviewer_notes == "- layers\n- read-only"


def test_options_are_read_with_their_feedback():
    entry = read("moodle-xml", QUIZ).entries[1]
    assert [(o.text, o.is_correct, o.because) for o in entry.options] == [
        ("`RUN`", True, "It writes files."),
        ("COPY", True, ""),
        ("CMD", False, ""),
    ]


def test_files_and_types_without_a_counterpart_are_told():
    assert codes(read("moodle-xml", QUIZ)) == [
        ("W-MOODLE", 15),
        ("W-MOODLE", 15),
        ("W-MOODLE", 73),
        ("W-MOODLE", 80),
        ("W-NOT-A-QUESTION", 80),
        ("W-TYPE", 87),
        ("W-TYPE", 92),
    ]


def test_hints_are_read():
    hint = "<hint format='html'><text><![CDATA[<p>Think of <b>layers</b>.</p>]]></text></hint>"
    document = read_moodle_xml(quiz(essay("Why?", hint, hint))).entries[0].document
    assert document.hints == ("Think of layers.", "Think of layers.")


def test_scripts_stay_out():
    script = "<![CDATA[<p onclick='x()'>Why?</p><script>alert(1)</script>]]>"
    entry = read_moodle_xml(quiz(essay(script))).entries[0]
    assert entry.prompt == "Why?"
    assert entry.document.context == ""


def test_file_names_are_no_answer():
    file = "<generalfeedback><text>So.</text><file name='a'>iVBORw0</file></generalfeedback>"
    assert read_moodle_xml(quiz(essay("Why?", file))).entries[0].answer == "So."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<!DOCTYPE q [<!ENTITY a "b">]><quiz>&a;</quiz>', "E-XML-UNSAFE"),
        ('<!DOCTYPE q SYSTEM "file:///etc/passwd"><quiz/>', "E-XML-UNSAFE"),
        ("<quiz><question></quiz>", "E-XML"),
        ("<quiz>&nbsp;</quiz>", "E-XML"),
        ("<quiz>" + "<a>" * 60 + "</a>" * 60 + "</quiz>", "E-XML"),
        ("<quiz>" + "<a/>" * 300_000 + "</quiz>", "E-TOO-LARGE"),
        ("<quiz></quiz>", "E-NOTHING-FOUND"),
        ("", "E-XML"),
    ],
)
def test_unsafe_and_broken_files_are_refused(text, code):
    with pytest.raises(UnreadableFile) as caught:
        read_moodle_xml(text)
    assert caught.value.finding.code == code


def test_every_question_is_an_entry_or_told():
    found = read("moodle-xml", QUIZ)
    told = {finding.line for finding in found.findings}
    lines = QUIZ.split("\n")
    starts = [n for n, line in enumerate(lines, 1) if "<question type=" in line][1:]
    assert [n for n in starts if n not in told | {e.line for e in found.entries}] == []
    assert len(prompts(found)) == 5


def choice(*answers: str, single: str = "true") -> str:
    asked = "<questiontext format='html'><text>Which?</text></questiontext>"
    return f"<question type='multichoice'><single>{single}</single>{asked}{''.join(answers)}</question>"


def answer(share: str, text: str, feedback: str = "") -> str:
    why = f"<feedback format='html'><text>{feedback}</text></feedback>"
    return f"<answer fraction='{share}' format='html'><text>{text}</text>{why}</answer>"


def test_option_that_is_right_in_part_is_not_right() -> None:
    text = quiz(choice(answer("50", "nearly"), answer("100", "wholly"), answer("0", "no")))
    (entry,) = read_moodle_xml(text).entries
    assert [option.is_correct for option in entry.options] == [False, True, False]
    assert ("W-MOODLE", 2) in codes(read_moodle_xml(text))


def test_short_answers_keep_their_worth_and_feedback() -> None:
    asked = "<questiontext><text>Which command?</text></questiontext>"
    answers = answer("100", "ls", "Yes") + answer("50", "dir") + answer("0", "*", "No")
    (entry,) = read_moodle_xml(
        quiz(f"<question type='shortanswer'>{asked}{answers}</question>")
    ).entries
    assert entry.answer == "- ls: Yes\n- dir (50 %)\n- anything else (wrong): No"


def test_what_has_no_place_is_named() -> None:
    more = "<responsetemplate format='html'><text>Begin here</text></responsetemplate>"
    usual = "<correctfeedback><text>Your answer is correct.</text></correctfeedback>"
    said = [found.message for found in read_moodle_xml(quiz(essay("Why?", more, usual))).findings]
    assert said[0] == "This has no counterpart here and was left out: <responsetemplate>."


def test_name_and_what_only_looks_like_a_tag_are_kept() -> None:
    name = "<name><text>Week 3</text></name>"
    (entry,) = read_moodle_xml(
        quiz(essay("Why &lt;b&gt;List&lt;String&gt;&lt;/b&gt;?", name))
    ).entries
    assert entry.prompt == "Why List<String>?"
    assert entry.document.extra == {"moodle_name": "Week 3"}


def test_distractor_of_a_matching_question_is_no_pair() -> None:
    pairs = "".join(
        f"<subquestion format='html'><text>{one}</text><answer><text>{other}</text></answer></subquestion>"
        for one, other in (("cd", "changes"), ("", "removes"))
    )
    asked = "<questiontext><text>Match?</text></questiontext>"
    (entry,) = read_moodle_xml(quiz(f"<question type='matching'>{asked}{pairs}</question>")).entries
    assert entry.answer == "- cd → changes\n- removes (belongs to none)"


IMAGE = "&lt;img src='a.png'&gt;"


def told(reading) -> str:
    return " ".join(finding.message for finding in reading.findings)


def test_what_an_ordering_question_loses_is_told() -> None:
    def ordering(stem: str, item: str, feedback: str = "") -> str:
        answer = f"<answer fraction='1'><text>{item}</text>{feedback}</answer>"
        text = f"<questiontext><text>{stem}</text></questiontext>"
        return quiz(f"<question type='ordering'>{text}{answer}</question>")

    assert "left out" not in told(read("moodle-xml", ordering("Order?", "First")))
    assert "An image was left out" in told(read("moodle-xml", ordering(f"Order? {IMAGE}", "First")))
    assert "An image was left out" in told(read("moodle-xml", ordering("Order?", f"First {IMAGE}")))
    said = "<feedback><text>Because.</text></feedback>"
    assert "said of single answers" in told(read("moodle-xml", ordering("Order?", "First", said)))


def test_image_of_a_hint_is_told() -> None:
    reading = read("moodle-xml", quiz(essay("Why?", f"<hint><text>Look {IMAGE}</text></hint>")))
    assert "An image was left out" in told(reading)
    assert reading.entries[0].document.hints == ("Look",)


def test_answer_of_an_essay_is_its_model_answer() -> None:
    reading = read("moodle-xml", quiz(essay("Why?", "<answer><text>Because.</text></answer>")))
    assert reading.entries[0].answer == "Because."
