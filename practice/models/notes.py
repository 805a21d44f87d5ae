"""What a learner wants to be told at the reveal."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_NOTE = 4_000


class Note(models.Model):
    """One's own words on a card. Never empty, and no part of the log: undo does not reach it."""

    card = models.OneToOneField("practice.Card", on_delete=models.CASCADE, related_name="note")
    text = models.TextField(max_length=LONGEST_NOTE)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return self.text
