"""Forms for the parts of a question that there may be several of: a row for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from questions.formats.markdown import tidy_prose
from questions.forms.fields import LONGEST_LINE, LONGEST_PROSE, LineField, LinesField
from questions.forms.follow_ups import FollowUpForm
from questions.models import KeyPoint
from questions.models.parts import validate_web_address

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

MOST_ROWS = 20
MOST_READ = 1_000
COUNT = re.compile(r"[0-9]{1,9}")
ROW_ACTION = re.compile(
    r"(?P<verb>add|up|down|remove|find)-(?P<prefix>[a-z_]+?)(?:-(?P<number>[0-9]{1,4}))?"
)


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
    because = forms.CharField(label=_("Because"), max_length=LONGEST_PROSE, required=False)

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
        validators=[validate_web_address],
        widget=forms.URLInput,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("title") and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", gettext("Write the address of this reference."))
        return cleaned


class MisconceptionForm(forms.Form):
    text = LineField(label=_("What people believe"), max_length=LONGEST_LINE)
    why = LineField(label=_("Why it is wrong"), max_length=LONGEST_PROSE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("why") and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", gettext("Write what people believe, or remove this row."))
        return cleaned


class Rows(forms.BaseFormSet[Any]):
    """Rows in their order. There may be as many as there were, even if that is more than usual."""

    body = "questions/_row.html"
    title: StrPromise = _("Rows")
    noun: StrPromise = _("Row %(number)s")
    lead = "text"
    is_even = False  # all fields as wide
    spare = 1  # empty rows to begin with
    focus = False  # on the button below them

    default_error_messages = {  # noqa: RUF012
        "too_many_forms": ngettext_lazy(
            "There is room for %(num)d. Remove some rows.",
            "There is room for %(num)d of them. Remove some rows.",
            "num",
        )
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_num = max(MOST_ROWS, len(self.initial or ()))

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """A row that says what once stood in its place was written all the same."""
        return {**super().get_form_kwargs(index), "empty_permitted": False}

    def __iter__(self) -> Iterator[Any]:
        """Each row with its name and where it can go."""
        last = (self.total_form_count() if self.is_bound else self.initial_form_count()) - 1
        for place, row in enumerate(self.forms):
            row.name = self.noun % {"number": place + 1}
            row.is_first, row.is_last = place == 0, place >= last
            yield row

    @property
    def is_full(self) -> bool:
        return self.total_form_count() >= self.max_num

    def filled(self) -> list[dict[str, Any]]:
        """Without the rows where the field that leads is empty."""
        return [form.cleaned_data for form in self.forms if form.cleaned_data.get(self.lead)]


class PointRows(Rows):
    title = _("Key points")
    noun = _("Key point %(number)s")


class OptionRows(Rows):
    title = _("Options")
    noun = _("Option %(number)s")


class ReferenceRows(Rows):
    title = _("References")
    noun = _("Reference %(number)s")
    lead = "url"
    is_even = True


class MisconceptionRows(Rows):
    title = _("Misconceptions")
    noun = _("Misconception %(number)s")
    is_even = True
    spare = 0


class FollowUpRows(Rows):
    body = "questions/_follow_up_row.html"
    title = _("Follow-up questions")
    noun = _("Follow-up %(number)s")
    lead = "prompt"
    spare = 0


def _rows(form: type[forms.Form], rows: type[Rows]) -> type[Rows]:
    made = forms.formset_factory(form, formset=rows, extra=1, max_num=MOST_ROWS, validate_max=True)
    return cast(type[Rows], made)


ROWS = {
    "points": _rows(PointForm, PointRows),
    "options": _rows(OptionForm, OptionRows),
    "references": _rows(ReferenceForm, ReferenceRows),
    "misconceptions": _rows(MisconceptionForm, MisconceptionRows),
    "follow_ups": _rows(FollowUpForm, FollowUpRows),
}
# What is there, or stays from a search, in a row that nobody typed into.
NOT_TYPED = {"weight", "searched"}


def typed_rows(data: QueryDict, prefix: str) -> dict[int, dict[str, str]]:
    """By their number, the rows somebody typed into: without the empty ones."""
    rows = {}
    names = ROWS[prefix].form.base_fields
    for number in range(_count(data, prefix)):
        row = {name: data.get(f"{prefix}-{number}-{name}", "") for name in names}
        if any(value for name, value in row.items() if name not in NOT_TYPED):
            rows[number] = row
    return rows


def _count(data: QueryDict, prefix: str) -> int:
    said = data.get(f"{prefix}-TOTAL_FORMS", "")
    return min(int(said), MOST_READ) if COUNT.fullmatch(said) else 0


def with_all_rows(data: QueryDict, initial: Mapping[str, Any]) -> QueryDict:
    """What was sent, and the parts that the page it came from did not have, as they were.

    Such a page was opened before the form had a place for them.
    """
    missing = [prefix for prefix in ROWS if f"{prefix}-TOTAL_FORMS" not in data]
    if not missing:
        return data
    data = data.copy()
    for prefix in missing:
        data[f"{prefix}-TOTAL_FORMS"] = data[f"{prefix}-INITIAL_FORMS"] = str(len(initial[prefix]))
        for number, row in enumerate(initial[prefix]):
            for name, value in row.items():
                field = ROWS[prefix].form.base_fields[name]
                if value not in (False, None):
                    data[f"{prefix}-{number}-{name}"] = str(field.prepare_value(value))
    return data


@dataclass(frozen=True)
class RowChange:
    """A button beside a row, or below them all: what was typed stays, nothing is checked or saved."""

    verb: str
    prefix: str
    number: int = -1

    @classmethod
    def asked_by(cls, action: str) -> RowChange | None:
        match = ROW_ACTION.fullmatch(action)
        if not match or match["prefix"] not in ROWS:
            return None
        if match["verb"] == "find" and match["prefix"] != "follow_ups":
            return None
        return cls(match["verb"], match["prefix"], int(match["number"] or -1))

    def of(self, rows: dict[int, dict[str, str]]) -> tuple[list[dict[str, str]], int]:
        """The rows after it, and the place of the one to go on with."""
        numbers = list(rows)
        if self.verb == "add":
            return list(rows.values()), len(rows)
        if self.number not in rows:
            return list(rows.values()), max(0, min(self.number, len(rows) - 1))
        place = numbers.index(self.number)
        if self.verb == "remove":
            numbers.pop(place)
            return [rows[number] for number in numbers], max(0, min(place, len(numbers) - 1))
        to = place + {"up": -1, "down": 1}.get(self.verb, 0)
        to = max(0, min(to, len(numbers) - 1))
        numbers.insert(to, numbers.pop(place))
        return [rows[number] for number in numbers], to
