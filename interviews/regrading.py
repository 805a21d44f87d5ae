"""Changing what counts in an assignment: the marks given follow, those still to come too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from interviews.models import Assignment, Item, Mark, Rubric, Sitting, SittingEvent
from interviews.models.rubrics import WEIGHTS, RubricConflict, weights_as_written
from questions.models import QuestionRevision

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Effect:
    """A mark that a rubric changes, and what it becomes."""

    item: Item
    mark: Mark
    score: Decimal

    @property
    def is_released(self) -> bool:
        """Then the learner knows it: a new version is made, and they are told."""
        return self.item.sitting.state == Sitting.State.RELEASED


def drawn(assignment: Assignment, revision: QuestionRevision) -> QuerySet[Item]:
    """The items of an assignment that ask this text; those of voided sittings stay as they are."""
    items = Item.objects.filter(sitting__assignment=assignment, revision=revision)
    return items.exclude(sitting__state=Sitting.State.VOIDED)


def effects(
    assignment: Assignment, revision: QuestionRevision, weights: Mapping[str, int]
) -> list[Effect]:
    """What these weights would change now, by learner. Two queries, however many there are."""
    items = drawn(assignment, revision).select_related("sitting__learner")
    found: list[Effect] = []
    for item in items.prefetch_related("marks").order_by("sitting__learner__name", "pk"):
        found += effect_on(item, weights)
    return found


def effect_on(item: Item, weights: Mapping[str, int]) -> Iterator[Effect]:
    """Nothing without a mark of its key points, or where the mark stays as it is."""
    mark = item.newest_mark
    if mark is None or not mark.points:
        return
    score = item.score_for(mark.points, adjustment=mark.adjustment, weights=weights)
    if score != mark.score:
        yield Effect(item, mark, score)


@transaction.atomic
def change_rubric(
    assignment: Assignment,
    revision: QuestionRevision,
    *,
    weights: Mapping[str, int],
    reason: str,
    actor: User,
    base_number: int,
    now: datetime,
) -> list[Effect] | None:
    """A new rubric on top of `base_number`, 0 for the first, and all marks given by it.

    Marks that nobody was shown are worked out anew; of released ones there is a new version, with
    an event the learner sees. The same change sent twice is made once; None: it was made before.
    Raises RubricConflict if somebody else was first, ValueError if the weights are none.
    Locks the assignment, then each sitting; a mark given meanwhile waits and sees the new rubric.
    """
    refuse_nonsense(revision, weights)
    assignment = Assignment.objects.select_for_update(no_key=True).get(pk=assignment.pk)
    newest = Rubric.objects.of(assignment.pk, revision.pk).first()
    if newest and newest.weights == weights and newest.number != base_number:
        return None
    if base_number != (newest.number if newest else 0):
        raise RubricConflict
    Rubric.objects.create(
        assignment=assignment,
        revision=revision,
        number=base_number + 1,
        weights=dict(weights),
        reason=reason,
        changed_by=actor,
        changed_at=now,
    )
    changed: list[Effect] = []
    for item in drawn(assignment, revision).select_related("sitting").order_by("sitting"):
        item.sitting.lock()
        changed += effect_on(item, weights)
    for effect in changed:
        carry_out(effect, reason=reason, actor=actor, now=now)
    return changed


def refuse_nonsense(revision: QuestionRevision, weights: Mapping[str, int]) -> None:
    if weights.keys() != weights_as_written(revision).keys():
        raise ValueError("Each key point has its weight, and nothing else has.")
    if any(weight not in WEIGHTS for weight in weights.values()) or not any(weights.values()):
        raise ValueError("A key point counts 0 to 3, and one of them must count.")


def carry_out(effect: Effect, *, reason: str, actor: User, now: datetime) -> None:
    item, mark, sitting = effect.item, effect.mark, effect.item.sitting
    if effect.is_released:
        item.marks.create(
            number=mark.number + 1,
            marker=actor,
            points=mark.points,
            adjustment=mark.adjustment,
            score=effect.score,
            comment=mark.comment,
            comment_html=mark.comment_html,
            marked_at=now,
        )
        sitting.note(SittingEvent.Kind.AMENDED, at=now, actor=actor, reason=reason)
    else:
        item.marks.filter(pk=mark.pk).update(score=effect.score)
    sitting.settle(now=now, actor=actor)
