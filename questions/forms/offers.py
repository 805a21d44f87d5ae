"""Giving a question to the bank."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from questions.formats.markdown_grammar import one_line


class OfferForm(forms.Form):
    """Consent to give a question of one's own to the bank."""

    name = forms.CharField(
        label=_("Your name, as it is credited"),
        max_length=80,
        help_text=_("Everybody sees it beside the question. It may be a pen name."),
    )
    consents = forms.BooleanField(
        label=_(
            "I wrote this question, or have the right to share it, and everybody may use it "
            "under CC BY 4.0: they may pass it on and change it, as long as they name me."
        ),
        error_messages={"required": _("The bank can only take what you agree to share.")},
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])
