"""Statements written once find what the ORM would find, for every value."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Exists
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from interviews.models import Assignment
from practice import scheduling
from practice.dealing import dealt, hints_of, tags_of
from practice.models import Card, Parameters, StudyDay, StudySettings
from questions.models import Question
from studyhub.statements import change, objects, rows
from tests.factories import NOON, make_assignment, make_card, make_question

TODAY = NOON.date()


def days_since(user_pk: int, first: date, last: date):
    days = StudyDay.objects.filter(user=user_pk, study_day__gte=first, study_day__lt=last)
    return days.order_by("study_day")


def slugged(slug: str, pk: int):
    return Question.objects.filter(slug=slug, pk__gte=pk).order_by("pk")


def test_values_go_where_they_belong_each_time(alice, bob):
    for user in (alice, bob):
        for ago in range(4):
            StudyDay.objects.create(user=user, study_day=TODAY - timedelta(days=ago))
    for user in (alice, bob):
        for first, last in ((3, 0), (2, 1), (0, 0)):
            values = (user.pk, TODAY - timedelta(days=first), TODAY - timedelta(days=last))
            assert objects(days_since, *values) == list(days_since(*values))


def test_words_are_values_too(db):
    question = make_question("One?", slug="one")
    assert objects(slugged, "one", question.pk) == [question]
    assert objects(slugged, "one", question.pk + 1) == []
    assert objects(slugged, "'; --", question.pk) == []


def newest_days(user_pk: int, number: int):
    days = StudyDay.objects.filter(user=user_pk).order_by("-study_day")
    return days.values_list("study_day", "user__email")[:number]


def days_by_hand(user_pk: int, day: date, table: str):
    sql = f"SELECT COUNT(*) FROM {table} WHERE user_id = %s AND study_day <= %s"  # noqa: S608
    return sql, (user_pk, day)


def test_values_come_as_the_fields_hold_them(alice, bob):
    for user, count in ((alice, 3), (bob, 1)):
        for ago in range(count):
            StudyDay.objects.create(user=user, study_day=TODAY - timedelta(days=ago))
    for number in (1, 2):
        for user in (alice, bob):
            expected = list(newest_days(user.pk, number))
            assert rows(newest_days, user.pk, about=(number,)) == expected
    assert rows(newest_days, alice.pk, about=(1,)) == [(TODAY, alice.email)]


def slugged_like(slug: str):
    found = Question.objects.extra(where=["slug || '%%s' LIKE '%%o%%%%s'"])  # noqa: S610  # no input
    return found.filter(slug=slug).order_by("pk")


def test_percent_signs_stay_what_they_are(db):
    question = make_question("One?", slug="one")
    assert objects(slugged_like, "one") == list(slugged_like("one")) == [question]


def test_sql_of_ones_own_takes_the_same_values(alice):
    for ago in range(3):
        StudyDay.objects.create(user=alice, study_day=TODAY - timedelta(days=ago))
    about = (StudyDay._meta.db_table,)
    for ago, expected in ((0, 3), (1, 2), (9, 0)):
        day = TODAY - timedelta(days=ago)
        assert rows(days_by_hand, alice.pk, day, about=about) == [(expected,)]


def given_as(pk: UUID, minutes: int | None, opens_at: datetime | None, giver: int):
    active = User.objects.select_for_update().filter(pk=giver, is_active=True)
    return Assignment.objects.filter(Exists(active), pk=pk, minutes=minutes, opens_at=opens_at)


def test_a_change_is_made_where_everything_is_still_as_it_was(db):
    ours, other = make_assignment(), make_assignment()
    giver, later = ours.assigned_by_id, NOON + timedelta(hours=1)
    for minutes, opens_at in ((None, None), (5, NOON), (5, None), (None, NOON)):
        Assignment.objects.update(minutes=minutes, opens_at=opens_at)
        changes = {"minutes": 9, "opens_at": later, "reveal": "on_release"}
        for values in ((5, later), (6, opens_at)):
            assert change(given_as, changes, ours.pk, *values, giver) == 0
        assert change(given_as, changes, ours.pk, minutes, opens_at, 0) == 0
        assert change(given_as, changes, ours.pk, minutes, opens_at, giver) == 1
        ours.refresh_from_db()
        other.refresh_from_db()
        assert (ours.minutes, ours.opens_at, ours.reveal) == (9, later, "on_release")
        assert (other.minutes, other.opens_at) == (minutes, opens_at)


def keyed(pk: UUID):
    return Assignment.objects.filter(pk=pk)


def test_keys_of_the_long_kind_are_values_too(alice):
    first, second = make_assignment(), make_assignment()
    assert objects(keyed, second.pk) == [second]
    assert change(keyed, {"minutes": 7}, first.pk) == 1
    assert set(Assignment.objects.values_list("pk", "minutes")) == {
        (first.pk, 7),
        (second.pk, second.minutes),
    }


def test_dealt_card_asks_for_nothing_more(alice, django_assert_num_queries):
    card = make_card(alice, make_question(topic="docker/dockerfile-builds"))
    with django_assert_num_queries(1):
        shown = dealt(alice, card.pk)
    assert shown == card
    with django_assert_num_queries(0):
        assert shown.user == alice
        assert shown.question.topic.path == "docker/dockerfile-builds"
        assert shown.question.current_revision.question_id == card.question_id


def test_dealt_card_knows_whether_follow_ups_lead_on(alice):
    make_question(slug="then")
    first = make_question(slug="first", follow_ups=({"prompt": "And?", "next_slug": "then"},))
    then, other = Question.objects.get(slug="then"), make_question(follow_ups=("And?",))
    told = {}
    for question in (first, then, other):
        card = dealt(alice, make_card(alice, question).pk)
        told[question] = (card.may_lead_on(question.current_revision), card.may_be_led_to())
    assert told == {first: (True, False), then: (False, True), other: (True, False)}


def test_dealt_card_brings_its_learners_settings(alice, bob, django_assert_num_queries):
    card = make_card(alice)
    assert dealt(alice, card.pk).wish().desired_retention == 0.9
    StudySettings.objects.create(user=bob, desired_retention=0.75)
    StudySettings.objects.create(user=alice, desired_retention=0.8, holiday_spread_days=3)
    fit = Parameters.objects.create(
        user=alice, numbers=list(scheduling.DEFAULT_PARAMETERS), fitted_at=NOON
    )
    expected = StudySettings.objects.get(user=alice)
    with django_assert_num_queries(1):
        wish = dealt(alice, card.pk).wish()
        assert wish.parameters.version == fit.version
    for field in StudySettings._meta.concrete_fields:
        assert getattr(wish, field.attname) == getattr(expected, field.attname)
    assert Card.objects.get(pk=card.pk).wish() == expected


def test_question_without_a_topic_is_dealt(alice):
    card = make_card(alice)
    Question.objects.update(topic=None)
    assert dealt(alice, card.pk).question.topic is None


def test_nobody_is_dealt_the_card_of_another(alice, bob):
    assert dealt(bob, make_card(alice).pk) is None


def test_parts_come_in_the_authors_order(alice):
    question = make_question()
    revision = question.current_revision
    for position, text in ((3, "third"), (1, "first"), (2, "second")):
        revision.hints.create(text=text, position=position)
    for slug in ("volumes", "images"):
        question.tags.create(slug=slug)
    assert hints_of(revision) == list(revision.hints.all())
    assert tags_of(question) == list(question.tags.all())


def test_locked_card_is_read_anew(alice):
    card = make_card(alice)
    question = card.question
    Card.objects.update(lapse_count=5, due_on=None)
    with CaptureQueriesContext(connection) as used:
        card.lock()
        assert card.question is question
    assert (card.lapse_count, len(used)) == (5, 1)


def test_card_deleted_meanwhile_cannot_be_locked(alice):
    card = make_card(alice)
    Card.objects.all().delete()
    with pytest.raises(Card.DoesNotExist):
        card.lock()
