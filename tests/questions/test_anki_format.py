"""Anki's decks: old and new files, cloze notes, media, and files that mean harm."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from datetime import UTC, datetime

import genanki
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.formats.anki import read_apkg, write_apkg
from questions.formats.anki_collection import history_of
from questions.formats.document import OptionText, QuestionDocument, UnreadableFile
from questions.rendering import render
from tests.questions.documents import documents
from tests.questions.reading import codes, prompts

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOTES = [
    ("What is <b>idempotent</b>?", "The same after <i>two</i> calls as after one.", "http rest"),
    ("What is x &lt; y?", "A comparison.", ""),
]


def archive(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in entries.items():
            written.writestr(name, content)
    return file.getvalue()


def old_collection(notes=NOTES, *, model: genanki.Model = genanki.BASIC_MODEL) -> bytes:
    deck = genanki.Deck(77, "http::methods")
    for *fields, tags in notes:
        deck.add_note(genanki.Note(model=model, fields=fields, tags=tags.split()))
    database = sqlite3.connect(":memory:")
    package = genanki.Package(deck)
    package.write_to_db(database.cursor(), 1_700_000_000.0, iter(range(10**12, 10**12 + 999)))
    database.commit()
    return database.serialize()


def new_collection(notes=NOTES, *, is_cloze: bool = False) -> bytes:
    """The tables of schema 18 that matter here."""
    database = sqlite3.connect(":memory:")
    database.create_collation("unicase", lambda one, other: (one > other) - (one < other))
    database.executescript("""
        CREATE TABLE col (id integer PRIMARY KEY, crt integer, models text, decks text);
        CREATE TABLE notetypes (id integer PRIMARY KEY, name text COLLATE unicase, config blob);
        CREATE UNIQUE INDEX idx_notetypes_name ON notetypes (name);
        CREATE TABLE fields (ntid integer, ord integer, name text COLLATE unicase, config blob,
            PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
        CREATE TABLE decks (id integer PRIMARY KEY, name text COLLATE unicase);
        CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, tags text, flds text);
        CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, ord integer,
            type integer, queue integer, due integer, ivl integer, factor integer, reps integer,
            lapses integer, odue integer, data text);
        CREATE TABLE revlog (id integer PRIMARY KEY, cid integer, ease integer, ivl integer,
            lastIvl integer, factor integer, time integer, type integer);
        INSERT INTO col VALUES (1, 1700000000, '', '');
        INSERT INTO fields VALUES (5, 0, 'Front', ''), (5, 1, 'Back', ''), (5, 2, 'Extra', '');
    """)
    config = b"\x08\x01" if is_cloze else b""
    database.execute("INSERT INTO notetypes VALUES (5, 'Any', ?)", [config])
    database.execute("INSERT INTO decks VALUES (7, ?)", ["http\x1fmethods"])
    for place, (*fields, tags) in enumerate(notes, start=1):
        note = [place, f"guid{place}", 5, f" {tags} ", "\x1f".join(fields)]
        database.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", note)
        card = [place + 100, place, 7, json.dumps({"s": 4.2, "d": 5.0})]
        database.execute(
            "INSERT INTO cards VALUES (?, ?, ?, 0, 2, 2, 9, 12, 2500, 3, 1, 0, ?)", card
        )
        review = [1_700_000_000_000 + place, place + 100]
        database.execute("INSERT INTO revlog VALUES (?, ?, 3, 12, 5, 2500, 4200, 1)", review)
    database.commit()
    return database.serialize()


def new_deck(notes=NOTES, *, is_cloze: bool = False, **entries: bytes) -> bytes:
    packed = zstandard.compress(new_collection(notes, is_cloze=is_cloze))
    return archive(**{"collection.anki21b": packed, "collection.anki2": b"old", **entries})


DECKS = {
    "new": new_deck(),
    "2.1": archive(**{"collection.anki21": old_collection(), "collection.anki2": b"old"}),
    "2.0": archive(**{"collection.anki2": old_collection(), "media": b"{}"}),
}


@pytest.mark.parametrize("deck", DECKS.values(), ids=DECKS.keys())
def test_decks_of_all_versions_are_read(deck):
    entries = read_apkg(deck).entries
    assert [(entry.line, entry.prompt, entry.answer) for entry in entries] == [
        (1, "What is idempotent?", "The same after *two* calls as after one."),
        (2, "What is x < y?", "A comparison."),
    ]
    assert entries[0].document.tags == ("http", "rest")
    assert entries[0].document.topic == "http/methods"


def test_cloze_note_asks_with_a_gap():
    note = ("A {{c1::pod::unit}} runs on a {{c2::node}}.", "Both are objects.", "")
    (entry,) = read_apkg(new_deck([note], is_cloze=True)).entries
    assert entry.prompt == "A [unit] runs on a […]."
    assert entry.answer.startswith("A **pod** runs on a **node**.")
    assert entry.answer.endswith("Both are objects.")


def test_media_scripts_and_more_fields_are_told():
    notes = [("<img src='a.png'>What?[sound:a.mp3]", "<script>x()</script>So.", "More", "")]
    reading = read_apkg(new_deck(notes, **{"0": b"png", "media": b"x"}))
    assert (reading.entries[0].prompt, reading.entries[0].answer) == ("What?", "So.")
    assert codes(reading) == [("W-MEDIA", 1)] + [("W-ANKI", 1)] * 4
    assert any("“Extra”" in finding.message for finding in reading.findings)


def test_note_without_a_front_is_told():
    reading = read_apkg(new_deck([("", "An answer", ""), ("Why?", "So.", "")]))
    assert prompts(reading) == ["Why?"]
    assert ("E-EMPTY", 1) in codes(reading)


def test_cards_and_reviews_can_be_had():
    history = history_of(DECKS["new"])
    assert [(card.note_pk, card.interval, card.repetitions) for card in history.cards] == [
        (1, 12, 3),
        (2, 12, 3),
    ]
    assert json.loads(history.cards[0].data) == {"s": 4.2, "d": 5.0}
    assert [(review.card_pk, review.button) for review in history.reviews] == [(101, 3), (102, 3)]


def bomb() -> bytes:
    return archive(**{"collection.anki2": bytes(80 * 1024 * 1024)})


def view_without_end() -> bytes:
    database = sqlite3.connect(":memory:")
    database.executescript("""
        CREATE TABLE col (crt integer, models text, decks text);
        INSERT INTO col VALUES (1, '{}', '{}');
        CREATE TABLE cards (nid integer, did integer);
        CREATE VIEW notes AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
            SELECT id, 'g' AS guid, 1 AS mid, '' AS tags, zeroblob(9999999) AS flds FROM n;
    """)
    database.commit()
    return archive(**{"collection.anki2": database.serialize()})


def with_models(text: str) -> bytes:
    database = sqlite3.connect(":memory:")
    database.executescript("CREATE TABLE col (crt integer, models text, decks text);")
    database.execute("INSERT INTO col VALUES (1, ?, '{}')", [text])
    database.commit()
    return archive(**{"collection.anki2": database.serialize()})


HOSTILE = {
    "no archive": (b"PK\x03\x04 nothing", "E-ARCHIVE"),
    "no collection": (archive(media=b"{}"), "E-ANKI"),
    "no database": (archive(**{"collection.anki2": b"SQLite format 3\0" + bytes(500)}), "E-ANKI"),
    "text for a database": (archive(**{"collection.anki2": b"hello"}), "E-ANKI"),
    "no zstd": (archive(**{"collection.anki21b": b"hello"}), "E-ANKI"),
    "bomb of zip": (bomb(), "E-TOO-LARGE"),
    "bomb of zstd": (
        archive(**{"collection.anki21b": zstandard.compress(bytes(200 * 1024 * 1024))}),
        "E-TOO-LARGE",
    ),
    "too many entries": (archive(**{f"{n}": b"" for n in range(20_001)}), "E-TOO-LARGE"),
    "view without end": (view_without_end(), "E-ANKI"),
    "broken note types": (with_models("[" * 100_000), "E-ANKI"),
    "note types of another kind": (with_models("[1]"), "E-ANKI"),
    "paths": (archive(**{"../../collection.anki2": old_collection()}), "E-ANKI"),
    "no notes": (new_deck([]), "E-NOTHING-FOUND"),
    "too many notes": (new_deck([("a", "b", "")] * 10_001), "E-TOO-LARGE"),
}


@pytest.mark.parametrize(("deck", "code"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_deck_is_refused(deck, code):
    with pytest.raises(UnreadableFile) as caught:
        read_apkg(deck)
    assert caught.value.finding.code == code


@settings(max_examples=60)
@given(st.integers(0, len(DECKS["new"])), st.binary(min_size=1, max_size=40))
def test_damaged_deck_is_read_or_refused(place, damage):
    deck = DECKS["new"][:place] + damage + DECKS["new"][place + len(damage) :]
    try:
        read_apkg(deck)
    except UnreadableFile as error:
        problem = error
    else:
        problem = None
    assert problem is None or problem.finding.is_error


@settings(max_examples=20)
@given(st.lists(documents(), min_size=1, max_size=3, unique_by=lambda each: each.slug))
def test_round_trip(written):
    data, lost = write_apkg(written, render=render, now=NOW)
    back = [entry.document for entry in read_apkg(data).entries]
    by_slug = sorted(written, key=lambda each: each.slug)
    assert sorted(back, key=lambda each: each.slug) == by_slug
    assert lost == []


def test_side_changed_in_anki_wins_over_what_we_wrote():
    document = QuestionDocument(slug="a", prompt="What is one?", answer="The first.")
    data, _lost = write_apkg([document], render=render, now=NOW)
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        database = sqlite3.connect(":memory:")
        database.deserialize(zipped.read("collection.anki2"))
    database.execute("UPDATE notes SET flds = replace(flds, 'The first.', 'Number one.')")
    database.commit()
    (entry,) = read_apkg(archive(**{"collection.anki2": database.serialize()})).entries
    assert (entry.prompt, entry.answer) == ("What is one?", "Number one.")


def test_options_are_shown_on_the_front_and_the_right_one_on_the_back():
    options = (OptionText("80"), OptionText("443", is_correct=True))
    document = QuestionDocument(slug="a", prompt="Which?", kind="single", options=options)
    data, _lost = write_apkg([document], render=render, now=NOW)
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        database = sqlite3.connect(":memory:")
        database.deserialize(zipped.read("collection.anki2"))
    ((fields,),) = database.execute("SELECT flds FROM notes")
    front, back, _source = fields.split("\x1f")
    assert "<li>80</li>" in front
    assert "<li>443</li>" in back
    assert "80" not in back
