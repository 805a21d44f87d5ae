"""What the room sends, and what a learner says of their own answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from feedback.findings import Finding
from interviews.answering import choice_of, in_words
from interviews.forms.marking import COVERAGES
from interviews.models import Item
from interviews.models.responses import Choice, Writer
from interviews.scoring import Coverage
from interviews.suggesting import suggested
from questions.matching import Matched

LONGEST_TEXT = 20_000
MOST_PLACES = 60


class PlacesField(forms.Field):
    """Places of answers on the page; several values of one name."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        values = [each for each in value or [] if each]
        if len(values) > MOST_PLACES or not all(
            each.isascii() and each.isdigit() for each in values
        ):
            raise ValidationError(_("Choose from the list."))
        return [int(each) for each in values]


class TextField(forms.CharField):
    """Lines end as they do on the page: a browser sends two characters where one was typed."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class StepForm(forms.Form):
    """What the room sends is for an item, from 1.

    `depth`: 0 or empty for the item itself, else which of its follow-ups.
    """

    item = forms.IntegerField(min_value=1)
    depth = forms.IntegerField(required=False, min_value=0)

    def data_number(self, name: str) -> int:
        """A number as it was sent, before anything is checked; 0 for what is none."""
        value = self.data.get(name, "")
        return int(value[:9]) if value.isascii() and value.isdigit() else 0


class DraftForm(StepForm):
    """A response as the room sends it; `number` is that of the response it was written on.

    `instead_of`: after a conflict, that of the other text which this one is to replace.
    """

    number = forms.IntegerField(min_value=0)
    instead_of = forms.IntegerField(required=False, min_value=0)
    text = TextField(
        required=False,
        strip=False,
        max_length=LONGEST_TEXT,
        error_messages={
            "max_length": _(
                "An answer has at most %(limit_value)d characters; yours has %(show_value)d. "
                "Shorten it to save it."
            )
        },
    )
    choice = PlacesField(required=False)
    writer = forms.CharField(required=False, max_length=36)
    sequence = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000)
    written_ms = forms.IntegerField(required=False, min_value=0, max_value=2_000_000_000)

    @property
    def base_number(self) -> int:
        number: int = self.cleaned_data["number"]
        instead_of: int | None = self.cleaned_data["instead_of"]
        return number if instead_of is None else instead_of

    @property
    def page(self) -> Writer | None:
        """None: the page cannot count its saves, because it runs no scripts."""
        name, sequence = self.cleaned_data["writer"], self.cleaned_data["sequence"]
        if not name or not sequence:
            return None
        written_ms = self.cleaned_data["written_ms"]
        ago = None if written_ms is None else timedelta(milliseconds=written_ms)
        return Writer(name=name, sequence=sequence, first_key_ago=ago)

    def choice_for(self, item: Item) -> Choice:
        """Raises ValueError for an answer that the item does not offer."""
        return choice_of(item, self.cleaned_data["choice"])


# What one can say of an answer without knowing the marks, in percent of its points.
PREDICTIONS = [
    (0, _("None")),
    (25, _("Little")),
    (50, _("Half")),
    (75, _("Most")),
    (100, _("All")),
]


class PredictionForm(forms.Form):
    """How much of each question's points the learner expects; every one may be skipped."""

    def __init__(self, data: QueryDict | None = None, *, items: list[Item]) -> None:
        super().__init__(data)
        self.items = items
        for item in items:
            self.fields[f"predicted-{item.number}"] = forms.TypedChoiceField(
                label=item.revision.prompt,
                choices=PREDICTIONS,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    def rows(self) -> list[tuple[Item, str, forms.BoundField]]:
        """With what was answered, in words."""
        return [
            (
                item,
                in_words(item, text=item.response.text, choice=item.response.choice),
                self[f"predicted-{item.number}"],
            )
            for item in self.items
        ]

    @property
    def percents(self) -> dict[int, int]:
        """By position, those that were given."""
        said = {
            item.position: self.cleaned_data.get(f"predicted-{item.number}") for item in self.items
        }
        return {position: percent for position, percent in said.items() if percent is not None}


class SelfMarkForm(forms.Form):
    """Covered, partly or missed for each key point of each open answer.

    Where there is a suggestion it is filled in, and a point left open counts as missed. Any other
    answer may wait; one that is begun is to be judged whole.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        items: list[Item],
        suggestions: Mapping[int, Matched],
    ) -> None:
        super().__init__(data)
        self.items, self.suggestions = items, suggestions
        for item in items:
            initial = filled_in(item, suggestions.get(item.pk))
            for key, label in item.judged.items():
                self.fields[name_of(item, key)] = forms.ChoiceField(
                    label=label, choices=COVERAGES, required=False, initial=initial.get(key)
                )

    def judgements(self, item: Item) -> list[tuple[forms.BoundField, Finding | None]]:
        """Each point's field, with what the engine found of it."""
        matched = self.suggestions.get(item.pk)
        found = {str(pk): each for pk, each in matched.by_point.items()} if matched else {}
        return [(self[name_of(item, key)], found.get(key)) for key in item.judged]

    def said(self, item: Item) -> dict[str, str]:
        said = {key: self.cleaned_data.get(name_of(item, key), "") for key in item.judged}
        return {key: value for key, value in said.items() if value}

    @property
    def left_open(self) -> int:
        """How many points count as missed because nothing was said of them."""
        suggested = [item for item in self.items if item.pk in self.suggestions]
        return sum(len(item.judged) - len(self.said(item)) for item in suggested)

    def decided(self, item: Item) -> dict[str, str]:
        missed = dict.fromkeys(item.judged, Coverage.MISSED.value)
        return (missed if item.pk in self.suggestions else {}) | self.said(item)

    @property
    def judged(self) -> list[tuple[Item, dict[str, str]]]:
        """Item by item, those that are judged whole."""
        said = [(item, self.decided(item)) for item in self.items]
        return [(item, points) for item, points in said if len(points) == len(item.judged)]

    def clean(self) -> None:
        for item in self.items:
            missing = len(item.judged) - len(self.decided(item))
            if 0 < missing < len(item.judged):
                text = ngettext(
                    "Question %(number)d: %(count)d point is still to judge.",
                    "Question %(number)d: %(count)d points are still to judge.",
                    missing,
                )
                self.add_error(None, text % {"number": item.number, "count": missing})


def filled_in(item: Item, matched: Matched | None) -> Mapping[str, str]:
    """The mark there is, else what the engine suggests."""
    if item.newest_mark:
        said: dict[str, str] = item.newest_mark.points
        return said
    findings = matched.by_point if matched else {}
    return {str(pk): suggested(finding) for pk, finding in findings.items()}


def name_of(item: Item, key: str) -> str:
    return f"point-{item.pk}-{key}"
