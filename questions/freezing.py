"""Triggers that keep frozen revisions as they are, whoever writes: the ORM, the admin, or SQL.

They are taken down before a migration and put up after it. A migration could not own them: SQLite
changes a table by making it anew, which drops its triggers and breaks those that name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.apps.registry import apps as global_apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

MESSAGE = "A frozen revision never changes. Add a new one."
REVISION = "questions_questionrevision"
PARTS = ("Answer", "KeyPoint", "Misconception", "Hint", "FollowUp", "Reference")
# Rendered anew when the renderer changes; emptied when its author deletes their account; the day
# on which somebody last stood by the text, and who, which changes nothing in it.
FREE_COLUMNS = {
    *("id", "html", "context_html", "render_version", "author_id"),
    *("reviewed_on", "reviewed_by_id"),
}

FROZEN_AT_OF_PART = (
    f"(SELECT max(frozen_at) FROM {REVISION} WHERE id IN (OLD.revision_id, NEW.revision_id))"  # noqa: S608 (our own names)
)
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION questions_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation';
END $$;
CREATE OR REPLACE FUNCTION questions_refuse_frozen_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM {REVISION}
        WHERE id IN (OLD.revision_id, NEW.revision_id) AND frozen_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def take_down(
    app_config: AppConfig, *, using: str, plan: list[Any] | None = None, **others: Any
) -> None:
    """Before a migration that does something; with an empty plan they stay."""
    connection = connections[using]
    if plan:
        _run(connection, _drop_statements(connection))


def put_up(app_config: AppConfig, *, using: str, apps: Apps | None = None, **others: Any) -> None:
    """After a migration, for the columns there are now."""
    connection = connections[using]
    if REVISION in connection.introspection.table_names():
        models = apps or global_apps
        _run(connection, _drop_statements(connection))
        _run(connection, _create_statements(connection, models))


def _run(connection: BaseDatabaseWrapper, statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _name(table: str) -> str:
    return f"{table}_frozen"


def _tables() -> list[str]:
    return [REVISION, *(f"questions_{part.lower()}" for part in PARTS)]


def _drop_statements(connection: BaseDatabaseWrapper) -> Iterator[str]:
    present = set(connection.introspection.table_names())
    for table in _tables():
        if connection.vendor == "sqlite":
            yield f"DROP TRIGGER IF EXISTS {_name(table)}"
        elif table in present:
            yield f"DROP TRIGGER IF EXISTS {_name(table)} ON {table}"


def _create_statements(connection: BaseDatabaseWrapper, apps: Apps) -> Iterator[str]:
    is_postgresql = connection.vendor == "postgresql"
    make = _postgresql_trigger if is_postgresql else _sqlite_trigger
    if is_postgresql:
        yield FUNCTIONS
    for name in ("QuestionRevision", *PARTS):
        model = apps.get_model("questions", name)
        yield make(model._meta.db_table, columns=_kept_columns(model))


def _kept_columns(model: type[Model]) -> list[str]:
    columns = [field.column for field in model._meta.concrete_fields]
    return [column for column in columns if column and column not in FREE_COLUMNS]


def _sqlite_trigger(table: str, *, columns: list[str]) -> str:
    # Saving a model writes every column, so values are compared, not columns named.
    differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)
    frozen_at = "OLD.frozen_at" if table == REVISION else FROZEN_AT_OF_PART
    return (
        f"CREATE TRIGGER {_name(table)} BEFORE UPDATE ON {table} "
        f"WHEN ({differs}) AND {frozen_at} IS NOT NULL BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _postgresql_trigger(table: str, *, columns: list[str]) -> str:
    differs = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)
    is_revision = table == REVISION
    when = f"OLD.frozen_at IS NOT NULL AND ({differs})" if is_revision else differs
    function = "questions_refuse_frozen" if is_revision else "questions_refuse_frozen_part"
    return (
        f"CREATE TRIGGER {_name(table)} BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {function}()"
    )
