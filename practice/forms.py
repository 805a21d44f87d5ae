"""Forms of the practice pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from practice.models import StudySettings


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
        fields = ("desired_retention", "new_cards_a_day", "reviews_a_day")
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
        }
