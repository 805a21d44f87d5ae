"""Statements that every card asks for, put together by the ORM once instead of for each card.

The database answers these in a fraction of the time that writing their SQL takes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet

if TYPE_CHECKING:
    from accounts.models import User

type Statement = tuple[str, tuple[Any, ...]]
"""SQL and its parameters."""

# Stand for the person and the day while the SQL is written; no real ones are like these.
SOMEBODY, SOME_DAY = -7_777_777, date(1, 2, 3)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows for any person and day. `params` holds stand-ins where those belong."""

    sql: str
    params: tuple[Any, ...]
    some_day: Any

    def run(self, user: User, today: date) -> list[tuple[Any, ...]]:
        day = connection.ops.adapt_datefield_value(today)
        actual = {SOMEBODY: user.pk, self.some_day: day}
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [actual.get(param, param) for param in self.params])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@lru_cache(maxsize=512)
def prepared(build: Callable[..., Statement], *about: Hashable) -> Prepared:
    """`build` writes the statement for a person, a day and what it is about, which stays the same."""
    sql, params = build(get_user_model()(pk=SOMEBODY), SOME_DAY, *about)
    return Prepared(sql, params, connection.ops.adapt_datefield_value(SOME_DAY))


def statement_of(rows: QuerySet[Any, Any]) -> Statement:
    sql, params = rows.query.sql_with_params()
    return sql, tuple(params)
