"""Questions out of here: in a format that another program, or this one, reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from accounts.models import User
from questions.formats.anki import write_apkg
from questions.formats.csv_writer import write_csv
from questions.formats.document import QuestionDocument
from questions.formats.files import packed
from questions.formats.gift import write_gift
from questions.formats.markdown import InvalidQuestion, parse_question, write_question
from questions.formats.moodle_xml import write_moodle_xml
from questions.formats.qti import write_qti
from questions.models import QuestionQuerySet, QuestionRevision
from questions.rendering import render
from questions.revising import document_for, document_of, with_parts
from questions.searching import in_bank_order


class ExportFormat(StrEnum):
    MARKDOWN = "markdown"
    CSV = "csv"
    GIFT = "gift"
    MOODLE_XML = "moodle-xml"
    APKG = "apkg"
    QTI3 = "qti3"
    JSON = "json"


SUFFIXES = {
    ExportFormat.MARKDOWN: ".zip",
    ExportFormat.CSV: ".csv",
    ExportFormat.GIFT: ".gift.txt",
    ExportFormat.MOODLE_XML: ".xml",
    ExportFormat.APKG: ".apkg",
    ExportFormat.QTI3: ".zip",
    ExportFormat.JSON: ".json",
}
CONTENT_TYPES = {
    ExportFormat.MARKDOWN: "application/zip",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.GIFT: "text/plain; charset=utf-8",
    ExportFormat.MOODLE_XML: "application/xml; charset=utf-8",
    ExportFormat.APKG: "application/octet-stream",
    ExportFormat.QTI3: "application/zip",
    ExportFormat.JSON: "application/json",
}
NOT_THE_SAME = "an option or a list item of several lines, or a part that its kind asks for and that is missing."
# Spreadsheets take a CSV file for UTF-8 only if it says so.
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Export:
    """`lost`: a sentence for everything the format cannot hold."""

    data: bytes
    lost: tuple[str, ...]


def documents_of(questions: QuestionQuerySet, *, reader: User | None) -> list[QuestionDocument]:
    """Their current texts in the order of the bank, whole if nobody but the owner of the site
    reads them. Ten queries, however many there are."""
    pks = in_bank_order(questions).values_list("current_revision", flat=True)
    places = {pk: place for place, pk in enumerate(pks) if pk}
    revisions = with_parts(QuestionRevision.objects.filter(pk__in=list(places)))
    ordered = sorted(revisions, key=lambda revision: places[revision.pk])
    return [
        document_for(reader, revision) if reader else document_of(revision) for revision in ordered
    ]


def export(documents: Sequence[QuestionDocument], *, format: str, now: datetime) -> Export:
    data, lost = WRITERS[ExportFormat(format)](documents, now)
    return Export(data.encode() if isinstance(data, str) else data, tuple(lost))


def question_files(
    documents: Sequence[QuestionDocument],
) -> tuple[list[tuple[str, str]], list[str]]:
    """Path and text of each file in our own format, and whose text does not stay whole there."""
    files: list[tuple[str, str]] = []
    lost: list[str] = []
    for document in documents:
        try:
            text = write_question(document)
        except InvalidQuestion as error:
            lost.append(f"{document.slug}: left out, because it cannot be written: {error}")
        else:
            folder = f"{document.topic}/" if document.topic else ""
            files.append((f"{folder}{document.slug}.md", text))
            if parse_question(text)[0] != replace(document, tags=tuple(sorted(document.tags))):
                lost.append(f"{document.slug}: does not come back the same: {NOT_THE_SAME}")
    return files, lost


def _markdown(documents: Sequence[QuestionDocument], _now: datetime) -> tuple[bytes, list[str]]:
    files, lost = question_files(documents)
    if lost:
        files.append(("not-whole.txt", "\n".join(lost) + "\n"))
    return packed(files), lost


def _json(documents: Sequence[QuestionDocument], _now: datetime) -> tuple[str, list[str]]:
    told = {"format": "studyhub", "version": 1, "questions": [asdict(each) for each in documents]}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n", []


def _csv(documents: Sequence[QuestionDocument], _now: datetime) -> tuple[str, list[str]]:
    text, lost = write_csv(documents)
    return BYTE_ORDER_MARK + text, lost


type Writer = Callable[[Sequence[QuestionDocument], datetime], tuple[bytes | str, list[str]]]
WRITERS: dict[ExportFormat, Writer] = {
    ExportFormat.MARKDOWN: _markdown,
    ExportFormat.CSV: _csv,
    ExportFormat.GIFT: lambda documents, _now: write_gift(documents),
    ExportFormat.MOODLE_XML: lambda documents, _now: write_moodle_xml(documents),
    ExportFormat.APKG: lambda documents, now: write_apkg(documents, render=render, now=now),
    ExportFormat.QTI3: lambda documents, _now: write_qti(documents, render=render),
    ExportFormat.JSON: _json,
}
