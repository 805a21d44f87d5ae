"""A learner interviews themselves: by a ready blueprint, or by one made for this one time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from interviews.models import Assignment, Blueprint, Sitting
from questions.models import Tag, Topic

# Of a mock that gives each question its own time.
THINK_SECONDS, ANSWER_SECONDS = 30, 180


class Style(models.TextChoices):
    """How one is asked."""

    FREE = "free", _("Free: any question, any time")
    ONE_AT_A_TIME = "one_at_a_time", _("One at a time with follow-ups, as an interviewer asks")
    PACED = "paced", _("The same, with 30 seconds to think and 3 minutes to answer each question")

    @property
    def terms(self) -> dict[str, Any]:
        """What it comes to in a blueprint, beside its minutes."""
        navigation = Blueprint.Navigation
        if self == Style.FREE:
            return {"navigation": navigation.FREE}
        if self == Style.ONE_AT_A_TIME:
            return {"navigation": navigation.ONE_AT_A_TIME}
        return {
            "navigation": navigation.ONE_AT_A_TIME,
            "minutes": None,
            "think_seconds": THINK_SECONDS,
            "answer_seconds": ANSWER_SECONDS,
        }


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
    style: Style = Style.FREE,
    speech: Blueprint.Speech = Blueprint.Speech.OFF,
    now: datetime,
    seed: int | None = None,
) -> Sitting:
    """The sitting of the mock with this id, made on the first call. Raises PoolTooSmall.

    Nothing is left behind when it is refused. Somebody else's id raises Assignment.DoesNotExist.
    """
    fields = {
        **{"owner": learner, "title": title, "minutes": minutes, "is_quick": True},
        **{"leans_to_weak": True, "speech": speech},
    }
    blueprint, is_new = Blueprint.objects.get_or_create(pk=pk, defaults={**fields, **style.terms})
    if is_new:
        section = blueprint.sections.create(count=count, levels=list(levels), kinds=list(kinds))
        section.topics.set(topics)
        section.tags.set(tags)
    elif blueprint.owner_id != learner.pk:
        raise Assignment.DoesNotExist
    return start_own(blueprint, learner, pk=pk, now=now, seed=seed)


def own_assignment(blueprint: Blueprint, learner: User, *, pk: UUID) -> Assignment:
    """Not stored yet: as often as they wish, whenever they wish."""
    return Assignment(
        pk=pk,
        blueprint=blueprint,
        reveal=blueprint.reveal,
        has_follow_ups=blueprint.has_follow_ups,
        speech=blueprint.speech,
        assigned_by=learner,
        is_own=True,
        sittings_allowed=None,
    )


@transaction.atomic
def start_own(
    blueprint: Blueprint, learner: User, *, pk: UUID, now: datetime, seed: int | None = None
) -> Sitting:
    """The sitting of the own assignment with this id, made on the first call. Raises PoolTooSmall.

    Nothing is left behind when it is refused. Somebody else's id raises Assignment.DoesNotExist.
    """
    assignment = own_assignment(blueprint, learner, pk=pk)
    Assignment.objects.bulk_create([assignment], ignore_conflicts=True)
    assignment = Assignment.objects.get(
        pk=pk, blueprint=blueprint, assigned_by=learner, is_own=True
    )
    assignment.learners.add(learner)
    return assignment.start(learner, now=now, number=1, seed=seed)
