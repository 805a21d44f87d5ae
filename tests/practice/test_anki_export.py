"""Cards to take along to Anki: what the file says of each."""

import json
import sqlite3
from datetime import timedelta
from io import BytesIO, StringIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from practice.anki_export import deck_of
from practice.models import Card, Review
from questions.formats.anki_collection import history_of
from questions.formats.readers import Format
from questions.planning import read
from tests.factories import NOON, bury, make_card, make_question, make_review, suspend

TODAY = NOON.date()


def judge(card: Card, rating: int = 3, *, now=NOON, **told) -> Review:
    revision = card.question.current_revision
    return card.review(rating, review_id=uuid4(), revision=revision, now=now, **told)


def practised(user, *days_ago: int, rating: int = 3, **fields) -> Card:
    card = make_card(user, make_question(**fields))
    for days in days_ago:
        judge(card, rating, now=NOON - timedelta(days=days), seconds=42)
    return card


def columns(data: bytes, names: str) -> list[dict]:
    with ZipFile(BytesIO(data)) as archive:
        database = sqlite3.connect(":memory:")
        database.deserialize(archive.read("collection.anki2"))
    database.row_factory = sqlite3.Row
    return [dict(row) for row in database.execute(names)]


def cards_in(data: bytes) -> list[dict]:
    return columns(data, "SELECT * FROM cards JOIN col ORDER BY cards.id")


def test_card_is_due_on_the_same_day_with_the_same_memory(alice):
    card = practised(alice, 30, 20)
    data = deck_of(alice, now=NOON).data
    (row,) = cards_in(data)
    began_at = NOON.replace(hour=4).timestamp()
    days_since_creation = (began_at - row["crt"]) / 86_400
    assert TODAY + timedelta(days=row["due"] - days_since_creation) == card.due_on
    assert (row["type"], row["queue"], row["ivl"]) == (2, 2, card.interval_days)
    assert json.loads(row["data"]) == {
        "s": round(card.stability, 4),
        "d": round(card.difficulty, 3),
        "dr": 0.9,
        "lrt": int((NOON - timedelta(days=20)).timestamp()),
    }
    assert (row["reps"], row["lapses"]) == (2, 0)


def test_days_begin_when_and_where_they_begin_for_the_learner(alice):
    alice.time_zone, alice.day_start_hour = "Asia/Kathmandu", 6
    alice.save()
    make_card(alice, due_on=TODAY)
    (row,) = cards_in(deck_of(alice, now=NOON).data)
    conf = json.loads(row["conf"])
    assert (conf["rollover"], conf["creationOffset"], conf["schedVer"]) == (6, -345, 2)
    assert row["crt"] == (NOON.replace(hour=0) + timedelta(minutes=15)).timestamp()


def test_days_are_counted_from_the_oldest_due_card(alice):
    make_card(alice, due_on=TODAY - timedelta(days=50))
    make_card(alice, due_on=TODAY + timedelta(days=3))
    assert [row["due"] for row in cards_in(deck_of(alice, now=NOON).data)] == [0, 53]


def test_every_review_that_stands_comes_along(alice):
    card = practised(alice, 90, 80)
    judge(card, rating=1, seconds=7)
    judge(card, rating=3)
    undone = judge(card, rating=4)
    card.give_back(undone, now=NOON)
    log = history_of(deck_of(alice, now=NOON).data).reviews
    # A first time, a review, a lapse, and once more the same day.
    assert [(each.button, each.kind) for each in log] == [(3, 0), (3, 1), (1, 1), (3, 2)]
    assert [each.took for each in log] == [42_000, 42_000, 7_000, 0]
    assert log[1].last_interval == log[0].interval > 0


def test_two_reviews_of_one_moment_stay_two(alice):
    for _number in range(3):
        judge(make_card(alice))
    moments = [each.at for each in history_of(deck_of(alice, now=NOON).data).reviews]
    first = int(NOON.timestamp() * 1000)
    assert moments == [first, first + 1, first + 2]


