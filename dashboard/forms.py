"""The form that names the day of an interview, and what is asked there."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from dashboard.preparation import usable_blueprints
from interviews.models import Blueprint, Goal
from questions.models import Topic

FARTHEST = timedelta(days=730)


class GoalForm(forms.Form):
    """A day from today on; topics or a blueprint, one of the two."""

    interview_on = forms.DateField(label=_("The day of the interview"))
    title = forms.CharField(
        label=_("What is it?"),
        required=False,
        max_length=80,
        help_text=_("Such as: Interview at Acme. Only you see this."),
    )
    blueprint = forms.ModelChoiceField(
        Blueprint.objects.none(),
        label=_("Asked as in"),
        required=False,
        empty_label=_("The topics ticked above"),
        help_text=_("One of the interviews that come with Studyhub, or one of your own."),
        error_messages={"invalid_choice": _("There is no such interview for you to choose.")},
    )
    topic = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        label=_("Topics"),
        to_field_name="path",
        required=False,
        error_messages={"invalid_choice": _("There is no topic %(value)s.")},
    )

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["topic"].queryset = Topic.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["blueprint"].queryset = usable_blueprints(user)  # type: ignore[attr-defined]
        self.fields["interview_on"].widget = forms.DateInput(
            format="%Y-%m-%d",
            attrs={
                **{"type": "date", "class": "input-short"},
                **{"min": today.isoformat(), "max": (today + FARTHEST).isoformat()},
            },
        )

    def clean_interview_on(self) -> date:
        day: date = self.cleaned_data["interview_on"]
        if day < self.today:
            raise forms.ValidationError(_("That day has passed. Choose today or a later one."))
        if day > self.today + FARTHEST:
            raise forms.ValidationError(_("That is too far away to foresee: two years at most."))
        return day

    def clean(self) -> None:
        if "topic" in self.errors or "blueprint" in self.errors:
            return
        chosen = self.cleaned_data
        if chosen["topic"] and chosen["blueprint"]:
            text = _("Choose topics or an interview, not both: untick the topics, or take them.")
            self.add_error("blueprint", text)
        elif not chosen["topic"] and not chosen["blueprint"]:
            self.add_error("topic", _("Tick at least one topic, or choose an interview below."))

    @property
    def ticked(self) -> list[str]:
        """The paths of the topics as the page shows them."""
        value = self["topic"].value()
        return [str(each) for each in value or ()]


def first_values(goal: Goal | None) -> dict[str, Any]:
    if goal is None:
        return {}
    return {
        "interview_on": goal.interview_on,
        "title": goal.title,
        "blueprint": goal.blueprint_id,
        "topic": list(goal.topics.values_list("path", flat=True)),
    }
