"""People: their study day, their roles, their e-mail address."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError

from accounts.models import User
from tests.factories import make_user


def test_studying_after_midnight_counts_for_the_day_before():
    user = User(time_zone="Europe/Berlin", day_start_hour=4)
    assert user.study_day(datetime(2026, 11, 24, 2, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert user.study_day(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)) == date(2026, 11, 24)


def test_an_editor_may_edit_questions_and_nothing_else(edda):
    assert edda.is_staff
    assert edda.has_perm("questions.change_question")
    assert not edda.has_perm("accounts.change_user")


def test_an_instructor_may_not_enter_the_admin(ines):
    assert not ines.is_staff


def test_one_address_in_two_cases_is_one_person(alice):
    with pytest.raises(IntegrityError):
        make_user("ALICE@example.org")


def test_pages_are_closed_by_default(client, db):
    response = client.get("/practice/")
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]
