"""More minutes for several learners at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from interviews.more_time import MOST_MINUTES
from interviews.roster import Place

NOT_WHOLE = _("This page did not arrive whole. Look it over, and save once more.")
NOT_INVOLVED = _(
    "Somebody you chose has left, or was never given this interview. Nobody was given more time: "
    "look at the list again."
)


class MoreTimeForm(forms.Form):
    """`token` says that it is this form, however often and from wherever it is sent."""

    token = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": NOT_WHOLE, "invalid": NOT_WHOLE}
    )
    learners = forms.TypedMultipleChoiceField(
        label=_("Learners"),
        coerce=int,
        error_messages={
            "required": _("Choose at least one learner."),
            "invalid_choice": NOT_INVOLVED,
        },
    )
    minutes = forms.IntegerField(
        label=_("Minutes to add"),
        min_value=1,
        max_value=MOST_MINUTES,
        initial=5,
        help_text=_("On top of what each of them has by now."),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Kept with the interview; the learner does not see it."),
    )

    def __init__(self, data: QueryDict | None, *, places: Collection[Place], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        choices = [(place.learner.pk, str(place.learner)) for place in places]
        self.fields["learners"].choices = choices  # type: ignore[attr-defined]
        self.sent = data.getlist("learners") if data else []

    @property
    def next_token(self) -> UUID:
        """The same as long as nothing came of it; of a new page, or where it was spoilt, a new one."""
        return getattr(self, "cleaned_data", {}).get("token") or uuid4()

    def is_ticked(self, place: Place, *, asked: Collection[str]) -> bool:
        """As it was sent, else if asked for; if nobody was asked for it is for everybody."""
        chosen = self.sent if self.is_bound else asked
        return str(place.learner.pk) in chosen or not (self.is_bound or asked)

    def refuse_strangers(self) -> None:
        self.add_error("learners", ValidationError(NOT_INVOLVED))

    def refuse_minutes(self, place: Place) -> None:
        error = ValidationError(
            _(
                "%(learner)s has %(extra)d more minutes already, and %(most)d is the most. "
                "Nobody was given more time."
            ),
            params={
                "learner": place.learner,
                "extra": place.extra_minutes,
                "most": MOST_MINUTES,
            },
        )
        self.add_error("minutes", error)
