"""Tables of questions: CSV or TSV with a header, and Anki's exports as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from questions.formats.cloze import has_gaps, with_gaps, without_gaps
from questions.formats.csv_writer import options_of, unguarded
from questions.formats.document import (
    Finding,
    KeyPointText,
    Kind,
    Level,
    QuestionDocument,
    Reading,
    UnreadableFile,
)
from questions.formats.entries import WholeEntry, whole_entry
from questions.formats.html import check_tags, looks_like_html, markdown_of_html
from questions.formats.markdown_grammar import is_slug, tidy_prose
from questions.formats.plain_text import blocks_of, markdown_of
from questions.formats.sections import (
    answer_findings,
    inline_text,
    is_no_answer,
    prompt_and_context,
    topic_of,
)
from questions.formats.text_files import (
    check_count,
    line_span,
    lines_of,
    prompt_findings,
    with_line_feeds,
)

LONGEST_FIELD = 2 * 1024 * 1024
NAMES = {
    "prompt": ("question", "front", "prompt", "q"),
    "answer": ("answer", "back", "model answer", "a", "answer (markdown)"),
    "slug": ("id",),
    "kind": ("kind",),
    "context": ("context",),
    "options": ("options",),
    "steps": ("steps",),
    "expected_output": ("output",),
    "tags": ("tags", "tag"),
    "topic": ("topic", "category"),
    "level": ("level", "difficulty"),
    "key_points": ("key points", "key_points", "points"),
}
OUR_ANSWER = "Answer (Markdown)"
SEPARATORS = {
    "tab": "\t",
    "comma": ",",
    "semicolon": ";",
    "pipe": "|",
    "space": " ",
    "colon": ":",
}
WEIGHT = re.compile(r"\s*\[([123])\]\s*")
FENCE = re.compile(r"^[ \t]*(?:```|~~~)", re.MULTILINE)
INDENTED = re.compile(r"^(?: {2}|\t)[ \t]*+\S", re.MULTILINE)
LIST_ITEM = re.compile(r"\s*(?:[-+*\u2022]|[0-9]{1,3}[.)])\s")
SENTENCE = re.compile(r"(?:.*\?|[A-Z].*[.:])\s*")
# By this line Excel knows what parts the cells; some programs fill it up with as many.
SEPARATOR = re.compile(r"\ufeff?[\"']?sep=([;,\t|:])[\"']?[;,\t|:]*[ ]*\n", re.IGNORECASE)
RULE = re.compile(r"\s*:?-{3,}:?\s*")
DIRECTIVE = re.compile(r"#([a-z ]+):(.*)", re.IGNORECASE)
NOTHING_FOUND = (
    "No question was found. This format reads a table whose first line names its columns: "
    "“Question” and “Answer”, or “Front” and “Back”; “Tags”, “Topic”, “Level” and “Key points” "
    "are read too."
)


@dataclass(frozen=True, slots=True)
class Row:
    """`has_more`: text that stands in none of these cells."""

    line: int
    end_line: int
    cells: tuple[str, ...]
    has_more: bool = False


@dataclass
class Table:
    """`columns`: the place of each of our fields. `skipped`: names of columns that are not ours.

    `named`: the places that are any of these.
    """

    rows: list[Row]
    columns: dict[str, int]
    skipped: list[str] = field(default_factory=list)
    is_html: bool = False
    is_ours: bool = False
    has_gaps: bool = False
    header_line: int = 1
    named: frozenset[int] = frozenset()

    def has_more(self, row: Row) -> bool:
        """Text where the header says nothing, or beyond its end."""
        places = [place for place, cell in enumerate(row.cells) if place not in self.named and cell]
        return row.has_more or any(row.cells[place].strip() for place in places)


def read_table(text: str) -> Reading:
    """Raises UnreadableFile where no columns are named, or the quotes never close."""
    check_tags(text)
    entries, findings = entries_of(table_of(text))
    if not entries:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda found: found.line)))


def entries_of(table: Table) -> tuple[list[WholeEntry], list[Finding]]:
    findings: list[Finding] = []
    entries: list[WholeEntry] = []
    if table.skipped:
        names = ", ".join(f"“{name}”" for name in table.skipped)
        findings.append(
            Finding(
                "W-COLUMN", table.header_line, f"Not imported, as no such column is known: {names}."
            )
        )
    topics: set[str] = set()
    for row in table.rows:
        entry, found = _entry(row, table)
        findings += [each for each in found if each.code != "W-TOPIC" or each.message not in topics]
        topics |= {each.message for each in found if each.code == "W-TOPIC"}
        if entry.prompt:
            entries.append(entry)
            findings += [*prompt_findings(entry), *answer_findings(entry)]
    return entries, findings


def table_of(text: str) -> Table:
    text = with_line_feeds(text).removeprefix("\ufeff")
    separator = SEPARATOR.match(text)
    directives, skipped_lines = ({}, 1) if separator else _directives(text)
    body = "\n".join(text.split("\n")[skipped_lines:])
    delimiter = separator[1] if separator else _delimiter(body, directives)
    rows = list(_rows(body, delimiter, first_line=skipped_lines + 1))
    check_count(len(rows))
    if not rows:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    rows = [rows[0], *(row for row in rows[1:] if not _is_rule(row))]
    is_html = directives.get("html", "").strip().lower() == "true"
    if table := table_below(rows[0]):
        return replace(table, rows=rows[1:], is_html=is_html, has_gaps=bool(directives))
    if not directives or len(rows[0].cells) < 2:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    return _anki_table(rows, directives, is_html=is_html)


def _is_rule(row: Row) -> bool:
    """What parts the names of the columns from the rest where `|` parts the cells."""
    return all(RULE.fullmatch(cell) for cell in row.cells)


def table_below(header: Row) -> Table | None:
    """Without its rows as yet; None if the header names no columns of questions and answers."""
    columns, skipped = _columns(header.cells)
    if "prompt" not in columns or "answer" not in columns:
        return None
    is_ours = OUR_ANSWER in header.cells
    named = frozenset(place for place, name in enumerate(header.cells) if name.strip())
    return Table([], columns, skipped, is_ours=is_ours, header_line=header.line, named=named)


def _directives(text: str) -> tuple[dict[str, str], int]:
    """Anki's first lines, such as `#separator:tab`, and how many there are."""
    found: dict[str, str] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        directive = DIRECTIVE.fullmatch(line)
        if not directive:
            return found, number
        found[directive[1].strip().lower()] = directive[2]
    return found, len(lines)


