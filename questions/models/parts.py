"""The parts of a revision, each in the order its author gave."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.formats.markdown_grammar import is_web_address
from questions.models.questions import Question
from questions.models.revisions import QuestionRevision


class Answer(models.Model):
    """The model answer (text is Markdown), an option to choose, or a step to put in its place."""

    class Role(models.TextChoices):
        MODEL = "model", _("Model answer")
        OPTION = "option", _("Option")
        STEP = "step", _("Step")

    revision = models.ForeignKey(QuestionRevision, on_delete=models.CASCADE, related_name="answers")
    role = models.CharField(_("role"), max_length=6, choices=Role, default=Role.MODEL)
    text = models.TextField(_("text"), max_length=20_000)
    html = models.TextField(blank=True, editable=False)
    is_correct = models.BooleanField(_("correct"), default=False)
    because = models.TextField(
        _("because"), blank=True, help_text=_("Why this option is right or wrong.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("revision",),
                condition=Q(role="model"),
                name="one_model_answer_per_revision",
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]


class KeyPoint(models.Model):
    """One idea a good answer says, as a full statement."""

    class Weight(models.IntegerChoices):
        NICE = 1, _("1: nice to have")
        EXPECTED = 2, _("2: expected")
        MUST = 3, _("3: must have")

    revision = models.ForeignKey(
        QuestionRevision, on_delete=models.CASCADE, related_name="key_points"
    )
    text = models.CharField(_("statement"), max_length=500)
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        choices=Weight,
        default=Weight.EXPECTED,
        validators=[MinValueValidator(1), MaxValueValidator(3)],
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("key point")
        verbose_name_plural = _("key points")
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(weight__range=(1, 3)), name="key_point_weight_1_to_3"
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def is_must(self) -> bool:
        return self.weight == self.Weight.MUST


class AcceptPhrase(models.Model):
    """Another way to say a key point. Phrases may be added after the revision is frozen."""

    key_point = models.ForeignKey(KeyPoint, on_delete=models.CASCADE, related_name="accept_phrases")
    text = models.CharField(_("also counts"), max_length=500)
    position = models.PositiveSmallIntegerField(default=0)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("accepted phrasing")
        verbose_name_plural = _("accepted phrasings")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.text


class Misconception(models.Model):
    """What people often believe, and why it is not so."""

    revision = models.ForeignKey(
        QuestionRevision, on_delete=models.CASCADE, related_name="misconceptions"
    )
    text = models.CharField(_("misconception"), max_length=500)
    why = models.TextField(_("why it is wrong"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("misconception")
        verbose_name_plural = _("misconceptions")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.text


class Hint(models.Model):
    revision = models.ForeignKey(QuestionRevision, on_delete=models.CASCADE, related_name="hints")
    text = models.CharField(_("hint"), max_length=500)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("hint")
        verbose_name_plural = _("hints")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.text


class FollowUp(models.Model):
    """What an interviewer asks next. `expect`, `strong` and `weak` are lists of statements."""

    revision = models.ForeignKey(
        QuestionRevision, on_delete=models.CASCADE, related_name="follow_ups"
    )
    prompt = models.CharField(_("follow-up"), max_length=300)
    condition = models.CharField(
        _("if"), max_length=200, blank=True, help_text=_("When to ask it, in the author's words.")
    )
    expect = models.JSONField(_("expect"), default=list, blank=True)
    strong = models.JSONField(_("a strong answer"), default=list, blank=True)
    weak = models.JSONField(_("a weak answer"), default=list, blank=True)
    next_slug = models.CharField(
        _("next question"),
        max_length=80,
        blank=True,
        help_text=_("The id of the question that carries this thread on."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ("position", "id")
        indexes = (models.Index(fields=("next_slug",), name="follow_up_leads_to"),)

    def __str__(self) -> str:
        return self.prompt.replace("`", "")

    @property
    def next_question(self) -> Question | None:
        """None if no thread goes on, or the question it named is not here. One query."""
        return Question.objects.filter(slug=self.next_slug).first() if self.next_slug else None


def validate_web_address(url: str) -> None:
    if not is_web_address(url):
        raise ValidationError(_("Enter a valid URL."), code="invalid")


class WebAddressField(models.URLField):  # type: ignore[type-arg]
    """An address as question files may hold it: also one that only the own network knows."""

    default_validators = [validate_web_address]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """In the database it is what it was."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


class Reference(models.Model):
    revision = models.ForeignKey(
        QuestionRevision, on_delete=models.CASCADE, related_name="references"
    )
    title = models.CharField(_("title"), max_length=200)
    url = WebAddressField(_("URL"), max_length=500)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.title
