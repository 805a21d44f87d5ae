"""Files as they come in: text, a spreadsheet, an Anki deck, or an archive of question files."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from questions.formats.anki import read_apkg
from questions.formats.anki_collection import COLLECTIONS
from questions.formats.archives import is_archive, opened, read_entry
from questions.formats.detection import Candidate, best_reading, detect
from questions.formats.document import Finding, Reading, UnreadableFile
from questions.formats.entries import WholeEntry, whole_entry
from questions.formats.markdown import parse_question
from questions.formats.readers import READERS, Format
from questions.formats.text_files import MOST_BYTES, check_count, decode
from questions.formats.workbook import CONTENT_TYPES, is_workbook
from questions.formats.xlsx import read_xlsx

AUTO = "auto"
# Decks carry their pictures and sounds with them, which are left out.
MOST_ARCHIVE_BYTES = 50 * 1024 * 1024
LONGEST_QUESTION_FILE = 256 * 1024
NO_QUESTION_FILES = (
    "This archive holds neither an Anki deck nor Markdown question files (.md) that begin with "
    "“---” and an “id:”. Unpack it, and import its files one by one."
)
# Office programs wrote such files until 2007, and still do where there is a password.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED_MARK = "EncryptedPackage".encode("utf-16-le")
LOCKED = "This file has a password. Save it without one, as .xlsx."
OLD = (
    "This is a file of an older Office program, such as .xls. Open it, save it as .xlsx, and try "
    "again."
)
PDF = b"%PDF-"
NO_PDF = (
    "This is a PDF, which is not read. Copy its text and paste it here, or save the document that "
    "it was made of as plain text."
)
NO_SPREADSHEET = (
    "This is no spreadsheet as .xlsx. Save a spreadsheet of another kind as .xlsx, and a text as "
    ".txt or .md."
)


def read_file(data: bytes, *, format: str = AUTO) -> tuple[Format, Reading]:
    """The format used, and what was read. Raises UnreadableFile if nothing can be made of it."""
    if is_archive(data):
        return _read_archive(data, format=format)
    if data.startswith(OLD_OFFICE):
        raise UnreadableFile(LOCKED if LOCKED_MARK in data else OLD, code="E-XLSX")
    if data.startswith(PDF):
        raise UnreadableFile(NO_PDF, code="E-PDF")
    if format == Format.APKG:
        raise UnreadableFile("This is no Anki deck: those are .apkg files.", code="E-ANKI")
    if format == Format.XLSX:
        raise UnreadableFile("This is no spreadsheet: those are .xlsx files.", code="E-XLSX")
    text, findings = decode(data)
    if format == AUTO:
        name, reading = best_reading(text)
    else:
        name = Format(format)
        reading = READERS[name].read(text)
    return name, replace(reading, findings=(*findings, *reading.findings))


def candidates_of(data: bytes, *, read_as: str, reading: Reading) -> list[Candidate]:
    """What `detect` says of a text that was read; any other file has one format only."""
    format, count = Format(read_as), len(reading.entries)
    if is_archive(data):
        return [Candidate(format, count)]
    # A question file with mistakes gives none, and is one all the same.
    count = count or int(format is Format.MARKDOWN)
    return detect(decode(data)[0], known={format: count})


def text_of(data: bytes) -> str:
    """ "" if it is no text."""
    return "" if is_archive(data) else decode(data)[0]


def packed(files: Iterable[tuple[str, str]]) -> bytes:
    """An archive that is the same for the same files: paths, with their texts."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for path, text in files:
            archive.writestr(ZipInfo(path), text.encode(), ZIP_DEFLATED)
    return file.getvalue()


def _read_archive(data: bytes, *, format: str) -> tuple[Format, Reading]:
    if len(data) > MOST_ARCHIVE_BYTES:
        raise UnreadableFile(
            f"This file is larger than {MOST_ARCHIVE_BYTES // 2**20} MB. Export it without its "
            "pictures and sounds.",
            code="E-TOO-LARGE",
        )
    with opened(data) as archive:
        is_deck = any(name in COLLECTIONS for name in archive.namelist())
        if not is_deck and format in (AUTO, Format.XLSX) and is_workbook(archive):
            return Format.XLSX, read_xlsx(archive)
        if format == Format.XLSX or (format == AUTO and not is_deck and _is_of_office(archive)):
            raise UnreadableFile(NO_SPREADSHEET, code="E-XLSX")
        if not is_deck and format in (AUTO, Format.MARKDOWN):
            return Format.MARKDOWN, _read_question_files(archive)
    if format not in (AUTO, Format.APKG):
        message = f"This is an archive, which cannot be read as {format}."
        raise UnreadableFile(message, code="E-ARCHIVE")
    return Format.APKG, read_apkg(data)


def _is_of_office(archive: ZipFile) -> bool:
    """A text or a presentation, or a file of OpenDocument."""
    return not {CONTENT_TYPES, "content.xml"}.isdisjoint(archive.namelist())


def _read_question_files(archive: ZipFile) -> Reading:
    """`line` is the place of the file among all files, in the order of their paths."""
    entries: list[WholeEntry] = []
    findings: list[Finding] = []
    left = MOST_BYTES * 8
    infos = sorted((info for info in archive.infolist() if not info.is_dir()), key=_path)
    check_count(len(infos))
    for number, info in enumerate(infos, start=1):
        if not info.filename.lower().endswith(".md"):
            message = f"{info.filename} is no .md file and is not imported."
            findings.append(Finding("W-OUTSIDE", number, message))
            continue
        data = read_entry(archive, info, most=min(LONGEST_QUESTION_FILE, left))
        left -= len(data)
        entry, found = _question(data, number)
        entries += [entry] if entry else []
        name = PurePosixPath(info.filename)
        findings += [
            Finding(each.code, number, f"{name}, line {each.line}: {each.message}")
            for each in found
        ]
    if not entries and not any(finding.is_error for finding in findings):
        raise UnreadableFile(NO_QUESTION_FILES, code="E-NOTHING-FOUND")
    return Reading(tuple(entries), tuple(findings))


def _path(info: ZipInfo) -> str:
    return info.filename


def _question(data: bytes, number: int) -> tuple[WholeEntry | None, list[Finding]]:
    try:
        text, findings = decode(data)
    except UnreadableFile as error:
        return None, [error.finding]
    document, more = parse_question(text)
    entry = whole_entry(document, line=number, end_line=number) if document else None
    return entry, [*findings, *more]
