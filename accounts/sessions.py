"""Sessions as Django keeps them in the database, found by a statement that was written once."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from studyhub.statements import objects


class SessionStore(db.SessionStore):
    """Of the name that Django signs sessions with, so that those from before stay good."""

    def _get_session_from_db(self) -> Session | None:
        found = objects(_valid, self.session_key, timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None


def _valid(session_key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=session_key, expire_date__gt=now)
