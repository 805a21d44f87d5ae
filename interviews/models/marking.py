"""Marks: a judgement of a response, key point by key point, in versions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models.items import Item

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Judgement:
    """What a marker said, whoever and whenever it was."""

    points: dict[str, str]
    adjustment: Decimal
    comment: str


class NotMarkable(Exception):
    """A sitting is marked once it is handed in, and never when it is voided."""


class MarkConflict(Exception):
    """Somebody has marked since the marker looked; `newest` is what they said."""

    def __init__(self, newest: Mark) -> None:
        super().__init__(str(newest))
        self.newest = newest


class Mark(models.Model):
    """One judgement of one item; the highest number is the one that counts.

    `points` maps key point ids to covered, partly or missed. `adjustment` is added to what
    follows from them, and the sum is kept between 0 and the item's points. In a mock of
    one's own the marker is the learner.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="marks")
    number = models.PositiveSmallIntegerField(default=1)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    points = models.JSONField(default=dict, blank=True)
    adjustment = models.DecimalField(
        _("adjustment"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
    )
    score = models.DecimalField(max_digits=6, decimal_places=2)
    comment = models.TextField(_("comment"), max_length=5_000, blank=True)
    comment_html = models.TextField(blank=True, editable=False)
    marked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ("item", "-number")
        constraints = (
            models.UniqueConstraint(fields=("item", "number"), name="mark_number_once_per_item"),
            models.CheckConstraint(condition=models.Q(score__gte=0), name="mark_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.score} ({self.item})"

    @property
    def judgement(self) -> Judgement:
        return Judgement(self.points, adjustment=self.adjustment, comment=self.comment)
