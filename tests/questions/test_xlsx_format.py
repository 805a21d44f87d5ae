"""Spreadsheets: every sheet of questions is read, and whatever cannot come along is told."""

from __future__ import annotations

import base64
import csv
import io
import json
import random
import resource
import struct
import subprocess
import sys
import zipfile
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.chart import BarChart
from openpyxl.comments import Comment

from questions.exporting import documents_of, export
from questions.formats.document import UnreadableFile, place_of
from questions.formats.files import MOST_ARCHIVE_BYTES, candidates_of, read_file
from questions.formats.spreadsheet_numbers import shown
from questions.formats.workbook import MOST_TAGS
from questions.importing import import_file
from questions.models import Import, Question
from questions.planning import read
from tests.factories import NOON, make_choice_question, make_question
from tests.questions import workbooks
from tests.questions.test_hostile_files import ROOT, SECONDS, within_bounds
from tests.questions.workbooks import HEADER, PARTS, by_hand, cell, packed, saved, text, workbook

CARDS = [
    ["Question", "Answer", "Tags"],
    ["What is a pod?", "One or more containers\nthat share a network.", "kubernetes"],
    ["What is a node?", "A machine of the cluster.", ""],
]
AFTERNOON = NOON.replace(hour=14, minute=5, second=9, tzinfo=None)


def told(data: bytes) -> list[tuple[str, str, int]]:
    """Code, sheet and row of each finding."""
    reading = read_file(data)[1]
    return [(each.code, *place_of(each.line, reading.sheets)) for each in reading.findings]


def answer_of(rows: str, **parts: str) -> str:
    """What the cell B2 says."""
    data = by_hand(f'{HEADER}<row r="2">{text("A2", "Why?")}{rows}</row>', **parts)
    return read_file(data)[1].entries[0].answer


def refusal(data: bytes, *, format: str = "auto") -> str:
    with pytest.raises(UnreadableFile) as error:
        read_file(data, format=format)
    return str(error.value)


def test_sheet_is_read_as_a_table_is():
    format, reading = read_file(saved(workbook({"Cards": CARDS})))
    assert format == "xlsx"
    assert [entry.prompt for entry in reading.entries] == ["What is a pod?", "What is a node?"]
    assert reading.entries[0].answer == "One or more containers\nthat share a network."
    assert reading.entries[0].document.tags == ("kubernetes",)
    assert reading.findings == ()


def test_every_sheet_with_such_a_header_is_read_and_the_others_are_told():
    book = workbook(
        {
            "Cards": CARDS,
            "Prices": [["Item", "Price"], ["Bread", 3], ["Milk", 2]],
            "Empty": [],
            "More": [["Front", "Back"], ["What is a volume?", "A folder that stays."]],
        }
    )
    reading = read_file(saved(book))[1]
    assert [place_of(entry.line, reading.sheets) for entry in reading.entries] == [
        ("Cards", 2),
        ("Cards", 3),
        ("More", 2),
    ]
    assert told(saved(book)) == [("W-SHEET", "Prices", 1)]
    assert "Its 3 rows are not imported." in reading.findings[0].message


def test_title_above_the_header_is_told():
    rows = [["My cards"], [], ["Question", "Answer"], ["What is a pod?", "Containers."]]
    data = saved(workbook({"Cards": rows}))
    assert [entry.prompt for entry in read_file(data)[1].entries] == ["What is a pod?"]
    assert told(data) == [("W-OUTSIDE", "Cards", 1)]


def test_header_far_below_is_no_header():
    rows = [[f"line {n}"] for n in range(20)] + CARDS
    assert "names its columns" in refusal(saved(workbook({"Cards": rows})))


def test_hidden_sheet_is_read_and_told():
    book = workbook({"Cards": CARDS, "Old": CARDS})
    book["Old"].sheet_state = "hidden"
    assert told(saved(book)) == [("I-HIDDEN", "Old", 1)]


def test_columns_that_are_not_ours_are_told():
    rows = [["Question", "Answer", "Owner"], ["Why?", "So.", "Ann", "and more"]]
    data = saved(workbook({"Cards": rows}))
    assert told(data) == [("W-COLUMN", "Cards", 1), ("W-COLUMN", "Cards", 2)]
    assert "“Owner”" in read_file(data)[1].findings[0].message