def test_cramming_is_a_review_that_moves_nothing(alice):
    card = practised(alice, 5)
    make_review(card, kind=Review.Kind.CRAM, number=2)
    data = deck_of(alice, now=NOON).data
    last = history_of(data).reviews[-1]
    assert (last.kind, last.factor) == (3, 0)
    (row,) = cards_in(data)
    assert json.loads(row["data"])["lrt"] == int((NOON - timedelta(days=5)).timestamp())


def test_what_is_set_aside_stays_aside(alice):
    suspended, buried, new = practised(alice, 5), practised(alice, 5), make_card(alice)
    suspend(suspended)
    bury(buried)
    rows = cards_in(deck_of(alice, now=NOON).data)
    assert sorted((row["type"], row["queue"]) for row in rows) == [(0, 0), (2, -3), (2, -1)]
    later = cards_in(deck_of(alice, now=NOON + timedelta(days=1)).data)
    assert sorted((row["type"], row["queue"]) for row in later) == [(0, 0), (2, -1), (2, 2)]
    assert new.due_on is None


def test_questions_come_along_whole(alice):
    card = practised(alice, 3, prompt="What is a layer?", hints=("Think of a diff.",))
    _format, reading = read(deck_of(alice, now=NOON).data, format=Format.APKG)
    (document,) = [entry.document for entry in reading.entries]
    assert (document.slug, document.prompt) == (card.question.slug, "What is a layer?")
    assert document.hints == ("Think of a diff.",)


def test_interviewer_notes_stay_behind(alice):
    practised(alice, 3, interviewer_notes="Watch for guessing.")
    (row,) = columns(deck_of(alice, now=NOON).data, "SELECT flds FROM notes")
    assert "Watch for guessing." not in row["flds"]


def test_only_own_cards_of_what_can_be_practised_go(alice, bob):
    practised(bob, 3)
    practised(alice, 3, private_to=bob)
    practised(alice, 3, status="retired")
    mine = practised(alice, 3, prompt="Mine?")
    rows = columns(deck_of(alice, now=NOON).data, "SELECT flds FROM notes")
    assert [mine.question.slug in row["flds"] for row in rows] == [True]


def test_queries_do_not_grow_with_the_cards(alice, django_assert_max_num_queries):
    for _number in range(2):
        practised(alice, 3)
    with django_assert_max_num_queries(16) as few:
        deck_of(alice, now=NOON)
    for _number in range(3):
        practised(alice, 3)
    with django_assert_max_num_queries(len(few)):
        deck_of(alice, now=NOON)


def test_page_sends_the_file(alice, alice_client):
    practised(alice, 3)
    assert (
        reverse("practice:export")
        in alice_client.get(reverse("practice:settings")).content.decode()
    )
    response = alice_client.get(reverse("practice:export"))
    assert response["Content-Disposition"].startswith('attachment; filename="studyhub-')
    assert len(history_of(response.content).reviews) == 1


def test_without_cards_the_page_says_so(alice_client):
    page = alice_client.get(reverse("practice:export"), follow=True)
    assert "You have no cards yet" in page.content.decode()


def test_visitor_is_asked_to_log_in(client, db):
    assert client.get(reverse("practice:export")).status_code == 302


def test_command_writes_the_file_once(alice, tmp_path):
    practised(alice, 3)
    path, out = tmp_path / "cards.apkg", StringIO()
    call_command("export_cards", path, user="ALICE@example.org", stdout=out)
    assert out.getvalue() == "1 card exported.\n"
    assert len(history_of(path.read_bytes()).cards) == 1
    with pytest.raises(CommandError, match="exists"):
        call_command("export_cards", path, user="alice@example.org")


def test_command_refuses_strangers_and_the_empty(alice, tmp_path):
    with pytest.raises(CommandError, match="no cards"):
        call_command("export_cards", tmp_path / "a.apkg", user="alice@example.org")
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("export_cards", tmp_path / "a.apkg", user="mallory@example.org")
    assert not list(tmp_path.iterdir())
