"""What counts of a question in one assignment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interviews.models import Rubric
from interviews.models.rubrics import WEIGHTS, weights_of
from questions.models import QuestionRevision

CHOICES = [(0, _("Does not count")), *((weight, weight) for weight in WEIGHTS if weight)]


class RubricForm(forms.Form):
    """A weight for each key point; `number` is that of the rubric the instructor has seen."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Learners whose released mark changes see it."),
    )

    def __init__(
        self, *args: Any, revision: QuestionRevision, rubric: Rubric | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.points = list(revision.key_points.all())
        self.newest_number = rubric.number if rubric else 0
        self.fields["number"].initial = self.newest_number
        weights = weights_of(revision, rubric)
        for point in self.points:
            self.fields[f"weight-{point.pk}"] = forms.TypedChoiceField(
                label=point.text,
                choices=CHOICES,
                coerce=int,
                initial=weights[str(point.pk)],
            )

    @property
    def weighing(self) -> list[tuple[forms.BoundField, int]]:
        """The field of each key point, and its weight as the question says."""
        return [(self[f"weight-{point.pk}"], point.weight) for point in self.points]

    @property
    def weights(self) -> dict[str, int]:
        return {str(point.pk): self.cleaned_data[f"weight-{point.pk}"] for point in self.points}

    def clean(self) -> None:
        given = [self.cleaned_data.get(f"weight-{point.pk}") for point in self.points]
        if None not in given and not any(given):
            raise ValidationError(_("At least one key point must count."))
        if None not in given and self.is_new and self.is_unchanged:
            raise ValidationError(_("Nothing is different yet: choose another weight."))

    @property
    def is_new(self) -> bool:
        """Not a second click: the rubric is still the one that was seen."""
        return self.cleaned_data.get("number") == self.newest_number

    @property
    def is_unchanged(self) -> bool:
        return all(self.cleaned_data[field.name] == field.initial for field, _as in self.weighing)
