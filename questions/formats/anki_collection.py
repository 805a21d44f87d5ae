"""Anki's .apkg files as tables: notes, and what was learned of them, in every version since 2.0."""

from __future__ import annotations

import io
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO, Any
from zipfile import ZipFile

import zstandard

from questions.formats.archives import copy_bounded, copy_entry, opened
from questions.formats.document import UnreadableFile
from questions.formats.text_files import check_count

# The newest first: since 2.1.50 the older ones only hold a note that asks to update.
COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")
MEGABYTE = 1024 * 1024
MOST_BYTES = 64 * MEGABYTE
LONGEST_VALUE = 4 * MEGABYTE
MOST_TEXT = 16_000_000
MOST_CARDS = 50_000
MOST_REVIEWS = 100_000
LARGEST_WINDOW = 32 * MEGABYTE
SECONDS = 3.0
STEPS = 10_000
CLOZE = b"\x08\x01"
ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}


@dataclass(frozen=True, slots=True)
class NoteType:
    name: str
    fields: tuple[str, ...]
    is_cloze: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """`number` counts from 1; `deck` is the path of names where its first card lies."""

    pk: int
    number: int
    guid: str
    note_type: NoteType
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnkiCard:
    """As Anki keeps it: `kind` 0 new, 1 learning, 2 review, 3 learnt anew; `data` JSON with FSRS's
    state. `due` counts days from the collection's first, seconds since 1970 while learning, and
    places of a new card. A filtered deck's own due days are left out.
    """

    pk: int
    note_pk: int
    template: int
    kind: int
    queue: int
    due: int
    interval: int
    factor: int
    repetitions: int
    lapses: int
    data: str


@dataclass(frozen=True, slots=True)
class AnkiReview:
    """`at` in milliseconds since 1970; `button` 1 to 4, 0 when rescheduled; `took` milliseconds."""

    at: int
    card_pk: int
    button: int
    interval: int
    last_interval: int
    factor: int
    took: int
    kind: int


@dataclass(frozen=True, slots=True)
class History:
    """`created_at`: seconds since 1970; a due card's `due` counts days from it.

    `notes`: the number and the guid of each, by its key. `is_cut`: there were more reviews.
    """

    created_at: int
    notes: Mapping[int, tuple[int, str]]
    cards: tuple[AnkiCard, ...]
    reviews: tuple[AnkiReview, ...]
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    notes: tuple[Note, ...]
    media_count: int


def collection_of(data: bytes) -> Collection:
    """Raises UnreadableFile. Writes a temporary file of at most 64 MB."""
    archive = opened(data)
    with archive, _database(archive) as database:
        notes = tuple(_notes(database))
    names = {entry.filename for entry in archive.infolist()}
    return Collection(notes, media_count=sum(1 for name in names if name.isdecimal()))


def history_of(data: bytes) -> History:
    """The cards, and every review of them in order."""
    with opened(data) as archive, _database(archive) as database:
        created_at = next(database.execute("SELECT CAST(crt AS integer) FROM col"))[0]
        notes = database.execute("SELECT id, CAST(guid AS text) FROM notes ORDER BY id")
        cards = database.execute(
            f"SELECT {_whole('id nid ord type queue')},"  # noqa: S608 (names of ours)
            " CASE WHEN odue THEN CAST(odue AS integer) ELSE CAST(due AS integer) END,"
            f" {_whole('ivl factor reps lapses')},"
            " CASE WHEN data IS NULL THEN '' ELSE CAST(data AS text) END"
            " FROM cards ORDER BY id LIMIT ?",
            [MOST_CARDS],
        )
        reviews = database.execute(
            f"SELECT {_whole('id cid ease ivl lastIvl factor time type')}"  # noqa: S608
            " FROM revlog ORDER BY id DESC LIMIT ?",
            [MOST_REVIEWS + 1],
        )
        newest = [AnkiReview(*_filled(row)) for row in reviews]
        if _has_three_learning_buttons(database):
            newest = [_with_four_buttons(review) for review in newest]
        return History(
            created_at=created_at or 0,
            notes={pk: (number, guid or "") for number, (pk, guid) in enumerate(notes, start=1)},
            cards=tuple(AnkiCard(*_filled(row)) for row in cards),
            reviews=tuple(reversed(newest[:MOST_REVIEWS])),
            is_cut=len(newest) > MOST_REVIEWS,
        )


def _has_three_learning_buttons(database: sqlite3.Connection) -> bool:
    """Until the scheduler of 2018, which wrote its version down, Hard was not to be had there."""
    if _is_modern(database):
        return False
    return bool(dict(_pairs(database, "conf")).get("schedVer", 1) == 1)


def _with_four_buttons(review: AnkiReview) -> AnkiReview:
    is_learning = review.kind in (0, 2) and review.button in (2, 3)
    return replace(review, button=review.button + 1) if is_learning else review


def _filled(row: Sequence[Any]) -> list[Any]:
    return [0 if value is None else value for value in row]


