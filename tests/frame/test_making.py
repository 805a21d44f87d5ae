"""Objects made without Model.__init__ are what it would have made."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from practice.models import Parameters, Review, StudyDay, StudySettings
from questions.models import Question
from studyhub.making import known, unsaved
from tests.factories import NOON, make_card, make_question


def fields_of(row) -> dict:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (StudySettings, {"user_id": 7, "desired_retention": 0.8}),
        (StudyDay, {"user_id": 7, "study_day": NOON.date(), "reviews": 3}),
        (Parameters, {}),
        (Parameters, {"user": None}),
        (Review, {"id": uuid4(), "card_id": 3, "points": {"1": "covered"}}),
    ],
)
def test_unsaved_has_the_same_values_and_defaults(model, values):
    made, expected = unsaved(model, **values), model(**values)
    assert fields_of(made) == fields_of(expected)
    assert (made._state.adding, made._state.db) == (True, None)


def test_defaults_that_can_be_changed_are_not_shared():
    first, second = unsaved(Review), unsaved(Review)
    first.points["1"] = "covered"
    assert second.points == {}
    assert first.pk != second.pk


def test_unsaved_is_saved_as_any_other(alice):
    card = make_card(alice)
    day = unsaved(StudyDay, user_id=alice.pk, study_day=NOON.date() - timedelta(days=1))
    day.save()
    assert StudyDay.objects.get() == day
    card_review = unsaved(
        Review,
        card_id=card.pk,
        user_id=alice.pk,
        revision_id=card.question.current_revision_id,
        reviewed_at=NOON,
        study_day=NOON.date(),
        rating=3,
        kind=Review.Kind.LEARN,
    )
    card_review.save()
    assert fields_of(Review.objects.get()) == fields_of(card_review)


def test_known_looks_up_what_it_was_not_told(db, django_assert_num_queries):
    question = make_question(slug="one")
    made = known(Question, [("id", question.pk)])
    with django_assert_num_queries(1):
        assert made.slug == "one"
    assert made == question
    assert (made._state.adding, made._state.db) == (False, "default")
