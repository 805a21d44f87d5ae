"""Judging a card: the log, the schedule, the day's sums; and taking it back."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from practice import scheduling
from practice.models import AlreadyReviewed, Card, Review, StudyDay, StudySettings
from practice.undoing import undo_last
from tests.factories import NOON, make_card, make_review

TODAY = NOON.date()
MEMORY = [
    "stability",
    "difficulty",
    "reviewed_on",
    "due_on",
    "interval_days",
    "review_count",
    "lapse_count",
    "relearn_on",
]


def judge(
    card: Card, rating: int = 3, *, now=NOON, review_id: UUID | None = None, **told
) -> Review:
    return card.review(
        rating,
        review_id=review_id or uuid4(),
        revision=card.question.current_revision,
        now=now,
        **told,
    )


def memory_of(card: Card) -> dict[str, object]:
    return model_to_dict(Card.objects.get(pk=card.pk), fields=MEMORY)


def sums(user, day=TODAY) -> tuple[int, ...]:
    row = StudyDay.objects.at(user, day)
    return row.reviews, row.new_cards, row.due_reviews, row.recalled, row.seconds


def test_new_card_is_learnt_and_comes_back(alice):
    review = judge(make_card(alice), seconds=40)
    card = Card.objects.get()
    assert review.kind == Review.Kind.LEARN
    assert card.due_on == review.due_on_after > TODAY
    assert (card.review_count, card.reviewed_on) == (1, TODAY)
    assert sums(alice) == (1, 1, 0, 0, 40)


def test_review_writes_the_memory_before_and_after(alice):
    card = make_card(alice, due_on=TODAY)
    review = judge(card)
    assert (review.stability_before, review.due_on_before, review.interval_before) == (3, TODAY, 3)
    assert review.stability_after == card.stability > 3
    assert review.retrievability == pytest.approx(0.9, abs=0.01)
    assert sums(alice) == (1, 0, 1, 1, 0)


@pytest.mark.parametrize("rating", [1, 2, 3, 4])
def test_card_comes_back_when_its_button_said(alice, rating):
    card = make_card(alice, due_on=TODAY - timedelta(days=9), interval_days=40, stability=40.0)
    said = card.outcomes(TODAY, wish=StudySettings(user=alice))[scheduling.Rating(rating)]
    judge(card, rating)
    assert (card.due_on, card.interval_days) == (said.due_on, said.interval_days)


def test_schedule_follows_the_desired_retention(alice, bob):
    StudySettings.objects.create(user=bob, desired_retention=0.97)
    lax, strict = make_card(alice, due_on=TODAY), make_card(bob, due_on=TODAY)
    judge(lax)
    judge(strict)
    assert strict.due_on < lax.due_on


def test_same_showing_judged_twice_is_one_review(alice):
    card, review_id = make_card(alice), uuid4()
    judge(card, 3, review_id=review_id)
    before = memory_of(card)
    assert judge(Card.objects.get(), 1, review_id=review_id).rating == 3
    assert memory_of(card) == before
    assert Review.objects.count() == 1
    assert sums(alice)[0] == 1


def test_two_showings_of_a_card_cannot_both_count(alice):
    card = make_card(alice)
    in_other_tab = Card.objects.get()
    judge(card, 3, review_count=0)
    with pytest.raises(AlreadyReviewed):
        judge(in_other_tab, 1, review_count=0)
    assert Review.objects.get().rating == 3


def test_review_counts_for_the_learners_study_day(alice):
    alice.time_zone = "America/New_York"
    alice.save()
    early = NOON.replace(hour=8)  # three in the morning over there, before the day starts
    assert judge(make_card(alice), now=early).study_day == TODAY - timedelta(days=1)


def test_again_asks_to_see_the_card_once_more_today(alice):
    card = make_card(alice, due_on=TODAY)
    judge(card, 1)
    assert card.relearn_on == TODAY
    assert card.lapse_count == 1
    assert sums(alice) == (1, 0, 1, 0, 0)


def test_seeing_it_once_more_moves_nothing(alice):
    card = make_card(alice, due_on=TODAY)
    judge(card, 1)
    due_on, stability = card.due_on, card.stability
    review = judge(card, 3)
    assert review.kind == Review.Kind.RELEARN
    assert (card.due_on, card.stability, card.relearn_on) == (due_on, stability, None)
    assert sums(alice) == (2, 0, 1, 0, 0)


def test_again_when_seen_once_more_asks_once_more(alice):
    card = make_card(alice, due_on=TODAY)
    judge(card, 1)
    judge(card, 1)
    assert (card.relearn_on, card.lapse_count) == (TODAY, 1)


def test_practising_ahead_is_logged_and_moves_nothing(alice):
    card = make_card(alice, due_on=TODAY + timedelta(days=5))
    before = memory_of(card)
    review = judge(card, 1)
    assert review.kind == Review.Kind.CRAM
    assert memory_of(card) == {**before, "review_count": 2}


def test_undo_gives_back_the_memory_and_the_day(alice):
    card = make_card(alice, due_on=TODAY, lapse_count=2)
    before = memory_of(card)
    review = judge(card, 1, seconds=30)
    assert undo_last(alice, NOON).pk == review.pk
    assert memory_of(card) == before
    assert sums(alice) == (0, 0, 0, 0, 0)
    assert Review.objects.get().voided_at == NOON


def test_undo_goes_back_as_far_as_wished(alice):
    first, second = make_card(alice), make_card(alice, due_on=TODAY)
    before = memory_of(first), memory_of(second)
    judge(first, 1)
    judge(second, 4, now=NOON + timedelta(minutes=1))
    judge(first, 3, now=NOON + timedelta(minutes=2))
    for _step in range(3):
        assert undo_last(alice, NOON + timedelta(minutes=9))
    assert (memory_of(first), memory_of(second)) == before
    assert undo_last(alice, NOON) is None
    assert sums(alice) == (0, 0, 0, 0, 0)


def test_undo_takes_the_later_of_two_reviews_at_one_moment(alice):
    card = make_card(alice)
    for rating in (1, 2, 3, 4):
        judge(card, rating)
    undone = [undo_last(alice, NOON).rating for _step in range(4)]
    assert undone == [4, 3, 2, 1]
    assert Card.objects.get().due_on is None


def test_undo_tapped_twice_takes_back_one(alice):
    judge(make_card(alice))
    newest = judge(make_card(alice), now=NOON + timedelta(minutes=1))
    assert undo_last(alice, NOON, expected=newest.pk)
    assert undo_last(alice, NOON, expected=newest.pk) is None
    assert Review.objects.standing().count() == 1


def test_only_the_newest_review_of_a_card_is_given_back(alice):
    card = make_card(alice)
    first = judge(card, 1)
    judge(card, now=NOON + timedelta(minutes=1))
    before = memory_of(card)
    assert not card.give_back(first, now=NOON)
    assert memory_of(card) == before
    assert Review.objects.standing().count() == 2


def test_undo_leaves_other_people_alone(alice, bob):
    judge(make_card(bob))
    assert undo_last(alice, NOON) is None
    assert Review.objects.standing().count() == 1


def test_undone_showing_cannot_be_judged_by_an_old_page(alice):
    card, review_id = make_card(alice), uuid4()
    judge(card, review_id=review_id)
    undo_last(alice, NOON)
    with pytest.raises(AlreadyReviewed):
        judge(Card.objects.get(), review_id=review_id)


def test_memory_can_be_judged_anew_after_undo(alice):
    card = make_card(alice)
    judge(card, 1)
    undo_last(alice, NOON)
    again = judge(Card.objects.get(), 4)
    assert again.kind == Review.Kind.LEARN
    assert Card.objects.get().relearn_on is None


def test_judging_costs_the_same_with_a_long_history(alice):
    def queries_used() -> int:
        card = make_card(alice, due_on=TODAY)
        with CaptureQueriesContext(connection) as used:
            judge(card)
        return len(used)

    judge(make_card(alice))
    few = queries_used()
    for _number in range(20):
        make_review(make_card(alice))
    assert queries_used() == few <= 12
