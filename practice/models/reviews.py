"""What was done: the log of reviews, and its sum for each study day."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from questions.models import FollowUp, Question, QuestionQuerySet, QuestionRevision
from studyhub.making import unsaved
from studyhub.statements import objects
from studyhub.writing import add_up

if TYPE_CHECKING:
    from accounts.models import User


class ReviewQuerySet(models.QuerySet["Review"]):
    def of(self, user: User) -> ReviewQuerySet:
        return self.filter(user=user)

    def standing(self) -> ReviewQuerySet:
        """Not undone."""
        return self.filter(voided_at=None)

    def scheduled(self) -> ReviewQuerySet:
        """Those that moved the schedule and stand: no cramming, no second look that day."""
        return self.standing().filter(kind__in=(Review.Kind.LEARN, Review.Kind.REVIEW))

    def resting_siblings(self, day: date) -> ReviewQuerySet:
        """Those for which related questions wait until the day after this one."""
        return self.standing().filter(study_day=day).exclude(kind=Review.Kind.CRAM)

    def siblings(self) -> QuestionQuerySet:
        """Questions that lead on from those reviewed, or to them."""
        following = FollowUp.objects.filter(revision__in=self.values("revision"))
        leading = FollowUp.objects.filter(next_slug__in=self.values("card__question__slug"))
        follows, leads = following.values("next_slug"), leading.values("revision__question")
        found: QuestionQuerySet = Question.objects.filter(Q(slug__in=follows) | Q(pk__in=leads))
        return found

    def lapses(self) -> ReviewQuerySet:
        return self.filter(kind=Review.Kind.REVIEW, rating=Review.Rating.AGAIN)

    def newest_first(self) -> ReviewQuerySet:
        return self.order_by("-reviewed_at", "-number")


class Review(models.Model):
    """One judgement of one card, never changed but for being voided (undo).

    The id is made when the card is shown, so a double tap is one review. `points` maps key
    point ids to covered, partly or missed; what nobody decided is left out. `points_by` says who
    said so: engine or learner; where it is silent, the learner. `seconds` runs from the showing to
    the judgement, `seconds_to_answer` until the answer was checked, None if it never was: 15
    minutes at most. `round` asked for it, outside the schedule. Interviews leave no reviews: they
    keep their own marks.
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

    class Confidence(models.IntegerChoices):
        GUESS = 1, _("A guess")
        UNSURE = 2, _("Fairly sure")
        SURE = 3, _("Certain")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of their own: of each, another below begins with it.
    card = models.ForeignKey(
        "practice.Card", on_delete=models.CASCADE, related_name="reviews", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews", db_index=False
    )
    revision = models.ForeignKey(QuestionRevision, on_delete=models.RESTRICT, related_name="+")
    number = models.PositiveIntegerField(
        default=0, help_text=_("Which of the card's reviews this is, counting those that stand.")
    )
    reviewed_at = models.DateTimeField()
    study_day = models.DateField()
    rating = models.PositiveSmallIntegerField(choices=Rating)
    kind = models.CharField(max_length=7, choices=Kind)
    # No index of every review: below is one of those in rounds.
    round = models.ForeignKey(
        "practice.Round",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    answer = models.TextField(blank=True)
    choice = models.JSONField(null=True, blank=True)
    points = models.JSONField(default=dict, blank=True)
    points_by = models.JSONField(default=dict, blank=True)
    hints_used = models.PositiveSmallIntegerField(default=0)
    confidence = models.PositiveSmallIntegerField(choices=Confidence, null=True, blank=True)
    seconds = models.PositiveSmallIntegerField(default=0)
    seconds_to_answer = models.PositiveSmallIntegerField(null=True, blank=True)
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
    imported_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it came in from elsewhere: no undo reaches it.")
    )

    # Set on a review that was just made: the sums of its study day.
    day: StudyDay | None = None

    objects = ReviewQuerySet.as_manager()

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
                fields=("user", "-reviewed_at", "-number"),
                condition=Q(voided_at=None),
                name="review_newest_first",
            ),
            models.Index(fields=("card", "reviewed_at"), name="review_of_card"),
            models.Index(
                fields=("round",), condition=Q(round__isnull=False), name="review_of_round"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_rating_display()} on {self.study_day}"

    @property
    def moves_schedule(self) -> bool:
        return self.kind in (self.Kind.LEARN, self.Kind.REVIEW)

    @property
    def is_recalled(self) -> bool:
        return self.rating > self.Rating.AGAIN

    @property
    def recall(self) -> tuple[float, bool] | None:
        """What was predicted and what came of it; None where nothing was predicted."""
        if self.kind != self.Kind.REVIEW or self.retrievability is None:
            return None
        return self.retrievability, self.is_recalled

    @property
    def is_lapse(self) -> bool:
        return self.kind == self.Kind.REVIEW and not self.is_recalled


