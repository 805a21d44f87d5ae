"""What a command says where the database has no tables yet, or those of an older version."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


class CommandOnTables(BaseCommand):
    """Without Django's checks of the whole site, whose pages such a command has no use for."""

    requires_system_checks = ()

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except (OperationalError, ProgrammingError) as error:
            if is_migrated():
                raise
            raise CommandError(
                _("The tables of this database are missing or old. Run “manage.py migrate” first."),
                returncode=2,
            ) from error


def is_migrated() -> bool:
    """True also where nobody can tell, so that the first error is the one that is shown."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return True
