"""Forms for the parts of a question that there may be several of: a row for each."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questions.formats.markdown import tidy_prose
from questions.forms.fields import LONGEST_LINE, LONGEST_PROSE, LinesField
from questions.models import KeyPoint

MOST_ROWS = 20


class PointForm(forms.Form):
    text = forms.CharField(label=_("Key point"), max_length=LONGEST_LINE, required=False)
    weight = forms.TypedChoiceField(
        label=_("How important"),
        choices=KeyPoint.Weight.choices,
        coerce=int,
        empty_value=KeyPoint.Weight.EXPECTED,  # type: ignore[arg-type]
        initial=KeyPoint.Weight.EXPECTED,
        required=False,
    )
    accept = LinesField(label=_("Also counts if said like this"), rows=1)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("accept") and not cleaned.get("text"):
            self.add_error("text", gettext("Write the key point, or clear its other phrasings."))
        return cleaned


class OptionForm(forms.Form):
    text = forms.CharField(
        label=_("Option"),
        max_length=LONGEST_PROSE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1, "data-autogrow": True}),
    )
    is_correct = forms.BooleanField(label=_("This is right"), required=False)
    because = forms.CharField(label=_("Because"), max_length=LONGEST_LINE, required=False)

    def clean_text(self) -> str:
        return tidy_prose(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        is_filled = cleaned.get("is_correct") or cleaned.get("because")
        if is_filled and not cleaned.get("text"):
            self.add_error("text", gettext("Write the option, or clear its row."))
        return cleaned


class ReferenceForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        required=False,
        validators=[URLValidator(schemes=["http", "https"])],
        widget=forms.URLInput,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("title") and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", gettext("Write the address of this reference."))
        return cleaned


class Rows(forms.BaseFormSet[Any]):
    """Rows in their order."""

    def filled(self, name: str = "text") -> list[dict[str, Any]]:
        """Without the rows where this field is empty."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get(name)]


def _rows(form: type[forms.Form]) -> type[Rows]:
    rows = forms.formset_factory(form, formset=Rows, extra=1, max_num=MOST_ROWS, validate_max=True)
    return cast(type[Rows], rows)


PointRows, OptionRows, ReferenceRows = _rows(PointForm), _rows(OptionForm), _rows(ReferenceForm)
ROWS = {"points": PointRows, "options": OptionRows, "references": ReferenceRows}


def typed_rows(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    """The rows somebody typed into, without the empty ones."""
    rows = []
    names = ROWS[prefix].form.base_fields
    for number in range(MOST_ROWS):
        row = {name: data.get(f"{prefix}-{number}-{name}", "") for name in names}
        if any(value for name, value in row.items() if name != "weight"):
            rows.append(row)
    return rows
