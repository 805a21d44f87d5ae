"""Rubrics: how much each key point counts in one assignment, where that was changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models import QuestionRevision

# What a key point may count; 0: nothing.
WEIGHTS = range(4)


class RubricConflict(Exception):
    """Somebody has changed the rubric since the page was asked for."""


class RubricQuerySet(models.QuerySet["Rubric"]):
    def of(self, assignment_pk: UUID, revision_pk: int) -> RubricQuerySet:
        """Of one question in one assignment, the newest first."""
        found = self.filter(assignment=assignment_pk, revision=revision_pk)
        return found.order_by("-number")

    def uncounted(self, assignment_pk: UUID) -> set[str]:
        """The ids of key points that count nothing in this assignment. One query."""
        newest_last = self.filter(assignment=assignment_pk).order_by("number")
        newest = dict(newest_last.values_list("revision", "weights"))
        return {key for weights in newest.values() for key, weight in weights.items() if not weight}


class Rubric(models.Model):
    """One change of what counts, of one question in one assignment; the highest number counts.

    `weights` maps all key point ids to 0 (does not count) up to 3. Nothing here is ever changed:
    going back is a change of its own.
    """

    assignment = models.ForeignKey(
        "interviews.Assignment", on_delete=models.CASCADE, related_name="rubrics"
    )
    revision = models.ForeignKey(QuestionRevision, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(default=1)
    weights = models.JSONField()
    reason = models.CharField(_("reason"), max_length=200)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[RubricQuerySet] = RubricQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("rubric")
        verbose_name_plural = _("rubrics")
        ordering = ("assignment", "revision", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("assignment", "revision", "number"), name="rubric_number_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.revision} ({self.assignment}), {self.number}"


def weights_as_written(revision: QuestionRevision) -> dict[str, int]:
    """By key point id; empty: the question has no key points, so there is no rubric."""
    return {str(point.pk): point.weight for point in revision.key_points.all()}


def weights_of(revision: QuestionRevision, rubric: Rubric | None) -> dict[str, int]:
    """What counts by a rubric; None: as the question says."""
    changed: Mapping[str, int] = rubric.weights if rubric else {}
    return {key: changed.get(key, weight) for key, weight in weights_as_written(revision).items()}
