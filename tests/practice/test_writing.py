"""Rows written by statements made once hold what the ORM would have written."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from practice.models import Card, Review, StudyDay
from studyhub.writing import add_up, insert_new, save_changes
from tests.factories import NOON, make_card

TODAY = NOON.date()


def review_of(card: Card, **fields) -> Review:
    return Review(
        card=card,
        user=card.user,
        revision=card.question.current_revision,
        reviewed_at=NOON,
        study_day=TODAY,
        **{"rating": 3, "kind": "review", **fields},
    )


def test_row_is_inserted_as_the_orm_would(alice):
    card = make_card(alice)
    told = {
        "answer": "It's “lost”; DROP TABLE 100%",
        "choice": [3, 1],
        "points": {"1": "covered"},
        "stability_after": 2.3,
        "due_on_after": TODAY + timedelta(days=2),
    }
    ours, theirs = review_of(card, **told), review_of(card, **told)
    assert insert_new(ours)
    theirs.save(force_insert=True)
    stored = [model_to_dict(Review.objects.get(pk=each.pk)) for each in (ours, theirs)]
    assert stored[0] == stored[1]
    assert stored[0]["choice"] == [3, 1]
    assert not ours._state.adding


def test_key_that_is_there_is_left_alone(alice):
    card, pk = make_card(alice), uuid4()
    assert insert_new(review_of(card, id=pk, rating=3))
    assert not insert_new(review_of(card, id=pk, rating=1))
    assert Review.objects.get().rating == 3


def test_other_constraints_still_hold(alice):
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_new(review_of(make_card(alice), rating=7))
    assert not Review.objects.exists()


def test_only_what_is_named_is_changed(alice):
    card, other = make_card(alice), make_card(alice)
    card.lapse_count, card.band, card.missed_on = 4, 7, TODAY
    save_changes(card, ("lapse_count", "missed_on"))
    stored = Card.objects.get(pk=card.pk)
    assert (stored.lapse_count, stored.missed_on, stored.band) == (4, TODAY, None)
    assert Card.objects.get(pk=other.pk).lapse_count == 0


def test_sums_begin_with_the_first_and_add_up(alice, bob):
    def add(user, reviews: int, seconds: int) -> StudyDay:
        day = StudyDay(user=user, study_day=TODAY, reviews=reviews, seconds=seconds)
        add_up(day, ("reviews", "seconds"), key=("user", "study_day"))
        return day

    add(alice, 1, 40)
    StudyDay.objects.update(extra_reviews=5)
    told = add(alice, 1, 2)
    add(bob, 1, 9)
    mine = StudyDay.objects.get(user=alice)
    assert model_to_dict(told) == model_to_dict(mine)
    assert told == mine
    assert (mine.reviews, mine.seconds, mine.extra_reviews) == (2, 42, 5)
    assert StudyDay.objects.get(user=bob).seconds == 9
