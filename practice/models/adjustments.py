"""What a learner did to a card's schedule besides reviewing it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AdjustmentQuerySet(models.QuerySet["Adjustment"]):
    def standing(self) -> AdjustmentQuerySet:
        """Not undone together with the review before it."""
        return self.filter(voided_at=None)


class Adjustment(models.Model):
    """Part of the log, so that a card can still be rebuilt from it. Never changed but voided.

    `number` is how many reviews the card had then: it follows the review of that number.
    """

    class Kind(models.TextChoices):
        RESET = "reset", _("Learn anew")
        MOVE = "move", _("Moved to another day")

    card = models.ForeignKey("practice.Card", on_delete=models.CASCADE, related_name="adjustments")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=5, choices=Kind)
    change = models.ForeignKey(
        "practice.Change",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="adjustments",
    )
    due_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    voided_at = models.DateTimeField(null=True, blank=True)

    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        ordering = ("number", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="reset", due_on=None) | Q(kind="move", due_on__isnull=False),
                name="adjustment_has_a_day_if_moved",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
