"""Assignments: a blueprint given to people, with dates; and exceptions made for some of them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Cohort
from interviews.models.blueprints import Blueprint


class Assignment(models.Model):
    """Who may sit a blueprint, and when. A learner's own mock is one assigned by themselves.

    A date that is None sets no bound. `minutes` None: the blueprint's. `sittings_allowed`
    None: as many as wished.
    """

    class ClosePolicy(models.TextChoices):
        START_BY = "start_by", _("Who started in time has the full time")
        HARD_CLOSE = "hard_close", _("Everyone stops at the closing time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments_given"
    )
    cohorts = models.ManyToManyField(Cohort, blank=True, related_name="assignments")
    learners = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="assignments"
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    start_by = models.DateTimeField(_("start by"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    close_policy = models.CharField(
        _("at the closing time"),
        max_length=10,
        choices=ClosePolicy,
        default=ClosePolicy.START_BY,
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(480)],
        help_text=_("Empty: as the blueprint says."),
    )
    sittings_allowed = models.PositiveSmallIntegerField(
        _("sittings allowed"), null=True, blank=True, default=1, validators=[MinValueValidator(1)]
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="assignment_opens_before_it_closes",
            ),
        )

    def __str__(self) -> str:
        return self.blueprint.title


class Extension(models.Model):
    """Other terms for one learner or one cohort. A field that is None inherits."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="extensions",
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, null=True, blank=True, related_name="extensions"
    )
    opens_at = models.DateTimeField(null=True, blank=True)
    start_by = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    extra_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    is_untimed = models.BooleanField(default=False)
    sittings_allowed = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = (
            models.CheckConstraint(
                condition=Q(learner=None, cohort__isnull=False)
                | Q(learner__isnull=False, cohort=None),
                name="extension_for_a_learner_or_a_cohort",
            ),
            models.UniqueConstraint(
                fields=("assignment", "learner"), name="one_extension_per_learner"
            ),
            models.UniqueConstraint(
                fields=("assignment", "cohort"), name="one_extension_per_cohort"
            ),
        )

    def __str__(self) -> str:
        return f"{self.assignment}: {self.learner or self.cohort}"
