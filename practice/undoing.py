"""Undo: the newest judgement is taken back, as often as wished."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from practice.models import Review
from questions import overruling

if TYPE_CHECKING:
    from accounts.models import User


def undoable(user: User) -> Review | None:
    """The newest review that stands, unless it was imported: it was not made here and now."""
    newest = Review.objects.of(user).standing().newest_first()
    review = newest.select_related("card", "revision").first()
    return None if review is None or review.imported_at else review


@transaction.atomic
def undo_last(user: User, now: datetime, *, expected: UUID | None = None) -> Review | None:
    """Void the newest review that stands; its card remembers what it did before.

    With `expected`, only if that is the newest one: a double tap undoes once. None if there
    was nothing to undo. Only ever the newest, as each review builds on the one before.
    """
    review = undoable(user)
    if review is None or expected not in (None, review.pk):
        return None
    if not review.card.give_back(review, now=now):
        return None
    if review.points_by:
        judged = map(int, review.points_by)
        overruling.take_back(user=user, judged=judged, made_at=review.reviewed_at)
    return review
