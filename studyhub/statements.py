"""Statements that are asked again and again, put together by the ORM once instead of each time.

The database answers these in a fraction of the time that writing their SQL takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Choices, Model, QuerySet
from django.db.models.query import ModelIterable

from studyhub.making import known
from studyhub.sending import Kept, Row, changed, fetched
from studyhub.writing import PLAIN

type Statement = tuple[str, tuple[Any, ...]]
"""SQL and its parameters."""

type Value = int | str | date | UUID | None
type Build = Callable[..., QuerySet[Any, Any] | Statement]

# Stand for keys and days while the SQL is written; no real ones are like these, and any column of
# numbers takes them.
SOME_KEY, SOME_DAY = 31_313, date(1, 2, 3)
SOME_MOMENT, SOME_UUID = datetime(1, 2, 3, tzinfo=UTC), 7_777_777
PLACE = re.compile("(?<!%)%s")


def objects[M: Model](build: Callable[..., QuerySet[M]], *values: Value) -> list[M]:
    """What `build(*values)` finds, with what select_related and annotate name.

    `build` is called once for all values; it must make nothing depend on them but parameters.
    """
    written = _written(build, tuple(map(type, values)), ())
    if written.maker is None:
        raise TypeError("What values_list finds is not made into objects.")
    return [written.maker.made_of(row) for row in _read(written, values)]


def rows(build: Build, *values: Value, about: tuple[Hashable, ...] = ()) -> list[Row]:
    """As `objects`, for values_list, or for SQL of one's own. `about` is given to `build` too:

    what the statement itself depends on, so each of them has its own.
    """
    return _read(_written(build, tuple(map(type, values)), about), values)


def change(build: Callable[..., QuerySet[Any]], changes: dict[str, Any], *values: Value) -> int:
    """Set these fields of what `build(*values)` finds, in one statement. How many rows it found.

    `build` names other tables in Exists only. What it locks there is locked for the change.
    """
    database = connections[DEFAULT_DB_ALIAS]
    written, fields = _written_change(build, tuple(map(type, values)), tuple(changes))
    params = written.params(values)
    for field, value in zip(fields, changes.values(), strict=True):
        params[field.attname] = field.get_db_prep_save(value, database)
    return changed(written.sql, params)


def statement_of(found: QuerySet[Any, Any]) -> Statement:
    sql, params = found.query.sql_with_params()
    return sql, tuple(params)


class Maker:
    """Makes a model's objects of rows, with what select_related and annotate name."""

    def __init__(
        self, info: dict[str, Any], columns: Sequence[Any], annotated: dict[str, int]
    ) -> None:
        """As Django's SQLCompiler has them; `annotated` is where those columns are, by name."""
        self.model, places = info["model"], info["select_fields"]
        self.start, self.end = places[0], places[-1] + 1
        self.names = tuple(columns[at].target.attname for at in places)
        self.annotated = tuple(annotated.items())
        self.key = self.start + self.names.index(self.model._meta.pk.attname)
        self.related = tuple(
            (Maker(each, columns, {}), each["local_setter"], each["remote_setter"])
            for each in info.get("related_klass_infos", ())
        )

    def made_of(self, row: Row) -> Any:
        """None where an outer join found nothing."""
        if row[self.key] is None:
            return None
        made = known(self.model, zip(self.names, row[self.start : self.end], strict=True))
        for name, at in self.annotated:
            setattr(made, name, row[at])
        for maker, join, join_back in self.related:
            other = maker.made_of(row)
            join(made, other)
            if other is not None:
                join_back(other, made)
        return made


@dataclass(frozen=True, slots=True)
class Written:
    """`sql` names its parameters; `always` holds those that no value stands for, by name.

    Named, as Django takes longer to find each %s of a long text than SQLite to answer it.
    `converters` make of what the database gives, by column, what the model's fields hold; NULL
    is None to all of them.
    `maker` None: rows of values.
    """

    sql: Kept
    always: dict[str, Any]
    converters: tuple[tuple[int, Sequence[Callable[..., Any]], Any], ...] = ()
    maker: Maker | None = None

    def params(self, values: Sequence[Value]) -> dict[str, Any]:
        given = {
            f"value{place}": value if type(value) in PLAIN else _adapted(value)
            for place, value in enumerate(values)
        }
        return self.always | given


