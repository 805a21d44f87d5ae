"""Rows written by statements that were put together once, without signals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import JSONField, Model

from studyhub.sending import Kept, changed, fetched

# Both databases take these as they are, from any field but one of JSON.
PLAIN = frozenset((int, float, bool, str, date, type(None)))


class Column(NamedTuple):
    """`taken_as_is`: of which types a value needs nothing made of it."""

    name: str
    attname: str
    taken_as_is: frozenset[type]
    field: Any

    @classmethod
    def of(cls, field: Any) -> Column:
        plain = frozenset() if isinstance(field, JSONField) else PLAIN
        return cls(str(field.column), str(field.attname), plain, field)


def values_of(row: Model, columns: Sequence[Column]) -> dict[str, Any]:
    """By name. Asking each field what it makes of a plain value would cost as much as writing

    the row; and without names Django takes as long to find each %s.
    """
    database, held = connections[DEFAULT_DB_ALIAS], row.__dict__
    values = {}
    for name, attname, taken_as_is, field in columns:
        value = held[attname]
        if type(value) not in taken_as_is:
            value = field.get_db_prep_save(value, database)
        values[name] = value
    return values


def _names_and_places(columns: Sequence[Column]) -> tuple[str, str]:
    names = [column.name for column in columns]
    return ", ".join(names), ", ".join(f"%({name})s" for name in names)


@lru_cache(maxsize=64)
def insertion_into(model: type[Model]) -> tuple[str, list[Column]]:
    """The SQL, and the columns whose values it takes: all of them."""
    columns = [Column.of(field) for field in model._meta.concrete_fields]
    names, places = _names_and_places(columns)
    return f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places})", columns  # noqa: S608  # our own names


def insert_new(row: Model) -> bool:
    """Make the row, whose key is known; False, and nothing, if there is one of that key."""
    sql, columns = _insertion_of_new(type(row))
    if not changed(sql, values_of(row, columns)):
        return False
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return True


@lru_cache(maxsize=64)
def _insertion_of_new(model: type[Model]) -> tuple[Kept, list[Column]]:
    sql, columns = insertion_into(model)
    key: Any = model._meta.pk
    return Kept(f"{sql} ON CONFLICT ({key.column}) DO NOTHING"), columns


def save_changes(row: Model, names: tuple[str, ...]) -> None:
    """As `row.save(update_fields=names)`, of a row that is there."""
    sql, columns = _change_of(type(row), names)
    changed(sql, values_of(row, columns))


@lru_cache(maxsize=64)
def _change_of(model: type[Model], names: tuple[str, ...]) -> tuple[Kept, list[Column]]:
    columns = [Column.of(model._meta.get_field(name)) for name in names]
    changes = ", ".join(f"{column.name} = %({column.name})s" for column in columns)
    key: Any = model._meta.pk
    sql = f"UPDATE {model._meta.db_table} SET {changes} WHERE {key.column} = %({key.column})s"  # noqa: S608  # our own names
    return Kept(sql), [*columns, Column.of(key)]


def add_up(row: Model, names: tuple[str, ...], *, key: tuple[str, ...]) -> None:
    """Make the row; where there is one of that key, add these numbers to its own instead.

    The row then holds what the database does. All but its key must be numbers.
    """
    sql, columns, held = _sum_of(type(row), names, key)
    ((*sums,),) = fetched(sql, values_of(row, columns))
    for name, value in zip(held, sums, strict=True):
        setattr(row, name, value)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@lru_cache(maxsize=64)
def _sum_of(
    model: type[Model], names: tuple[str, ...], key: tuple[str, ...]
) -> tuple[Kept, list[Column], list[str]]:
    table, own = model._meta.db_table, model._meta.pk
    columns = [Column.of(field) for field in model._meta.concrete_fields if field is not own]
    listed, places = _names_and_places(columns)
    owners: list[Any] = [model._meta.get_field(name) for name in key]
    keys = ", ".join(str(field.column) for field in owners)
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in names)
    held = [str(field.column) for field in model._meta.concrete_fields if field not in owners]
    sql = (
        f"INSERT INTO {table} ({listed}) VALUES ({places}) "  # noqa: S608  # our own names
        f"ON CONFLICT ({keys}) DO UPDATE SET {sums} RETURNING {', '.join(held)}"
    )
    return Kept(sql), columns, held
