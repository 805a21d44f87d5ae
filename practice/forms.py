"""Forms of the practice pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from practice.browsing import CARDS_A_PAGE
from practice.changing import MOST_AT_ONCE, Target
from practice.models import CardQuerySet, Change, StudySettings
from practice.pacing import CatchUp

LONGEST_MOVE = 3_650


class RoundForm(forms.Form):
    number = forms.TypedChoiceField(
        label=_("How many"),
        coerce=int,
        choices=[(number, str(number)) for number in (5, 10, 20, 50, 100)],
        initial=10,
        widget=forms.Select(attrs={"class": "select input-short"}),
    )


class StudySettingsForm(forms.ModelForm[StudySettings]):
    class Meta:
        model = StudySettings
        fields = ("desired_retention", "new_cards_a_day", "reviews_a_day", "a_day_counts_from")
        help_texts = {
            "desired_retention": _(
                "How much of what is due you want to know: 0.90 is 9 cards of 10. "
                "From 0.70 to 0.97; higher means more reviews a day."
            )
        }
        widgets = {
            "desired_retention": forms.NumberInput(
                attrs={"step": "0.01", "min": "0.70", "max": "0.97", "class": "input-short"}
            ),
            "new_cards_a_day": forms.NumberInput(attrs={"class": "input-short"}),
            "reviews_a_day": forms.NumberInput(attrs={"class": "input-short"}),
            "a_day_counts_from": forms.NumberInput(attrs={"class": "input-short"}),
        }


class HolidayForm(forms.ModelForm[StudySettings]):
    class Meta:
        model = StudySettings
        fields = ("holiday_from", "holiday_until", "holiday_spread_days")
        labels = {
            "holiday_from": _("First day"),
            "holiday_until": _("Last day"),
            "holiday_spread_days": _("Days to catch up in afterwards"),
        }
        help_texts = {
            "holiday_spread_days": _(
                "What is too much for a usual day is shared out among so many days. "
                "No day asks for more than your usual number of reviews, so it may take longer."
            )
        }
        widgets = {
            "holiday_from": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "holiday_until": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "holiday_spread_days": forms.NumberInput(attrs={"class": "input-short"}),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["holiday_from"].required = self.fields["holiday_until"].required = True

    def clean_holiday_until(self) -> date:
        day: date = self.cleaned_data["holiday_until"]
        if day < self.today:
            raise forms.ValidationError(
                _("This day is past. What piled up can be shared out below, under Catch up.")
            )
        return day


class CatchUpForm(forms.Form):
    """Over how many days; each choice says what it asks of a day."""

    over_days = forms.TypedChoiceField(
        label=_("Over how many days?"),
        coerce=int,
        widget=forms.RadioSelect,
        help_text=_(
            "What you learn or forget meanwhile comes on top, up to your usual number of reviews."
        ),
    )

    def __init__(self, posted: QueryDict | None, *, plans: dict[int, CatchUp]) -> None:
        super().__init__(posted)
        self.fields["over_days"].choices = [  # type: ignore[attr-defined]
            (days, _plan_words(days, plan)) for days, plan in plans.items()
        ]


def _plan_words(days: int, plan: CatchUp) -> str:
    words = ngettext(
        "%(days)d days: about %(number)d review a day, until %(day)s",
        "%(days)d days: about %(number)d reviews a day, until %(day)s",
        plan.a_day,
    )
    day = date_format(plan.until, "j M")
    return words % {"days": days, "number": plan.a_day, "day": day}


class Which(models.TextChoices):
    TICKED = "ticked", _("Those ticked")
    PAGE = "page", _("All on this page")
    FOUND = "found", _("All found")


class ChangeForm(forms.Form):
    """What to do with a learner's cards."""

    change = forms.UUIDField(widget=forms.HiddenInput)
    action = forms.ChoiceField(label=_("What to do"), choices=Change.Kind.choices)
    days = forms.IntegerField(
        label=_("By days"),
        required=False,
        min_value=-LONGEST_MOVE,
        max_value=LONGEST_MOVE,
        help_text=_("Such as 3, or -3 for earlier. What is overdue counts from today."),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    day = forms.DateField(
        label=_("Or to a day"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, posted: QueryDict, *, today: date) -> None:
        super().__init__(posted)
        self.today = today

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day and not self.today <= day <= self.today + timedelta(days=LONGEST_MOVE):
            raise forms.ValidationError(_("Choose today or a later day, within ten years."))
        return day

    def clean(self) -> None:
        if self.cleaned_data.get("action") == Change.Kind.MOVE and not self.errors:
            self._check_target()

    def _check_target(self) -> None:
        if bool(self.cleaned_data["days"]) == bool(self.cleaned_data["day"]):
            self.add_error("days", _("Say by how many days, or to which day: one of the two."))

    @property
    def target(self) -> Target:
        return Target(day=self.cleaned_data["day"], days=self.cleaned_data["days"] or 0)


class ChangeManyForm(ChangeForm):
    """And with which of them; `found` are those that the filters leave."""

    which = forms.ChoiceField(label=_("Which cards"), choices=Which.choices)

    def __init__(
        self, posted: QueryDict, *, mine: CardQuerySet, found: CardQuerySet, today: date
    ) -> None:
        super().__init__(posted, today=today)
        self.posted = posted
        self.mine, self.found = mine, found

    def clean(self) -> None:
        super().clean()
        if "which" in self.cleaned_data and not self.errors:
            self._check_number()

    def _check_number(self) -> None:
        number = self.cards().count()
        if number == 0:
            self.add_error("which", _("No card is chosen. Tick at least one."))
        if number > MOST_AT_ONCE:
            most = gettext("At most %d cards at once. Narrow them down with the filters.")
            self.add_error("which", most % MOST_AT_ONCE)

    def cards(self) -> CardQuerySet:
        """Ticked cards are taken even if the filters would leave them out by now."""
        match self.cleaned_data["which"]:
            case Which.FOUND:
                return self.found
            case Which.PAGE:
                return self._named("shown")
        return self._named("card")

    @property
    def ticked(self) -> list[int]:
        return self._keys("card")

    def _named(self, name: str) -> CardQuerySet:
        return self.mine.filter(pk__in=self._keys(name))

    def _keys(self, name: str) -> list[int]:
        values = self.posted.getlist(name)[:CARDS_A_PAGE]
        return [
            int(each) for each in values if each.isascii() and each.isdigit() and len(each) < 19
        ]
