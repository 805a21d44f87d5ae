"""Anki decks (.apkg), read and written: a note is a question, its first two fields are its sides."""

from __future__ import annotations

import hashlib
import io
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from functools import cache
from html import escape, unescape
from itertools import count
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from questions.formats.anki_collection import Collection, Note, collection_of
from questions.formats.anki_schedule import Schedule, add_schedule, guid_of
from questions.formats.cloze import with_gaps, without_gaps
from questions.formats.document import (
    Finding,
    QuestionDocument,
    Reading,
    UnreadableFile,
)
from questions.formats.entries import WholeEntry, whole_entry
from questions.formats.html import check_tags, markdown_of_html
from questions.formats.losing import lost_in
from questions.formats.markdown_grammar import InvalidQuestion, tidy_prose
from questions.formats.markdown_reader import parse_question
from questions.formats.markdown_writer import write_question
from questions.formats.plain_text import escaped_line
from questions.formats.sections import answer_findings, is_no_answer, prompt_and_context, topic_of
from questions.formats.tables import as_slug
from questions.formats.text_files import prompt_findings

# It takes its time to load, and most processes never write a deck.
if TYPE_CHECKING:
    import genanki

SOURCE = "Studyhub"
DEFAULT_DECK = "Studyhub"
SOUND = re.compile(r"\[sound:[^\]]*\]")
# Any numbers do, as long as they stay: Anki knows note types and decks by them.
NOTE_TYPE_PK = 1_763_856_001
LARGEST_PK = 1 << 40
CSS = ".card { font-family: sans-serif; font-size: 1.1rem; text-align: left; }"
NOTHING_FOUND = "There is no note in this deck."


def read_apkg(data: bytes) -> Reading:
    """`line` is the number of the note."""
    collection = collection_of(data)
    check_tags("".join(field for note in collection.notes for field in note.fields))
    entries: list[WholeEntry] = []
    findings = list(_media_findings(collection))
    told: set[tuple[str, ...]] = {("Default",)}
    for note in collection.notes:
        if note.deck not in told:
            told.add(note.deck)
            findings += topic_of("/".join(note.deck), line=note.number)[1]
        document, lost = _document(note)
        findings += [Finding("W-ANKI", note.number, sentence) for sentence in dict.fromkeys(lost)]
        if not document.prompt:
            message = "The first field of this note is empty, so it is left out."
            findings.append(Finding("E-EMPTY", note.number, message))
            continue
        entry = whole_entry(
            document, line=note.number, end_line=note.number, external_key=note.guid
        )
        entries.append(entry)
        findings += [*prompt_findings(entry), *answer_findings(entry)]
    if not entries:
        raise UnreadableFile(NOTHING_FOUND, code="E-NOTHING-FOUND")
    return Reading(tuple(entries), tuple(sorted(findings, key=lambda each: each.line)))


def write_apkg(
    documents: Sequence[QuestionDocument],
    *,
    render: Callable[[str], str],
    now: datetime,
    schedule: Schedule | None = None,
) -> tuple[bytes, list[str]]:
    """`render` makes HTML of Markdown. The whole question travels along in a field of its own.

    `now` tells Anki which of two versions of a note is newer. Without a `schedule` every card
    is new.
    """
    import genanki

    decks: dict[str, genanki.Deck] = {}
    for position, document in enumerate(documents, start=1):
        name = document.topic.replace("/", "::") or DEFAULT_DECK
        deck = decks.setdefault(name, genanki.Deck(_pk(name), name))
        deck.add_note(_note(document, position=position, render=render))
    alone = [document for document in documents if not _source(document)]
    data = _package(list(decks.values()), now=now, schedule=schedule)
    return data, list(lost_in("Anki", alone, kept={"answer", "tags", "topic"}))


def _package(
    decks: list[genanki.Deck], *, now: datetime, schedule: Schedule | None = None
) -> bytes:
    """As genanki's own writer does it, which leaves a file behind in the temporary folder."""
    import genanki

    timestamp = now.timestamp()
    with closing(sqlite3.connect(":memory:")) as database:
        package = genanki.Package(decks)
        package.write_to_db(database.cursor(), timestamp, count(int(timestamp * 1000)))
        if schedule:
            add_schedule(database, schedule)
        database.commit()
        collection = database.serialize()
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in (("collection.anki2", collection), ("media", b"{}")):
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return file.getvalue()


def _media_findings(collection: Collection) -> Iterator[Finding]:
    if count := collection.media_count:
        files = "1 picture or sound" if count == 1 else f"{count} pictures and sounds"
        message = f"This deck has {files}; files cannot be brought along."
        yield Finding("W-MEDIA", 1, message)


