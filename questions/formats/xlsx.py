"""Spreadsheets (.xlsx): every sheet whose header names questions and answers is read as a table is.

`line` counts the rows of all sheets, one sheet after the other; `Reading.sheets` says which is which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from zipfile import ZipFile

from questions.formats.document import Finding, Reading, SheetLines, UnreadableFile
from questions.formats.entries import WholeEntry
from questions.formats.html import check_tags
from questions.formats.tables import Row, Table, entries_of, table_below
from questions.formats.text_files import MOST_BYTES, check_count
from questions.formats.workbook import (
    COMMENT,
    ERROR,
    LINK,
    MERGED,
    NO_RESULT,
    PICTURE,
    Dropped,
    Sheet,
    SheetRow,
    Workbook,
    column_of,
    too_much,
)

# People put a title above their tables, and a word or two about them.
ROWS_ABOVE = 10
WIDEST_HEADER = 1_000
# More of one kind on a sheet are counted.
MOST_TOLD = 50
NOTHING_FOUND = (
    "No question was found. A spreadsheet is read if one of the first rows of a sheet names its "
    "columns: “Question” and “Answer”, or “Front” and “Back”; “Tags”, “Topic”, “Level” and “Key "
    "points” are read too."
)
TOLD = {
    MERGED: ("W-MERGED", "Cells {cells} are merged, so their text counts for the first one only."),
    NO_RESULT: (
        "W-FORMULA",
        "Cell {cells} is a formula whose result is not in the file. Open the file in a spreadsheet "
        "program, save it, and bring it again.",
    ),
    ERROR: ("W-FORMULA", "Cell {cells} shows an error, which is read as its text."),
    PICTURE: ("W-MEDIA", "A picture, chart or box that stands here is left out."),
    COMMENT: ("W-NOTE", "The note on cell {cells} is left out."),
    LINK: ("W-LINK", "The link of cell {cells} is left out: it leads to {words}"),
}
MORE = {
    MERGED: "{count} more ranges of this sheet are merged.",
    NO_RESULT: "{count} more formulas of this sheet have no result in the file.",
    ERROR: "{count} more cells of this sheet show an error.",
    PICTURE: "{count} more pictures, charts or boxes on this sheet are left out.",
    COMMENT: "{count} more notes on this sheet are left out.",
    LINK: "{count} more links on this sheet are left out.",
}
OTHER_SHEETS = {
    "chartsheet": "a chart",
    "dialogsheet": "a dialog",
    **dict.fromkeys(("xlMacrosheet", "xlIntlMacrosheet"), "a list of macros"),
}


def read_xlsx(archive: ZipFile) -> Reading:
    """Raises UnreadableFile if no sheet has a question."""
    book = Workbook(archive)
    entries: list[WholeEntry] = []
    findings: list[Finding] = []
    sheets: list[SheetLines] = []
    above, left = 0, MOST_BYTES
    for sheet in book.sheets:
        grid = _Grid(above, left=left)
        book.read(sheet, to=grid)
        left = grid.left
        sheets.append(SheetLines(above, sheet.name))
        if grid.table:
            check_tags("".join(cell for row in grid.rows for cell in row.cells))
            found, told = entries_of(replace(grid.table, rows=grid.rows))
            entries += found
            check_count(len(entries))
            findings += [*_findings(sheet, grid), *told]
        elif grid.count or not sheet.is_grid or sheet.dropped:
            findings.append(Finding("W-SHEET", above + grid.first, _unread(sheet, grid.count)))
        above += max(grid.last, 1)
    if not entries:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    told_in_order = sorted(findings, key=lambda found: found.line)
    return Reading(tuple(entries), tuple(told_in_order), sheets=tuple(sheets))


class _Grid:
    """Takes the rows of a sheet, and keeps what stands below its header in the columns of ours."""

    def __init__(self, above: int, *, left: int) -> None:
        self.above, self.left = above, left
        self.table: Table | None = None
        self.rows: list[Row] = []
        self.before: list[int] = []
        self.count = 0
        self.first = self.last = 1
        self._names: dict[int, str] = {}
        self._places: dict[str, int] = {}

    def wants(self, column: int) -> bool:
        if not self.table:
            return len(self.before) < ROWS_ABOVE
        return column in self._places.values()

    def take(self, row: SheetRow) -> None:
        self.first = self.first if self.count else row.number
        self.count, self.last = self.count + 1, row.number
        if self.table:
            self._keep(row)
        elif len(self.before) < ROWS_ABOVE:
            self._look_for_header(row)

    def _look_for_header(self, row: SheetRow) -> None:
        width = min(max(row.cells) + 1, WIDEST_HEADER)
        names = tuple(row.cells.get(column, "") for column in range(width))
        line = self.above + row.number
        table = table_below(Row(line, line, names))
        if not table:
            self.before.append(row.number)
            return
        self._names = {column: name for column, name in row.cells.items() if column < width}
        self._places = table.columns
        columns = {name: place for place, name in enumerate(table.columns)}
        self.table = replace(table, columns=columns, named=frozenset(columns.values()))

    def _keep(self, row: SheetRow) -> None:
        check_count(len(self.rows))
        cells = tuple(row.cells.get(column, "") for column in self._places.values())
        self.left -= sum(map(len, cells))
        if self.left < 0:
            raise too_much("more than 2 MB of text")
        has_more = any(column not in self._names for column in row.cells)
        line = self.above + row.number
        if has_more or any(cells):
            self.rows.append(Row(line, line, cells, has_more))


def _unread(sheet: Sheet, rows: int) -> str:
    if not sheet.kind:
        return f"The file does not say where its sheet “{sheet.name[:80]}” is: it is not imported."
    if not sheet.is_grid:
        return f"This sheet is {OTHER_SHEETS.get(sheet.kind, 'no table')} and is not imported."
    what = "Its only row is" if rows == 1 else f"Its {rows:,} rows are"
    what = what if rows else "What stands on it is"
    return f"No row of this sheet names columns for questions and answers. {what} not imported."


def _findings(sheet: Sheet, grid: _Grid) -> Iterator[Finding]:
    if sheet.is_hidden:
        message = "This sheet is hidden in the spreadsheet. Its questions are read all the same."
        yield Finding("I-HIDDEN", grid.above + grid.first, message)
    for row in grid.before:
        message = "This row stands above the names of the columns and is not imported."
        yield Finding("W-OUTSIDE", grid.above + row, message)
    kinds: Counter[str] = Counter()
    for each in sheet.dropped:
        if not _matters(each, grid):
            continue
        kinds[each.kind] += 1
        if kinds[each.kind] <= MOST_TOLD:
            code, message = TOLD[each.kind]
            told = message.format(cells=each.cells, words=each.words[:200])
            yield Finding(code, grid.above + each.row, told)
    for kind, count in kinds.items():
        if count > MOST_TOLD:
            message = MORE[kind].format(count=f"{count - MOST_TOLD:,}")
            yield Finding(TOLD[kind][0], grid.above + grid.first, message)


def _matters(dropped: Dropped, grid: _Grid) -> bool:
    """Formulas, errors and links only where text is read; what is not read is told already."""
    if dropped.kind in (PICTURE, COMMENT, MERGED):
        return True
    column = column_of(dropped.cells)
    return column is not None and grid.wants(column)
