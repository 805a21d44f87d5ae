"""One at a time: whoever changes many questions at once waits here for the others."""

from __future__ import annotations

from django.db import connection

from accounts.models import User

BANK_LOCK = 7_283_015  # any number, as long as nothing else uses it


def lock_questions(owner: User | None) -> None:
    """The private questions of `owner`, or the bank, until the end of the transaction.

    SQLite needs nothing: its writing transactions come one at a time.
    """
    if owner:
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BANK_LOCK])
