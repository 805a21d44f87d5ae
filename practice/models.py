"""When it is studied: cards (where the memory stands now) and reviews (the log they derive from)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models import Question, QuestionRevision


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

    class Meta:
        verbose_name = _("study settings")
        verbose_name_plural = _("study settings")

    def __str__(self) -> str:
        return str(self.user)


class Card(models.Model):
    """A learner's memory of a question. `due_on` None: new, never reviewed.

    `stability` (days until recall falls to 90 %) and `difficulty` (1 to 10) are FSRS's.
    Everything here but `suspended_at` and `buried_until` can be rebuilt from the reviews.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cards"
    )
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="cards")
    stability = models.FloatField(null=True, blank=True)
    difficulty = models.FloatField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    interval_days = models.PositiveIntegerField(default=0)
    review_count = models.PositiveIntegerField(default=0)
    lapse_count = models.PositiveIntegerField(default=0)
    relearn_on = models.DateField(
        null=True, blank=True, help_text=_("The study day on which Again asks to see it once more.")
    )
    suspended_at = models.DateTimeField(null=True, blank=True)
    buried_until = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        constraints = (
            models.UniqueConstraint(fields=("user", "question"), name="one_card_per_question"),
            models.CheckConstraint(
                condition=Q(due_on=None, stability=None, difficulty=None, reviewed_on=None)
                | Q(
                    due_on__isnull=False,
                    stability__isnull=False,
                    difficulty__isnull=False,
                    reviewed_on__isnull=False,
                ),
                name="card_memory_whole_or_absent",
            ),
        )
        indexes = (
            models.Index(
                fields=("user", "due_on"),
                condition=Q(suspended_at=None),
                name="card_due",
            ),
        )

    def __str__(self) -> str:
        return f"{self.question} ({self.user})"


class Review(models.Model):
    """One judgement of one card, never changed but for being voided (undo).

    The id is made when the card is shown, so a double tap is one review. `points` maps key
    point ids to covered, partly or missed. `seconds` counts up to 15 minutes.
    """

    class Rating(models.IntegerChoices):
        AGAIN = 1, _("Again")
        HARD = 2, _("Hard")
        GOOD = 3, _("Good")
        EASY = 4, _("Easy")

    class Kind(models.TextChoices):
        LEARN = "learn", _("First time")
        REVIEW = "review", _("Review")
        RELEARN = "relearn", _("Again the same day")
        CRAM = "cram", _("Cramming")
        MOCK = "mock", _("Mock interview")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="reviews")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews"
    )
    revision = models.ForeignKey(QuestionRevision, on_delete=models.RESTRICT, related_name="+")
    reviewed_at = models.DateTimeField()
    study_day = models.DateField()
    rating = models.PositiveSmallIntegerField(choices=Rating)
    kind = models.CharField(max_length=7, choices=Kind)
    answer = models.TextField(blank=True)
    choice = models.JSONField(null=True, blank=True)
    points = models.JSONField(default=dict, blank=True)
    hints_used = models.PositiveSmallIntegerField(default=0)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    seconds = models.PositiveSmallIntegerField(default=0)
    stability_before = models.FloatField(null=True)
    difficulty_before = models.FloatField(null=True)
    reviewed_on_before = models.DateField(null=True)
    due_on_before = models.DateField(null=True)
    interval_before = models.PositiveIntegerField(default=0)
    relearn_on_before = models.DateField(null=True)
    retrievability = models.FloatField(null=True)
    stability_after = models.FloatField(null=True)
    difficulty_after = models.FloatField(null=True)
    due_on_after = models.DateField(null=True)
    interval_after = models.PositiveIntegerField(default=0)
    parameter_version = models.CharField(max_length=40, default="fsrs6-default")
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("-reviewed_at",)
        constraints = (
            models.CheckConstraint(condition=Q(rating__range=(1, 4)), name="review_rating_1_to_4"),
        )
        indexes = (
            models.Index(fields=("user", "study_day"), name="review_by_day"),
            models.Index(
                fields=("user", "-reviewed_at"),
                condition=Q(voided_at=None),
                name="review_newest_first",
            ),
            models.Index(fields=("card", "reviewed_at"), name="review_of_card"),
        )

    def __str__(self) -> str:
        return f"{self.get_rating_display()} on {self.study_day}"


class StudyDay(models.Model):
    """What a learner did on one study day, kept in the transaction of each review."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="study_days"
    )
    study_day = models.DateField()
    reviews = models.PositiveIntegerField(default=0)
    new_cards = models.PositiveIntegerField(default=0)
    due_reviews = models.PositiveIntegerField(
        default=0, help_text=_("Reviews of cards seen before, which count for retention.")
    )
    recalled = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("study day")
        verbose_name_plural = _("study days")
        constraints = (
            models.UniqueConstraint(fields=("user", "study_day"), name="one_row_per_study_day"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.study_day}"
