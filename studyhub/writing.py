"""Rows written by statements that were put together once, without signals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import JSONField, Model

from studyhub.sending import Kept, changed, fetched

# Both databases take these as they are, from any field but one of JSON.
PLAIN = frozenset((int, float, bool, str, date, type(None)))


def values_of(row: Model, fields: Sequence[Any]) -> dict[str, Any]:
    """By column. Asking each field what it makes of a plain value would cost as much as writing

    the row; and without names Django takes as long to find each %s.
    """
    database, held = connections[DEFAULT_DB_ALIAS], row.__dict__
    values = {}
    for field in fields:
        value = held[field.attname]
        if type(value) not in PLAIN or isinstance(field, JSONField):
            value = field.get_db_prep_save(value, database)
        values[field.column] = value
    return values


def _columns_and_places(fields: Sequence[Any]) -> tuple[str, str]:
    columns = [str(field.column) for field in fields]
    return ", ".join(columns), ", ".join(f"%({column})s" for column in columns)


@lru_cache(maxsize=64)
def insertion_into(model: type[Model]) -> tuple[str, list[Any]]:
    """The SQL, and the fields whose values it takes: all of them."""
    fields: list[Any] = list(model._meta.concrete_fields)
    columns, places = _columns_and_places(fields)
    return f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})", fields  # noqa: S608  # our own names


def insert_new(row: Model) -> bool:
    """Make the row, whose key is known; False, and nothing, if there is one of that key."""
    sql, fields = _insertion_of_new(type(row))
    if not changed(sql, values_of(row, fields)):
        return False
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return True


@lru_cache(maxsize=64)
def _insertion_of_new(model: type[Model]) -> tuple[Kept, list[Any]]:
    sql, fields = insertion_into(model)
    key: Any = model._meta.pk
    return Kept(f"{sql} ON CONFLICT ({key.column}) DO NOTHING"), fields


def save_changes(row: Model, names: tuple[str, ...]) -> None:
    """As `row.save(update_fields=names)`, of a row that is there."""
    sql, fields = _change_of(type(row), names)
    changed(sql, values_of(row, fields))


@lru_cache(maxsize=64)
def _change_of(model: type[Model], names: tuple[str, ...]) -> tuple[Kept, list[Any]]:
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    changes = ", ".join(f"{field.column} = %({field.column})s" for field in fields)
    key: Any = model._meta.pk
    sql = f"UPDATE {model._meta.db_table} SET {changes} WHERE {key.column} = %({key.column})s"  # noqa: S608  # our own names
    return Kept(sql), [*fields, key]


def add_up(row: Model, names: tuple[str, ...], *, key: tuple[str, ...]) -> None:
    """Make the row; where there is one of that key, add these numbers to its own instead.

    The row then holds what the database does. All but its key must be numbers.
    """
    sql, fields, held = _sum_of(type(row), names, key)
    ((*sums,),) = fetched(sql, values_of(row, fields))
    for name, value in zip(held, sums, strict=True):
        setattr(row, name, value)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@lru_cache(maxsize=64)
def _sum_of(
    model: type[Model], names: tuple[str, ...], key: tuple[str, ...]
) -> tuple[Kept, list[Any], list[str]]:
    table, own = model._meta.db_table, model._meta.pk
    fields: list[Any] = [field for field in model._meta.concrete_fields if field is not own]
    columns, places = _columns_and_places(fields)
    owners: list[Any] = [model._meta.get_field(name) for name in key]
    keys = ", ".join(str(field.column) for field in owners)
    sums = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in names)
    held = [str(field.column) for field in model._meta.concrete_fields if field not in owners]
    sql = (
        f"INSERT INTO {table} ({columns}) VALUES ({places}) "  # noqa: S608  # our own names
        f"ON CONFLICT ({keys}) DO UPDATE SET {sums} RETURNING {', '.join(held)}"
    )
    return Kept(sql), fields, held