def test_row_without_a_question_is_told_even_if_its_text_stands_aside():
    data = saved(workbook({"Cards": [*CARDS, ["", "", "", "aside"]]}))
    assert told(data) == [("W-COLUMN", "Cards", 4), ("E-EMPTY", "Cards", 4)]


def test_merged_cells_are_told_with_their_rows():
    book = workbook({"Cards": [*CARDS, ["What is a job?", ""]]})
    book["Cards"].merge_cells("B3:B4")
    assert told(saved(book)) == [("W-MERGED", "Cards", 3), ("W-NOANSWER", "Cards", 4)]


def test_cells_merged_across_one_row_are_not_told_to_be_of_many_rows():
    book = workbook({"Cards": CARDS})
    book["Cards"].merge_cells("B2:D2")
    (found,) = read_file(saved(book))[1].findings
    assert found.message == "Cells B2:D2 are merged, so their text counts for the first one only."


def test_notes_links_and_pictures_are_told_with_their_rows():
    book = workbook({"Cards": CARDS})
    sheet = book["Cards"]
    sheet["B2"].comment = Comment("Ask Ann.", "Bob")
    sheet["A3"].hyperlink = "https://example.org/nodes"
    sheet["C3"].hyperlink = "https://example.org/tags"
    sheet.add_chart(BarChart(), "D9")
    found = told(saved(book))
    assert found == [
        ("W-NOTE", "Cards", 2),
        ("W-LINK", "Cards", 3),
        ("W-LINK", "Cards", 3),
        ("W-MEDIA", "Cards", 9),
    ]
    messages = [each.message for each in read_file(saved(book))[1].findings]
    assert "cell A3 is left out: it leads to https://example.org/nodes" in messages[1]


def test_chart_sheet_is_told():
    book = workbook({"Cards": CARDS})
    book.create_chartsheet("Chart")
    assert told(saved(book)) == [("W-SHEET", "Chart", 1)]
    assert "a chart" in read_file(saved(book))[1].findings[0].message


def test_sheet_that_the_file_does_not_lead_to_is_told():
    book = PARTS["xl/workbook.xml"].replace(
        "</sheets>", '<sheet name="Lost" sheetId="2" r:id="rId9"/></sheets>'
    )
    data = by_hand(f'{HEADER}<row r="2">{text("A2", "Why?")}</row>', workbook=book)
    assert ("W-SHEET", "Lost", 1) in told(data)
    lost = [each for each in read_file(data)[1].findings if each.code == "W-SHEET"]
    assert "“Lost”" in lost[0].message


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("chartsheet", "a chart"),
        ("dialogsheet", "a dialog"),
        ("xlMacrosheet", "a list of macros"),
        ("xlIntlMacrosheet", "a list of macros"),
        ("worksheetOfTomorrow", "no table"),
    ],
)
def test_sheet_without_cells_is_called_what_it_is(kind, said):
    book = PARTS["xl/workbook.xml"].replace(
        "</sheets>", '<sheet name="Other" sheetId="2" r:id="rId9"/></sheets>'
    )
    relations = PARTS["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{workbooks.KIND}/{kind}" Target="other.xml"/></Relationships>',
    )
    sheet = workbooks.sheet_xml(f'{HEADER}<row r="2">{text("A2", "Why?")}</row>')
    parts = {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relations}
    reading = read_file(packed({**PARTS, **parts, "xl/worksheets/sheet1.xml": sheet}))[1]
    (found,) = [each for each in reading.findings if each.code == "W-SHEET"]
    assert said in found.message


def test_formula_comes_as_its_result_and_without_one_is_told():
    rows = (
        f'{HEADER}<row r="2">{text("A2", "Why?")}{cell("B2", "42", formula="6*7")}</row>'
        f'<row r="3">{text("A3", "How?")}<c r="B3"><f>1+1</f></c></row>'
        f'<row r="4">{text("A4", "When?")}{cell("B4", "#N/A", kind="e", formula="X(1)")}</row>'
        f'<row r="5">{text("A5", "Who?")}{cell("B5", "", kind="str", formula="T(1)")}</row>'
    )
    reading = read_file(by_hand(rows))[1]
    assert [entry.answer for entry in reading.entries] == ["42", "", "\\#N/A", ""]
    assert told(by_hand(rows)) == [
        ("W-FORMULA", "One", 3),
        ("W-NOANSWER", "One", 3),
        ("W-FORMULA", "One", 4),
        ("W-NOANSWER", "One", 5),
    ]


