"""A file's format is offered with counts, best first, and never guessed in silence."""

import pytest

from questions.formats.detection import Candidate, best_reading, detect
from questions.formats.document import UnreadableFile
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
