"""Grants: minutes that were added for some or all, once for each form."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interviews.models.assignments import Extension


class Grant(models.Model):
    """Minutes added on top of what the learner had. The extension says what it came to.

    `token` is that of the form: sent again, from wherever and whenever, it adds nothing.
    """

    extension = models.ForeignKey(Extension, on_delete=models.CASCADE, related_name="grants")
    token = models.UUIDField()
    minutes = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    granted_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Grant]] = models.Manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ("granted_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("extension", "token"), name="grant_once_per_form"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="grant_from_1_minute"),
        )

    def __str__(self) -> str:
        return f"+{self.minutes} ({self.extension})"
