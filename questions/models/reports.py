"""A learner's "this is wrong", filed against the very text they saw."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models.parts import KeyPoint
from questions.models.revisions import QuestionRevision


class Report(models.Model):
    class Reason(models.TextChoices):
        WRONG = "wrong", _("Something is wrong")
        OUTDATED = "outdated", _("Out of date")
        UNCLEAR = "unclear", _("Hard to understand")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        RESOLVED = "resolved", _("Resolved")
        DECLINED = "declined", _("Declined")

    revision = models.ForeignKey(QuestionRevision, on_delete=models.CASCADE, related_name="reports")
    key_point = models.ForeignKey(
        KeyPoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=8, choices=Reason, default=Reason.WRONG)
    text = models.TextField(_("what should be mended"), max_length=2_000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)

    class Meta:
        verbose_name = _("problem report")
        verbose_name_plural = _("problem reports")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.revision}"
