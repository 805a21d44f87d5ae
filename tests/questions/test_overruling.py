"""A person says otherwise than the engine, and an editor decides what it learns from that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.models import User
from feedback.findings import Status
from questions import matching
from questions.matching import assess
from questions.models import AcceptPhrase, Overrule, PointTally
from questions.models.overrules import LONGEST_EXCERPT, PointRewritten
from questions.overruling import record
from questions.revising import add_revision, document_of
from questions.writing import save_own
from tests import fake_engine
from tests.at_once import at_once
from tests.factories import NOON, make_overrule, make_question, make_user

pytestmark = pytest.mark.django_db

SAID = "Your data is still there afterwards."


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch):
    matching._prepared.cache_clear()
    monkeypatch.setattr(matching, "engine", fake_engine)
    yield fake_engine
    matching._prepared.cache_clear()


def make_volume_question(**fields):
    points = (("Named volumes outlive the container", 3), ("They are managed by Docker", 1))
    return make_question("What is a named volume?", key_points=points, **fields)


def judge(user, question, answer: str, *said: str) -> int:
    """What the person says of each key point in order, after the engine."""
    revision = question.current_revision
    words = dict(zip([point.pk for point in revision.key_points.all()], said, strict=False))
    return record(
        user=user,
        revision=revision,
        answer=answer,
        matched=assess(revision, answer),
        said=words,
        source="practice",
        now=NOON,
    )


def test_a_point_said_in_other_words_is_kept_with_them(alice):
    question = make_volume_question()
    assert judge(alice, question, SAID, "covered", "missed") == 1
    overrule = Overrule.objects.get()
    assert overrule.key_point == question.current_revision.key_points.first()
    assert (overrule.user, overrule.excerpt, overrule.said) == (alice, SAID, "covered")
    assert (overrule.status, overrule.state) == (Status.NOT_FOUND, "waiting")
    assert overrule.is_phrasing


def test_a_doubtful_sentence_is_kept_alone(alice):
    answer = "I am not certain. Maybe volumes   outlive the world. More."
    judge(alice, make_volume_question(), answer, "covered")
    overrule = Overrule.objects.get()
    assert (overrule.excerpt, overrule.status) == ("Maybe volumes outlive the world.", "not_sure")


def test_a_point_wrongly_found_is_kept_too(alice):
    judge(alice, make_volume_question(), "Named volumes outlive the container.", "missed")
    overrule = Overrule.objects.get()
    assert (overrule.status, overrule.said) == (Status.COVERED, "missed")
    assert not overrule.is_phrasing


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Named volumes outlive the container.", "covered"),
        ("Named volumes outlive the container.", "partly"),
        (SAID, "missed"),
        (SAID, "partly"),
        ("", "covered"),
        (" \n ", "covered"),
    ],
)
def test_agreement_half_agreement_and_silence_teach_nothing(answer, said, alice):
    assert judge(alice, make_volume_question(), answer, said) == 0
    assert not Overrule.objects.exists()


def test_the_same_words_are_kept_once_for_each_person(alice, bob):
    question = make_volume_question()
    assert [judge(user, question, SAID, "covered") for user in (alice, alice, bob)] == [1, 0, 1]
    assert judge(alice, question, "It just stays.", "covered") == 1


def test_a_long_answer_is_kept_in_part(alice):
    judge(alice, make_volume_question(), "so " * 5_000 + "\0", "covered")
    excerpt = Overrule.objects.get().excerpt
    assert len(excerpt) == LONGEST_EXCERPT
    assert excerpt.endswith("…")


def test_every_judged_answer_counts_for_the_share(alice):
    question = make_volume_question()
    judge(alice, question, SAID, "covered", "missed")
    judge(alice, question, SAID, "missed")
    judge(alice, question, "", "covered")
    assert list(PointTally.objects.order_by("pk").values_list("judged", flat=True)) == [2, 1]


def test_points_of_another_question_are_left_out(alice):
    question, other = make_volume_question(), make_volume_question()
    matched = assess(question.current_revision, SAID)
    foreign = other.current_revision.key_points.first().pk
    fields = {"user": alice, "revision": question.current_revision, "answer": SAID}
    said = {foreign: "covered"}
    assert record(**fields, matched=matched, said=said, source="interview", now=NOON) == 0
    assert not PointTally.objects.exists()


def test_accepted_words_count_for_later_answers(alice, edda, now):
    question = make_volume_question()
    judge(alice, question, SAID, "covered")
    assert Overrule.objects.get().accept(by=edda, now=now, text="The data is still there")
    question.refresh_from_db()
    phrase = AcceptPhrase.objects.get()
    assert (phrase.text, phrase.added_by, phrase.added_at) == ("The data is still there", edda, now)
    matched = assess(question.current_revision, "Well, the data is still there.")
    assert matched.numbered[1].status == Status.COVERED


def test_without_other_words_the_sentence_itself_is_accepted(edda, now):
    make_overrule(excerpt="It stays.").accept(by=edda, now=now)
    assert AcceptPhrase.objects.get().text == "It stays."


def test_words_known_already_are_not_added_twice(edda, now):
    question = make_volume_question()
    one, other = make_overrule(question), make_overrule(question)
    assert one.accept(by=edda, now=now, text="Data stays")
    assert other.accept(by=edda, now=now, text=" data  STAYS ")
    assert AcceptPhrase.objects.get() == one.phrase == other.phrase


def test_a_second_decision_changes_nothing(edda, ines, now):
    overrule = make_overrule()
    late = Overrule.objects.get()
    assert overrule.decline(by=edda, now=now)
    assert not late.accept(by=ines, now=now + timedelta(minutes=1))
    assert not late.decline(by=ines, now=now + timedelta(minutes=1))
    assert (late.state, late.decided_by, late.decided_at) == ("declined", edda, now)
    assert not AcceptPhrase.objects.exists()


def test_a_point_wrongly_found_is_noted_and_adds_no_phrase(edda, now):
    overrule = make_overrule(said="missed", status="covered")
    assert overrule.accept(by=edda, now=now, text="anything")
    assert overrule.state == "accepted"
    assert not AcceptPhrase.objects.exists()


def test_the_phrase_goes_to_the_text_that_is_current(edda, now):
    question = make_volume_question()
    overrule = make_overrule(question)
    document = replace(document_of(question.current_revision), prompt="What are named volumes?")
    revision = add_revision(question, document, author=edda, now=now)
    overrule.accept(by=edda, now=now, text="Data stays")
    assert AcceptPhrase.objects.get().key_point.revision == revision


def test_a_point_that_was_rewritten_takes_no_phrase(edda, now):
    question = make_volume_question()
    overrule = make_overrule(question)
    document = document_of(question.current_revision)
    points = (replace(document.key_points[0], text="They stay"), document.key_points[1])
    add_revision(question, replace(document, key_points=points), author=edda, now=now)
    assert not Overrule.objects.with_point_today().get().is_current
    with pytest.raises(PointRewritten):
        overrule.accept(by=edda, now=now, text="Data stays")
    assert Overrule.objects.get().state == "waiting"


def test_an_undone_acceptance_takes_the_phrase_back_everywhere(edda, now):
    question = make_volume_question()
    overrule = make_overrule(question)
    overrule.accept(by=edda, now=now, text="Data stays")
    document = replace(document_of(question.current_revision), prompt="What are named volumes?")
    add_revision(question, document, author=edda, now=now)
    assert AcceptPhrase.objects.count() == 2
    assert overrule.undo(by=edda)
    assert not AcceptPhrase.objects.exists()
    assert (overrule.state, overrule.decided_by, overrule.phrase) == ("waiting", None, None)


def test_a_phrase_made_by_two_overrules_stays_until_both_are_undone(edda, now):
    question = make_volume_question()
    one, other = make_overrule(question), make_overrule(question)
    one.accept(by=edda, now=now, text="Data stays")
    other.accept(by=edda, now=now, text="Data stays")
    one.undo(by=edda)
    assert AcceptPhrase.objects.count() == 1
    other.undo(by=edda)
    assert not AcceptPhrase.objects.exists()


def test_an_authors_phrase_outlives_an_undo(edda, now):
    point = "Named volumes outlive the container"
    question = make_volume_question(accept={point: ("Data stays",)})
    overrule = make_overrule(question)
    overrule.accept(by=edda, now=now, text="Data stays")
    overrule.undo(by=edda)
    assert AcceptPhrase.objects.get().text == "Data stays"


def test_nobody_undoes_the_decision_of_another(edda, ines, now):
    overrule = make_overrule()
    overrule.decline(by=edda, now=now)
    assert not overrule.undo(by=ines)
    assert not make_overrule().undo(by=ines)
    assert Overrule.objects.filter(state="declined").count() == 1


def test_who_may_decide(alice, bob, ines, edda):
    shared = make_overrule()
    private = make_overrule(make_volume_question(private_to=alice), user=alice)

    def decidable(user):
        return set(Overrule.objects.decidable_by(user))

    assert decidable(alice) == {private}
    assert decidable(bob) == set()
    assert decidable(ines) == decidable(edda) == {shared}


def test_overrules_leave_with_their_person_and_the_phrase_stays(alice, edda, now):
    make_overrule(user=alice).accept(by=edda, now=now, text="Data stays")
    alice.delete()
    assert not Overrule.objects.exists()
    assert AcceptPhrase.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_only_one_decides(shared_database):
    edda, ines = make_user(is_editor=True), make_user(is_instructor=True)
    overrule = make_overrule()

    def accept(user: User) -> bool:
        return Overrule.objects.get(pk=overrule.pk).accept(by=user, now=NOON, text=str(user.pk))

    assert sorted(at_once(lambda: accept(edda), lambda: accept(ines))) == [False, True]
    assert AcceptPhrase.objects.count() == 1


def test_the_author_may_take_a_learned_phrase_out_again(alice, now):
    question = make_volume_question(private_to=alice)
    make_overrule(question, user=alice).accept(by=alice, now=now, text="Data stays")
    revision = question.current_revision
    without = document_of(revision, as_written=True)
    facts = {"based_on": revision.number, "author": alice, "change": "typo", "change_note": ""}
    saved = save_own(question, without, now=now, **facts)
    assert saved != revision
    assert not AcceptPhrase.objects.filter(key_point__revision=saved).exists()
