"""Anki decks with a history, as tests want them."""

import io
import json
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from zipfile import ZipFile

import genanki
import zstandard

from tests.factories import NOON

AGE = timedelta(days=400)


@dataclass(frozen=True)
class Answered:
    """`interval` in days, or seconds if negative."""

    days_ago: float
    button: int = 3
    interval: int = 1
    kind: int = 1
    factor: int = 500
    took: int = 12_000

    def row(self, now: datetime) -> tuple[int, ...]:
        at = round((now - timedelta(days=self.days_ago)).timestamp() * 1000)
        return (at, self.button, self.interval, 0, self.factor, self.took, self.kind)


@dataclass(frozen=True)
class Studied:
    """A note with its card; `due_in` counts days from now on, None: a new card."""

    prompt: str
    log: tuple[Answered, ...] = ()
    due_in: int | None = None
    queue: int | None = None
    data: dict = field(default_factory=dict)
    templates: int = 1


def deck(
    *studied: Studied,
    now: datetime = NOON,
    is_new: bool = False,
    scheduler: int = 2,
    sql: str = "",
) -> bytes:
    """A package of Anki 2.0's, or (`is_new`) packed as today's; `sql` changes it at last."""
    database = sqlite3.connect(":memory:")
    package = genanki.Package(_notes(studied))
    package.write_to_db(database.cursor(), now.timestamp(), count(10**12))
    # A collection begins at four in the morning.
    created_at = int((now.replace(hour=4, minute=0, second=0) - AGE).timestamp())
    conf = json.dumps({"schedVer": scheduler})
    database.execute("UPDATE col SET crt = ?, conf = ?", [created_at, conf])
    for place, each in enumerate(studied):
        (pk, *_others) = _cards(database, each)
        if each.due_in is not None:
            due = AGE.days + each.due_in
            interval = each.log[-1].interval if each.log else 1
            values = [each.queue or 2, due, interval, json.dumps(each.data), pk]
            database.execute(
                "UPDATE cards SET type = 2, queue = ?, due = ?, ivl = ?, data = ? WHERE id = ?",
                values,
            )
        elif each.queue is not None:
            database.execute("UPDATE cards SET queue = ? WHERE id = ?", [each.queue, pk])
        for answered in each.log:
            at, *values = answered.row(now)
            insert = "INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)"
            database.execute(insert, [at + place, pk, *values])
    if sql:
        database.execute(sql)
    database.commit()
    return package_of(database.serialize(), is_new=is_new)


def package_of(collection: bytes, *, is_new: bool = False) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        if is_new:
            archive.writestr("collection.anki21b", zstandard.compress(collection))
        archive.writestr("collection.anki2", b"Please update." if is_new else collection)
    return file.getvalue()


def _notes(studied: tuple[Studied, ...]) -> genanki.Deck:
    made = genanki.Deck(77, "http")
    for each in studied:
        model = (
            genanki.BASIC_MODEL if each.templates == 1 else genanki.BASIC_AND_REVERSED_CARD_MODEL
        )
        made.add_note(genanki.Note(model=model, fields=[each.prompt, "So."], guid=each.prompt))
    return made


def _cards(database: sqlite3.Connection, studied: Studied) -> list[int]:
    sql = "SELECT id FROM cards WHERE nid = (SELECT id FROM notes WHERE guid = ?) ORDER BY ord"
    return [pk for (pk,) in database.execute(sql, [studied.prompt])]
