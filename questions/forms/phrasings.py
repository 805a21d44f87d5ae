"""Words of an answer that become an accepted phrasing."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from questions.forms.fields import LONGEST_LINE
from questions.models import Overrule


class PhrasingForm(forms.Form):
    """The words of an answer, mended before they become an accepted phrasing."""

    text = forms.CharField(
        label=_("Accept as"),
        max_length=LONGEST_LINE,
        widget=forms.Textarea(attrs={"rows": 2, "data-autogrow": True}),
        help_text=_("Leave only what says the key point, and no name: the short ones help most."),
    )

    def __init__(self, data: QueryDict | None = None, *, overrule: Overrule) -> None:
        super().__init__(data, auto_id=f"phrasing-{overrule.pk}-%s")
        self.overrule = overrule
        self.initial["text"] = overrule.excerpt[:LONGEST_LINE]

    def clean_text(self) -> str:
        """On one line."""
        return " ".join(self.cleaned_data["text"].split())