class StudyDayManager(models.Manager["StudyDay"]):
    def at(self, user: User, day: date) -> StudyDay:
        """That day's sums, or zeros, unsaved."""
        found = objects(day_of, user.pk, day)
        return found[0] if found else StudyDay(user=user, study_day=day)

    def count_in(self, review: Review) -> StudyDay:
        """The day's sums with it. One statement, whether there is a row for the day or not."""
        amounts = StudyDay.amounts(review)
        day = unsaved(StudyDay, user_id=review.user_id, study_day=review.study_day, **amounts)
        add_up(day, StudyDay.DERIVED, key=("user", "study_day"))
        return day

    def logged(self, user: User) -> dict[date, dict[str, int]]:
        """What the log says of each day: what `amounts` of its reviews add up to. Reads all of it."""
        is_due = Q(kind=Review.Kind.REVIEW)
        days = Review.objects.of(user).standing().order_by().values("study_day")
        sums = days.annotate(
            number=Count("pk"),
            new=Count("pk", filter=Q(kind=Review.Kind.LEARN)),
            due=Count("pk", filter=is_due),
            recalled=Count("pk", filter=is_due & Q(rating__gt=Review.Rating.AGAIN)),
            whole_time=Sum("seconds"),
        ).values_list("study_day", "number", "new", "due", "recalled", "whole_time")
        return {on: dict(zip(StudyDay.DERIVED, each, strict=True)) for on, *each in sums}

    def allow_more(self, user: User, day: date, *, number: int) -> None:
        """The learner has time left today: so many reviews above the day's number."""
        self.get_or_create(user=user, study_day=day)
        self.filter(user=user, study_day=day).update(extra_reviews=F("extra_reviews") + number)

    def count_in_many(self, user: User, reviews: Iterable[Review]) -> None:
        """A few queries for each day."""
        sums: defaultdict[date, Counter[str]] = defaultdict(Counter)
        for review in reviews:
            sums[review.study_day].update(StudyDay.amounts(review))
        for day, amounts in sorted(sums.items()):
            self._change(user.pk, day, amounts)

    def take_out(self, review: Review) -> None:
        changes = {name: -amount for name, amount in StudyDay.amounts(review).items()}
        self._change(review.user_id, review.study_day, changes)

    def _change(self, user_pk: int, study_day: date, amounts: Mapping[str, int]) -> None:
        sums = {name: F(name) + amount for name, amount in amounts.items() if amount}
        day = self.filter(user_id=user_pk, study_day=study_day)
        if not day.update(**sums):
            self.get_or_create(user_id=user_pk, study_day=study_day)
            day.update(**sums)


def day_of(user_pk: int, day: date) -> models.QuerySet[StudyDay]:
    return StudyDay.objects.filter(user=user_pk, study_day=day)


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
    extra_reviews = models.PositiveIntegerField(
        default=0, help_text=_("Allowed above the day's number, as the learner wished.")
    )
    seconds = models.PositiveIntegerField(default=0)

    objects = StudyDayManager()

    class Meta:
        verbose_name = _("study day")
        verbose_name_plural = _("study days")
        constraints = (
            models.UniqueConstraint(fields=("user", "study_day"), name="one_row_per_study_day"),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.study_day}"

    DERIVED = ("reviews", "new_cards", "due_reviews", "recalled", "seconds")

    @staticmethod
    def amounts(review: Review) -> dict[str, int]:
        """What one review adds to the day's sums."""
        is_due = review.kind == Review.Kind.REVIEW
        return {
            "reviews": 1,
            "new_cards": int(review.kind == Review.Kind.LEARN),
            "due_reviews": int(is_due),
            "recalled": int(is_due and review.is_recalled),
            "seconds": review.seconds,
        }