def _delimiter(body: str, directives: Mapping[str, str]) -> str:
    """As Anki says, else what parts the names in the header."""
    named = directives.get("separator", "")
    if named:
        return SEPARATORS.get(named.strip().lower(), named[:1] or "\t")
    header = next((line for line in body.split("\n") if line.strip()), "")
    return max("\t;,|", key=header.count)


def _rows(body: str, delimiter: str, *, first_line: int) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(body), delimiter=delimiter, strict=True)
    start = 0
    try:
        for cells in reader:
            line, start = first_line + start, reader.line_num
            if any(cell.strip() for cell in cells):
                yield Row(line, first_line + reader.line_num - 1, tuple(cells))
    except csv.Error as error:
        raise UnreadableFile(
            f"The table breaks in the row that begins here ({error}). Check its quotation marks.",
            code="E-ROW",
            line=first_line + start,
        ) from error


def _columns(header: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    columns: dict[str, int] = {}
    skipped = []
    for place, name in enumerate(header):
        plain = " ".join(name.lower().replace("_", " ").split())
        ours = next((own for own, names in NAMES.items() if plain in names), None)
        if ours and ours not in columns:
            columns[ours] = place
        elif plain:
            skipped.append(name.strip())
    return columns, skipped


def _anki_table(rows: list[Row], directives: Mapping[str, str], *, is_html: bool) -> Table:
    """Without a header the first two fields of a note are its sides."""
    special = {
        int(number)
        for name, number in directives.items()
        if name.endswith(" column") and number.strip().isdigit()
    }
    sides = [place for place in range(len(rows[0].cells)) if place + 1 not in special]
    columns = dict(zip(("prompt", "answer"), sides, strict=False))
    if directives.get("tags column", "").strip().isdigit():
        columns["tags"] = int(directives["tags column"]) - 1
    if directives.get("deck column", "").strip().isdigit():
        columns["topic"] = int(directives["deck column"]) - 1
    skipped = [f"field {place + 1}" for place in sides[2:]]
    first = rows[0]
    named = frozenset(range(len(first.cells)))
    return Table(
        rows, columns, skipped, is_html, has_gaps=True, header_line=first.line, named=named
    )


def _entry(row: Row, table: Table) -> tuple[WholeEntry, list[Finding]]:
    cells = {
        name: row.cells[place]
        for name, place in table.columns.items()
        if place < len(row.cells) and row.cells[place].strip()
    }
    if table.is_ours:
        document = _own_document({name: unguarded(cell) for name, cell in cells.items()})
        lost: tuple[str, ...] = ()
    else:
        if table.has_gaps and has_gaps(cells.get("prompt", "")):
            cells = _without_cloze(cells, is_html=table.is_html)
        document, lost = _document(cells, is_html=table.is_html)
    findings = [Finding("W-HTML", row.line, sentence) for sentence in lost]
    if table.has_more(row):
        message = _told_of(row, "Text in a column that has no name is not imported.")
        findings.append(Finding("W-COLUMN", row.line, message))
    if not document.prompt:
        message = _told_of(row, "This row has no question, so it is left out.")
        findings.append(Finding("E-EMPTY", row.line, message))
    findings += topic_of(cells.get("topic", ""), line=row.line)[1]
    level = cells.get("level", "").strip().lower()
    if level and level not in Level:
        message = f"“{level}” is no level; junior, mid and senior are."
        findings.append(Finding("W-LEVEL", row.line, message))
    return whole_entry(document, line=row.line, end_line=row.end_line), findings


def _told_of(row: Row, message: str) -> str:
    """With all its lines, where cells have several."""
    is_one = row.line == row.end_line
    return message if is_one else f"{line_span(row.line, row.end_line)}: {message}"


def _document(
    cells: Mapping[str, str], *, is_html: bool
) -> tuple[QuestionDocument, tuple[str, ...]]:
    asked = cells.get("prompt", "").strip()
    prompt, context, lost_of_prompt = _prompt(asked, is_html=is_html)
    answer, lost_of_answer = _prose(cells.get("answer", "").strip(), is_html=is_html)
    document = replace(
        _facts(cells),
        prompt=prompt,
        context=context,
        answer="" if is_no_answer(answer) else answer,
    )
    return document, (*lost_of_prompt, *lost_of_answer)


def _without_cloze(cells: Mapping[str, str], *, is_html: bool) -> dict[str, str]:
    """A note with gaps asks for them; its whole text is the answer."""
    whole, more = without_gaps(cells["prompt"]), cells.get("answer", "")
    if not is_html:
        whole = whole.replace("<b>", "").replace("</b>", "")
    between = "<br><br>" if is_html else "\n\n"
    answer = f"{whole}{between}{more}" if more else whole
    return {**cells, "prompt": with_gaps(cells["prompt"]), "answer": answer}


def _own_document(cells: Mapping[str, str]) -> QuestionDocument:
    """Our own tables hold Markdown as it is."""
    slug, kind = cells.get("slug", ""), cells.get("kind", "")
    return replace(
        _facts(cells),
        slug=slug if is_slug(slug) else "",
        prompt=" ".join(cells.get("prompt", "").split()),
        kind=Kind(kind) if kind in Kind else Kind.OPEN,
        context=tidy_prose(cells.get("context", "")),
        answer=tidy_prose(cells.get("answer", "")),
        options=tuple(options_of(cells.get("options", ""))),
        steps=tuple(filter(None, cells.get("steps", "").split("\n"))),
        expected_output=cells.get("expected_output", ""),
    )


def _facts(cells: Mapping[str, str]) -> QuestionDocument:
    level = cells.get("level", "").strip().lower()
    tags = map(as_slug, re.split(r"[\s,;]+", cells.get("tags", "")))
    points = re.split(r"\n|;\s", cells.get("key_points", ""))
    return QuestionDocument(
        slug="",
        prompt="",
        level=Level(level) if level in Level else None,
        topic=topic_of(cells.get("topic", ""), line=1)[0],
        tags=tuple(sorted({tag for tag in tags if tag})),
        key_points=tuple(_key_point(point) for point in points if point.strip()),
    )


def _key_point(text: str) -> KeyPointText:
    weight = WEIGHT.match(text)
    text = text[weight.end() :] if weight else text
    return KeyPointText(" ".join(text.split()), int(weight[1]) if weight else 1)


def as_slug(text: str) -> str:
    """A tag of another program in our letters; "" if nothing is left of it."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:40].strip("-")


def _prompt(text: str, *, is_html: bool) -> tuple[str, str, tuple[str, ...]]:
    """The line that asks, what stands around it, and what is lost."""
    is_html = is_html or looks_like_html(text)
    if not is_html and "\n" not in text:
        return " ".join(text.split()), "", ()
    markdown, lost = _prose(text if is_html else _with_fences(text), is_html=is_html)
    if "\n" not in markdown:
        return inline_text(markdown), "", lost
    prompt, context = prompt_and_context(markdown)
    return (prompt, context, lost) if prompt else (" ".join(text.split()), "", lost)


def _with_fences(text: str) -> str:
    """Code that only its indentation sets apart, in fences: what asks stands above it or below."""
    if FENCE.search(text) or not INDENTED.search(text):
        return text
    lines = text.split("\n")
    places = [place for place, line in enumerate(lines) if INDENTED.match(line)]
    above = (at + 1 for at in range(places[0] - 1, -1, -1) if SENTENCE.fullmatch(lines[at]))
    below = (at for at in range(places[-1] + 1, len(lines)) if SENTENCE.fullmatch(lines[at]))
    first, last = next(above, 0), next(below, len(lines))
    code = lines[first:last]
    if any(LIST_ITEM.match(line) or line.rstrip().endswith("?") for line in code):
        return text
    within = "\n".join(code).strip("\n")
    return "\n".join([*lines[:first], "```", within, "```", *lines[last:]])


def _prose(text: str, *, is_html: bool) -> tuple[str, tuple[str, ...]]:
    if is_html or looks_like_html(text):
        converted = markdown_of_html(text)
        return converted.text, converted.lost
    lines, _findings = lines_of(text)
    prose = [line for line in lines if line.is_code or line.text.strip()]
    return tidy_prose(markdown_of(blocks_of(prose, is_unwrapped=False))), ()
