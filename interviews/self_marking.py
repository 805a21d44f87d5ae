"""In a mock of one's own the learner is the marker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from interviews.models import Item
from questions.matching import Matched


@transaction.atomic
def mark_own(
    judged: Iterable[tuple[Item, Mapping[str, str]]],
    *,
    suggestions: Mapping[int, Matched],
    marker: User,
    now: datetime,
) -> int:
    """A mark for each answer judged anew. Returns how many. Raises MarkConflict and NotMarkable.

    `suggestions` by the item's primary key: what was filled in for the learner to correct.
    """
    count = 0
    for item, points in judged:
        newest = item.newest_mark
        if newest and newest.points == points:
            continue
        item.mark(
            points=points,
            base_number=newest.number if newest else 0,
            marker=marker,
            now=now,
            matched=suggestions.get(item.pk),
        )
        count += 1
    return count
