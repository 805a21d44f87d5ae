"""Forms about people and their cohorts."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import time_zones
from accounts.models import Cohort, User


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Sign-up; the browser tells its time zone, and one it makes up is as good as none."""

    field_order = ("name", "email", "password1", "time_zone")

    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        user.name = self.cleaned_data["name"].strip()
        if self.cleaned_data["time_zone"] in available_timezones():
            user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["name", "time_zone"])
        return user


class SettingsForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("name", "time_zone", "day_start_hour", "theme")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "time_zone": forms.Select,
            "day_start_hour": forms.Select(choices=[(hour, f"{hour:02}:00") for hour in range(24)]),
        }
        help_texts = {
            "name": _("What your instructors and cohort see. Empty: your e-mail address."),
            "time_zone": _("All times and deadlines are shown in it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget.choices = time_zones.choices(self.instance.time_zone)


class CohortForm(forms.ModelForm[Cohort]):
    class Meta:
        model = Cohort
        fields = ("name",)
        help_texts = {"name": _("Learners see it, such as Autumn 2026.")}


class TimeFactorForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("time_factor",)
        widgets = {
            "time_factor": forms.NumberInput(
                attrs={"class": "input input-short", "step": "0.05", "min": "1", "max": "4"}
            )
        }


class InstructorForm(forms.Form):
    """Names an instructor by address; learners' addresses are not given away."""

    email = forms.EmailField(
        label=_("E-mail address of the instructor"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_email(self) -> User:
        """The person behind the address."""
        person = User.objects.filter(
            email__iexact=self.cleaned_data["email"], is_instructor=True, is_active=True
        ).first()
        if person is None:
            raise forms.ValidationError(
                _("No instructor has this address. An administrator can make someone one.")
            )
        return person


class ErasureForm(forms.Form):
    """Deleting an account takes the address, and the password where there is one."""

    email = forms.CharField(
        label=_("Your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip()
        if email.lower() != self.user.email.lower():
            raise forms.ValidationError(_("This is not the address of this account."))
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This is not your password. Nothing was deleted."))
        return password
