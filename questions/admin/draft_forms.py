"""The forms of a draft: its fields, and its parts in the order their author gives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from questions import editing
from questions.formats.markdown_grammar import one_line, tidy_prose
from questions.formats.publishing import CHOICE_KINDS, FEWEST_STEPS
from questions.forms.fields import OutputField
from questions.models import AcceptPhrase, Answer, FollowUp, KeyPoint, Question, QuestionRevision
from questions.models.parts import validate_web_address
from questions.threads import thread_problem

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


class FollowUpForm(PartForm):
    expect = LinesField(label=_("Expect"), help_text=_("One statement per line."))
    strong = LinesField(label=_("A strong answer"), help_text=_("One statement per line."))
    weak = LinesField(label=_("A weak answer"), help_text=_("One statement per line."))

    class Meta:
        model = FollowUp
        fields = ("prompt", "condition", "next_slug", "expect", "strong", "weak")
        field_classes = {"prompt": LineField}  # noqa: RUF012
        widgets = {
            "prompt": prompt_widget(),
            "next_slug": forms.TextInput(attrs={"class": "vTextField", "list": "question-ids"}),
        }

    def clean_next_slug(self) -> str:
        slug: str = self.cleaned_data["next_slug"].strip()
        if not slug:
            return slug
        if not Question.objects.filter(slug=slug, private_to=None).exists():
            raise ValidationError(_("There is no question with this id in the bank."))
        if problem := thread_problem(slug, start=self.instance.revision.question.slug):
            raise ValidationError(problem)
        return slug


class WebAddressField(forms.URLField):
    default_validators = [validate_web_address]


class ReferenceForm(PartForm):
    url = WebAddressField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )


class PartFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """Rows show places 10, 20, 30 … and are stored as 0, 1, 2 …"""

    prefix_name = ""

    @classmethod
    def get_default_prefix(cls) -> str:
        return cls.prefix_name or super().get_default_prefix()

    def _construct_form(self, i: int, **options: Any) -> Any:
        form = super()._construct_form(i, **options)  # type: ignore[misc]
        if form.instance.pk:
            form.initial["position"] = (i + 1) * 10
        return form

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
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
