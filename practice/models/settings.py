"""How a learner wants to study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User


class StudySettingsManager(models.Manager["StudySettings"]):
    def of(self, user: User) -> StudySettings:
        """The learner's, or the defaults, unsaved."""
        return self.filter(user=user).first() or StudySettings(user=user)


class StudySettings(models.Model):
    """How a learner wants to study. No row means the defaults."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="study_settings"
    )
    desired_retention = models.FloatField(
        _("desired retention"),
        default=0.90,
        validators=[MinValueValidator(0.70), MaxValueValidator(0.97)],
        help_text=_("The share of due cards you want to know, 0.70 to 0.97. Higher costs more."),
    )
    new_cards_a_day = models.PositiveSmallIntegerField(
        _("new cards a day"), default=10, validators=[MaxValueValidator(500)]
    )
    reviews_a_day = models.PositiveSmallIntegerField(
        _("reviews a day, at most"), default=100, validators=[MaxValueValidator(5_000)]
    )

    objects = StudySettingsManager()

    class Meta:
        verbose_name = _("study settings")
        verbose_name_plural = _("study settings")

    def __str__(self) -> str:
        return str(self.user)
