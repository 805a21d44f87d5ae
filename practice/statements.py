"""Statements that every card asks for, put together by the ORM once instead of for each card.

The database answers these in a fraction of the time that writing their SQL takes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

type Statement = tuple[str, tuple[Any, ...]]
"""SQL and its parameters."""

type Value = int | str | date
type Row = tuple[Any, ...]
type Build = Callable[..., QuerySet[Any, Any] | Statement]

# Stand for keys and days while the SQL is written; no real ones are like these.
SOME_KEY, SOME_DAY = -7_777_777, date(1, 2, 3)


def objects[M: Model](build: Callable[..., QuerySet[M]], *values: Value) -> list[M]:
    """What `build(*values)` finds: rows of one table, without related ones.

    `build` is called once for all values; it must make nothing depend on them but parameters.
    """
    written = _written(build, tuple(map(type, values)), ())
    model, alias = written.model, connection.alias
    return [model.from_db(alias, written.names, row) for row in _read(written, values)]


def rows(build: Build, *values: Value, about: tuple[Hashable, ...] = ()) -> list[Row]:
    """As `objects`, for values_list, or for SQL of one's own. `about` is given to `build` too:

    what the statement itself depends on, so each of them has its own.
    """
    return [tuple(row) for row in _read(_written(build, tuple(map(type, values)), about), values)]


def statement_of(found: QuerySet[Any, Any]) -> Statement:
    sql, params = found.query.sql_with_params()
    return sql, tuple(params)


@dataclass(frozen=True, slots=True)
class Written:
    """`params`: each as it always is, or the place of the value that belongs there.

    `converters` make of what the database gives, by column, what the model's fields hold.
    """

    sql: str
    params: tuple[tuple[int | None, Any], ...]
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...] = ()
    model: Any = None
    names: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def _written(build: Build, kinds: tuple[type, ...], about: tuple[Hashable, ...]) -> Written:
    instead = [_stand_in(kind, place) for place, kind in enumerate(kinds)]
    places = {form: place for place, each in enumerate(instead) for form in (each, _adapted(each))}
    found = build(*instead, *about)
    if not isinstance(found, QuerySet):
        sql, params = found
        return Written(sql, tuple((places.get(each), each) for each in params))
    compiler = found.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    columns = [column for column, _sql, _alias in compiler.select]
    return Written(
        sql,
        tuple((places.get(each), each) for each in params),
        tuple((at, *each) for at, each in compiler.get_converters(columns).items()),
        found.model,
        tuple(column.target.attname for column in columns),
    )


def _stand_in(kind: type, place: int) -> Value:
    if issubclass(kind, str):
        return f"\x01{place}"
    return SOME_KEY - place if issubclass(kind, int) else SOME_DAY + timedelta(days=place)


def _adapted(value: Value) -> Any:
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _read(written: Written, values: Sequence[Value]) -> Iterator[Sequence[Any]]:
    actual = [_adapted(value) for value in values]
    params = [param if place is None else actual[place] for place, param in written.params]
    with connection.cursor() as cursor:
        cursor.execute(written.sql, params)
        found = cursor.fetchall()
    for each in found:
        row = list(each)
        for at, converters, column in written.converters:
            for convert in converters:
                row[at] = convert(row[at], column, connection)
        yield row