def test_formula_that_a_program_wrote_without_its_result_is_told():
    book = workbook({"One": [["Question", "Answer"], ["Why?", "=1+1"], ["How?", '=A1&"x"']]})
    assert told(saved(book)) == [
        ("W-FORMULA", "One", 2),
        ("W-NOANSWER", "One", 2),
        ("W-FORMULA", "One", 3),
        ("W-NOANSWER", "One", 3),
    ]


def test_many_of_a_kind_are_counted():
    merged = "".join(f'<mergeCell ref="B{n}:B{n + 1}"/>' for n in range(2, 202, 2))
    data = by_hand(
        f'{HEADER}<row r="2">{text("A2", "Why?")}</row>', after=f"<mergeCells>{merged}</mergeCells>"
    )
    found = [each for each in read_file(data)[1].findings if each.code == "W-MERGED"]
    assert len(found) == 51
    assert "50 more ranges" in " ".join(each.message for each in found)


@pytest.mark.parametrize(
    ("value", "number_format", "seen"),
    [
        (3, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (0.075, "0.0%", "7.5%"),
        (0.5, "0%", "50%"),
        (7, "00000", "00007"),
        (-3.5, "0.00", "-3.50"),
        (-0.001, "0.00", "0.00"),
        (5, '"$"#,##0', "$5"),
        (5, "#,##0 [$€-407]", "5 €"),
        (1.5, '0.0" km"', "1.5 km"),
        (2.5, "0.0#", "2.5"),
        (0.5, "# ?/?", "0.5"),
        (True, "General", "TRUE"),
        (date(2026, 11, 23), "yyyy-mm-dd", "2026-11-23"),
        (date(2026, 11, 23), "d/m/yyyy", "2026-11-23"),
        (date(2026, 11, 23), "mmmm yyyy", "2026-11-23"),
        (AFTERNOON, "dd.mm.yy hh:mm", "2026-11-23 14:05"),
        (AFTERNOON, "yyyy-mm-dd h:mm:ss", "2026-11-23 14:05:09"),
        (time(9, 30), "h:mm AM/PM", "09:30"),
        (timedelta(hours=30, minutes=5), "[h]:mm:ss", "30:05:00"),
        ("2026", "@", "2026"),
        (5, 'General" points"', "5"),
        (5, "[$-407]General", "5"),
        (5, "[Red]General", "5"),
        (12345, "0.000E+00", "12345"),
        (1_200_000, '#,##0,"K"', "1200000"),
        (2_958_465.999_999_9, "d/m/yyyy", "2958465.9999999"),
    ],
)
def test_numbers_dates_and_truths_are_the_text_a_person_sees(value, number_format, seen):
    book = workbook({"Cards": [["Question", "Answer", "Output"], ["Why?", "", value]]})
    book["Cards"]["C2"].number_format = number_format
    book["Cards"]["C1"] = "Key points"
    document = read_file(saved(book))[1].entries[0].document
    assert document.key_points[0].text == seen


@pytest.mark.parametrize(
    ("value", "code", "seen"),
    [
        (-5, '0;"minus "0', "minus 5"),
        (5, '0;"minus "0', "5"),
        (0, '0;"minus "0', "0"),
        (-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"),
        (-0.075, '0.0%;0.0%" less"', "7.5% less"),
        (-5, "0;-0", "-5"),
        (-5, '0" °C";[Blue]-0" °C"', "-5 °C"),
        # A colour alone is no text: the sign is told all the same.
        (-5, "0;[Red]0", "-5"),
        (-5, '"$"0;[Red]"$"0', "-$5"),
        (-5, "0;", "-5"),
        (-1e300, '0;"minus "0', "-1e+300"),
        (0, '0;-0;"none"', "none"),
        (1, '"yes";"yes";"no"', "yes"),
        (0, '"yes";"yes";"no"', "no"),
        (0, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "-"),
        (-5, '_(* #,##0_);_(* \\(#,##0\\);_(* "-"??_);_(@_)', "(5)"),
        # Whatever decides which of them is shown is not read.
        (5, '[<0]"minus "0;0', "5"),
        (-5, '[>=0]0;"minus "0', "-5"),
        (45_000, "[>1]d/m/yyyy;0", "2023-03-15"),
    ],
)
def test_sections_of_a_format_say_what_a_person_sees(value: float, code: str, seen: str) -> None:
    assert shown(str(value), code) == seen


def test_days_are_counted_as_the_file_says():
    styles = f"<styleSheet {workbooks.MAIN}><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>"
    book = PARTS["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    day = cell("B2", "45000", style=1)
    assert answer_of(day, styles=styles) == "2023-03-15"
    assert answer_of(day, styles=styles, workbook=book) == "2027-03-16"
    assert answer_of(cell("B2", "1", style=1), styles=styles) == "1900-01-01"
    assert answer_of(cell("B2", "99999999", style=1), styles=styles) == "99999999"
    # The last day of the one count is beyond the last of the other.
    assert answer_of(cell("B2", "2958465", style=1), styles=styles) == "9999-12-31"
    assert answer_of(cell("B2", "2958465", style=1), styles=styles, workbook=book) == "2958465"


def test_extension_of_a_workbook_does_not_change_how_days_are_counted():
    styles = f"<styleSheet {workbooks.MAIN}><cellXfs><xf numFmtId='14'/></cellXfs></styleSheet>"
    extension = (
        '<extLst><ext xmlns:x15="urn:x"><x15:workbookPr chartTrackingRefBase="1"/></ext></extLst>'
    )
    book = PARTS["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    book = book.replace("</workbook>", f"{extension}</workbook>")
    assert answer_of(cell("B2", "45000"), styles=styles, workbook=book) == "2027-03-16"


@pytest.mark.parametrize("code", ["@", "0.00E+00", "##0.0E+0", "GENERAL"])
def test_formats_written_out_by_other_programs_are_known(code):
    """Excel names these by their numbers, so openpyxl does."""
    assert shown("2026", code) == "2026"


@given(st.floats() | st.integers(), st.text('#0?,.%;"[]$hmsyd/\\_*E+ a€-@', max_size=12))
def test_any_number_in_any_format_is_some_text(value: float, code: str) -> None:
    assert shown(str(value), code) or code


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        (cell("B2", "0", kind="s"), "shared"),
        (cell("B2", "1", kind="b"), "TRUE"),
        (cell("B2", "0", kind="b"), "FALSE"),
        (cell("B2", "2026-11-23", kind="d"), "2026-11-23"),
        (cell("B2", "not a number"), "not a number"),
        ("<c><v>7</v></c>", "7"),
        ('<c r="B2" t="inlineStr"><is><r><t>two </t></r><r><t>runs</t></r></is></c>', "two runs"),
        ('<c r="B2" t="inlineStr"><is><t>漢</t><rPh><t>kan</t></rPh></is></c>', "漢"),
        (text("B2", "a_x000D_\nb_x0000_c_x005F_"), "a\nbc_"),
        (cell("B2", "in its value", kind="inlineStr"), "in its value"),
        ('<c r="B2"><is><t>of no type</t></is></c>', "of no type"),
        (cell("B2", "", kind="s"), ""),
    ],
)
def test_cells_of_every_kind_are_text(rows, seen):
    assert answer_of(rows).replace("\\", "") == seen


def test_prefixes_and_absolute_paths_are_read_as_other_programs_write_them():
    sheet = workbooks.sheet_xml(f'{HEADER}<row r="2">{text("A2", "Why?")}</row>')
    sheet = sheet.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    relations = PARTS["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1", "/XL/sheets/One")
    parts = {**PARTS, "xl/_rels/workbook.xml.rels": relations, "xl/sheets/one.xml": sheet}
    assert read_file(packed(parts))[1].entries[0].prompt == "Why?"


@pytest.mark.django_db
def test_own_table_saved_as_a_spreadsheet_comes_back_whole():
    make_question("What is one?", slug="one", tags=("build",))
    make_choice_question("What is two?", slug="two")
    documents = documents_of(Question.objects.all(), reader=None)
    table = export(documents, format="csv", now=NOON).data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    data = saved(workbook({"Questions": rows}))
    read_back = [entry.document for entry in read(data)[1].entries]
    assert read_back == [entry.document for entry in read(table.encode())[1].entries]
    assert [document.slug for document in read_back] == [each.slug for each in documents]


# What it is, whatever its name


def test_format_is_told_by_what_is_inside():
    data = saved(workbook({"Cards": CARDS}))
    format, reading = read_file(data)
    found = candidates_of(data, read_as=format, reading=reading)
    assert [(each.format, each.count) for each in found] == [("xlsx", 2)]
    assert "no Anki collection" in refusal(data, format="apkg")
    assert "cannot be read as csv" in refusal(data, format="csv")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Question,Answer\na,b\n", "This is no spreadsheet"),
        (packed({"a.md": "---\nid: a\n---\n"}), "This is no spreadsheet"),
    ],
)
def test_what_is_no_spreadsheet_is_refused_as_one(data, said):
    assert said in refusal(data, format="xlsx")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "save it as .xlsx"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "has a password",
        ),
        (packed({"mimetype": "x", "content.xml": "<x/>"}), "Save a spreadsheet of another kind"),
        (packed({"[Content_Types].xml": "", "word/document.xml": ""}), "of another kind"),
        (
            packed({**PARTS, "_rels/.rels": PARTS["_rels/.rels"].replace("book.xml", "book.bin")}),
            "binary spreadsheet",
        ),
    ],
)
def test_other_kinds_of_office_files_say_what_to_do(data, said):
    assert said in refusal(data)


