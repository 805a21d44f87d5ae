"""What happened to a sitting."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SittingEvent(models.Model):
    """What happened to a sitting, when, and who did it. Nothing here is ever changed."""

    class Kind(models.TextChoices):
        STARTED = "started", _("Started")
        RESUMED = "resumed", _("Resumed")
        ASKED = "asked", _("Went on")
        BEGUN = "begun", _("Answered before the time to think was over")
        AGREED = "agreed", _("Agreed to be recorded")
        SPOKEN = "spoken", _("Spoken answer saved")
        UNSAID = "unsaid", _("Recording deleted by the learner")
        LAPSED = "lapsed", _("Time for a question was over")
        SAVED = "saved", _("Saved, noted now and then")
        CONFLICT = "conflict", _("Conflict")
        LATE = "late", _("Late text kept")
        PAUSED = "paused", _("Paused")
        EXTENDED = "extended", _("Extended")
        SUBMITTED = "submitted", _("Handed in")
        CLOSED = "closed", _("Closed by the timer")
        PREDICTED = "predicted", _("Own result predicted")
        MARKED = "marked", _("Marked")
        RELEASED = "released", _("Released")
        AMENDED = "amended", _("Mark amended")
        VOIDED = "voided", _("Voided")
        REOPENED = "reopened", _("Reopened")

    sitting = models.ForeignKey(
        "interviews.Sitting", on_delete=models.CASCADE, related_name="events"
    )
    kind = models.CharField(max_length=9, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    old_deadline_at = models.DateTimeField(null=True, blank=True)
    new_deadline_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("at", "id")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.at:%Y-%m-%d %H:%M})"

    @property
    def words(self) -> str:
        """As get_kind_display, which hashes the words of all kinds for each event."""
        return str(self.Kind(self.kind).label)
