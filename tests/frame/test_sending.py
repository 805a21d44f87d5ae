"""Statements sent past Django's cursors do what they do when sent by them."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.db.utils import OperationalError
from django.test.utils import CaptureQueriesContext

from questions.models import Tag
from studyhub.sending import Kept, changed, fetched

FIND = Kept("SELECT slug, '100%%' FROM questions_tag WHERE slug = %(slug)s OR slug = %(slug)s")
RENAME = Kept("UPDATE questions_tag SET slug = %(to)s WHERE slug = %(slug)s")


@pytest.fixture(autouse=True)
def tags(db):
    for slug in ("one", "two", "per%cent"):
        Tag.objects.create(slug=slug)


@pytest.fixture(params=["watched", "unwatched"])
def watched(request):
    if request.param == "unwatched":
        yield
        return
    with CaptureQueriesContext(connection):
        yield


def test_rows_are_found_and_changed(watched):
    assert fetched(FIND, {"slug": "one"}) == [("one", "100%")]
    assert fetched(FIND, {"slug": "per%cent", "unused": 1}) == [("per%cent", "100%")]
    assert fetched(FIND, {"slug": "'; --"}) == []
    assert changed(RENAME, {"slug": "one", "to": "three"}) == 1
    assert changed(RENAME, {"slug": "one", "to": "three"}) == 0
    assert fetched(FIND, {"slug": "three"}) == [("three", "100%")]


def test_errors_are_djangos(watched):
    with pytest.raises(IntegrityError), transaction.atomic():
        changed(RENAME, {"slug": "one", "to": "two"})
    with pytest.raises((OperationalError, ProgrammingError)), transaction.atomic():
        fetched(Kept("SELECT nothing FROM nowhere"), {})
    assert fetched(FIND, {"slug": "one"})


def test_errors_of_a_later_row_are_djangos_too(watched):
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite finds a row when it is asked for.")
    overflow = Kept("SELECT abs(column1) FROM (VALUES (1), (-9223372036854775808))")
    with pytest.raises(OperationalError), transaction.atomic():
        fetched(overflow, {})


def test_nothing_is_sent_in_a_transaction_that_broke(watched):
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            fetched(FIND, {"slug": "one"})


def test_what_is_sent_is_seen_by_who_counts():
    with CaptureQueriesContext(connection) as queries:
        fetched(FIND, {"slug": "one"})
    assert [each["sql"].count("'one'") for each in queries] == [2]


def test_wrappers_see_it_too():
    seen = []

    def wrapper(execute, sql, params, many, context):
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        fetched(FIND, {"slug": "one"})
    assert seen == [FIND]


@pytest.mark.django_db(transaction=True)
def test_connection_that_was_closed_opens_again():
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("An SQLite database in memory never closes its connection.")
    connection.close()
    assert fetched(FIND, {"slug": "one"}) == [("one", "100%")]
