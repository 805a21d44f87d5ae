"""There and back with Anki itself: what it reads of ours, and what we read of its own files."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from practice.anki_export import deck_of
from practice.models import Card, Review
from practice.replaying import differences
from practice.scheduling import Rating
from questions.formats.document import QuestionDocument
from questions.importing import import_file
from questions.models import Question
from questions.revising import create_question
from tests.factories import bury, cram, make_card, suspend

if os.environ.get("CI"):
    # There it is installed, and a test that is skipped says nothing.
    from anki import collection
else:
    collection = pytest.importorskip(
        "anki.collection", reason="The development dependency anki is not installed."
    )


@dataclass
class Anki:
    """A collection of the real program, in a folder of its own."""

    folder: Path
    col: "collection.Collection"

    def bring(self, data: bytes) -> None:
        path = self.folder / "in.apkg"
        path.write_bytes(data)
        options = collection.ImportAnkiPackageOptions(with_scheduling=True)
        request = collection.ImportAnkiPackageRequest(package_path=str(path), options=options)
        self.col.import_anki_package(request)

    def take(self, *, is_legacy: bool) -> bytes:
        path = self.folder / "out.apkg"
        options = collection.ExportAnkiPackageOptions(
            with_scheduling=True, with_deck_configs=False, with_media=False, legacy=is_legacy
        )
        self.col.export_anki_package(out_path=str(path), options=options, limit=None)
        return path.read_bytes()

    def add(self, prompt: str) -> int:
        note = self.col.new_note(self.col.models.by_name("Basic"))
        note["Front"], note["Back"] = prompt, "So."
        self.col.add_note(note, 1)
        return note.cards()[0].id

    def age(self, days: int) -> None:
        """As if the collection had been begun so many days before."""
        self.col.db.execute("UPDATE col SET crt = crt - ?", days * 86_400)
        self.col.close()
        self.col.reopen()

    def answer(self, button: int) -> int:
        card = self.col.sched.getCard()
        card.start_timer()
        self.col.sched.answerCard(card, button)
        return card.id


@pytest.fixture
def anki(tmp_path: Path) -> Iterator[Anki]:
    made = Anki(tmp_path, collection.Collection(str(tmp_path / "collection.anki2")))
    made.col.set_config("fsrs", True)
    yield made
    made.col.close()


def within_one_day(user, do: Callable[[], None]) -> None:
    """Anki reads the clock itself, so this is done again if a study day began meanwhile."""
    before = user.study_day(timezone.now())
    do()
    if user.study_day(timezone.now()) != before:
        do()


def bank_question(number: int) -> Question:
    prompt = f"What is number {number}?"
    return create_question(
        QuestionDocument(slug=f"number-{number}", prompt=prompt, answer="So."),
        owner=None,
        private_to=None,
        now=timezone.now(),
        status=Question.Status.PUBLISHED,
    )


def practise(user) -> list[Card]:
    """New, due, overdue, lapsed, suspended and buried cards, by their own reviews."""
    now = timezone.now()
    cards = [make_card(user, bank_question(number)) for number in range(6)]
    judged = {1: [(9, 3), (6, 3)], 2: [(90, 3)], 3: [(40, 4), (2, 1)], 4: [(3, 3)], 5: [(1, 2)]}
    for number, reviews in judged.items():
        for days, rating in reviews:
            card = cards[number]
            revision, at = card.question.current_revision, now - timedelta(days=days)
            card.review(rating, review_id=uuid4(), revision=revision, now=at, seconds=75)
    suspend(cards[4], now=now)
    bury(cards[5], now=now)
    return list(Card.objects.select_related("question__current_revision").order_by("pk"))


def test_anki_has_the_same_cards_days_memory_and_reviews(alice, anki):
    cards = practise(alice)

    def check() -> None:
        anki.bring(deck_of(alice, now=timezone.now()).data)
        today = alice.study_day(timezone.now())
        rows = anki.col.db.all(
            "SELECT sfld, type, queue, due, ivl, reps, lapses, cards.data"
            " FROM cards JOIN notes ON notes.id = nid ORDER BY sfld"
        )
        assert [row[0] for row in rows] == [f"What is number {number}?" for number in range(6)]
        for card, (_prompt, kind, _queue, due, interval, reps, lapses, data) in zip(
            cards, rows, strict=True
        ):
            assert (kind, reps, lapses) == (
                2 if card.due_on else 0,
                card.review_count,
                card.lapse_count,
            )
            if card.due_on:
                assert today + timedelta(days=due - anki.col.sched.today) == card.due_on
                assert interval == card.interval_days
                memory = json.loads(data)
                assert memory["s"] == pytest.approx(card.stability, abs=1e-3)
                assert memory["d"] == pytest.approx(card.difficulty, abs=1e-2)
                assert memory["dr"] == 0.9
        assert [row[2] for row in rows] == [0, 2, 2, 2, -1, -3]

    within_one_day(alice, check)
    log = anki.col.db.all("SELECT ease, type, time FROM revlog ORDER BY id")
    judged = Review.objects.order_by("reviewed_at")
    assert [row[0] for row in log] == [review.rating for review in judged]
    assert {row[2] for row in log} == {75_000}
    assert len(log) == 7


def test_anki_goes_on_from_our_memory(alice, anki):
    """It shows the due card first and moves its stability as FSRS does."""
    practise(alice)
    anki.bring(deck_of(alice, now=timezone.now()).data)
    anki.col.decks.select(anki.col.decks.id_for_name("Studyhub"))
    pk = anki.answer(3)
    data = json.loads(anki.col.db.scalar("SELECT data FROM cards WHERE id = ?", pk))
    prompt = re.sub("<[^>]+>", "", anki.col.get_card(pk).note()["Front"])
    mine = Card.objects.get(question__current_revision__prompt=prompt.strip())
    assert data["s"] > mine.stability


def test_cramming_before_the_export_moves_nothing_in_anki(alice, anki):
    """Told that it was seen yesterday, Anki would give the card a far shorter interval."""
    now = timezone.now()
    crammed, other = (make_card(alice, bank_question(number)) for number in range(2))
    for card in (crammed, other):
        revision = card.question.current_revision
        for days in (40, 37):
            at = now - timedelta(days=days)
            card.review(3, review_id=uuid4(), revision=revision, now=at, seconds=75)
    cram(crammed)
    yesterday, revision = now - timedelta(days=1), crammed.question.current_revision
    crammed.review(3, review_id=uuid4(), revision=revision, now=yesterday, seconds=75)

    def check() -> None:
        anki.bring(deck_of(alice, now=timezone.now()).data)
        pks = anki.col.db.list(
            "SELECT cards.id FROM cards JOIN notes ON notes.id = nid ORDER BY sfld"
        )
        for pk, card in zip(pks, (crammed, other), strict=True):
            good = anki.col._backend.get_scheduling_states(pk).good.normal.review
            outcome = card.outcomes(alice.study_day(timezone.now()), wish=card.wish())[Rating.GOOD]
            assert good.memory_state.stability == pytest.approx(outcome.memory.stability, abs=1e-2)

    within_one_day(alice, check)
    kinds = anki.col.db.list("SELECT type FROM revlog ORDER BY id")
    assert kinds == [0, 0, 1, 1, 3]


def test_what_went_to_anki_and_back_is_known_again(alice, anki):
    practise(alice)
    before = list(Card.objects.order_by("pk").values())
    anki.bring(deck_of(alice, now=timezone.now()).data)
    for is_legacy in (True, False):
        data = anki.take(is_legacy=is_legacy)
        done = import_file(data, name="a.apkg", owner=alice, now=timezone.now(), history=True)
        assert done.history.reviews == 0
        assert Review.objects.count() == 7
    mine = Card.objects.filter(pk__in=[card["id"] for card in before])
    assert list(mine.order_by("pk").values()) == before


@pytest.mark.parametrize("is_legacy", [True, False], ids=["legacy", "modern"])
def test_files_that_anki_wrote_bring_their_history(alice, anki, is_legacy):
    for number in range(4):
        anki.add(f"What is number {number}?")
    anki.age(days=30)
    done = [anki.answer(4), anki.answer(4), anki.answer(1)]
    anki.col.sched.set_due_date([done[1]], "12")
    kept = anki.col.db.all("SELECT id, cid, ease FROM revlog WHERE type < 4 ORDER BY id")

    def check() -> None:
        now = timezone.now() + timedelta(seconds=5)
        data = anki.take(is_legacy=is_legacy)
        imported = import_file(data, name="a.apkg", owner=alice, now=now, history=True)
        assert [finding.code for finding in imported.history.findings] == ["W-HISTORY"]
        today = alice.study_day(timezone.now())
        for place, pk in enumerate(done):
            card = Card.objects.get(question__current_revision__prompt=f"What is number {place}?")
            theirs = anki.col.get_card(pk)
            memory = json.loads(anki.col.db.scalar("SELECT data FROM cards WHERE id = ?", pk))
            assert card.stability == pytest.approx(memory["s"], abs=1e-3)
            assert card.difficulty == pytest.approx(memory["d"], abs=1e-2)
            if theirs.queue == 2:
                assert card.due_on == today + timedelta(days=theirs.due - anki.col.sched.today)

    within_one_day(alice, check)
    assert [review.rating for review in Review.objects.order_by("reviewed_at")] == [
        row[2] for row in kept
    ]
    assert Card.objects.count() == 3
    assert differences(alice, exact_days=True) == []
