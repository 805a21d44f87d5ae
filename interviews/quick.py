"""A learner interviews themselves: a blueprint, its assignment and the sitting in one go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from interviews.models import Assignment, Blueprint, Sitting
from questions.models import Tag, Topic


@transaction.atomic
def start_quick_mock(
    learner: User,
    *,
    pk: UUID,
    title: str,
    minutes: int | None,
    count: int,
    topics: Collection[Topic] = (),
    tags: Collection[Tag] = (),
    levels: Collection[str] = (),
    kinds: Collection[str] = (),
    now: datetime,
    seed: int | None = None,
) -> Sitting:
    """The sitting of the mock with this id, made on the first call. Raises PoolTooSmall.

    Nothing is left behind when it is refused. Somebody else's id raises Assignment.DoesNotExist.
    """
    blueprint, is_new = Blueprint.objects.get_or_create(
        pk=pk, defaults={"owner": learner, "title": title, "minutes": minutes, "is_quick": True}
    )
    if is_new:
        section = blueprint.sections.create(count=count, levels=list(levels), kinds=list(kinds))
        section.topics.set(topics)
        section.tags.set(tags)
        assignment = Assignment.objects.create(
            pk=pk,
            blueprint=blueprint,
            reveal=blueprint.reveal,
            has_follow_ups=blueprint.has_follow_ups,
            assigned_by=learner,
            sittings_allowed=None,
        )
        assignment.learners.add(learner)
    else:
        assignment = Assignment.objects.get(pk=pk, assigned_by=learner)
    return assignment.start(learner, now=now, number=1, seed=seed)
