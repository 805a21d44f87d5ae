"""The text of a question at one time. Once frozen it never changes: results point to it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models.questions import Question


class QuestionRevision(models.Model):
    """`frozen_at` None: the one draft being edited. `*_html` is the Markdown rendered at save."""

    class Kind(models.TextChoices):
        OPEN = "open", _("Open answer")
        SINGLE = "single", _("Single choice")
        MULTIPLE = "multiple", _("Multiple choice")
        BOOLEAN = "boolean", _("True or false")
        ORDERING = "ordering", _("Put in order")
        OUTPUT = "output", _("Predict the output")

    class Level(models.TextChoices):
        JUNIOR = "junior", _("Junior")
        MID = "mid", _("Mid")
        SENIOR = "senior", _("Senior")

    class Change(models.TextChoices):
        TYPO = "typo", _("Typo or wording: nothing a learner must relearn")
        CLARIFIED = "clarified", _("Clarified: says the same, better")
        CHANGED = "changed", _("Changed: what is right is now different")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"), default=1)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.OPEN)
    level = models.CharField(_("level"), max_length=6, choices=Level, blank=True)
    prompt = models.CharField(_("prompt"), max_length=300)
    context = models.TextField(
        _("context"),
        blank=True,
        max_length=20_000,
        help_text=_("Markdown: a scenario, or a file to read."),
    )
    context_html = models.TextField(blank=True, editable=False)
    expected_output = models.TextField(_("expected output"), blank=True, max_length=20_000)
    interviewer_notes = models.TextField(
        _("interviewer notes"),
        blank=True,
        max_length=20_000,
        help_text=_("Never shown to candidates."),
    )
    speak_seconds = models.PositiveSmallIntegerField(
        _("speaking time"),
        null=True,
        blank=True,
        validators=[MinValueValidator(30), MaxValueValidator(300)],
        help_text=_("Seconds that a good answer takes aloud, 30 to 300."),
    )
    applies_to = models.CharField(_("applies to"), max_length=160, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    license = models.CharField(_("licence"), max_length=60, default="unknown")
    source = models.CharField(_("source"), max_length=200, blank=True)
    authors = models.JSONField(_("authors"), default=list, blank=True)
    extra = models.JSONField(default=dict, blank=True, editable=False)
    change = models.CharField(
        _("kind of change"), max_length=9, choices=Change, default=Change.CLARIFIED
    )
    change_note = models.CharField(_("what changed"), max_length=200, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    render_version = models.PositiveSmallIntegerField(default=0, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ("question", "-number")
        constraints = (
            models.UniqueConstraint(
                fields=("question", "number"), name="revision_number_once_per_question"
            ),
            models.UniqueConstraint(
                fields=("question",),
                condition=Q(frozen_at=None),
                name="one_draft_revision_per_question",
            ),
            models.CheckConstraint(
                condition=Q(speak_seconds=None) | Q(speak_seconds__range=(30, 300)),
                name="revision_speaking_time_in_range",
            ),
        )

    def __str__(self) -> str:
        return self.prompt

    @property
    def is_choice(self) -> bool:
        return self.kind in (self.Kind.SINGLE, self.Kind.MULTIPLE, self.Kind.BOOLEAN)

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None