def _document(note: Note) -> tuple[QuestionDocument, list[str]]:
    document = _own_document(note)
    if document:
        return document, []
    front, back, *others = [*note.fields, "", ""]
    lost = [_left_out(note)] if any(map(str.strip, others)) else []
    if note.note_type.is_cloze:
        front, back = with_gaps(front), f"{without_gaps(front)}<br><br>{back}"
    if SOUND.search(front + back):
        lost.append("A sound was left out: files cannot be brought along.")
    asked, lost_of_prompt = _markdown(SOUND.sub("", front))
    answer, lost_of_answer = _markdown(SOUND.sub("", back))
    prompt, context = prompt_and_context(asked)
    document = QuestionDocument(
        slug="",
        prompt=prompt,
        context=context,
        topic=topic_of("/".join(note.deck), line=note.number)[0],
        tags=tuple(sorted({tag for tag in map(as_slug, note.tags) if tag})),
        answer="" if is_no_answer(answer) else answer,
    )
    return document, [*lost, *lost_of_prompt, *lost_of_answer]


def _left_out(note: Note) -> str:
    filled = [place for place, field in enumerate(note.fields) if field.strip() and place > 1]
    names = dict(enumerate(note.note_type.fields))
    words = ", ".join(f"“{names.get(place, f'field {place + 1}')}”" for place in filled)
    return f"Only the first two fields are imported, so this is left out: {words}."


def _own_document(note: Note) -> QuestionDocument | None:
    """The question as we wrote it, unless a side of it was changed in Anki since."""
    if SOURCE not in note.note_type.fields or len(note.fields) < 3:
        return None
    stamp, _line, text = unescape(note.fields[2].replace("<br>", "\n")).partition("\n")
    if stamp != _stamp(note.fields[0], note.fields[1]):
        return None
    document, _findings = parse_question(text)
    return document


def _stamp(front: str, back: str) -> str:
    return hashlib.sha256(f"{front}\x1f{back}".encode()).hexdigest()


def _markdown(text: str) -> tuple[str, tuple[str, ...]]:
    if "<" in text or "&" in text:
        converted = markdown_of_html(text)
        return converted.text, converted.lost
    return tidy_prose("\n".join(map(escaped_line, unescape(text).split("\n")))), ()


def _note(
    document: QuestionDocument, *, position: int, render: Callable[[str], str]
) -> genanki.Note:
    import genanki

    front, back = _front(document, render=render), _back(document, render=render)
    text = _source(document)
    source = escape(f"{_stamp(front, back)}\n{text}", quote=False) if text else ""
    return genanki.Note(
        model=_note_type(),
        fields=[front, back, source],
        tags=list(document.tags),
        guid=guid_of(document.slug or document.prompt),
        due=position,
    )


def _front(document: QuestionDocument, *, render: Callable[[str], str]) -> str:
    options = "\n".join(f"- {option.text}" for option in document.options)
    steps = "\n".join(f"- {step}" for step in sorted(document.steps))
    asked = f"<p><b>{escape(document.prompt, quote=False)}</b></p>"
    return "".join([render(document.context), asked, render(options or steps)])


def _back(document: QuestionDocument, *, render: Callable[[str], str]) -> str:
    right = "\n".join(f"- {option.text}" for option in document.options if option.is_correct)
    steps = "\n".join(f"{place}. {step}" for place, step in enumerate(document.steps, start=1))
    points = "\n".join(f"- {point.text}" for point in document.key_points)
    output = f"<pre>{escape(document.expected_output)}</pre>" if document.expected_output else ""
    parts = (right or steps, document.answer, points)
    return output + "".join(render(part) for part in parts if part)


def _source(document: QuestionDocument) -> str:
    """ "" where the question cannot be written as a file of ours that reads the same."""
    try:
        text = write_question(document)
    except InvalidQuestion:
        return ""
    return text if parse_question(text)[0] == document else ""


def _pk(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % LARGEST_PK + 1


@cache
def _note_type() -> genanki.Model:
    import genanki

    return genanki.Model(
        NOTE_TYPE_PK,
        "Studyhub question",
        fields=[{"name": "Front"}, {"name": "Back"}, {"name": SOURCE}],
        templates=[
            {
                "name": "Question",
                "qfmt": "{{Front}}",
                "afmt": "{{FrontSide}}<hr id=answer>{{Back}}",
            }
        ],
        css=CSS,
    )
