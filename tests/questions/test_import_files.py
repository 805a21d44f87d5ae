"""Archives of question files, and which format a file is read in."""

from __future__ import annotations

import io
import zipfile

import pytest

from questions.formats.document import QuestionDocument, UnreadableFile
from questions.formats.files import candidates_of, packed, read_file, text_of
from questions.formats.markdown import write_question
from questions.formats.readers import Format

ONE = write_question(QuestionDocument("one", "What is one?", answer="The first."))
TWO = write_question(QuestionDocument("two", "What is two?", answer="The second."))


def refused(data: bytes, **options: str) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_file(data, **options)
    return caught.value.finding.code


def test_archive_of_question_files_is_read_in_the_order_of_paths():
    data = packed([("b/two.md", TWO), ("a/one.md", ONE), ("readme.txt", "x")])
    format, reading = read_file(data)
    assert format is Format.MARKDOWN
    assert [(entry.line, entry.prompt) for entry in reading.entries] == [
        (1, "What is one?"),
        (2, "What is two?"),
    ]
    assert [(f.code, f.line) for f in reading.findings] == [("W-OUTSIDE", 3)]
    assert [
        (each.format, each.count) for each in candidates_of(data, read_as=format, reading=reading)
    ] == [(Format.MARKDOWN, 2)]
    assert text_of(data) == ""


def test_finding_in_an_archive_names_file_and_line():
    _format, reading = read_file(packed([("a.md", ONE), ("b.md", TWO + "\n## Nonsense\n")]))
    (finding,) = reading.findings
    assert finding.line == 2
    assert finding.message.startswith("b.md, line ")


def test_archives_that_mean_harm_are_refused():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.md", bytes(30_000_000))
    assert refused(bomb.getvalue()) == "E-TOO-LARGE"
    assert refused(packed([("a.txt", "x")])) == "E-NOTHING-FOUND"
    assert refused(packed([(f"{n}.md", "") for n in range(10_001)])) == "E-TOO-LARGE"
    assert refused(b"PK\x03\x04" + bytes(51 * 1024 * 1024)) == "E-TOO-LARGE"


def test_paths_in_an_archive_lead_nowhere():
    _format, reading = read_file(packed([("../../etc/one.md", ONE), ("/two.md", TWO)]))
    assert len(reading.entries) == 2


def test_format_that_does_not_fit_is_told():
    assert refused(packed([("one.md", ONE)]), format="csv") == "E-ARCHIVE"
    assert refused(b"Q. What?\n", format="apkg") == "E-ANKI"
    assert refused(b"x" * 3_000_000) == "E-TOO-LARGE"
    assert refused(b"Only prose.\n") == "E-NOTHING-FOUND"


def test_reason_is_told_in_the_format_that_a_file_seems_to_have():
    entities = b'<!DOCTYPE q [<!ENTITY a "b">]><quiz>&a;</quiz>'
    assert refused(entities) == "E-XML-UNSAFE"
    assert refused(b"<quiz><question></quiz>") == "E-XML"
    assert refused(b'Question,Answer\n"never closed,\n') == "E-ROW"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unicode_text_of_a_spreadsheet_is_read(encoding: str) -> None:
    mark = "\ufeff".encode(encoding)
    text = "Question\tAnswer\r\nWas ist Größe?\tEin Maß\r\n"
    format, reading = read_file(mark + text.encode(encoding))
    assert format == "csv"
    assert [(entry.prompt, entry.answer) for entry in reading.entries] == [
        ("Was ist Größe?", "Ein Maß")
    ]
