"""Marking a response, and what may be done with a whole sitting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback.findings import Finding, Status
from interviews.forms.assigning import MomentInput
from interviews.models import Assignment, Item, Mark, Sitting
from interviews.scoring import WHOLE, Coverage
from interviews.suggesting import suggested
from questions.matching import Matched
from questions.models import AcceptPhrase
from questions.overruling import excerpt_of

PHRASE_LENGTH: int = AcceptPhrase._meta.get_field("text").max_length or 0

COVERAGES = [
    (Coverage.COVERED.value, _("Covered")),
    (Coverage.PARTLY.value, _("Partly")),
    (Coverage.MISSED.value, _("Missed")),
]


@dataclass(frozen=True, kw_only=True)
class Judging:
    """One key point on the page. `accept` and `phrase` None: there is nothing to teach.

    `counts` False: the rubric of the assignment gives nothing for it.
    """

    field: forms.BoundField
    finding: Finding | None
    counts: bool
    accept: forms.BoundField | None
    phrase: forms.BoundField | None

    @property
    def suggested(self) -> str:
        return suggested(self.finding)


class MarkForm(forms.Form):
    """One three-state field a key point; `number` is that of the mark the marker has seen.

    `matched`: what the engine suggests, shown beside the fields and never put into them by itself.
    With `may_accept` the marker can say at once that the learner's words are another way to say it.
    """

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

    def __init__(
        self,
        *args: Any,
        item: Item,
        matched: Matched | None = None,
        may_accept: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.matched, self.may_accept = item, matched, may_accept
        self.findings = {str(pk): each for pk, each in matched.by_point.items()} if matched else {}
        self.labels, self.weights = item.judged, item.weights()
        for key, label in self.labels.items():
            self.fields[f"point-{key}"] = forms.ChoiceField(
                label=label,
                choices=COVERAGES,
                error_messages={"required": _("Choose covered, partly or missed.")},
            )
            if may_accept and self.is_overrulable(key):
                self.add_phrase(key)
        adjustment = self.fields["adjustment"]
        adjustment.help_text = _("From −%(points)d to %(points)d points.") % {"points": item.points}
        adjustment.widget.attrs |= {"step": "0.5", "class": "input-short"}

    def is_overrulable(self, key: str) -> bool:
        """Whether a marker who says covered would teach the engine something."""
        finding = self.findings.get(key)
        return finding is not None and finding.status != Status.COVERED

    def add_phrase(self, key: str) -> None:
        self.fields[f"accept-{key}"] = forms.BooleanField(required=False)
        self.fields[f"phrase-{key}"] = forms.CharField(
            label=_("Their words"),
            required=False,
            max_length=PHRASE_LENGTH,
            initial=excerpt_of(self.item.response.text, self.findings[key])[:PHRASE_LENGTH],
        )

    @property
    def judgements(self) -> list[Judging]:
        return [
            Judging(
                field=self[f"point-{key}"],
                finding=self.findings.get(key),
                counts=self.weights.get(key) != 0,
                accept=self[f"accept-{key}"] if f"accept-{key}" in self.fields else None,
                phrase=self[f"phrase-{key}"] if f"phrase-{key}" in self.fields else None,
            )
            for key in self.labels
        ]

    @property
    def can_take(self) -> bool:
        """Whether a point is undecided that something is suggested for."""
        return any(not each.field.value() and each.suggested for each in self.judgements)

    @property
    def phrases(self) -> dict[int, str]:
        """By key point: the words to accept as another way to say it."""
        accepted = [key for key in self.labels if self.cleaned_data.get(f"accept-{key}")]
        return {int(key): self.cleaned_data[f"phrase-{key}"] for key in accepted}

    def clean(self) -> None:
        for key in self.labels:
            if not self.cleaned_data.get(f"accept-{key}"):
                continue
            if self.cleaned_data.get(f"point-{key}") not in (None, Coverage.COVERED):
                self.add_error(
                    f"phrase-{key}", _("Only words that cover the point can be accepted for it.")
                )
            elif not self.cleaned_data.get(f"phrase-{key}") and f"phrase-{key}" not in self.errors:
                self.add_error(f"phrase-{key}", _("Write the words to accept."))

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


def with_suggestions(data: QueryDict, matched: Matched | None) -> dict[str, Any]:
    """What was filled in, and the suggestions where nothing was."""
    findings = matched.by_point if matched else {}
    said = {f"point-{pk}": suggested(finding) for pk, finding in findings.items()}
    return said | {name: value for name, value in data.dict().items() if value}


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


class PauseForm(forms.Form):
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
