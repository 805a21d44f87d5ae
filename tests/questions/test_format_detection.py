"""A file's format is offered with counts, best first, and never guessed in silence."""

import re

import pytest

from questions.formats.detection import Candidate, best_reading, detect
from questions.formats.document import UnreadableFile
from questions.formats.files import read_file
from questions.formats.readers import Format

QUESTION_FILE = "---\nid: docker-layers\nversion: 1\n---\n\n# What is a layer?\n"
NOTES = "Q. What is a layer?\n*****\nA change.\n*****\nQ. Why?\n*****\nSo.\n"


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        (QUESTION_FILE, [Candidate(Format.MARKDOWN, 1)]),
        (QUESTION_FILE.replace("\n", "\r\n"), [Candidate(Format.MARKDOWN, 1)]),
        (NOTES, [Candidate(Format.NOTES, 2)]),
        (NOTES.replace("\n", "\r"), [Candidate(Format.NOTES, 2)]),
        (QUESTION_FILE + NOTES, [Candidate(Format.MARKDOWN, 1), Candidate(Format.NOTES, 2)]),
        ("", []),
        ("Some text.", []),
        ("---\ntitle: no id\n---\n", []),
        ("---\nid: never closed\n", []),
        ("---\n---\nid: outside\n---\n", []),
        ("text\n---\nid: later\n---\n", []),
        ("Q.\n*****\nOnly an answer.\n", []),
    ],
)
def test_formats_are_offered_best_first(text: str, candidates: list[Candidate]) -> None:
    assert detect(text) == candidates


def test_large_file_that_never_closes_its_front_matter_is_no_question() -> None:
    assert detect("---\n" + "id: x\n" * 300_000) == []


def test_what_is_wrong_with_the_only_question_is_said() -> None:
    with pytest.raises(UnreadableFile, match="braces of this question do not match") as refusal:
        best_reading("Why so?\n\n::One:: Which? {=a {~b}\n")
    assert (refusal.value.finding.code, refusal.value.finding.line) == ("E-GIFT", 3)


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        ("Why?\tSo.\nHow?\tThus.\n", "does not name the columns"),
        ('Term,Meaning\nA,"One, two"\nB,Two\n', "does not name the columns"),
        ("| Question | Answer |\n|---|:-:|\n| Why? | So. |\n", "a table in Markdown"),
        ("Term | Meaning\n--- | ---\nA | One\n", "a table in Markdown"),
        ('[{"question": "Why?", "answer": "So."}]', "This is JSON"),
        ('\ufeff{\n  "questions": []\n}\n', "This is JSON"),
        ("%PDF-1.7\n%\u00e2\0\n", "This is a PDF"),
        ("{\\rtf1\\ansi Why?}", "This is rich text"),
        ("One, two.\nThree, four.\n", "begins with “Q.”"),
        ("Some text.", "begins with “Q.”"),
        ("{not json", "begins with “Q.”"),
        ("[" * 100_000, "begins with “Q.”"),
        ('a,"' * 300_000, "begins with “Q.”"),
        (" " * 1_000_000 + "-", "begins with “Q.”"),
        ("|-" * 500_000 + "x", "begins with “Q.”"),
    ],
)
def test_who_brings_another_kind_of_file_is_told_what_to_do(data: str, advice: str) -> None:
    with pytest.raises(UnreadableFile, match=re.escape(advice)):
        read_file(data.encode())