def test_deck_is_a_deck_whatever_else_is_inside():
    data = packed({**PARTS, "collection.anki2": b"no database"})
    assert "collection in this file" in refusal(data)


# Damaged, and hostile


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/workbook.xml": None},
        {"xl/workbook.xml": "<workbook>"},
        {"xl/workbook.xml": "no xml"},
        {"xl/sharedStrings.xml": None},
        {"xl/styles.xml": "<styleSheet><a></b></styleSheet>"},
        {"xl/_rels/workbook.xml.rels": "<a"},
        {"xl/worksheets/sheet1.xml": None},
        {"xl/worksheets/sheet1.xml": ""},
        {"xl/worksheets/sheet1.xml": "<worksheet>".encode("utf-16")},
        {"xl/worksheets/sheet1.xml": "<worksheet><sheetData><c/></sheetData></worksheet>"},
        {"xl/worksheets/sheet1.xml": '<worksheet><row r="2"/><row r="1"/></worksheet>'},
        {"xl/worksheets/sheet1.xml": '<worksheet><row r="1048577"/></worksheet>'},
        {"xl/worksheets/sheet1.xml": '<worksheet><row r="1"><c r="XFE1"/></row></worksheet>'},
        {"xl/worksheets/sheet1.xml": '<w><row r="1"><c t="s"><v>9</v></c></row></w>'},
        {"xl/worksheets/sheet1.xml": '<w><row r="1"><c t="s"><v>-9</v></c></row></w>'},
        {"xl/worksheets/sheet1.xml": f'<w><row r="1"><c t="s"><v>{"9" * 9999}</v></c></row></w>'},
        {"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'},
        {"xl/sharedStrings.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><sst/>'},
    ],
)
def test_damaged_spreadsheet_names_its_part(parts):
    whole = {**PARTS, "xl/worksheets/sheet1.xml": workbooks.sheet_xml(HEADER), **parts}
    data = packed({name: content for name, content in whole.items() if content is not None})
    assert f"“{next(iter(parts))}” in this spreadsheet is missing or damaged" in refusal(data)


