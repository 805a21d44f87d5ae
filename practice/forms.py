"""Forms of the practice pages."""

from __future__ import annotations

from django import forms

from practice.models import StudySettings


class StudySettingsForm(forms.ModelForm[StudySettings]):
    class Meta:
        model = StudySettings
        fields = ("desired_retention", "new_cards_a_day", "reviews_a_day")
        widgets = {
            "desired_retention": forms.NumberInput(
                attrs={"step": "0.01", "min": "0.70", "max": "0.97", "class": "input-short"}
            ),
            "new_cards_a_day": forms.NumberInput(attrs={"class": "input-short"}),
            "reviews_a_day": forms.NumberInput(attrs={"class": "input-short"}),
        }