@lru_cache(maxsize=1024)
def _written(build: Build, kinds: tuple[type, ...], about: tuple[Hashable, ...]) -> Written:
    instead = [_stand_in(kind, place) for place, kind in enumerate(kinds)]
    found = build(*instead, *about)
    if not isinstance(found, QuerySet):
        return Written(*_named(found, instead))
    compiler = found.query.get_compiler(connection=connection)
    sql, always = _named(compiler.as_sql(), instead)
    columns = [column for column, _sql, _alias in compiler.select]
    return Written(
        sql,
        always,
        tuple((at, *each) for at, each in compiler.get_converters(columns).items()),
        _maker(compiler, columns) if found._iterable_class is ModelIterable else None,
    )


def _maker(compiler: Any, columns: Sequence[Any]) -> Maker:
    return Maker(compiler.klass_info, columns, compiler.annotation_col_map)


@lru_cache(maxsize=64)
def _written_change(
    build: Callable[..., QuerySet[Any]], kinds: tuple[type, ...], names: tuple[str, ...]
) -> tuple[Written, list[Any]]:
    instead = [_stand_in(kind, place) for place, kind in enumerate(kinds)]
    found = build(*instead)
    compiler = found.query.get_compiler(connection=connection)
    with transaction.atomic():  # the ORM writes FOR UPDATE nowhere else
        compiler.pre_sql_setup()
        condition, params = compiler.compile(compiler.where)
    where, always = _named((condition, tuple(params)), instead)
    quoted = connection.ops.quote_name
    fields: list[Any] = [found.model._meta.get_field(name) for name in names]
    changes = ", ".join(f"{quoted(field.column)} = %({field.attname})s" for field in fields)
    table = quoted(found.model._meta.db_table)
    sql = Kept(f"UPDATE {table} SET {changes} WHERE {where}")  # noqa: S608  # our own names
    return Written(sql, always), fields


def _stand_in(kind: type, place: int) -> Value:
    if issubclass(kind, str):
        return f"\x01{place}"
    if issubclass(kind, int):
        return SOME_KEY + place
    if issubclass(kind, UUID):
        return UUID(int=SOME_UUID + place)
    if issubclass(kind, datetime):
        return SOME_MOMENT + timedelta(days=place)
    return SOME_DAY + timedelta(days=place) if issubclass(kind, date) else None


def _named(statement: Statement, instead: Sequence[Value]) -> tuple[Kept, dict[str, Any]]:
    """What stands for a value is called value0, value1 ..., anything else always0, always1 ...

    True and False are written out: given as parameters, a condition of an index on them makes
    SQLite plan the statement anew each time.
    """
    sql, params = statement
    known = {
        form: f"value{place}"
        for place, each in enumerate(instead)
        for form in (each, _adapted(each))
    }
    always: dict[str, Any] = {}

    def place_of(each: Any) -> str:
        if isinstance(each, bool):
            return str(each).upper()
        name = known.get(each) or f"always{len(always)}"
        if name not in known.values():
            # A choice is no plain text to SQLite: it would ask each time how to take it.
            always[name] = each.value if isinstance(each, Choices) else each
        return f"%({name})s"

    left = iter(params)
    return Kept(PLACE.sub(lambda _found: place_of(next(left)), sql)), always


def _adapted(value: Value) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _read(written: Written, values: Sequence[Value]) -> list[Row]:
    found = fetched(written.sql, written.params(values))
    if not written.converters:
        return found
    database = connections[DEFAULT_DB_ALIAS]
    return [_converted(row, written, database) for row in found]


def _converted(found: Row, written: Written, database: Any) -> Row:
    row = list(found)
    for at, converters, column in written.converters:
        if row[at] is not None:
            for convert in converters:
                row[at] = convert(row[at], column, database)
    return tuple(row)
