"""The blueprint builder: a blueprint and its sections in one form, which needs no scripts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from interviews.drawing import PoolTooSmall
from interviews.models import Blueprint, Section
from interviews.models.blueprints import SectionPlan, matching
from interviews.sampling import sample
from questions.models import Question, QuestionRevision, Tag, Topic

MAX_SECTIONS = 12
RESULTS_SHOWN = 8


class PatientForm(forms.BaseForm):
    """While sections are added and moved nobody wants to hear yet what is still missing."""

    is_patient = False

    def add_error(self, field: str | None, error: Any) -> None:
        if not self.is_patient:
            super().add_error(field, error)
        elif field:
            self.cleaned_data.pop(field, None)


class BlueprintForm(PatientForm, forms.ModelForm[Blueprint]):
    class Meta:
        model = Blueprint
        fields = (
            *("title", "description", "minutes", "navigation"),
            *("think_seconds", "answer_seconds", "has_follow_ups", "speech"),
            *("leans_to_weak", "reveal"),
        )
        widgets = {
            "description": forms.Textarea(attrs={"rows": 2, "data-autogrow": ""}),
            "navigation": forms.RadioSelect,
            "speech": forms.RadioSelect,
            "reveal": forms.RadioSelect,
        }
        help_texts = {"description": _("Learners read it before they start.")}

    def clean(self) -> dict[str, Any]:
        """Time for the whole or for each question, and the latter only one at a time."""
        cleaned = super().clean() or self.cleaned_data
        think, answer = cleaned.get("think_seconds"), cleaned.get("answer_seconds")
        if think and not answer and "answer_seconds" not in self.errors:
            self.add_error("answer_seconds", _("Say also how long one has to answer."))
        if answer and cleaned.get("minutes"):
            self.add_error(
                "minutes", _("Each question has its own time already: leave this empty.")
            )
        if answer and cleaned.get("navigation") == Blueprint.Navigation.FREE:
            self.add_error("navigation", _("Questions with their own time come one at a time."))
        return cleaned


class Bank:
    """What sections choose from, read once for all the sections of a page."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.topics = list(Topic.objects.visible_to(user).order_by("path"))
        self.tags = {tag.slug: tag for tag in Tag.objects.all()}

    @cached_property
    def topic_choices(self) -> list[tuple[str, str]]:
        titles = {topic.path: topic.title for topic in self.topics}
        return [(str(topic.pk), self.full_title(topic, titles=titles)) for topic in self.topics]

    @staticmethod
    def full_title(topic: Topic, *, titles: dict[str, str]) -> str:
        parent = titles.get(topic.path.rpartition("/")[0])
        return f"{parent}: {topic.title}" if parent else topic.title


