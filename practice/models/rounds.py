"""A round: some cards gone through once outside the schedule, to cram or as a quiz."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practice.models.cards import Card
from practice.models.reviews import Review, ReviewQuerySet
from questions.models import Question

if TYPE_CHECKING:
    from accounts.models import User


class RoundQuerySet(models.QuerySet["Round"]):
    def of(self, user: User) -> RoundQuerySet:
        return self.filter(user=user)


class Round(models.Model):
    """`cards` are card keys in the order they are asked; `scope` is the query they came from.

    What was done of it is in the log: the reviews that name it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="rounds"
    )
    scope = models.TextField(blank=True)
    is_quiz = models.BooleanField(default=False)
    cards = models.JSONField(default=list)
    started_at = models.DateTimeField(default=timezone.now)

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")

    def __str__(self) -> str:
        return str(self.pk)

    def reviews(self) -> ReviewQuerySet:
        return Review.objects.standing().filter(round=self)

    def left(self, today: date) -> list[Card]:
        """Cards still to be asked, in order, without those set aside and withdrawn questions."""
        done = set(self.reviews().values_list("card", flat=True))
        keys = [pk for pk in self.cards if pk not in done]
        cards = Card.objects.of(self.user).active(today).filter(pk__in=keys)
        found = cards.on(Question.objects.practisable_by(self.user)).only("pk").in_bulk()
        return [found[pk] for pk in keys if pk in found]
