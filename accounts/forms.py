"""Forms about people."""

from __future__ import annotations

from zoneinfo import available_timezones

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """Sign-up; the browser tells its time zone, and one it makes up is as good as none."""

    name = forms.CharField(label=_("Your name"), max_length=80, required=False)
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        user.name = self.cleaned_data["name"].strip()
        if self.cleaned_data["time_zone"] in available_timezones():
            user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["name", "time_zone"])
        return user
