"""The sheets of an .xlsx file as text, cell by cell; what cannot come along is told at its row.

The parts are read as they unpack, and none is kept as a tree: a stranger's file of a kilobyte may
say that it has a million rows, or a row of any number.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from zipfile import ZipFile

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from questions.formats.archives import copy_entry
from questions.formats.document import UnreadableFile
from questions.formats.spreadsheet_numbers import BUILT_IN, GENERAL, shown

MEGABYTE = 1024 * 1024
MOST_PART_BYTES = 64 * MEGABYTE
MOST_SHEETS = 100
MOST_STRINGS = 300_000
MOST_STRING_TEXT = 8_000_000
# Of all parts together: two seconds and a half.
MOST_TAGS = 750_000
# No cell may have so much text; within a tag, which has no “<” either, it would all be attributes.
LONGEST_RUN = 256 * 1024
# Merged cells, notes, pictures and the like of a part: each is told, or counted.
MOST_DROPPED = 20_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
CONTENT_TYPES = "[Content_Types].xml"
CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
# How the format writes signs that XML has no place for, such as a carriage return.
WRITTEN_OUT = re.compile(r"_x([0-9A-Fa-f]{4})_")
TRUE = ("1", "true", "on")
WORKSHEET = "worksheet"


class Dropped(NamedTuple):
    """Something on a row that is no text: `kind` is one of those below, `cells` where it stands."""

    kind: str
    row: int
    cells: str = ""
    words: str = ""


MERGED, NO_RESULT, ERROR, PICTURE, COMMENT, LINK = (
    *("merged", "no result", "error", "picture"),
    *("comment", "link"),
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """`cells`: what is not blank, by its column from 0."""

    number: int
    cells: dict[int, str]


class Taker(Protocol):
    def wants(self, column: int) -> bool:
        """Whether it matters what stands there, and not only that something does."""

    def take(self, row: SheetRow) -> None: ...


@dataclass
class Sheet:
    """`kind` is the last word of how the file leads to it; "" if it does not say where it is."""

    name: str
    part: str = ""
    kind: str = ""
    is_hidden: bool = False
    dropped: list[Dropped] = field(default_factory=list)

    @property
    def is_grid(self) -> bool:
        """It has cells, and is no sheet that is a chart alone."""
        return self.kind == WORKSHEET


class Relation(NamedTuple):
    kind: str
    target: str


def is_workbook(archive: ZipFile) -> bool:
    names = archive.namelist()
    return CONTENT_TYPES in names and any(name.startswith("xl/") for name in names)


class Workbook:
    """Raises UnreadableFile, here and while a sheet is read."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._parts = {entry.filename.lower(): entry for entry in archive.infolist()}
        self._tags_left = MOST_TAGS
        root = self._relations("")
        documents = [each.target for each in root.values() if each.kind == "officeDocument"]
        part = documents[0] if documents else "xl/workbook.xml"
        if part.lower().endswith(".bin"):
            raise UnreadableFile(
                "This is a binary spreadsheet (.xlsb). Save it as .xlsx.", code="E-XLSX"
            )
        relations = self._relations(part)
        book = _Book()
        self._read(part, book)
        self.is_1904 = book.is_1904
        nowhere = Relation("", "")
        self.sheets = [
            Sheet(
                name,
                relations.get(key, nowhere).target,
                relations.get(key, nowhere).kind,
                is_hidden=state in ("hidden", "veryHidden"),
            )
            for name, key, state in book.sheets
        ]
        by_kind = {each.kind: each.target for each in relations.values()}
        strings, styles = _Strings(), _Styles()
        if "sharedStrings" in by_kind:
            self._read(by_kind["sharedStrings"], strings)
        if "styles" in by_kind:
            self._read(by_kind["styles"], styles)
        self.strings, self.codes = strings.found, styles.codes

    def read(self, sheet: Sheet, *, to: Taker) -> None:
        """Row by row, with what is dropped put down in the sheet once it is at its end."""
        if not sheet.is_grid:
            return
        relations = self._relations(sheet.part)
        cells = _Cells(self, to=to)
        self._read(sheet.part, cells)
        sheet.dropped += cells.dropped
        for cell, key in cells.links:
            if key in relations:
                sheet.dropped.append(_link(cell, relations[key].target))
        for relation in relations.values():
            if relation.kind in ("drawing", "comments") and self._has(relation.target):
                anchors = _Anchors()
                self._read(relation.target, anchors)
                sheet.dropped += anchors.dropped

    def _has(self, part: str) -> bool:
        return part.lower() in self._parts

    def _read(self, part: str, handler: _Handler) -> None:
        entry = self._parts.get(part.lower())
        if entry is None:
            raise _damaged(part)
        parser: Any = make_parser()
        parser.forbid_dtd = True
        parser.setContentHandler(handler)
        handler.tags_left = self._tags_left

        run = 0

        def feed(piece: bytes) -> None:
            nonlocal run
            run += piece.find(b"<") if b"<" in piece else len(piece)
            if run > LONGEST_RUN:
                raise too_much("too much text in one cell")
            if b"\0" in piece:  # it is UTF-16, where no byte means “<” for sure
                raise _damaged(part)
            if b"<" in piece:
                run = len(piece) - piece.rfind(b"<")
            try:
                parser.feed(piece)
            except UnreadableFile:
                raise
            except (SAXException, DefusedXmlException, ValueError, LookupError) as error:
                raise _damaged(part) from error

        copy_entry(self._archive, entry, to=feed, most=MOST_PART_BYTES)
        try:
            parser.close()
        except SAXException as error:
            raise _damaged(part) from error
        if handler.tags_left == self._tags_left:
            raise _damaged(part)
        self._tags_left = handler.tags_left

    def _relations(self, part: str) -> dict[str, Relation]:
        """What a part leads to within the archive, by key. `part` "" is the archive itself."""
        folder, name = posixpath.split(part)
        own = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self._has(own):
            return {}
        found = _Relations()
        self._read(own, found)
        return {
            key: Relation(kind, target if is_outside else _path(folder, target))
            for key, kind, target, is_outside in found.found
        }


