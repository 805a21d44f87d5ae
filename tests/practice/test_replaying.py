"""The log is the truth: a card can always be rebuilt from it, to the last figure."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from practice import scheduling
from practice.models import Adjustment, Card, Parameters, Review, StudyDay, StudySettings
from practice.replaying import differences, mend
from practice.undoing import undo_last
from tests.factories import NOON, make_card, make_question, make_user

TODAY = NOON.date()
ZONES = ("UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Europe/Berlin", "Asia/Kathmandu")
FITTED = tuple(number * 1.02 for number in scheduling.DEFAULT_PARAMETERS[:16])
FITTED += scheduling.DEFAULT_PARAMETERS[16:]


def judge(card: Card, rating: int = 3, *, now=NOON, **told) -> Review:
    revision = card.question.current_revision
    return card.review(rating, review_id=uuid4(), revision=revision, now=now, **told)


def rebuild(*, wrong: int = 0, **options) -> str:
    """What the command says; it ends badly if, and only if, so many rows were wrong."""
    out = StringIO()
    if not wrong:
        call_command("rebuild_cards", stdout=out, **options)
        return out.getvalue()
    done = "Nothing was changed" if options.get("check") else "All were mended"
    with pytest.raises(CommandError, match=rf"differed from their log: {wrong}\. {done}") as ended:
        call_command("rebuild_cards", stdout=out, **options)
    assert ended.value.returncode == 1
    return out.getvalue()


steps = st.one_of(
    st.tuples(st.just("judge"), st.integers(0, 2), st.sampled_from([1, 1, 2, 3, 3, 4])),
    st.tuples(st.just("judge when due"), st.integers(0, 2), st.sampled_from([1, 1, 3])),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 1, 2, 5, 30, 400]), st.integers(0, 23)),
    st.tuples(st.just("undo"), st.integers(1, 4), st.none()),
    st.tuples(st.just("travel"), st.sampled_from(ZONES), st.integers(0, 23)),
    st.tuples(st.just("retention"), st.floats(0.7, 0.97), st.none()),
    st.tuples(st.just("parameters"), st.booleans(), st.none()),
    st.tuples(st.just("reset"), st.integers(0, 2), st.none()),
    st.tuples(st.just("reset and undo"), st.integers(0, 2), st.sampled_from([1, 1, 3])),
    st.tuples(st.just("move"), st.integers(0, 2), st.integers(-3, 40)),
)


class Learner:
    """One person with three cards, who does anything in any order."""

    def __init__(self) -> None:
        self.user = make_user()
        questions = [make_question() for _number in range(3)]
        self.pks = [make_card(self.user, question).pk for question in questions]
        self.now = datetime(2026, 3, 27, 20, 30, tzinfo=UTC)

    def card(self, number: int) -> Card:
        return Card.objects.select_related("user").get(pk=self.pks[number])

    def do(self, what: str, first, second) -> None:
        self.now += timedelta(seconds=40)
        match what:
            case "judge":
                points = {"1": "missed", "2": "covered"} if second == 1 else {}
                points = {"1": "covered"} if second == 4 else points
                judge(self.card(first), second, now=self.now, points=points)
            case "judge when due":
                card, today = self.card(first), self.user.study_day(self.now)
                self.now += max((card.due_on or today) - today, timedelta())
                judge(card, second, now=self.now)
            case "wait":
                self.now += timedelta(days=first, hours=second)
            case "undo":
                for _step in range(first):
                    undo_last(self.user, self.now)
            case "travel":
                self.user.time_zone, self.user.day_start_hour = first, second
                self.user.save()
            case "retention":
                StudySettings.objects.update_or_create(
                    user=self.user, defaults={"desired_retention": first}
                )
            case "parameters":
                fitted = Parameters(numbers=list(FITTED), fitted_at=self.now) if first else None
                Parameters.objects.replace(self.user, fitted)
            case "reset":
                self.card(first).reset(now=self.now)
            case "reset and undo":
                self.do("judge when due", first, second)
                self.card(first).reset(now=self.now)
                undo_last(self.user, self.now)
            case "move":
                day = self.user.study_day(self.now) + timedelta(days=second)
                self.card(first).move_due(day, now=self.now)


class TestReplay(TestCase):
    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, min_size=5, max_size=30))
    def test_replaying_gives_what_is_stored(self, history):
        learner = Learner()
        for what, first, second in history:
            learner.do(what, first, second)
        assert differences(learner.user, exact_days=True) == []


def test_ratings_and_days_alone_give_the_stored_schedule(alice):
    """Replaying takes the log's word; the log's word is the scheduler's."""
    card = make_card(alice)
    for days, rating in enumerate([3, 1, 3, 4, 2, 1, 3]):
        judge(card, rating, now=NOON + timedelta(days=days * days * 3))
    memory, interval = None, 0
    for count, review in enumerate(Review.objects.order_by("number")):
        if review.moves_schedule:
            outcome = scheduling.review(
                memory,
                scheduling.Rating(review.rating),
                review.study_day,
                desired_retention=0.9,
                seed=(card.pk, count),
                previous_interval_days=interval,
            )
            memory, interval, due_on = outcome.memory, outcome.interval_days, outcome.due_on
    assert (card.memory, card.interval_days, card.due_on) == (memory, interval, due_on)


