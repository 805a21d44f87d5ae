"""The forms of a draft: its fields, and its parts in the order their author gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from questions import editing
from questions.formats.markdown_grammar import one_line, tidy_prose
from questions.formats.publishing import CHOICE_KINDS, FEWEST_STEPS
from questions.forms.fields import OutputField
from questions.forms.follow_ups import BankQuestions, ChoosesNext, prompt_of
from questions.models import AcceptPhrase, Answer, FollowUp, KeyPoint, Question, QuestionRevision
from questions.models.parts import validate_web_address
from questions.searching.asked import LONGEST_WORDS
from questions.threads import thread_problems

LONGEST_LINE = 500
LAST = 32_000  # a row without a place comes after all others


def markdown_widget(*, rows: int) -> forms.Textarea:
    return growing("markdown", rows=rows)


def growing(look: str, *, rows: int) -> forms.Textarea:
    """As tall as its text, and never less than its rows."""
    attrs = {"class": f"vLargeTextField {look}", "rows": rows, "data-autogrow": True}
    return forms.Textarea(attrs=attrs)


def prompt_widget() -> forms.Textarea:
    return growing("prompt-field", rows=2)


class LinesField(forms.CharField):
    """A list of statements, written one per line."""

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        super().__init__(**{"widget": growing("lines", rows=rows), "required": False, **options})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else (value or "").splitlines()
        return list(dict.fromkeys(filter(None, (line.strip() for line in lines))))

    def validate(self, value: Any) -> None:
        super().validate(value)
        for line in value:
            if len(line) > LONGEST_LINE:
                raise ValidationError(
                    _("Keep each line to 500 characters. This one is longer: “%(start)s…”"),
                    params={"start": line[:60]},
                )

    def run_validators(self, value: Any) -> None:
        """Those of CharField are about one text."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != (initial or []))