# Each is packed no more tightly than a real file may be, so that the archive's own bound lets it in.
LARGE = {
    "the last cell alone": 'HEADER + \'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>\'',
    "rows of all columns": "HEADER + ''.join(f'<row r=\"{n}\"><c r=\"XFD{n}\"><v>1</v></c></row>' for n in range(2, 400_000))",
    "a row of any number": 'HEADER + \'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>\'',
    "empty cells": "HEADER + ('<row>' + '<c s=\"1\"/>' * 900 + '</row>') * 1_000",
    "a cell of 20 MB": "HEADER + '<row><c t=\"str\"><v>' + 'a' * 20_000_000 + '</v></c></row>'",
    "attributes": "'<row ' + ' '.join(f'a{n}=\"\"' for n in range(1_000_000)) + '/>'",
    "attributes of many tags": "('<row ' + ' '.join(f'a{n}=\"\"' for n in range(20_000)) + '/>') * 80",
    "depth": "'<a>' * 1_000_000",
    "instructions": "'<?a?>' * 1_000_000",
    "remarks": "'<!--a-->' * 2_000_000",
    "merged cells": "HEADER + '<mergeCell ref=\"A2:B3\"/>' * 740_000",
    "dates": "HEADER + ('<row>' + '<c s=\"1\"><v>45000.5</v></c>' * 35 + '</row>') * 9_999",
    "questions": "HEADER + ('<row>' + text('', 'Why?') + text('', 'So.') + '</row>') * 9_999",
    "tags in a cell": "HEADER + '<row>' + text('', '&lt;b&gt;' * 10_000) * 2 + '</row>'",
    "one text again and again": "HEADER + '<row><c t=\"s\"><v>0</v></c></row>' * 9_999",
}
READ_FILE = """
import sys
from questions.formats.document import UnreadableFile
from questions.formats.files import read_file
with open(sys.argv[1], "rb") as file:
    data = file.read()
try:
    format, reading = read_file(data)
    print(len(reading.entries))
except UnreadableFile as error:
    print(error.finding.code)
"""
WHOLE = ("dates", "questions")
LONG_STRING = f"<sst><si><t>{'a ' * 16_000}</t></si></sst>"
WITH_DATES = "<s><cellXfs><xf numFmtId='0'/><xf numFmtId='22'/></cellXfs></s>"


