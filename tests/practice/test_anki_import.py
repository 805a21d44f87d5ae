"""Reviews from Anki: they become the learner's own, once, and the cards are what they say."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from practice import scheduling
from practice.anki_export import deck_of
from practice.models import Card, Review, StudyDay
from practice.replaying import differences
from practice.undoing import undo_last
from questions.formats.document import KeyPointText, QuestionDocument
from questions.importing import import_file, with_history
from questions.models import AcceptPhrase, Import, Question
from questions.planning import plan, read
from questions.revising import add_revision, create_question, document_of
from tests.factories import NOON, make_card, make_user
from tests.practice.anki_decks import Answered, Studied, deck

TODAY = NOON.date()
MINUTES = 24 * 60
LEARNT = Studied(
    "What is a pod?",
    (
        Answered(20, button=3, interval=-600, kind=0),
        Answered(19.99, button=3, interval=2, kind=0),
        Answered(18, button=3, interval=8),
        Answered(10, button=1, interval=-600),
        Answered(9.99, button=3, interval=3, kind=2),
        Answered(7, button=3, interval=9, took=2_000_000),
    ),
    due_in=2,
)


def bring(user, data: bytes, *, now=NOON, name="pods.apkg"):
    return import_file(data, name=name, owner=user, now=now, history=True)


def history(user, data: bytes, *, now=NOON):
    format_used, reading = read(data)
    planned = plan(reading, owner=user, name="pods.apkg", format=format_used)
    return with_history(planned, data, owner=user, format=format_used, now=now).history


def log(user) -> list[Review]:
    return list(Review.objects.of(user).order_by("reviewed_at"))


@pytest.mark.parametrize("is_new", [False, True])
def test_reviews_and_the_due_day_come_along(alice, is_new):
    done = bring(alice, deck(LEARNT, is_new=is_new))
    card = Card.objects.get()
    assert card.question.current_revision.prompt == "What is a pod?"
    assert [review.kind for review in log(alice)] == [
        "learn",
        "relearn",
        "review",
        "review",
        "relearn",
        "review",
    ]
    assert [review.rating for review in log(alice)] == [3, 3, 3, 1, 3, 3]
    assert [review.interval_after for review in log(alice)] == [2, 2, 8, 3, 3, 9]
    assert (card.due_on, card.interval_days) == (TODAY + timedelta(days=2), 9)
    assert (card.review_count, card.lapse_count) == (6, 1)
    assert (done.history.reviews, done.history.cards) == (6, 1)
    assert not done.history.findings


def test_cards_are_what_the_log_says(alice):
    bring(alice, deck(LEARNT, replace(LEARNT, prompt="And a node?", due_in=30)))
    assert differences(alice, exact_days=True) == []
    out = StringIO()
    call_command("rebuild_cards", "--check", stdout=out)
    assert "match" in out.getvalue()


def test_memory_is_worked_out_as_for_reviews_made_here(alice):
    bring(alice, deck(LEARNT))
    memory = None
    for day, rating in ((20, 3), (18, 3), (10, 1), (7, 3)):
        on = TODAY - timedelta(days=day)
        memory = scheduling.review(memory, rating, on, desired_retention=0.9, seed=None).memory
    assert Card.objects.get().stability == pytest.approx(memory.stability)
    assert Card.objects.get().difficulty == pytest.approx(memory.difficulty)


def test_memory_that_anki_worked_out_is_kept(alice):
    bring(alice, deck(replace(LEARNT, data={"s": 12.5, "d": 4.25})))
    card = Card.objects.get()
    assert (card.stability, card.difficulty) == (12.5, 4.25)
    assert differences(alice) == []


@pytest.mark.parametrize(
    "data", [{"s": -1, "d": 5}, {"s": 1e300, "d": 5}, {"s": "x"}, [], {"s": 4, "d": None}]
)
def test_memory_that_cannot_be_is_worked_out(alice, data):
    bring(alice, deck(replace(LEARNT, data=data)))
    assert 1 < Card.objects.get().stability < 100


def test_times_are_in_seconds_and_within_a_quarter_of_an_hour(alice):
    bring(alice, deck(LEARNT))
    assert [review.seconds for review in log(alice)] == [12, 12, 12, 12, 12, 900]
    assert {review.answer for review in log(alice)} == {""}


def test_days_are_those_of_the_learner(alice):
    alice.time_zone = "America/Los_Angeles"
    alice.save()
    # Half past ten in UTC is half past two there, of a day not begun.
    bring(alice, deck(Studied("Q?", (Answered(20 + 1 / 16, kind=0),), due_in=3)))
    assert log(alice)[0].study_day == TODAY - timedelta(days=21)
    assert Card.objects.get().due_on == TODAY + timedelta(days=3)


def test_importing_twice_adds_nothing(alice):
    bring(alice, deck(LEARNT))
    before = Card.objects.values().get(), list(StudyDay.objects.order_by("pk").values())
    again = bring(alice, deck(LEARNT), now=NOON + timedelta(days=1))
    assert (Review.objects.count(), again.history.reviews) == (6, 0)
    assert (Card.objects.values().get(), list(StudyDay.objects.order_by("pk").values())) == before
    assert history(alice, deck(LEARNT)).reviews == 0


def test_later_reviews_go_on_from_the_earlier(alice):
    bring(alice, deck(LEARNT))
    longer = replace(LEARNT, log=(*LEARNT.log, Answered(0, interval=30)), due_in=30)
    assert bring(alice, deck(longer)).history.reviews == 1
    assert log(alice)[-1].stability_before == log(alice)[-2].stability_after
    assert Card.objects.get().due_on == TODAY + timedelta(days=30)
    assert differences(alice, exact_days=True) == []


def test_two_people_import_the_same_deck(alice, bob):
    bring(alice, deck(LEARNT))
    bring(bob, deck(LEARNT))
    assert Review.objects.of(alice).count() == Review.objects.of(bob).count() == 6
    assert Card.objects.of(bob).get().question.private_to == bob


def test_study_days_add_up(alice):
    make_day = StudyDay.objects.create
    make_day(user=alice, study_day=TODAY - timedelta(days=10), reviews=4, seconds=100)
    bring(alice, deck(LEARNT))
    rows = StudyDay.objects.order_by("study_day")
    assert list(rows.values_list("reviews", "new_cards", "due_reviews", "recalled", "seconds")) == [
        (2, 1, 0, 0, 24),
        (1, 0, 1, 1, 12),
        (6, 0, 1, 0, 124),
        (1, 0, 1, 1, 900),
    ]


def test_rescheduling_by_hand_is_no_review(alice):
    by_hand = Answered(5, button=0, interval=40, kind=4, factor=0)
    done = bring(alice, deck(replace(LEARNT, log=(*LEARNT.log, by_hand), due_in=35)))
    assert (done.history.reviews, Review.objects.count()) == (6, 6)
    assert [finding.code for finding in done.history.findings] == ["W-HISTORY"]
    assert "1 entry of the log is no answer" in done.history.findings[0].message
    assert Card.objects.get().due_on == TODAY + timedelta(days=35)
    assert differences(alice) == []


def test_card_that_was_reset_is_new_again_with_its_history(alice):
    bring(alice, deck(replace(LEARNT, due_in=None)))
    card = Card.objects.get()
    assert (card.due_on, card.stability, card.review_count) == (None, None, 6)
    assert differences(alice) == []


def test_old_decks_had_three_buttons_while_learning(alice):
    log_of_2015 = (
        Answered(20, button=2, kind=0),
        Answered(19, button=2, interval=6),
        Answered(13, button=1, interval=-600),
        Answered(12.99, button=3, interval=9, kind=2),
    )
    bring(alice, deck(Studied("Q?", log_of_2015, due_in=1), scheduler=1))
    assert [review.rating for review in log(alice)] == [3, 2, 1, 4]


def test_cramming_moves_nothing(alice):
    crammed = Answered(1, kind=3, factor=0)
    bring(alice, deck(replace(LEARNT, log=(*LEARNT.log, crammed))))
    assert log(alice)[-1].kind == "cram"
    assert Card.objects.get().due_on == TODAY + timedelta(days=2)
    assert Card.objects.get().reviewed_on == TODAY - timedelta(days=7)


def test_suspended_cards_stay_suspended(alice):
    bring(alice, deck(replace(LEARNT, queue=-1), Studied("New?", queue=-1), Studied("Other?")))
    assert Card.objects.suspended().count() == 2
    assert Card.objects.count() == 2


def test_cards_of_further_templates_are_told(alice):
    data = deck(replace(LEARNT, templates=2))
    assert bring(alice, data).history.reviews == 6
    assert Card.objects.count() == 1


def test_reviews_of_the_future_are_left_out(alice):
    data = deck(Studied("Q?", (Answered(3, kind=0), Answered(-3)), due_in=1))
    done = bring(alice, data)
    assert (done.history.reviews, Review.objects.count()) == (1, 1)
    assert "1 review lies in the future" in done.history.findings[0].message


def test_reviews_older_than_those_here_are_left_out(alice):
    bring(alice, deck(Studied("What is a pod?", LEARNT.log[-1:], due_in=2)))
    done = bring(alice, deck(LEARNT))
    assert (done.history.reviews, Review.objects.count()) == (0, 1)
    assert "5 reviews are older" in done.history.findings[0].message


def test_without_asking_no_review_comes_along(alice):
    import_file(deck(LEARNT), name="pods.apkg", owner=alice, now=NOON)
    assert not Review.objects.exists()
    assert not Card.objects.exists()


def test_preview_says_what_would_come_and_writes_nothing(alice):
    found = history(alice, deck(LEARNT, Studied("New?")))
    assert (found.reviews, found.cards) == (6, 1)
    assert (found.first_on, found.last_on) == (
        TODAY - timedelta(days=20),
        TODAY - timedelta(days=7),
    )
    assert not Card.objects.exists()


def test_undo_does_not_reach_what_was_imported(alice):
    bring(alice, deck(LEARNT))
    assert undo_last(alice, NOON) is None
    card = Card.objects.get()
    revision = card.question.current_revision
    now = NOON + timedelta(days=2)
    card.review(3, review_id=uuid4(), revision=revision, now=now)
    assert undo_last(alice, now).rating == 3
    assert undo_last(alice, now) is None
    assert Review.objects.standing().count() == 6
    assert Card.objects.get().due_on == TODAY + timedelta(days=2)
    assert differences(alice, exact_days=True) == []


def test_session_offers_no_undo_of_what_was_imported(alice, alice_client):
    with time_machine.travel(NOON, tick=False):
        bring(alice, deck(replace(LEARNT, due_in=-1)))
        page = alice_client.get(reverse("practice:session")).content.decode()
    assert "What is a pod?" in page
    assert 'name="review"' not in page


def bank_question(**parts: str) -> Question:
    document = QuestionDocument(slug="layer", prompt="What is a layer?", answer="A diff.", **parts)
    return create_question(
        document, owner=None, private_to=None, now=NOON, status=Question.Status.PUBLISHED
    )


@pytest.mark.parametrize("notes", ["", "Watch for guessing."])
def test_what_went_to_anki_and_back_adds_nothing(alice, notes):
    card = make_card(alice, bank_question(interviewer_notes=notes))
    for days in (9, 5):
        now = NOON - timedelta(days=days, microseconds=777)
        card.review(3, review_id=uuid4(), revision=card.question.current_revision, now=now)
    done = bring(alice, deck_of(alice, now=NOON).data, name="cards.apkg")
    assert (done.history.reviews, done.history.findings) == (0, ())
    assert Question.objects.count() == 1
    assert Review.objects.count() == 2


def learn(question: Question, *phrases: str, by) -> None:
    point = question.current_revision.key_points.get()
    for place, phrase in enumerate(phrases, start=point.accept_phrases.count()):
        AcceptPhrase.objects.create(key_point=point, text=phrase, position=place, added_by=by)


@pytest.mark.parametrize("later", [(), ("A layer is a difference",)])
@pytest.mark.parametrize("notes", ["", "Watch for guessing."])
def test_phrasings_learned_here_make_no_other_question_of_what_comes_back(
    alice, edda, notes, later
):
    points = (KeyPointText("Each layer holds changes", accept=("layers hold changes",)),)
    question = bank_question(interviewer_notes=notes, key_points=points)
    make_card(alice, question, due_on=TODAY)
    learn(question, "It keeps what changed", by=edda)
    data = deck_of(alice, now=NOON).data
    learn(question, *later, by=edda)
    done = bring(alice, data, name="cards.apkg")
    assert [str(each.outcome) for each in done.entries] == ["unchanged"]
    assert Question.objects.count() == 1


def test_phrasing_learned_from_somebody_who_left_makes_no_other_question(alice, bob):
    question = bank_question(key_points=(KeyPointText("Each layer holds changes"),))
    make_card(alice, question, due_on=TODAY)
    learn(question, "It keeps what changed", by=bob)
    bob.delete()
    bring(alice, deck_of(alice, now=NOON).data, name="cards.apkg")
    assert Question.objects.count() == 1


def test_bank_question_that_comes_back_is_not_for_a_learner_to_replace(alice, alice_client):
    question = bank_question(interviewer_notes="Watch for guessing.")
    make_card(alice, question, due_on=TODAY)
    file, page = page_of(alice_client, deck_of(alice, now=NOON).data)
    assert "yours stays" not in page
    confirm(alice_client, file, line=["1"], history="1")
    question.refresh_from_db()
    assert question.current_revision.number == 1
    assert question.current_revision.interviewer_notes == "Watch for guessing."


def test_bank_question_that_changed_since_comes_as_ones_own(alice):
    question = bank_question()
    make_card(alice, question, due_on=TODAY)
    data = deck_of(alice, now=NOON).data
    changed = replace(document_of(question.current_revision), answer="A change.")
    add_revision(question, changed, author=None, now=NOON)
    bring(alice, data, name="cards.apkg")
    assert Question.objects.filter(private_to=alice).count() == 1


def page_of(client, data: bytes) -> tuple[Import, str]:
    client.post(reverse("questions:import"), {"file": SimpleUploadedFile("pods.apkg", data)})
    file = Import.objects.get(confirmed_at=None)
    return file, client.get(reverse("questions:import_preview", args=[file.pk])).content.decode()


def confirm(client, file: Import, **ticked) -> str:
    url = reverse("questions:import_confirm", args=[file.pk])
    response = client.post(url, {"sha256": file.sha256, **ticked}, follow=True)
    return response.content.decode()


def test_page_offers_the_history_and_brings_it_when_ticked(alice, alice_client):
    with time_machine.travel(NOON, tick=False):
        file, page = page_of(alice_client, deck(LEARNT))
        assert "Bring my review history: 6 reviews of 1 card" in page
        assert "6 reviews came along." in confirm(alice_client, file, line=1, history="1")
        assert "came along" not in confirm(alice_client, file, line=1, history="1")
    assert Review.objects.of(alice).count() == 6


def test_history_stays_ticked_when_the_page_is_turned(alice_client):
    with time_machine.travel(NOON, tick=False):
        file, page = page_of(alice_client, deck(LEARNT))
        ticked = re.compile('name="history"[^>]* checked')
        assert not ticked.search(page)
        url = reverse("questions:import_prompt", args=[file.pk])
        data = {"sha256": file.sha256, "shown": "1", "history": "1"}
        assert ticked.search(alice_client.post(url, data, follow=True).content.decode())


def test_page_brings_no_history_that_was_not_ticked(alice_client):
    with time_machine.travel(NOON, tick=False):
        file, _page = page_of(alice_client, deck(LEARNT))
        confirm(alice_client, file, line=1)
    assert Question.objects.exists()
    assert not Review.objects.exists()


def test_history_can_come_when_the_questions_are_here_already(alice, alice_client):
    with time_machine.travel(NOON, tick=False):
        import_file(deck(LEARNT), name="pods.apkg", owner=alice, now=NOON)
        file, page = page_of(alice_client, deck(LEARNT))
        assert "Nothing to import" not in page
        said = confirm(alice_client, file, history="1")
        assert "6 reviews came along." in said
        assert "No new question came from pods.apkg" in said
        _file, page = page_of(alice_client, deck(LEARNT))
    assert "Nothing to import" in page
    assert "Bring my review history" not in page


def test_history_of_what_is_not_ticked_stays_out(alice, alice_client):
    with time_machine.travel(NOON, tick=False):
        other = replace(LEARNT, prompt="And a node?")
        file, _page = page_of(alice_client, deck(LEARNT, other))
        confirm(alice_client, file, line=2, history="1")
    assert [card.question.current_revision.prompt for card in Card.objects.all()] == ["And a node?"]


def test_queries_of_the_import_do_not_grow_with_the_reviews(
    alice, bob, django_assert_max_num_queries
):
    days = [Answered(30 - number, interval=1) for number in range(8)]
    with django_assert_max_num_queries(200) as few:
        bring(alice, deck(Studied("Q?", tuple(days), due_in=1)))
    many = [replace(each, days_ago=each.days_ago + part / 50) for each in days for part in range(9)]
    with django_assert_max_num_queries(len(few)):
        bring(bob, deck(Studied("Q?", tuple(sorted(many, key=lambda a: -a.days_ago)), due_in=1)))
    assert Review.objects.of(bob).count() == 72


def test_command_brings_the_history(alice, tmp_path, capsys):
    path = tmp_path / "pods.apkg"
    path.write_bytes(deck(LEARNT))
    options = {"owner": "alice@example.org", "history": True}
    with time_machine.travel(NOON, tick=False):
        call_command("import_questions", path, dry_run=True, **options)
        assert "6 reviews would come along." in capsys.readouterr().out
        assert not Review.objects.exists()
        call_command("import_questions", path, **options)
        assert "6 reviews came along." in capsys.readouterr().out
        call_command("import_questions", path, json=True, **options)
    assert json.loads(capsys.readouterr().out)["history"] == {"reviews": 0, "cards": 0}
    assert Review.objects.count() == 6


def test_command_wants_to_know_whose_reviews(db, tmp_path):
    with pytest.raises(CommandError, match="say --owner too"):
        call_command("import_questions", tmp_path, history=True)


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE revlog",
        "UPDATE revlog SET ivl = 'abc', time = '', factor = x'00ff'",
        "UPDATE revlog SET id = 9223372036854775807 - id",
        "UPDATE cards SET due = 9223372036854775807, odue = 0",
        "UPDATE cards SET due = -9000000000, data = x'00ff'",
        "UPDATE cards SET nid = 'x', type = 'y'",
        "UPDATE col SET crt = -99999999999999",
        "UPDATE revlog SET ivl = 9223372036854775807, time = -5, type = 1",
        "DELETE FROM cards",
    ],
)
def test_damaged_histories_break_nothing(alice, sql):
    bring(alice, deck(LEARNT, sql=sql))
    assert Question.objects.count() == 1
    assert differences(alice, exact_days=True) == []
    assert all(card.due_on is None or card.due_on > date(2000, 1, 1) for card in Card.objects.all())


answers = st.builds(
    Answered,
    days_ago=st.integers(0, 60 * MINUTES).map(lambda minute: minute / MINUTES),
    button=st.integers(0, 4),
    interval=st.integers(-1_200, 400),
    kind=st.integers(0, 5),
    factor=st.sampled_from([0, 500, 2_500]),
    took=st.integers(0, 2_000_000),
)
notes = st.builds(
    Studied,
    prompt=st.sampled_from(["What is a pod?"]),
    log=st.lists(answers, max_size=12, unique_by=lambda each: each.days_ago).map(tuple),
    due_in=st.none() | st.integers(-60, 400),
    queue=st.sampled_from([None, -3, -2, -1]),
    data=st.sampled_from([{}, {"s": 12.5, "d": 4.25}]),
)


class AnyHistory(TestCase):
    @settings(max_examples=25)
    @given(note=notes, cut=st.integers(0, 12), hour=st.integers(0, 23))
    def test_whatever_comes_in_parts_the_cards_are_what_the_log_says(self, note, cut, hour):
        user = make_user(day_start_hour=hour)
        log_in_order = tuple(sorted(note.log, key=lambda each: -each.days_ago))
        first = replace(note, log=log_in_order[:cut])
        brought = bring(user, deck(first)).history.reviews
        brought += bring(user, deck(replace(note, log=log_in_order))).history.reviews
        assert bring(user, deck(replace(note, log=log_in_order))).history.reviews == 0
        assert Review.objects.of(user).count() == brought
        assert differences(user, exact_days=True) == []


def test_page_says_why_reviews_stay_out(alice, alice_client):
    with time_machine.travel(NOON, tick=False):
        bring(alice, deck(Studied("What is a pod?", LEARNT.log[-1:], due_in=2)))
        _file, page = page_of(alice_client, deck(LEARNT))
    assert "5 reviews are older" in page
    assert "Bring my review history" not in page
