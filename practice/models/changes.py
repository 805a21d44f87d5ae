"""What a learner did to many cards at once, so that it can be taken back."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

OFFERED_FOR = timedelta(days=1)


class ChangeQuerySet(models.QuerySet["Change"]):
    def to_undo(self, user: User, *, now: datetime) -> Change | None:
        """The newest that changed anything, if it still stands and is not long past."""
        newest = self.filter(user=user, number__gt=0).order_by("-made_at").first()
        if newest is None or newest.undone_at or newest.made_at < now - OFFERED_FOR:
            return None
        return newest


class Change(models.Model):
    """The id is made by the page, so that a double tap is one change.

    `before` maps what a card's field held, as text, to the keys of the cards, and `after` is what
    it held then; only where the field itself was changed, as a reset or a moved day is in the
    log. It is kept for the newest change only.
    """

    class Kind(models.TextChoices):
        SUSPEND = "suspend", _("Suspend")
        UNSUSPEND = "unsuspend", _("Bring back")
        BURY = "bury", _("Put away until tomorrow")
        UNBURY = "unbury", _("Show again today")
        RESET = "reset", _("Learn anew")
        MOVE = "move", _("Move")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="card_changes"
    )
    kind = models.CharField(max_length=9, choices=Kind)
    number = models.PositiveIntegerField(default=0, help_text=_("How many cards it changed."))
    before = models.JSONField(default=dict, blank=True)
    after = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of cards")
        verbose_name_plural = _("changes of cards")
        indexes = (models.Index(fields=("user", "-made_at"), name="change_newest_first"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.number}"

    @property
    def is_logged(self) -> bool:
        """It moved schedules, which is written in the log as adjustments."""
        return self.kind in (self.Kind.RESET, self.Kind.MOVE)
