"""Giving an interview to people: to whom, when, on what terms, and exceptions for some."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Cohort, Membership, User
from interviews.models import Assignment, Blueprint, Extension

MOMENTS = ("opens_at", "start_by", "closes_at")


class MomentInput(forms.DateTimeInput):
    """The browser's own picker; what it sends is in the person's time zone, as all is shown."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


def taught_learners(user: User) -> QuerySet[User]:
    """The learners now in the active cohorts this person teaches, each once."""
    cohorts = Cohort.objects.taught_by(user).active()
    memberships = Membership.objects.filter(
        cohort__in=cohorts, role=Membership.Role.LEARNER, left_at=None
    )
    return User.objects.filter(pk__in=memberships.values("user"), is_active=True)


def in_words(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


class WindowMixin(forms.BaseForm):
    """Dates that contradict each other are refused in plain words."""

    def refuse_contradictions(
        self, *, opens_at: datetime | None, start_by: datetime | None, closes_at: datetime | None
    ) -> None:
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("It would close before it opens."))
        if start_by and closes_at and start_by > closes_at:
            self.add_error("start_by", _("This is after the closing time. Choose an earlier one."))
        if opens_at and start_by and start_by <= opens_at:
            self.add_error("start_by", _("It would be too late to start before it opens."))


class TermsForm(WindowMixin, forms.ModelForm[Assignment]):
    class Meta:
        model = Assignment
        fields: tuple[str, ...] = (*MOMENTS, "close_policy", "minutes", "sittings_allowed")
        widgets = {
            **dict.fromkeys(MOMENTS, MomentInput),
            "close_policy": forms.RadioSelect,
        }
        help_texts = {
            "opens_at": _("Empty: at once."),
            "start_by": _("Empty: any time before it closes."),
            "closes_at": _("Empty: it stays open."),
            "sittings_allowed": _("Empty: as many as they wish."),
        }

    @property
    def given_blueprint(self) -> Blueprint | None:
        """None: it is only now being chosen."""
        return self.instance.blueprint if self.instance.blueprint_id else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.refuse_contradictions(**{name: cleaned.get(name) for name in MOMENTS})
        blueprint = cleaned.get("blueprint") or self.given_blueprint
        if cleaned.get("minutes") and blueprint and blueprint.pace:
            self.add_error(
                "minutes", _("This blueprint gives each question its own time: leave this empty.")
            )
        hard = cleaned.get("close_policy") == Assignment.ClosePolicy.HARD_CLOSE
        if hard and not cleaned.get("closes_at") and "closes_at" not in self.errors:
            self.add_error(
                "closes_at", _("Say when everyone stops, or let them have the full time.")
            )
        return cleaned


class AssignForm(TermsForm):
    class Meta(TermsForm.Meta):
        fields: tuple[str, ...] = ("blueprint", "cohorts", "learners", *TermsForm.Meta.fields)
        widgets = {
            **TermsForm.Meta.widgets,
            "cohorts": forms.CheckboxSelectMultiple,
            "learners": forms.CheckboxSelectMultiple,
        }
        help_texts = {
            **TermsForm.Meta.help_texts,
            "cohorts": _("One or more, or single learners below. Whoever joins later gets it too."),
        }
        labels = {"cohorts": _("Cohorts"), "learners": _("Single learners")}

    def __init__(self, *args: Any, instructor: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.choose_from("blueprint", Blueprint.objects.usable_by(instructor).active())
        self.choose_from("cohorts", Cohort.objects.taught_by(instructor).active())
        self.choose_from("learners", taught_learners(instructor))

    def choose_from(self, name: str, queryset: QuerySet[Any]) -> None:
        self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        nobody = not cleaned.get("cohorts") and not cleaned.get("learners")
        if nobody and not {"cohorts", "learners"} & self.errors.keys():
            self.add_error("cohorts", _("Choose a cohort or at least one learner."))
        for name in ("start_by", "closes_at"):
            moment = cleaned.get(name)
            if moment and moment <= self.now:
                self.add_error(name, _("This is in the past: nobody could start."))
        if "blueprint" in cleaned:
            self.instance.reveal = cleaned["blueprint"].reveal
            self.instance.has_follow_ups = cleaned["blueprint"].has_follow_ups
            self.instance.speech = cleaned["blueprint"].speech
        return cleaned


class ExtensionForm(WindowMixin, forms.ModelForm[Extension]):
    """Other terms for a learner or a cohort. What is left empty stays as it is for everyone.

    All of it may be left empty to take back what was said before. `seen` is the stamp of what the
    page showed.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    class Meta:
        model = Extension
        fields = (*MOMENTS, "extra_minutes", "is_untimed", "sittings_allowed", "reason")
        widgets = dict.fromkeys(MOMENTS, MomentInput)
        labels = {
            "opens_at": _("Opens"),
            "start_by": _("Start by"),
            "closes_at": _("Closes"),
            "extra_minutes": _("More minutes"),
            "is_untimed": _("No time limit"),
            "sittings_allowed": _("Sittings allowed"),
            "reason": _("Reason"),
        }

    def __init__(self, *args: Any, assignment: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment
        self.fields["seen"].initial = self.instance.stamp
        self.fields["reason"].required = True
        self.fields["reason"].help_text = gettext(
            "Kept with the interview; the learner does not see it."
        )
        self.fields["extra_minutes"].validators += [MinValueValidator(1), MaxValueValidator(480)]
        self.fields["sittings_allowed"].validators.append(MinValueValidator(1))
        for name in MOMENTS:
            moment = getattr(assignment, name)
            self.fields[name].help_text = (
                gettext("For everyone: %(moment)s") % {"moment": in_words(moment)}
                if moment
                else gettext("For everyone: not set")
            )

    def clean(self) -> dict[str, Any]:
        """Empty dates are those of the assignment, so a contradiction may be with them."""
        cleaned = super().clean() or self.cleaned_data
        self.refuse_contradictions(
            **{name: cleaned.get(name) or getattr(self.assignment, name) for name in MOMENTS}
        )
        says_nothing = not any(
            cleaned.get(name) for name in self.fields if name not in ("reason", "seen")
        )
        if not self.errors and says_nothing and not self.instance.pk:
            raise ValidationError(
                _("Nothing is different yet: set a date, more minutes or sittings.")
            )
        return cleaned

    @property
    def terms(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def start_by_holds(self) -> bool:
        """True if a later closing leaves the old time to start by in force."""
        return bool(
            self.cleaned_data.get("closes_at")
            and not self.cleaned_data.get("start_by")
            and self.assignment.start_by
        )
