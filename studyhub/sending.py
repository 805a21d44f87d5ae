"""Sends statements that were written once.

On SQLite past Django's cursors: what they do for each statement anew takes three times as long
as SQLite's answer to a small one. They are used as soon as somebody watches what is sent.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

type Row = tuple[Any, ...]
type Params = dict[str, Any]


class Kept(str):
    """SQL with parameters by name, as %(name)s. Whoever wrote it keeps it and sends it again."""

    @cached_property
    def as_sqlite_has_it(self) -> str:
        return self % _Names()


class _Names(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f":{name}"


def fetched(sql: Kept, params: Params) -> list[Row]:
    """All rows that it finds or returns."""
    database = connections[DEFAULT_DB_ALIAS]  # what `connection` looks up each time it is used
    if _is_watched(database):
        with database.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())
    with database.wrap_database_errors:  # round all rows: SQLite finds the next when it is asked
        return list(_sent(database, sql, params).fetchall())


def changed(sql: Kept, params: Params) -> int:
    """How many rows it changed."""
    database = connections[DEFAULT_DB_ALIAS]
    if _is_watched(database):
        with database.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)
    with database.wrap_database_errors:
        return int(_sent(database, sql, params).rowcount)


def _is_watched(database: Any) -> bool:
    """By tests that count queries, by the log of them, or because it is no SQLite."""
    return bool(database.vendor != "sqlite" or database.execute_wrappers or database.queries_logged)


def _sent(database: Any, sql: Kept, params: Params) -> Any:
    if database.connection is None:
        database.ensure_connection()
    database.validate_no_broken_transaction()
    # By Python's adapters a date takes twenty times as long.
    given = {name: str(value) if type(value) is date else value for name, value in params.items()}
    return database.connection.execute(sql.as_sqlite_has_it, given)
