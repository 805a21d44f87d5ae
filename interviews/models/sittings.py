"""Sittings: one learner's run of an assignment, its items and responses, and what happened."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interviews.models.assignments import Assignment
from questions.models import QuestionRevision


class Sitting(models.Model):
    """One run. `deadline_at` None: untimed. The state names are those of the design."""

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("In progress")
        SUBMITTED = "submitted", _("Handed in")
        MARKED = "marked", _("Marked")
        RELEASED = "released", _("Released")
        VOIDED = "voided", _("Voided")

    class ClosedBy(models.TextChoices):
        LEARNER = "learner", _("the learner")
        TIMER = "timer", _("the timer")
        SWEEPER = "sweeper", _("the timer, while nobody was looking")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="sittings")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sittings"
    )
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=11, choices=State, default=State.IN_PROGRESS)
    seed = models.BigIntegerField()
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=7, choices=ClosedBy, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    points = models.PositiveIntegerField(default=0, help_text=_("The most one can reach."))

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("assignment", "learner"),
                condition=Q(state="in_progress"),
                name="one_sitting_in_progress",
            ),
            models.UniqueConstraint(
                fields=("assignment", "learner", "number"), name="sitting_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("in_progress", "voided")) | Q(submitted_at__isnull=False),
                name="sitting_closed_has_a_moment",
            ),
        )
        indexes = (
            models.Index(
                fields=("deadline_at",), condition=Q(state="in_progress"), name="sitting_to_sweep"
            ),
            models.Index(fields=("learner", "-started_at"), name="sitting_of_learner"),
        )

    def __str__(self) -> str:
        return f"{self.assignment} ({self.learner})"


class Item(models.Model):
    """A drawn question at its place, bound to the revision of the day of the draw."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="items")
    revision = models.ForeignKey(QuestionRevision, on_delete=models.PROTECT, related_name="+")
    section_title = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("sitting", "position"), name="item_position_once"),
            models.UniqueConstraint(fields=("sitting", "revision"), name="item_revision_once"),
        )

    def __str__(self) -> str:
        return str(self.revision)


class Response(models.Model):
    """What the learner wrote for an item. `number` counts saves: saves compare and swap on it."""

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="response")
    text = models.TextField(blank=True)
    choice = models.JSONField(default=list, blank=True)
    number = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    first_saved_at = models.DateTimeField(null=True, blank=True)
    is_flagged = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_answered(self) -> bool:
        return bool(self.text.strip() or self.choice)


class ResponseRevision(models.Model):
    """A text that was refused but not dropped: it conflicted, or came after the deadline."""

    class Kind(models.TextChoices):
        CONFLICT = "conflict", _("Written in another tab")
        LATE = "late", _("Came too late")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="revisions")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField(blank=True)
    choice = models.JSONField(default=list, blank=True)
    base_number = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("received_at", "id")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"


class SittingEvent(models.Model):
    """What happened to a sitting, when, and who did it. Nothing here is ever changed."""

    class Kind(models.TextChoices):
        STARTED = "started", _("Started")
        RESUMED = "resumed", _("Resumed")
        CONFLICT = "conflict", _("Conflict")
        LATE = "late", _("Late text kept")
        EXTENDED = "extended", _("Extended")
        SUBMITTED = "submitted", _("Handed in")
        CLOSED = "closed", _("Closed by the timer")
        MARKED = "marked", _("Marked")
        RELEASED = "released", _("Released")
        AMENDED = "amended", _("Mark amended")
        VOIDED = "voided", _("Voided")
        REOPENED = "reopened", _("Reopened")

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="events")
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