def _path(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _damaged(part: str) -> UnreadableFile:
    return UnreadableFile(
        f"“{part[-80:]}” in this spreadsheet is missing or damaged. Open the file in a spreadsheet "
        "program, save it anew as .xlsx, and try again.",
        code="E-XLSX",
    )


def too_much(what: str) -> UnreadableFile:
    return UnreadableFile(
        f"This spreadsheet has {what}. Copy the rows with your questions into a new one.",
        code="E-TOO-LARGE",
    )


class _Handler(ContentHandler):
    """Names without their prefix, and no more tags than are left."""

    def __init__(self) -> None:
        super().__init__()
        self.tags_left = MOST_TAGS
        self.dropped: list[Dropped] = []
        self._text: list[str] | None = None
        self._length = 0

    def startElement(self, name: str, attrs: Any) -> None:
        self.tags_left -= 1
        if self.tags_left < 0:
            raise too_much("too many cells")
        self.opened(name.rpartition(":")[2] if ":" in name else name, attrs)

    def endElement(self, name: str) -> None:
        self.closed(name.rpartition(":")[2] if ":" in name else name)

    def processingInstruction(self, target: str, data: str) -> None:
        self.tags_left -= 1
        if self.tags_left < 0:
            raise too_much("too many cells")

    def characters(self, content: str) -> None:
        if self._text is not None:
            self._length += len(content)
            if self._length > MOST_STRING_TEXT:
                raise too_much("too much text")
            self._text.append(content)

    def drop(self, what: Dropped) -> None:
        if len(self.dropped) == MOST_DROPPED:
            raise too_much("too many merged cells, formulas without a result, notes or pictures")
        self.dropped.append(what)

    def listen(self) -> None:
        self._text = []

    def heard(self) -> str:
        """What was said since `listen`."""
        text = "".join(self._text or ())
        self._text = None
        return text

    def opened(self, name: str, attrs: Any) -> None:
        """What a tag begins is for each kind of part to say."""
        raise NotImplementedError

    def closed(self, name: str) -> None:
        return None


class _Relations(_Handler):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str, bool]] = []

    def opened(self, name: str, attrs: Any) -> None:
        if name == "Relationship":
            kind = str(attrs.get("Type", "")).rpartition("/")[2]
            is_outside = attrs.get("TargetMode") == "External"
            self.found.append((attrs.get("Id", ""), kind, attrs.get("Target", ""), is_outside))


class _Book(_Handler):
    def __init__(self) -> None:
        super().__init__()
        self.is_1904 = False
        self.sheets: list[tuple[str, str, str]] = []

    def opened(self, name: str, attrs: Any) -> None:
        if name == "workbookPr":
            # Extensions have one of the same name, without it.
            self.is_1904 = self.is_1904 or attrs.get("date1904", "") in TRUE
        elif name == "sheet":
            if len(self.sheets) == MOST_SHEETS:
                raise too_much(f"more than {MOST_SHEETS} sheets")
            self.sheets.append((attrs.get("name", ""), _id(attrs), attrs.get("state", "")))


def _id(attrs: Any) -> str:
    """`r:id`, whatever letter stands for the namespace."""
    return next((str(attrs[name]) for name in attrs.getNames() if name.endswith(":id")), "")


class _Texts(_Handler):
    """Text in runs, without how it is pronounced."""

    def __init__(self) -> None:
        super().__init__()
        self._runs: list[str] = []
        self._is_pronounced = False

    def text_opened(self, name: str) -> None:
        if name == "t" and not self._is_pronounced:
            self.listen()
        elif name == "rPh":
            self._is_pronounced = True

    def text_closed(self, name: str) -> None:
        if name == "t" and not self._is_pronounced:
            self._runs.append(self.heard())
        elif name == "rPh":
            self._is_pronounced = False

    def whole(self) -> str:
        text = "".join(self._runs)
        self._runs = []
        return _readable(text)


class _Strings(_Texts):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def opened(self, name: str, attrs: Any) -> None:
        self.text_opened(name)

    def closed(self, name: str) -> None:
        self.text_closed(name)
        if name == "si":
            if len(self.found) == MOST_STRINGS:
                raise too_much("too many cells")
            self.found.append(self.whole())