def loosely_packed(rows: str, **parts: str) -> bytes:
    noise = random.Random(1)  # noqa: S311
    remarks = [base64.b64encode(noise.randbytes(300)) for _n in range(len(rows) // 40_000)]
    return by_hand(rows + "".join(f"<!--{remark.decode()}-->" for remark in remarks), **parts)


def read_within_bounds(data: bytes, folder: Path) -> str:
    """The number of questions, or why there are none; in 5 s of the processor and 300 MB."""
    path = folder / "file.xlsx"
    path.write_bytes(data)

    def within() -> None:
        within_bounds()
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    done = subprocess.run(  # noqa: S603 (our own interpreter and text)
        [sys.executable, "-c", READ_FILE, path],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)},
        preexec_fn=within,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout.strip()


@pytest.mark.parametrize("name", LARGE)
def test_hostile_sheet_ends_within_bounds(name, tmp_path):
    names = {each: getattr(workbooks, each) for each in dir(workbooks)}
    rows = eval(LARGE[name], names)  # noqa: S307 (our own text)
    data = loosely_packed(rows, sharedStrings=LONG_STRING, styles=WITH_DATES)
    said = read_within_bounds(data, tmp_path)
    assert said == "9999" if name in WHOLE else said.startswith("E-")


@pytest.mark.parametrize(
    "parts",
    [
        {"sharedStrings": "<sst>" + "<si><t>a</t></si>" * 400_000 + "</sst>"},
        {"sharedStrings": "<sst><si><t>" + "a" * 20_000_000 + "</t></si></sst>"},
        {"sharedStrings": "<sst>" + f"<si><t>{'𝄞' * 30_000}</t></si>" * 400 + "</sst>"},
        {"styles": "<s><cellXfs>" + "<xf numFmtId='1'/>" * 800_000 + "</cellXfs></s>"},
        {"workbook": "<w>" + "<sheet r:id='rId1'/>" * 200_000 + "</w>"},
        {"": "<a><Relationship Id='a'/>" * 500_000},
    ],
)
def test_hostile_part_ends_within_bounds(parts, tmp_path):
    assert read_within_bounds(loosely_packed(HEADER, **parts), tmp_path).startswith("E-")


def test_bomb_is_refused_before_it_is_unpacked(tmp_path):
    data = by_hand(HEADER + " " * 60_000_000)
    assert read_within_bounds(data, tmp_path) == "E-TOO-LARGE"


def test_sizes_that_the_archive_only_claims_are_not_believed():
    data = by_hand(HEADER + f'<row r="2">{text("A2", "Why?")}</row>' + " " * 3_000_000)
    entry = zipfile.ZipFile(io.BytesIO(data)).getinfo("xl/worksheets/sheet1.xml")
    claimed = data.replace(entry.file_size.to_bytes(4, "little"), (99).to_bytes(4, "little"))
    assert "damaged" in refusal(claimed) or "more tightly" in refusal(claimed)


def test_archive_with_the_long_directory_of_large_ones_is_read():
    data = by_hand(f'{HEADER}<row r="2">{text("A2", "Why?")}</row>')
    end = data.rfind(b"PK\x05\x06")
    mark, *_disks, count, size, start, _comment = struct.unpack("<4s4H2LH", data[end:])
    long = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start)
    where = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    short = struct.pack("<4s4H2LH", mark, 0, 0, *[2**16 - 1] * 2, *[2**32 - 1] * 2, 0)
    assert read_file(data[:end] + long + where + short)[1].entries[0].prompt == "Why?"


