"""What somebody says is wrong with a question."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questions.models import KeyPoint, QuestionRevision, Report


class ReportForm(forms.Form):
    """Cleans into what `Report.objects.file` takes."""

    reason = forms.ChoiceField(
        label=_("What is the matter?"),
        choices=Report.Reason.choices,
        initial=Report.Reason.WRONG,
        widget=forms.RadioSelect,
    )
    key_point = forms.ModelChoiceField(
        label=_("Which key point?"),
        queryset=KeyPoint.objects.none(),
        required=False,
        empty_label=_("The question as a whole"),
    )
    text = forms.CharField(
        label=_("What should be mended?"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A link to the documentation helps most."),
    )

    def __init__(self, *args: Any, revision: QuestionRevision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = revision.key_points.all()
        self.fields["key_point"].queryset = points  # type: ignore[attr-defined]
        if not points:
            del self.fields["key_point"]

    def clean(self) -> dict[str, Any]:
        cleaned = {"key_point": None, **(super().clean() or {})}
        needs_words: dict[str, str] = {
            Report.Reason.WRONG: gettext("Say in a few words what is wrong."),
            Report.Reason.OTHER: gettext("Say in a few words what it is."),
        }
        said = needs_words.get(cleaned.get("reason", ""))
        if said and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", said)
        return cleaned
