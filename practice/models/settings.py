"""How a learner wants to study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from practice.models.parameters import Parameters, in_use_by
from studyhub.making import attnames, known, unsaved
from studyhub.statements import rows

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_HOLIDAY = timedelta(days=366)
LONGEST_CATCH_UP = 60


class StudySettingsManager(models.Manager["StudySettings"]):
    def of(self, user: User) -> StudySettings:
        """The learner's, or the defaults, unsaved; and the parameters in use, in the same query."""
        found = rows(_wish_of, user.pk)
        return self.made_of(found[0] if found else [None] * len(columns_of_wish("")), user)

    def made_of(self, values: Sequence[Any], user: User) -> StudySettings:
        """Of what `columns_of_wish` has found."""
        fit, numbers, *own = values
        if own[0] is None:
            wish = unsaved(StudySettings, user=user)
        else:
            wish = known(StudySettings, zip(attnames(StudySettings), own, strict=True))
        if fit is None:
            wish.parameters = unsaved(Parameters)
        else:
            wish.parameters = known(Parameters, (("id", fit), ("numbers", numbers)))
        return wish


def columns_of_wish(user: str) -> dict[str, Any]:
    """To annotate with, by name: the fit in use, and all fields of the settings; None for what

    there is not. `user` leads to the learner's columns, such as "user__".
    """
    fit = in_use_by(OuterRef(f"{user}pk"))
    columns: dict[str, Any] = {
        "wish_fit": Subquery(fit.values("pk")),
        "wish_numbers": Subquery(fit.values("numbers")),
    }
    for name in attnames(StudySettings):
        columns[f"wish_{name}"] = F(f"{user}study_settings__{name}")
    return columns


def _wish_of(user_pk: int) -> models.QuerySet[Any, Any]:
    learner = get_user_model().objects.filter(pk=user_pk).order_by()
    return learner.values_list(*columns_of_wish("").values())


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
    a_day_counts_from = models.PositiveSmallIntegerField(
        _("reviews that make a day count"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text=_("For your days in a row. A day with fewer breaks them."),
    )
    holiday_from = models.DateField(_("first day of the holiday"), null=True, blank=True)
    holiday_until = models.DateField(_("last day of the holiday"), null=True, blank=True)
    holiday_spread_days = models.PositiveSmallIntegerField(
        _("days to catch up in afterwards"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_CATCH_UP)],
    )
    catch_up_a_day = models.PositiveIntegerField(null=True, blank=True, editable=False)
    catch_up_until = models.DateField(null=True, blank=True, editable=False)
    # What one day's share of a plan comes to, worked out when the day begins: see pacing.paced.
    catch_up_today = models.PositiveIntegerField(null=True, blank=True, editable=False)
    catch_up_on = models.DateField(null=True, blank=True, editable=False)

    objects = StudySettingsManager()

    class Meta:
        verbose_name = _("study settings")
        verbose_name_plural = _("study settings")
        constraints = (
            models.CheckConstraint(
                condition=Q(holiday_from=None, holiday_until=None)
                | Q(holiday_until__gte=F("holiday_from")),
                name="holiday_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=Q(catch_up_a_day=None, catch_up_until=None)
                | Q(catch_up_a_day__gte=1, catch_up_until__isnull=False),
                name="catch_up_whole_or_absent",
            ),
            models.CheckConstraint(
                condition=Q(catch_up_today=None, catch_up_on=None)
                | Q(catch_up_today__isnull=False, catch_up_on__isnull=False),
                name="catch_up_today_whole_or_absent",
            ),
        )

    def __str__(self) -> str:
        return str(self.user)

    @cached_property
    def parameters(self) -> Parameters:
        """Those in use by the learner."""
        return Parameters.objects.in_use_by(self.user)

    def clean(self) -> None:
        first, last = self.holiday_from, self.holiday_until
        if (first is None) != (last is None):
            missing = "holiday_until" if first else "holiday_from"
            raise ValidationError({missing: _("A holiday needs its first day and its last.")})
        if first is None or last is None:
            return
        if last < first:
            raise ValidationError({"holiday_until": _("The last day comes before the first.")})
        if last - first > LONGEST_HOLIDAY:
            raise ValidationError({"holiday_until": _("A holiday lasts a year at most.")})

    def is_holiday(self, day: date) -> bool:
        """Nothing is due then."""
        first, last = self.holiday_from, self.holiday_until
        return first is not None and last is not None and first <= day <= last

    def is_back(self, day: date) -> bool:
        """The holiday is over, and what it left has not been spread yet."""
        return self.holiday_until is not None and self.holiday_until < day

    def study_days(self, first: date, last: date) -> int:
        """From one day to the other, both counted, without the holiday."""
        days = max(0, (last - first).days + 1)
        if self.holiday_from is None or self.holiday_until is None:
            return days
        away = (min(last, self.holiday_until) - max(first, self.holiday_from)).days + 1
        return days - max(0, away)

    def last_study_day(self, first: date, number: int) -> date:
        """Of so many, from the first on."""
        last = first + timedelta(days=number - 1)
        while missing := number - self.study_days(first, last):
            last += timedelta(days=missing)
        return last

    def plan_days_left(self, today: date) -> int:
        """0 where nothing is caught up."""
        return self.study_days(today, self.catch_up_until) if self.catch_up_until else 0

    def keep_plan_days(self, number: int, *, today: date) -> None:
        """A plan that had so many days left has them still, whatever became of the holiday. Unsaved."""
        if number:
            self.catch_up_until = self.last_study_day(today, number)

    def is_catching_up(self, day: date) -> bool:
        return self.catch_up_until is not None and day <= self.catch_up_until

    def is_unsettled(self, day: date) -> bool:
        """How many reviews the day asks for is still to be worked out, by counting what waits."""
        is_new_day = self.is_catching_up(day) and self.catch_up_on != day
        return not self.is_holiday(day) and (is_new_day or self.is_back(day))

    def reviews_on(self, day: date) -> int:
        """How many reviews that day asks for at most.

        Catching up, it is the day's share: never above the usual number, unless the learner chose a
        plan that asks for more.
        """
        if not self.is_catching_up(day) or self.catch_up_on != day:
            return self.reviews_a_day
        return min(self.catch_up_today or 0, max(self.reviews_a_day, self.catch_up_a_day or 0))

    def go_on_holiday(self, first: date, last: date) -> None:
        """Raises ValidationError for days that make no holiday."""
        self.holiday_from, self.holiday_until = first, last
        self.clean()
        self.save()

    def end_holiday(self, today: date) -> None:
        """Today is a day of study again; what piled up is spread. One ahead is called off."""
        days_left = self.plan_days_left(today)
        if self.holiday_from is None or self.holiday_from >= today:
            self.holiday_from = self.holiday_until = None
        elif self.is_holiday(today):
            self.holiday_until = today - timedelta(days=1)
        self.keep_plan_days(days_left, today=today)
        self.save()

    def stop_catching_up(self) -> None:
        self.forget_plan()
        self.save()

    def forget_plan(self) -> None:
        """Unsaved."""
        self.catch_up_a_day = self.catch_up_until = None
        self.catch_up_today = self.catch_up_on = None