def test_locked_part_of_an_archive_is_told():
    data = bytearray(by_hand(HEADER))
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = data.find(mark)
        while start != -1:
            data[start + place] |= 1
            start = data.find(mark, start + 1)
    assert "password" in refusal(bytes(data))


def test_too_large_a_file_is_refused_before_it_is_opened():
    assert "50 MB" in refusal(by_hand(HEADER) + bytes(MOST_ARCHIVE_BYTES))


def test_ten_thousand_questions_of_every_column_have_room():
    assert MOST_TAGS > 10_000 * (1 + 12 * 3)


# From the terminal and on the pages


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "cards.xlsx"
    path.write_bytes(saved(workbook({"Prices": [["Bread", 3]], "Cards": CARDS})))
    return path


@pytest.mark.django_db
def test_command_imports_and_names_sheet_and_row(path, capsys):
    call_command("import_questions", path, format="xlsx")
    said = capsys.readouterr().out
    assert f"{path}:Prices:1: W-SHEET" in said
    assert "2 were imported as drafts." in said
    sources = Question.objects.order_by("pk").values_list("current_revision__source", flat=True)
    assert list(sources) == ["cards.xlsx: Cards, 2", "cards.xlsx: Cards, 3"]
    call_command("import_questions", path)
    assert "Nothing to do." in capsys.readouterr().out


@pytest.mark.django_db
def test_command_tells_rows_to_programs(path, capsys):
    call_command("import_questions", path, json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["format"] == "xlsx"
    assert (told["questions"][0]["sheet"], told["questions"][0]["row"]) == ("Cards", 2)
    assert (told["findings"][0]["sheet"], told["findings"][0]["row"]) == ("Prices", 1)


@pytest.mark.django_db
def test_command_names_a_damaged_file(path):
    path.write_bytes(packed({**PARTS, "xl/workbook.xml": "<a"}))
    with pytest.raises(CommandError, match=r"cards\.xlsx:1: E-XLSX “xl/workbook.xml”") as error:
        call_command("import_questions", path)
    assert error.value.returncode == 2


def test_changed_row_updates_its_question(alice):
    import_file(saved(workbook({"Cards": CARDS})), name="a.xlsx", owner=alice, now=NOON)
    changed = [*CARDS[:2], ["What is a node?", "A computer of the cluster."]]
    data = saved(workbook({"First": [["a"]], "Cards": changed}))
    done = import_file(data, name="a.xlsx", owner=alice, now=NOON)
    assert [str(each.outcome) for each in done.entries] == ["unchanged", "changed"]


def test_page_shows_sheet_and_row_before_importing(alice, alice_client, path):
    page = alice_client.get("/bank/import/").content.decode()
    assert "A spreadsheet (.xlsx)" in page
    assert ".xlsx,.apkg" in page
    file = SimpleUploadedFile("cards.xlsx", path.read_bytes())
    page = alice_client.post("/bank/import/", {"file": file}, follow=True).content.decode()
    assert "Sheet “Prices”, row 1" in page
    assert "sheet “Cards”, row 3" in page
    assert "Mend the text" not in page
    kept = Import.objects.get()
    data = {"line": ["3", "4"], "sha256": kept.sha256}
    alice_client.post(reverse("questions:import_confirm", args=[kept.pk]), data)
    assert alice.private_questions.count() == 2