class ProseField(forms.CharField):
    """Markdown as a file would hold it. What is not whole yet may be kept, but not published."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "strip": False})

    def to_python(self, value: Any) -> Any:
        return tidy_prose(super().to_python(value) or "")


class LineField(forms.CharField):
    """A statement that has room to be written, but is one line."""

    def to_python(self, value: Any) -> Any:
        return one_line(super().to_python(value) or "")


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    answer = ProseField(
        label=_("Model answer"),
        max_length=20_000,
        required=False,
        widget=markdown_widget(rows=14),
        help_text=_("Markdown. Headings from ### down."),
    )
    authors = LinesField(label=_("Authors"), rows=2, help_text=_("One per line."))
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = QuestionRevision
        fields = (
            "prompt",
            "kind",
            "level",
            "speak_seconds",
            "context",
            "expected_output",
            "interviewer_notes",
            "applies_to",
            "reviewed_on",
            "license",
            "source",
            "authors",
            "change",
            "change_note",
        )
        field_classes = {  # noqa: RUF012
            "context": ProseField,
            "expected_output": OutputField,
            "interviewer_notes": ProseField,
        }
        widgets = {
            "prompt": prompt_widget(),
            "context": markdown_widget(rows=6),
            "expected_output": growing("code", rows=4),
            "interviewer_notes": markdown_widget(rows=4),
            "change": forms.RadioSelect,
            "change_note": forms.TextInput(attrs={"class": "vTextField note-field"}),
        }
        error_messages = {
            "speak_seconds": {
                "min_value": _("Give 30 to 300 seconds."),
                "max_value": _("Give 30 to 300 seconds."),
            },
        }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not self.instance.pk:
            return
        model_answer = self.instance.answers.filter(role=Answer.Role.MODEL).first()
        self.initial["answer"] = model_answer.text if model_answer else ""
        self.initial["stamp"] = self.newest_stamp = editing.stamp_of(self.instance)
        self.current = self.instance.question.current_revision
        self.initial["seen"] = str(self.current.number) if self.current else ""

    @property
    def is_overtaken(self) -> bool:
        """Somebody saved this draft after the page was opened, and it was not said to go over it."""
        return self.is_bound and self.newest_stamp not in (
            self.data.get("stamp"),
            self.data.get("_replace"),
        )

    def clean_prompt(self) -> str:
        prompt: str = self.cleaned_data["prompt"]
        if "\n" in prompt or "\r" in prompt:
            raise ValidationError(_("Write the question in one line."))
        return prompt

    def clean(self) -> dict[str, Any] | None:
        if self.is_overtaken:
            raise ValidationError(
                _(
                    "Somebody else saved this draft while you were writing. Nothing of yours is lost."
                ),
                code="overtaken",
            )
        if "_publish" in self.data and self.current:
            self._check_against(self.current)
        return super().clean()

    def _check_against(self, current: QuestionRevision) -> None:
        if not self.cleaned_data.get("change_note"):
            self.add_error("change_note", _("Say in a few words what changed."))
        was_seen = self.cleaned_data.get("seen") == str(current.number)
        if editing.is_overtaken(self.instance, current) and not was_seen:
            said = _(
                "Revision %(number)s was published while you were writing: save the draft, then compare."
            )
            raise ValidationError(said, params={"number": current.number}, code="not_seen")

    def save_answer(self) -> None:
        text = self.cleaned_data["answer"]
        if text:
            Answer.objects.update_or_create(
                revision=self.instance, role=Answer.Role.MODEL, defaults={"text": text}
            )
        else:
            self.instance.answers.filter(role=Answer.Role.MODEL).delete()


class LabelledCell(forms.BoundField):
    """On a phone the table is taken apart, so each cell brings its label, hidden elsewhere."""

    def as_widget(self, *arguments: Any, **options: Any) -> SafeString:
        if self.is_hidden:
            return super().as_widget(*arguments, **options)
        return format_html(
            '<span class="cell-label" aria-hidden="true">{}</span>{}',
            self.label,
            super().as_widget(*arguments, **options),
        )


class PartForm(forms.ModelForm):  # type: ignore[type-arg]
    bound_field_class = LabelledCell
    position = forms.IntegerField(
        label=_("Place"),
        required=False,
        min_value=0,
        max_value=LAST,
        widget=forms.NumberInput(attrs={"class": "place-field"}),
        help_text=_("Write 15 to come between 10 and 20. Empty: at the end."),
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """In a table the columns are labelled, not the controls."""
        super().__init__(*arguments, **options)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean_position(self) -> int:
        position: int | None = self.cleaned_data["position"]
        return LAST if position is None else position


class OptionForm(PartForm):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.instance.role = Answer.Role.OPTION


class StepForm(PartForm):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.instance.role = Answer.Role.STEP


class KeyPointForm(PartForm):
    accept = LinesField(
        label=_("Also counts"), rows=3, help_text=_("Other ways to say it, one per line.")
    )

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.instance.pk:
            self.initial["accept"] = [phrase.text for phrase in self.instance.accept_phrases.all()]

    def validate_constraints(self) -> None:
        """The weight is one of those to choose; the database need not be asked for each row."""

    def save(self, commit: bool = True) -> Any:
        point = super().save(commit)
        if "accept" in self.changed_data:
            _keep_phrases(point, self.cleaned_data["accept"])
        return point


def _keep_phrases(point: KeyPoint, texts: list[str]) -> None:
    """Those that stay keep who taught them."""
    AcceptPhrase.objects.filter(key_point=point).exclude(text__in=texts).delete()
    for position, text in enumerate(texts):
        AcceptPhrase.objects.update_or_create(
            key_point=point, text=text, defaults={"position": position}
        )


class FindBox(LabelledCell):
    """Words to find a question by, with their button and what they found."""

    form: FollowUpForm

    def as_widget(self, *arguments: Any, **options: Any) -> SafeString:
        return format_html(
            '{}<button class="button" name="_find" value="{}">{}</button>'
            '<p class="help found" role="status">{}</p>',
            super().as_widget(*arguments, **options),
            self.form.prefix,
            gettext("Find"),
            self.form.said_of_found(),
        )


class WordsField(forms.CharField):
    bound_field_class = FindBox


class FollowUpForm(ChoosesNext, PartForm):
    expect = LinesField(label=_("What to expect"), help_text=_("One statement per line."))
    strong = LinesField(label=_("A strong answer"), help_text=_("One statement per line."))
    weak = LinesField(label=_("A weak answer"), help_text=_("One statement per line."))
    words = WordsField(
        label=_("Find a question to carry on with"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "class": "vTextField"}
        ),
        help_text=_("Words of it, or its id."),
    )
    unknown = _("%(id)s, which is not in the bank")

    class Meta:
        model = FollowUp
        fields = ("prompt", "condition", "next_slug", "expect", "strong", "weak")
        labels = {"prompt": _("What is asked"), "condition": _("Asked if")}  # noqa: RUF012
        field_classes = {"prompt": LineField}  # noqa: RUF012
        widgets = {"prompt": prompt_widget()}  # noqa: RUF012

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Each question to choose is labelled by itself."""
        super().__init__(*arguments, **options)
        del self.fields["next_slug"].widget.attrs["aria-label"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.data.get("_find") == self.prefix and not cleaned.get("words"):
            self.add_error("words", gettext("Write some words of the question to find it."))
        self.check_words(cleaned)
        return cleaned

    def label_of(self, question: Question) -> SafeString:
        state = question.get_status_display()
        return format_html(
            '{} <span class="help">{} · {}</span>', prompt_of(question), question.slug, state
        )

    def said_of_found(self) -> str:
        if self.found is None:
            return ""
        if not self.found:
            return gettext("No question of the bank has these words. Try others, or fewer.")
        said = ngettext(
            "%(count)d question found. Choose it above, and it carries on.",
            "%(count)d questions found. Choose above which carries on.",
            len(self.found),
        )
        return said % {"count": len(self.found)}


class WebAddressField(forms.URLField):
    default_validators = [validate_web_address]


class ReferenceForm(PartForm):
    url = WebAddressField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )


class KnownPartField(forms.Field):
    """Which part a row is, of those that were read for the page; Django's asks for each again."""

    widget = forms.HiddenInput

    def __init__(self, parts: Mapping[str, Any], **options: Any) -> None:
        super().__init__(required=False, **options)
        self.parts = parts

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if part := self.parts.get(str(value)):
            return part
        raise ValidationError(_("This row is no longer there."), code="invalid_choice")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class PartFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows show places 10, 20, 30 … and are stored as 0, 1, 2 …"""

    prefix_name = ""

    @classmethod
    def get_default_prefix(cls) -> str:
        return cls.prefix_name or super().get_default_prefix()

    @cached_property
    def parts(self) -> dict[str, Any]:
        return {str(part.pk): part for part in self.get_queryset()}

    def _construct_form(self, i: int, **options: Any) -> Any:
        form = super()._construct_form(i, **options)  # type: ignore[misc]
        if form.instance.pk:
            form.initial["position"] = (i + 1) * 10
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        name = form.instance._meta.pk.name
        form.fields[name] = KnownPartField(self.parts, initial=form.fields[name].initial)
        if delete := form.fields.get("DELETE"):
            delete.widget.attrs["aria-label"] = delete.label

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        kept = [form for form in self.forms if form.instance.pk and form not in self.deleted_forms]
        kept.sort(key=lambda form: form.cleaned_data["position"])
        for position, form in enumerate(kept):
            form.instance.position = position
        if self.model:
            self.model._base_manager.bulk_update([form.instance for form in kept], ["position"])
        return saved

    def filled(self) -> list[Any]:
        """What the valid rows say, without those to be deleted."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def is_publishing(self, *kinds: str) -> bool:
        return "_publish" in self.data and self.data.get("kind") in kinds


class FollowUpFormSet(PartFormSet):
    """What they lead on to is read, and checked, once for all rows."""

    user: User
    named: dict[str, Question]

    @cached_property
    def questions(self) -> BankQuestions:
        return BankQuestions(self.user, slug=self.instance.question.slug)

    @cached_property
    def forms(self) -> list[Any]:
        rows: list[Any] = super().forms
        self.named = self.questions.named([row.chosen for row in rows])
        for row in rows:
            row.offer(self.named, kept=[row.chosen])
        return rows

    def clean(self) -> None:
        super().clean()
        rows = [row for row in self.forms if row.cleaned_data.get("next_slug")]
        targets = {row.cleaned_data["next_slug"] for row in rows}
        problems = thread_problems(targets & self.named.keys(), start=self.instance.question.slug)
        for row in rows:
            slug = row.cleaned_data["next_slug"]
            if slug not in self.named:
                row.add_error("next_slug", _("There is no question with this id in the bank."))
            elif slug in problems:
                row.add_error("next_slug", problems[slug])
        for row in self.forms:
            if row.has_error("words") and row["words"].value():
                row.look_for_next(self.questions)


class OptionFormSet(PartFormSet):
    prefix_name = "options"

    def clean(self) -> None:
        super().clean()
        correct = sum(row["is_correct"] for row in self.filled())
        if self.is_publishing("single", "boolean") and correct != 1:
            said = ngettext(
                "Mark exactly one option as correct; now %(count)d is.",
                "Mark exactly one option as correct; now %(count)d are.",
                correct,
            )
            raise ValidationError(said % {"count": correct})
        if self.is_publishing(*CHOICE_KINDS) and correct == 0:
            raise ValidationError(_("Mark at least one option as correct."))


class StepFormSet(PartFormSet):
    prefix_name = "steps"

    def clean(self) -> None:
        super().clean()
        if self.is_publishing("ordering") and len(self.filled()) < FEWEST_STEPS:
            raise ValidationError(_("Write at least three steps in their right order."))
