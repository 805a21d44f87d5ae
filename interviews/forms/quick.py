"""A mock interview of one's own: on what, how hard, how many, how long."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from interviews.deadlines import MINUTE, ResolvedTerms
from interviews.models import Blueprint
from interviews.models.blueprints import matching
from interviews.quick import Style
from questions.models import Question, QuestionQuerySet, QuestionRevision, Tag, Topic


class ReadyForm(forms.Form):
    id = forms.UUIDField()


class QuickForm(forms.Form):
    """Field names are those of the practice scope, so one query string fits both pages.

    `id` is made with the page: posting it twice makes one interview.
    """

    id = forms.UUIDField(widget=forms.HiddenInput)
    topic = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        label=_("Topics"),
        to_field_name="path",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all of them."),
    )
    tag = forms.CharField(
        label=_("Tags"),
        required=False,
        max_length=400,
        help_text=_("Any of these, parted by commas, such as compose, volumes."),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        initial=20,
        validators=[MinValueValidator(1), MaxValueValidator(480)],
        help_text=_("1 to 480; empty for no limit. Questions with their own time need none."),
    )
    count = forms.IntegerField(
        label=_("Questions"),
        initial=6,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("1 to 50."),
    )
    style = forms.ChoiceField(
        label=_("How you are asked"),
        required=False,
        choices=Style,
        initial=Style.FREE,
        widget=forms.RadioSelect,
    )
    speech = forms.BooleanField(
        label=_("I may answer aloud"),
        required=False,
        help_text=_("Open questions only. You are asked again before anything is recorded."),
    )
    level = forms.MultipleChoiceField(
        label=_("Levels"),
        required=False,
        choices=QuestionRevision.Level.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    kind = forms.MultipleChoiceField(
        label=_("Kinds of question"),
        required=False,
        choices=QuestionRevision.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, learner: User, path: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learner = learner
        visible = Topic.objects.visible_to(learner)
        chosen = self.data.getlist("topic") if isinstance(self.data, QueryDict) else []
        offered = visible.filter(Q(parent=None) | Q(path__in=[path, *chosen]))
        self.fields["topic"].queryset = offered  # type: ignore[attr-defined]
        for name in ("minutes", "count"):
            self.fields[name].widget.attrs["class"] = "input-short"

    def clean_style(self) -> Style:
        return Style(self.cleaned_data["style"] or Style.FREE)

    def clean_speech(self) -> Blueprint.Speech:
        speech = Blueprint.Speech
        return speech.ALLOWED if self.cleaned_data["speech"] else speech.OFF

    def clean_tag(self) -> list[Tag]:
        wanted = {word.strip().lower() for word in self.cleaned_data["tag"].split(",")} - {""}
        tags = list(Tag.objects.filter(slug__in=wanted))
        unknown = sorted(wanted - {tag.slug for tag in tags})
        if unknown:
            text = ngettext(
                "There is no tag %(tags)s.", "There are no tags %(tags)s.", len(unknown)
            )
            raise ValidationError(text % {"tags": ", ".join(unknown)})
        return tags

    def matching(self) -> QuestionQuerySet:
        """What the form's filters let through; a filter with an error lets everything through."""
        data = self.cleaned_data
        return matching(
            Question.objects.practisable_by(self.learner),
            topics=data.get("topic", ()),
            tags=data.get("tag", ()),
            levels=data.get("level", ()),
            kinds=data.get("kind", ()),
        )

    def available(self) -> int:
        """How many questions there are to ask. Without what was sent: by what the page begins with."""
        if not self.is_bound:
            first = QueryDict(mutable=True)
            for name in ("topic", "level", "kind"):
                first.setlist(name, self.initial.get(name, []))
            first["tag"] = self.initial.get("tag", "")
            return QuickForm(first, learner=self.learner).available()
        self.is_valid()
        return self.matching().count()

    def minutes_given(self) -> int | None:
        """With the learner's time factor; None where there is no limit, or nothing is added."""
        minutes = self.cleaned_data.get("minutes") if self.is_bound else self["minutes"].value()
        is_paced = self.is_bound and self.cleaned_data.get("style") == Style.PACED
        if not minutes or is_paced or self.learner.time_factor == 1:
            return None
        terms = ResolvedTerms(
            time_limit=timedelta(minutes=int(minutes)), time_factor=self.learner.time_factor
        )
        return terms.full_time // MINUTE if terms.full_time else None

    def refuse_count(self, available: int) -> None:
        text = ngettext(
            "Only %(count)d question matches. Ask fewer, or widen the choice.",
            "Only %(count)d questions match. Ask fewer, or widen the choice.",
            available,
        )
        self.add_error("count", text % {"count": available})

    def title(self) -> str:
        """Such as “Docker, Git: 20 minutes”."""
        topics = [topic.title for topic in self.cleaned_data["topic"]]
        tags = [tag.slug for tag in self.cleaned_data["tag"]]
        subject = ", ".join([*topics, *tags])[:90] or gettext("Everything")
        minutes = self.cleaned_data["minutes"]
        if not minutes or self.cleaned_data["style"] == Style.PACED:
            return subject
        length = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
        return f"{subject}: {length}"


def first_values(query: QueryDict) -> dict[str, Any]:
    """What the page begins with, from its query string; what makes no sense is left to defaults."""
    values: dict[str, Any] = {"id": uuid.uuid4(), "tag": ", ".join(query.getlist("tag"))}
    for name in ("topic", "level", "kind"):
        values[name] = query.getlist(name)
    for name in ("minutes", "count"):
        if query.get(name, "").isascii() and query.get(name, "").isdigit():
            values[name] = query[name][:3]
    return values