class _Styles(_Handler):
    """`codes`: the number format of each style that a cell may have."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: list[str] = []
        self._own: dict[str, str] = {}
        self._is_of_cells = False

    def opened(self, name: str, attrs: Any) -> None:
        if name == "numFmt":
            self._own[attrs.get("numFmtId", "")] = attrs.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self._is_of_cells = True
        elif name == "xf" and self._is_of_cells:
            key = attrs.get("numFmtId", "0")
            built_in = BUILT_IN.get(int(key), GENERAL) if key.isdecimal() and len(key) < 6 else ""
            self.codes.append(self._own.get(key) or built_in or GENERAL)

    def closed(self, name: str) -> None:
        if name == "cellXfs":
            self._is_of_cells = False


class _Cells(_Texts):
    def __init__(self, book: Workbook, *, to: Taker) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self._book = book
        self._taker = to
        self._row = SheetRow(0, {})
        self._column = -1
        self._type = self._style = ""
        self._value: str | None = None
        self._is_formula = False

    def opened(self, name: str, attrs: Any) -> None:
        if name == "c":
            self._begin_cell(attrs)
        elif name == "v":
            self.listen()
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._begin_row(attrs.get("r", ""))
        elif name == "mergeCell":
            ref = str(attrs.get("ref", ""))[:40]
            self.drop(Dropped(MERGED, _row_of(ref), ref))
        elif name == "hyperlink":
            if len(self.links) == MOST_DROPPED:
                raise too_much("too many links")
            self.links.append((str(attrs.get("ref", ""))[:40], _id(attrs)))
        else:
            self.text_opened(name)

    def closed(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name == "v":
            self._value = self.heard()
        elif name == "row":
            if self._row.cells:
                self._taker.take(self._row)
        else:
            self.text_closed(name)

    def _begin_row(self, number: str) -> None:
        following = self._row.number + 1
        row = int(number) if number else following
        if row < following or row > LAST_ROW:
            raise ValueError("rows that no spreadsheet has")
        self._row, self._column = SheetRow(row, {}), -1

    def _begin_cell(self, attrs: Any) -> None:
        match = CELL.fullmatch(attrs.get("r", ""))
        self._column = _column(match[1]) if match else self._column + 1
        if self._column >= LAST_COLUMN or not self._row.number:
            raise ValueError("a cell that no spreadsheet has")
        self._type, self._style = attrs.get("t", "n"), attrs.get("s", "0")
        self._value, self._is_formula = None, False

    def _end_cell(self) -> None:
        text = self.whole() or self._text_of(self._value)
        where = f"{_letters(self._column)}{self._row.number}"
        has_result = bool(self._value) or (self._type == "str" and self._value is not None)
        if self._is_formula and not has_result and not text:
            self.drop(Dropped(NO_RESULT, self._row.number, where))
        elif self._type == "e":
            self.drop(Dropped(ERROR, self._row.number, where, text))
        if text.strip():
            self._row.cells[self._column] = text

    def _text_of(self, value: str | None) -> str:
        if not value:
            return ""
        if self._type == "s":
            return self._book.strings[int(value)]
        if self._type == "b":
            return "TRUE" if value.strip() in TRUE else "FALSE"
        if self._type != "n":
            return _readable(value)
        if not self._taker.wants(self._column):
            return value
        codes, style = self._book.codes, int(self._style) if self._style.isdecimal() else 0
        code = codes[style] if style < len(codes) else GENERAL
        return shown(value.strip(), code, is_1904=self._book.is_1904)


class _Anchors(_Handler):
    """Where pictures, charts and boxes stand on a sheet, and notes on its cells."""

    def __init__(self) -> None:
        super().__init__()
        self._is_from = False

    def opened(self, name: str, attrs: Any) -> None:
        if name == "comment":
            ref = str(attrs.get("ref", ""))[:40]
            self.drop(Dropped(COMMENT, _row_of(ref), ref))
        elif name == "absoluteAnchor":
            self.drop(Dropped(PICTURE, 1))
        elif name == "from":
            self._is_from = True
        elif name == "row" and self._is_from:
            self.listen()

    def closed(self, name: str) -> None:
        if name == "row" and self._is_from:
            number = self.heard().strip()
            row = int(number) + 1 if number.isdecimal() and len(number) < 8 else 1
            self.drop(Dropped(PICTURE, min(row, LAST_ROW)))
        elif name == "from":
            self._is_from = False


def _readable(text: str) -> str:
    text = WRITTEN_OUT.sub(_sign, text) if "_x" in text else text
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _sign(match: re.Match[str]) -> str:
    sign = chr(int(match[1], 16))
    return sign if sign.isprintable() or sign in "\t\n\r" else ""


def _link(cells: str, address: str) -> Dropped:
    return Dropped(LINK, _row_of(cells), cells, address)


def _row_of(cells: str) -> int:
    match = CELL.match(cells)
    return min(max(int(match[2]), 1), LAST_ROW) if match else 1


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(cells: str) -> int | None:
    """The first of a range such as B2:C5."""
    match = CELL.match(cells)
    return _column(match[1]) if match else None
