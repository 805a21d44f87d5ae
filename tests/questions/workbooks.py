"""Spreadsheets for tests: as openpyxl writes them, and part by part where they are to be wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
KEYS = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
HEADER = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Question</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Answer</t></is></c></row>'
)
PARTS = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": f'<Relationships {RELATIONS}><Relationship Id="rId1" Type="{KIND}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook {MAIN} {KEYS}><sheets><sheet name="One" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships {RELATIONS}><Relationship Id="rId1"'
    f' Type="{KIND}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{KIND}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId3" Type="{KIND}/styles" Target="/xl/styles.xml"/></Relationships>',
    "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>shared</t></si></sst>",
    "xl/styles.xml": f"<styleSheet {MAIN}/>",
}


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def sheet_xml(rows: str, *, after: str = "", before: str = "") -> str:
    return f"{before}<worksheet {MAIN} {KEYS}><sheetData>{rows}</sheetData>{after}</worksheet>"


def by_hand(rows: str, *, after: str = "", before: str = "", **parts: str) -> bytes:
    """One sheet of these rows. `parts`: others in place of the usual, by the last word of the name."""
    sheet = sheet_xml(rows, after=after, before=before)
    named = {name: parts.get(name.rpartition("/")[2][:-4], text) for name, text in PARTS.items()}
    return packed({**named, "xl/worksheets/sheet1.xml": sheet})


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cell(name: str, value: str, *, kind: str = "n", style: int = 0, formula: str = "") -> str:
    written = f"<f>{formula}</f>" if formula else ""
    return f'<c r="{name}" t="{kind}" s="{style}">{written}<v>{value}</v></c>'


def text(name: str, value: str) -> str:
    return f'<c r="{name}" t="inlineStr"><is><t>{value}</t></is></c>'
