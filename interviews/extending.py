"""Other terms for a whole cohort of an assignment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from interviews.models import Assignment
from interviews.roster import roster

if TYPE_CHECKING:
    from accounts.models import Cohort, User


@transaction.atomic
def extend_cohort(
    assignment: Assignment,
    cohort: Cohort,
    *,
    terms: Mapping[str, Any],
    actor: User,
    now: datetime,
    seen: str | None = None,
) -> int:
    """As `Assignment.extend` for one learner: how many running sittings have a later deadline.

    Whose own extension, or another cohort's, says something better keeps that. Locks the
    assignment, so that starts wait, and what runs, so that nobody hands in meanwhile.
    Raises ExtensionChanged.
    """
    assignment = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    assignment.sittings.in_progress().lock()
    before = {place.learner.pk: place.terms for place in roster(assignment, now=now)}
    if not assignment.set_terms(terms, cohort=cohort, actor=actor, now=now, seen=seen):
        return 0
    later = 0
    for place in roster(assignment, now=now):
        old_terms = before.get(place.learner.pk, place.terms)
        if place.is_started and place.sitting and place.terms != old_terms:
            later += place.sitting.take_on(
                place.terms,
                before=old_terms,
                reason=terms.get("reason", ""),
                actor=actor,
                now=now,
            )
    return later
