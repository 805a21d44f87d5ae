"""Marking a response, and what may be done with a whole sitting."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interviews.forms.assigning import MomentInput
from interviews.models import Assignment, Item, Mark, Sitting
from interviews.scoring import WHOLE, Coverage

COVERAGES = [
    (Coverage.COVERED.value, _("Covered")),
    (Coverage.PARTLY.value, _("Partly")),
    (Coverage.MISSED.value, _("Missed")),
]


class MarkForm(forms.Form):
    """One three-state field a key point; `number` is that of the mark the marker has seen."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    adjustment = forms.DecimalField(
        label=_("Adjustment"), required=False, max_digits=5, decimal_places=2
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3, "data-autogrow": ""}),
        help_text=_("Markdown. The learner reads it after the release."),
    )

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.labels = item.judged
        for key, label in self.labels.items():
            self.fields[f"point-{key}"] = forms.ChoiceField(
                label=label,
                choices=COVERAGES,
                error_messages={"required": _("Choose covered, partly or missed.")},
            )
        adjustment = self.fields["adjustment"]
        adjustment.help_text = _("From −%(points)d to %(points)d points.") % {"points": item.points}
        adjustment.widget.attrs |= {"step": "0.5", "class": "input-short"}

    @property
    def judgements(self) -> list[forms.BoundField]:
        return [self[f"point-{key}"] for key in self.labels]

    @property
    def points(self) -> dict[str, str]:
        return {key: self.cleaned_data[f"point-{key}"] for key in self.labels}

    def clean_adjustment(self) -> Decimal:
        adjustment: Decimal = self.cleaned_data["adjustment"] or Decimal(0)
        if abs(adjustment) > self.item.points:
            raise ValidationError(
                _("This question is worth %(points)d points; more cannot be added or taken."),
                params={"points": self.item.points},
            )
        return adjustment


def initial_of(item: Item, mark: Mark | None) -> dict[str, Any]:
    """What the form says at first: the mark that counts, as it was given."""
    if mark is None:
        return {"number": 0}
    points, adjustment = mark.points, mark.adjustment
    if not points and WHOLE in item.judged:
        points, adjustment = as_a_whole(mark.score, out_of=item.points)
    judgements = {f"point-{key}": value for key, value in points.items()}
    shown = f"{adjustment.normalize():f}" if adjustment else ""
    return {"number": mark.number, "adjustment": shown, "comment": mark.comment, **judgements}


def as_a_whole(score: Decimal, *, out_of: int) -> tuple[dict[str, str], Decimal]:
    """A score that the server gave, said in the words of a marker."""
    if score >= out_of:
        return {WHOLE: Coverage.COVERED}, Decimal(0)
    if score <= 0:
        return {WHOLE: Coverage.MISSED}, Decimal(0)
    return {WHOLE: Coverage.PARTLY}, score - Decimal(out_of) / 2


class ReleaseForm(forms.Form):
    sittings = forms.ModelMultipleChoiceField(
        label=_("Release to"),
        queryset=Sitting.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one learner.")},
    )

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        closed = assignment.sittings.closed().select_related("learner")
        self.fields["sittings"].queryset = closed  # type: ignore[attr-defined]

    def clean_sittings(self) -> list[Sitting]:
        sittings = list(self.cleaned_data["sittings"])
        for sitting in sittings:
            if sitting.state == Sitting.State.SUBMITTED:
                raise ValidationError(
                    _(
                        "%(learner)s’s interview is not marked to the end yet. Nothing was released."
                    ),
                    params={"learner": sitting.learner},
                )
        return sittings


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("The learner sees it."))


class ReopenForm(forms.Form):
    deadline_at = forms.DateTimeField(label=_("New deadline"), widget=MomentInput)
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("The learner sees it."))

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now

    def clean_deadline_at(self) -> datetime:
        deadline_at: datetime = self.cleaned_data["deadline_at"]
        if deadline_at <= self.now:
            raise ValidationError(_("Choose a moment still to come."))
        return deadline_at