def test_broken_card_is_found_and_mended(alice):
    card = make_card(alice)
    judge(card)
    right = card.due_on
    Card.objects.update(due_on=TODAY + timedelta(days=900), lapse_count=7)
    rebuild(check=True, wrong=1)
    assert Card.objects.get().lapse_count == 7
    said = rebuild(wrong=1)
    assert f"card {card.pk}: due_on is 2029-05-11, by the log {right}" in said
    assert (Card.objects.get().due_on, Card.objects.get().lapse_count) == (right, 0)
    assert rebuild(check=True) == "All cards and study days match their log.\n"


def test_only_the_person_named_is_mended(alice, bob):
    for user in (alice, bob):
        judge(make_card(user))
    Card.objects.update(lapse_count=9)
    rebuild(user="Alice@example.org", wrong=1)
    assert Card.objects.get(user=alice).lapse_count == 0
    assert Card.objects.get(user=bob).lapse_count == 9


def test_unknown_person_is_refused(db):
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("rebuild_cards", user="nobody@example.org")


def test_card_without_a_log_becomes_new(alice):
    make_card(alice, due_on=TODAY)
    assert mend(alice)
    assert Card.objects.get().due_on is None


def test_reset_card_is_new_again_and_keeps_its_history(alice):
    card = make_card(alice)
    judge(card)
    card.reset(now=NOON)
    assert (card.due_on, card.stability, card.review_count) == (None, None, 1)
    assert judge(card).kind == Review.Kind.LEARN
    assert differences(alice) == []


def test_moved_card_is_due_on_the_day_named(alice):
    card = make_card(alice)
    judge(card)
    card.move_due(TODAY + timedelta(days=50), now=NOON)
    assert Card.objects.get().due_on == TODAY + timedelta(days=50)
    assert differences(alice) == []


def test_new_card_has_no_day_to_move(alice):
    make_card(alice).move_due(TODAY, now=NOON)
    assert Card.objects.get().due_on is None
    assert not Adjustment.objects.exists()


def forgotten(card: Card, ratings: str) -> list[bool]:
    """Judged on the day it is due, again and again: whether it was a leech after each."""
    seen, now = [], NOON
    for rating in ratings:
        judge(card, int(rating), now=now)
        seen.append(Card.objects.get().is_leech)
        now += card.due_on - card.user.study_day(now)
    return seen


def test_card_that_does_not_stick_is_a_leech_until_it_does(alice):
    card = make_card(alice)
    seen = forgotten(card, "31313131" + "3" * 30)
    assert seen[:8] == [False] * 7 + [True]
    assert seen[-1] is False
    assert differences(alice) == []


def test_leech_is_no_leech_before_its_last_lapse(alice):
    forgotten(make_card(alice), "31313131")
    assert Card.objects.leeches().exists()
    undo_last(alice, NOON)
    assert not Card.objects.leeches().exists()
    assert differences(alice) == []


def test_reset_leech_starts_afresh(alice):
    card = make_card(alice)
    forgotten(card, "31313131")
    card.reset(now=NOON)
    assert forgotten(card, "3131") == [False] * 4
    assert differences(alice) == []


def test_undo_takes_back_what_was_changed_since_the_review(alice):
    card = make_card(alice)
    judge(card)
    card.reset(now=NOON)
    undo_last(alice, NOON)
    assert Adjustment.objects.get().voided_at == NOON
    assert differences(alice) == []


def test_lapse_forgotten_by_learning_anew_can_be_undone(alice):
    card = make_card(alice)
    forgotten(card, "31")
    card.reset(now=NOON)
    assert undo_last(alice, NOON)
    assert Card.objects.get().lapse_count == 0
    assert differences(alice) == []


def test_undo_before_learning_anew_remembers_earlier_lapses(alice):
    card = make_card(alice)
    forgotten(card, "313131313")
    card.reset(now=NOON)
    undo_last(alice, NOON)
    assert (Card.objects.get().lapse_count, Card.objects.get().is_leech) == (4, True)
    assert differences(alice) == []


def test_day_that_says_less_than_the_log_is_found_and_mended(alice):
    judge(make_card(alice), seconds=40)
    StudyDay.objects.update(reviews=0, seconds=7, extra_reviews=5)
    rebuild(check=True, wrong=1)
    said = rebuild(wrong=1)
    assert f"study day {TODAY}: reviews is 0, by the log 1, seconds is 7, by the log 40" in said
    day = StudyDay.objects.get()
    assert (day.reviews, day.new_cards, day.seconds, day.extra_reviews) == (1, 1, 40, 5)
    assert differences(alice) == []


def test_day_without_sums_gets_them(alice):
    judge(make_card(alice), seconds=40)
    StudyDay.objects.all().delete()
    rebuild(wrong=1)
    assert StudyDay.objects.at(alice, TODAY).seconds == 40


def test_day_keeps_what_was_done_for_a_deleted_question_unless_asked(alice):
    card = make_card(alice)
    judge(make_card(alice))
    judge(card)
    card.question.delete()
    assert rebuild(check=True) == "All cards and study days match their log.\n"
    rebuild(check=True, exact_days=True, wrong=1)
    rebuild(exact_days=True, wrong=1)
    assert StudyDay.objects.get().reviews == 1


def test_day_whose_log_is_gone_is_emptied_only_when_asked(alice):
    StudyDay.objects.create(user=alice, study_day=TODAY, reviews=3, seconds=90)
    rebuild()
    assert StudyDay.objects.get().reviews == 3
    rebuild(exact_days=True, wrong=1)
    assert (StudyDay.objects.get().reviews, StudyDay.objects.get().seconds) == (0, 0)