def _whole(names: str) -> str:
    """A stranger's column may hold anything, whatever its type says."""
    return ", ".join(f"CAST({name} AS integer)" for name in names.split())


@contextmanager
def _database(archive: ZipFile) -> Iterator[sqlite3.Connection]:
    with tempfile.NamedTemporaryFile(suffix=".anki2") as file:
        _unpack(archive, file)
        file.flush()
        try:
            connection = _connection(file.name)
            try:
                yield connection
            finally:
                connection.close()
        except (sqlite3.Error, StopIteration) as error:
            raise UnreadableFile(
                "The collection in this file cannot be read. Export the deck from Anki anew.",
                code="E-ANKI",
            ) from error


def _unpack(archive: ZipFile, file: IO[bytes]) -> None:
    entries = {entry.filename: entry for entry in archive.infolist()}
    name = next((name for name in COLLECTIONS if name in entries), None)
    if name is None:
        raise UnreadableFile("There is no Anki collection in this archive.", code="E-ANKI")
    if name != COLLECTIONS[0]:
        copy_entry(archive, entries[name], to=file.write, most=MOST_BYTES)
        return
    packed = io.BytesIO()
    copy_entry(archive, entries[name], to=packed.write, most=MOST_BYTES)
    packed.seek(0)
    try:
        unpacking = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
        with unpacking.stream_reader(packed) as stream:
            copy_bounded(stream, to=file.write, most=MOST_BYTES, name=name)
    except zstandard.ZstdError as error:
        raise UnreadableFile("This archive is damaged. Export it anew.", code="E-ANKI") from error


def _connection(path: str) -> sqlite3.Connection:
    """Reads tables and nothing else: a stranger's database may hold views and triggers."""
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    connection.text_factory = lambda value: value.decode("utf-8", "replace")
    connection.create_collation("unicase", _unicase)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    for setting in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0", "cache_size=-4096"):
        connection.execute(f"PRAGMA {setting}")
    end = time.monotonic() + SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    connection.set_authorizer(_allowed)
    return connection


def _allowed(action: int, *_about: object) -> int:
    return sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY


def _unicase(one: str, other: str) -> int:
    first, second = one.casefold(), other.casefold()
    return (first > second) - (first < second)


def _notes(database: sqlite3.Connection) -> Iterator[Note]:
    types, decks = _note_types(database), _decks(database)
    deck_of = dict(
        database.execute("SELECT nid, did FROM cards ORDER BY id DESC LIMIT ?", [MOST_CARDS])
    )
    unknown = NoteType("", ())
    length = 0
    rows = database.execute("SELECT id, guid, mid, tags, flds FROM notes ORDER BY id")
    for number, (pk, guid, type_pk, tags, fields) in enumerate(rows, start=1):
        check_count(number)
        length += len(fields)
        if length > MOST_TEXT:
            raise UnreadableFile("This deck has too much text. Export a part.", code="E-TOO-LARGE")
        yield Note(
            pk=pk,
            number=number,
            guid=guid,
            note_type=types.get(type_pk, unknown),
            fields=tuple(fields.split("\x1f")),
            tags=tuple(tags.split()),
            deck=decks.get(deck_of.get(pk, 0), ()),
        )


def _is_modern(database: sqlite3.Connection) -> bool:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return ("notetypes",) in set(names)


def _note_types(database: sqlite3.Connection) -> dict[int, NoteType]:
    if not _is_modern(database):
        return {pk: _old_note_type(model) for pk, model in _json(database, "models")}
    fields: dict[int, list[str]] = {}
    for pk, name in database.execute("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
        fields.setdefault(pk, []).append(name)
    return {
        pk: NoteType(name, tuple(fields.get(pk, ())), bytes(config).startswith(CLOZE))
        for pk, name, config in database.execute("SELECT id, name, config FROM notetypes")
    }


def _old_note_type(model: Mapping[str, Any]) -> NoteType:
    fields = tuple(str(each.get("name", "")) for each in model.get("flds", ()))
    return NoteType(str(model.get("name", "")), fields, model.get("type") == 1)


def _decks(database: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    if _is_modern(database):
        rows = database.execute("SELECT id, name FROM decks")
        return {pk: tuple(name.split("\x1f")) for pk, name in rows}
    return {
        pk: tuple(str(deck.get("name", "")).split("::")) for pk, deck in _json(database, "decks")
    }


def _json(database: sqlite3.Connection, column: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The older tables keep all note types in one cell, and all decks in another."""
    try:
        found = _pairs(database, column)
        yield from [(int(pk), value) for pk, value in found if isinstance(value, dict)]
    except (ValueError, TypeError) as error:
        raise sqlite3.DatabaseError("not a collection") from error


def _pairs(database: sqlite3.Connection, column: str) -> Iterable[tuple[str, Any]]:
    text = next(database.execute(f"SELECT {column} FROM col"))[0]  # noqa: S608 (three names of ours)
    try:
        found: dict[str, Any] = json.loads(text)
        return found.items()
    except (ValueError, RecursionError, AttributeError, TypeError) as error:
        raise sqlite3.DatabaseError("not a collection") from error
