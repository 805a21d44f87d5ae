"""The interview somebody gets ready for: a day, and what will be asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from interviews.models.blueprints import Blueprint
from questions.models import Topic


class GoalQuerySet(models.QuerySet["Goal"]):
    def of(self, user: User) -> GoalQuerySet:
        return self.filter(user=user)

    def ahead(self, today: date) -> GoalQuerySet:
        """Today's included, the nearest first."""
        return self.filter(interview_on__gte=today).order_by("interview_on", "pk")

    def past(self, today: date) -> GoalQuerySet:
        """The latest first."""
        return self.filter(interview_on__lt=today).order_by("-interview_on", "-pk")

    def aim(
        self,
        user: User,
        *,
        interview_on: date,
        title: str,
        blueprint: Blueprint | None,
        topics: Iterable[Topic],
        today: date,
        now: datetime,
    ) -> Goal:
        """Name the day, or another one instead of the one ahead. What is past stays as it is."""
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two tabs name one day
            goal = self.of(user).ahead(today).first() or Goal(user=user, created_at=now)
            goal.interview_on, goal.title, goal.blueprint = interview_on, title, blueprint
            goal.save()
            goal.topics.set(topics)
        return goal


class Goal(models.Model):
    """`interview_on` is a study day. Asked is what `blueprint` draws from, or else `topics`.

    `outcome` is what the person says of it afterwards, empty while they have not.
    """

    class Outcome(models.TextChoices):
        WELL = "well", _("It went well")
        MIXED = "mixed", _("Partly well, partly not")
        BADLY = "badly", _("It did not go well")
        NOT_HELD = "not_held", _("It did not take place")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="goals"
    )
    interview_on = models.DateField(_("day"))
    title = models.CharField(_("title"), max_length=80, blank=True)
    blueprint = models.ForeignKey(
        Blueprint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("topics"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        indexes = (models.Index(fields=("user", "interview_on"), name="goal_by_day"),)

    def __str__(self) -> str:
        return self.title or str(_("Interview"))

    def tell_outcome(self, outcome: str) -> None:
        self.outcome = outcome
        self.save(update_fields=["outcome"])
