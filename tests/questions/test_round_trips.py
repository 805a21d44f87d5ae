"""What is exported comes back: prompt, answer, kind, options, tags and topic."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from questions.formats.csv_writer import guarded, unguarded, write_csv
from questions.formats.document import QuestionDocument
from questions.formats.gift import read_gift, write_gift
from questions.formats.moodle_xml import read_moodle_xml, write_moodle_xml
from questions.formats.tables import read_table
from tests.questions.documents import documents

FIELDS = ("prompt", "answer", "kind", "options", "steps", "expected_output", "tags", "topic")
lists = st.lists(documents(), min_size=1, max_size=4)


def kept(documents: list[QuestionDocument], *more: str) -> list[dict[str, object]]:
    return [{name: getattr(each, name) for name in (*FIELDS, *more)} for each in documents]


def read_back(reading) -> list[QuestionDocument]:
    return [entry.document for entry in reading.entries]


@settings(max_examples=60)
@given(lists)
def test_gift(written):
    text, _lost = write_gift(written)
    assert kept(read_back(read_gift(text)), "context", "slug") == kept(written, "context", "slug")


@settings(max_examples=60)
@given(lists)
def test_moodle_xml(written):
    text, _lost = write_moodle_xml(written)
    back = read_back(read_moodle_xml(text))
    assert kept(back, "context", "slug") == kept(written, "context", "slug")


@settings(max_examples=60)
@given(lists)
def test_csv(written):
    text, _lost = write_csv(written)
    back = read_back(read_table(text))
    assert kept(back, "context", "slug", "level") == kept(written, "context", "slug", "level")


@given(st.text())
def test_guard_of_a_cell_is_undone(cell):
    assert unguarded(guarded(cell)) == cell


@settings(max_examples=40)
@given(lists)
def test_no_cell_begins_like_a_formula(written):
    text, _lost = write_csv(written)
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