class SectionForm(PatientForm, forms.ModelForm[Section]):
    topics = forms.MultipleChoiceField(
        label=_("Topics"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tags = forms.CharField(
        label=_("Tags"),
        required=False,
        help_text=_("Any of these, separated by commas, such as compose, volumes."),
    )
    levels = forms.MultipleChoiceField(
        label=_("Levels"),
        required=False,
        choices=QuestionRevision.Level.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"),
        required=False,
        choices=QuestionRevision.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Section
        fields = ("title", "count", "points", "levels", "kinds")
        error_messages = {"count": {"required": _("Say how many questions are drawn.")}}

    def __init__(self, data: QueryDict, *, number: int, bank: Bank, is_patient: bool) -> None:
        super().__init__(data, prefix=f"section-{number}")
        self.number, self.bank, self.is_patient = number, bank, is_patient
        self.fields["count"].required = not self.picked  # what is picked says how many
        self.fields["topics"].choices = bank.topic_choices  # type: ignore[attr-defined]

    def clean_topics(self) -> list[Topic]:
        chosen = set(self.cleaned_data["topics"])
        return [topic for topic in self.bank.topics if str(topic.pk) in chosen]

    def clean_tags(self) -> list[Tag]:
        slugs = self.cleaned_data["tags"].lower().replace(",", " ").split()
        unknown = [slug for slug in slugs if slug not in self.bank.tags]
        if unknown:
            raise ValidationError(
                ngettext(
                    "No question has the tag %(tags)s.",
                    "No question has the tags %(tags)s.",
                    len(unknown),
                )
                % {"tags": ", ".join(unknown)}
            )
        return [self.bank.tags[slug] for slug in slugs]

    def clean_count(self) -> int:
        """Picked by hand, a section asks what was picked."""
        count: int | None = len(self.picked) or self.cleaned_data["count"]
        if not count:
            raise ValidationError(_("Say how many questions are drawn."))
        return count

    @property
    def name(self) -> str:
        title = str(self["title"].value() or "").strip()
        return title or gettext("Section %(number)d") % {"number": self.number + 1}

    @cached_property
    def picked(self) -> list[Question]:
        """In the order of the page; what the instructor may not ask is left out."""
        slugs = self.data.getlist(f"{self.prefix}-picked")  # type: ignore[attr-defined]
        allowed = Question.objects.practisable_by(self.bank.user).filter(slug__in=slugs)
        found = {each.slug: each for each in allowed.select_related("current_revision")}
        return [found[slug] for slug in dict.fromkeys(slugs) if slug in found]

    @property
    def search(self) -> str:
        return str(self.data.get(f"{self.prefix}-q", "")).strip()

    @cached_property
    def results(self) -> list[Question]:
        if not self.search:
            return []
        found = Question.objects.practisable_by(self.bank.user).exclude(
            pk__in=[each.pk for each in self.picked]
        )
        for word in self.search.split()[:8]:
            found = found.filter(current_revision__prompt__icontains=word)
        return list(found.select_related("current_revision")[:RESULTS_SHOWN])

    @cached_property
    def available(self) -> int:
        """How many questions the filters let through now. One query."""
        if self.picked:
            return len(self.picked)
        cleaned = self.cleaned_data
        found = matching(
            Question.objects.practisable_by(self.bank.user).shared(),
            topics=cleaned.get("topics", ()),
            tags=cleaned.get("tags", ()),
            levels=cleaned.get("levels", ()),
            kinds=cleaned.get("kinds", ()),
        )
        return found.count()

    @property
    def chosen_topics(self) -> list[Topic]:
        chosen: list[Topic] = self.cleaned_data.get("topics", [])
        return chosen

    @property
    def asked(self) -> int:
        return self.cleaned_data.get("count") or 0

    @property
    def is_short(self) -> bool:
        return self.asked > self.available

    def plan(self) -> SectionPlan:
        """Of what is valid so far; the rest as it is by default."""
        cleaned = self.cleaned_data
        return SectionPlan(
            title=cleaned.get("title", ""),
            count=cleaned.get("count") or 1,
            points=cleaned.get("points") or 10,
            topic_pks=[topic.pk for topic in cleaned.get("topics", ())],
            tag_pks=[tag.pk for tag in cleaned.get("tags", ())],
            levels=cleaned.get("levels", []),
            kinds=cleaned.get("kinds", []),
            question_pks=[question.pk for question in self.picked],
        )


class Builder:
    """The whole page: `form` for the blueprint, `sections` for its sections, in order.

    Every button posts everything. `do` says what was pressed: save, check (count again), add; or
    remove, up, down and search with a section's number; or pick, drop, earlier and later with
    the number and a question's slug.
    """

    def __init__(self, data: QueryDict, *, blueprint: Blueprint, user: User) -> None:
        self.user, self.blueprint = user, blueprint
        self.action, _dash, rest = data.get("do", "save").partition("-")
        self.place, _dash, self.slug = rest.partition("-")
        self.is_saving = self.action == "save"
        raw = self.arranged(raw_sections(data))
        self.form = BlueprintForm(data, instance=blueprint)
        self.form.is_patient = not self.is_saving
        bank = Bank(user)
        joined = joined_sections(raw)
        self.sections = [
            SectionForm(joined, number=number, bank=bank, is_patient=not self.is_saving)
            for number in range(len(raw))
        ]
        for section in self.sections:
            section.full_clean()  # the counts follow from what is valid so far

    @classmethod
    def of(cls, blueprint: Blueprint, *, user: User) -> Builder:
        """What is stored, as if it had just been posted to be looked at."""
        plans = [] if blueprint._state.adding else blueprint.plans()
        data = joined_sections([raw_section(plan) for plan in plans] or [{}])
        stored = BlueprintForm(instance=blueprint)
        for name in stored.fields:
            value = stored[name].value()
            data[name] = "" if value is None else str(value)
        data["do"] = "check"
        return cls(data, blueprint=blueprint, user=user)

    def arranged(self, sections: list[RawSection]) -> list[RawSection]:
        if self.action == "add" and len(sections) < MAX_SECTIONS:
            return [*sections, {}]
        if not (self.place.isdecimal() and int(self.place) < len(sections)):
            return sections
        place = int(self.place)
        if self.action == "remove":
            return sections[:place] + sections[place + 1 :]
        if self.action in ("up", "down"):
            return moved(sections, place, by=-1 if self.action == "up" else 1)
        sections[place]["picked"] = self.picked_after(sections[place]["picked"])
        return sections

    def picked_after(self, picked: list[str]) -> list[str]:
        if self.action == "pick":
            return [*picked, self.slug]
        if self.slug not in picked:
            return picked
        if self.action == "drop":
            return [slug for slug in picked if slug != self.slug]
        if self.action in ("earlier", "later"):
            return moved(picked, picked.index(self.slug), by=-1 if self.action == "earlier" else 1)
        return picked

    def is_valid(self) -> bool:
        are_valid = [form.is_valid() for form in (self.form, *self.sections)]
        if self.is_saving and not self.sections:
            self.form.add_error(None, _("Add a section: without one nothing is asked."))
        return all(are_valid) and bool(self.sections)

    def save(self, *, seed: int) -> bool:
        """All or nothing: a blueprint that cannot be drawn is not stored, and it says why not."""
        try:
            with transaction.atomic():
                self.blueprint.save()
                self.blueprint.arrange([section.plan() for section in self.sections])
                sample(self.blueprint, viewer=self.user, seed=seed)
        except PoolTooSmall as short:
            self.form.add_error(None, too_small(short))
            return False
        return True

    @property
    def touched(self) -> int | None:
        """The number of the section where the focus goes after a button."""
        if self.action == "add":
            return len(self.sections) - 1
        if not self.place.isdecimal():
            return None
        step = {"up": -1, "down": 1}.get(self.action, 0)
        return min(max(int(self.place) + step, 0), len(self.sections) - 1)

    @property
    def can_add(self) -> bool:
        return len(self.sections) < MAX_SECTIONS


type RawSection = dict[str, list[str]]

RAW_FIELDS = ("title", "count", "points", "topics", "tags", "levels", "kinds", "picked", "q")


def raw_sections(data: QueryDict) -> list[RawSection]:
    total = data.get("sections", "0")
    length = min(int(total), MAX_SECTIONS) if total.isdecimal() else 0
    return [
        {name: data.getlist(f"section-{number}-{name}") for name in RAW_FIELDS}
        for number in range(length)
    ]


def raw_section(plan: SectionPlan) -> RawSection:
    return {
        "title": [plan.title],
        "count": [str(plan.count)],
        "points": [str(plan.points)],
        "topics": [str(pk) for pk in plan.topic_pks],
        "tags": [", ".join(Tag.objects.filter(pk__in=plan.tag_pks).values_list("slug", flat=True))],
        "levels": list(plan.levels),
        "kinds": list(plan.kinds),
        "picked": slugs_of(plan.question_pks),
    }


def slugs_of(question_pks: Sequence[int]) -> list[str]:
    slugs = dict(Question.objects.filter(pk__in=question_pks).values_list("pk", "slug"))
    return [slugs[pk] for pk in question_pks if pk in slugs]


def joined_sections(sections: list[RawSection]) -> QueryDict:
    """Back to posted data, numbered anew; a new section begins with the usual figures."""
    data = QueryDict(mutable=True)
    data["sections"] = str(len(sections))
    for number, section in enumerate(sections):
        for name, values in (section or {"count": ["3"], "points": ["10"]}).items():
            data.setlist(f"section-{number}-{name}", values)
    return data


def moved[T](things: list[T], place: int, *, by: int) -> list[T]:
    target = place + by
    if not 0 <= target < len(things):
        return things
    things = list(things)
    things[place], things[target] = things[target], things[place]
    return things


def too_small(short: PoolTooSmall) -> str:
    return ngettext(
        "“%(section)s” is to ask %(wanted)d, but %(available)d question is there for it. "
        "Ask fewer, or widen its topics, tags or levels.",
        "“%(section)s” is to ask %(wanted)d, but %(available)d questions are there for it. "
        "Ask fewer, or widen its topics, tags or levels.",
        short.available,
    ) % {"section": short.name, "wanted": short.wanted, "available": short.available}
