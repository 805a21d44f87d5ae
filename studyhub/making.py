"""Objects of models made as unpickling makes them, without `Model.__init__`.

That looks at each field anew and tells the signals pre_init and post_init, which nobody here
listens to. It takes longer than SQLite takes to find the row.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import NOT_PROVIDED, Model
from django.db.models.base import ModelState


@lru_cache(maxsize=64)
def attnames(model: type[Model]) -> tuple[str, ...]:
    """In the order of its columns."""
    return tuple(field.attname for field in model._meta.concrete_fields)


def known[M: Model](model: type[M], values: Iterable[tuple[str, Any]]) -> M:
    """The object of a row of which these fields are known, by attname. Others it looks up."""
    made = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    made.__dict__ = {"_state": state, **dict(values)}
    return made


def unsaved[M: Model](model: type[M], **values: Any) -> M:
    """As `model(**values)`, with the same defaults for what is not given."""
    made, state = model.__new__(model), ModelState()
    held = {"_state": state, **_defaults(model), **values}
    for name, attname in _relations(model):
        if name in values:
            other = state.fields_cache[name] = held.pop(name)
            held[attname] = None if other is None else other.pk
    for attname, make in _made_defaults(model):
        if attname not in values:
            held[attname] = make()
    made.__dict__ = held
    return made


@lru_cache(maxsize=64)
def _relations(model: type[Model]) -> list[tuple[str, str]]:
    fields = model._meta.concrete_fields
    return [(each.name, each.attname) for each in fields if each.is_relation]


@lru_cache(maxsize=64)
def _defaults(model: type[Model]) -> dict[str, Any]:
    """Those that are the same for every object; None where there is no default."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields
        if not callable(field.default) or field.default is NOT_PROVIDED
    }


@lru_cache(maxsize=64)
def _made_defaults(model: type[Model]) -> list[tuple[str, Any]]:
    fields = model._meta.concrete_fields
    return [
        (each.attname, each.get_default) for each in fields if each.attname not in _defaults(model)
    ]
