"""A learner's "this is wrong", filed against the very text they saw."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models.parts import KeyPoint
from questions.models.questions import Question
from questions.models.revisions import QuestionRevision

if TYPE_CHECKING:
    from accounts.models import User

SAME_REPORT = timedelta(minutes=1)


class ReportManager(models.Manager["Report"]):
    @transaction.atomic
    def file(
        self,
        revision: QuestionRevision,
        *,
        reporter: User,
        reason: str,
        text: str,
        key_point: KeyPoint | None,
        now: datetime,
    ) -> Report:
        """The report; the one just filed if it says the same. Locks the question."""
        Question.objects.select_for_update(no_key=True).get(pk=revision.question_id)
        said = {
            "revision": revision,
            "reporter": reporter,
            "reason": reason,
            "text": text,
            "key_point": key_point,
        }
        same = self.filter(**said, created_at__gt=now - SAME_REPORT).first()
        return same or self.create(**said, created_at=now)


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

    objects = ReportManager()

    class Meta:
        verbose_name = _("problem report")
        verbose_name_plural = _("problem reports")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.revision}"
