"""One at a time: whoever changes many questions at once waits here for the others."""

from __future__ import annotations

from django.db import connection

from accounts.models import User

# Any numbers, as long as nothing else uses them.
BANK_LOCK = 7_283_015
LINKS_LOCK = 7_283_016


def lock_questions(owner: User | None) -> None:
    """The private questions of `owner`, or the bank, until the end of the transaction.

    SQLite needs nothing: its writing transactions come one at a time.
    """
    if owner:
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    else:
        _take_turns(BANK_LOCK)


def lock_links() -> None:
    """What is claimed to be looked at, until the end of the transaction."""
    _take_turns(LINKS_LOCK)


def _take_turns(number: int) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
