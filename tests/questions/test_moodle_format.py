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
