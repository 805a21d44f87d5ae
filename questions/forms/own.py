"""The form that a question of one's own is written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from questions.formats.document import (
    KeyPointText,
    Kind,
    Level,
    OptionText,
    QuestionDocument,
    ReferenceText,
)
from questions.formats.markdown_grammar import character_findings, one_line
from questions.formats.publishing import CHOICE_KINDS, FEWEST_OPTIONS, FEWEST_STEPS
from questions.forms.fields import (
    LONGEST_PROSE,
    LinesField,
    OutputField,
    ProseField,
    TagsField,
    refuse,
)
from questions.forms.parts import ROWS, Rows, typed_rows
from questions.models import KeyPoint, QuestionRevision, Topic
from questions.writing import key_point_candidates


class QuestionForm(forms.Form):
    """The parts of a question that are there once. `based_on` is the revision that was opened."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionRevision.Kind.choices)
    prompt = forms.CharField(
        label=_("Question"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "data-autogrow": True}),
    )
    context = ProseField(
        label=_("Context"), help_text=_("Markdown: a scenario, or a file to read."), rows=3
    )
    answer = ProseField(
        label=_("Model answer"),
        help_text=_("Markdown. Put code between lines of three backticks."),
        rows=8,
    )
    steps = LinesField(label=_("Steps"), help_text=_("One a line, in their right order."), rows=5)
    expected_output = OutputField(
        label=_("Expected output"),
        max_length=LONGEST_PROSE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-autogrow": True, "class": "textarea-code"}),
    )
    hints = LinesField(label=_("Hints"), help_text=_("One a line. They are shown one by one."))
    topic = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=Topic.objects.none(),
        to_field_name="path",
        required=False,
        empty_label=_("None"),
    )
    tags = TagsField(label=_("Tags"), required=False, help_text=_("Parted by commas."))
    level = forms.ChoiceField(
        label=_("Level"),
        choices=[("", _("Not said")), *QuestionRevision.Level.choices],
        required=False,
    )
    speak_seconds = forms.IntegerField(
        label=_("Speaking time"),
        min_value=30,
        max_value=300,
        required=False,
        help_text=_("Seconds that a good answer takes aloud, 30 to 300."),
    )
    candidates = forms.MultipleChoiceField(
        label=_("From your answer"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what a good answer must say: each becomes a key point."),
    )
    change = forms.ChoiceField(
        label=_("What kind of change is this?"),
        choices=QuestionRevision.Change.choices,
        initial=QuestionRevision.Change.CLARIFIED,
        required=False,
        widget=forms.RadioSelect,
    )
    change_note = forms.CharField(label=_("What changed"), max_length=200, required=False)

    def __init__(
        self, *args: Any, user: User, candidates: Sequence[str] = (), is_new: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = self.fields["candidates"]
        offered.choices = [(text, text) for text in candidates]  # type: ignore[attr-defined]
        if not candidates:
            del self.fields["candidates"]
        if is_new:
            del self.fields["change"], self.fields["change_note"]
        topic = self.fields["topic"]
        topic.queryset = Topic.objects.visible_to(user)  # type: ignore[attr-defined]
        topic.label_from_instance = _indented  # type: ignore[attr-defined]

    def clean_prompt(self) -> str:
        return one_line(self.cleaned_data["prompt"])

    def clean_expected_output(self) -> str:
        output: str = self.cleaned_data["expected_output"]
        refuse(character_findings(output))
        return output

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind == Kind.ORDERING and len(cleaned.get("steps", ())) < FEWEST_STEPS:
            self.add_error("steps", gettext("Write at least three steps in their right order."))
        if kind == Kind.OUTPUT and not cleaned.get("expected_output", "").strip():
            self.add_error("expected_output", gettext("Write what it prints."))
        return cleaned


class QuestionEditor:
    """The whole form: what is there once, and rows of key points, options and references.

    It writes over `document`, so that parts without a field of their own are kept.
    """

    def __init__(
        self,
        document: QuestionDocument,
        *,
        user: User,
        is_new: bool,
        data: QueryDict | None = None,
        initial: dict[str, Any] | None = None,
        blank: dict[str, int] | None = None,
    ) -> None:
        self.base = document
        initial = initial or _initial(document)
        candidates = key_point_candidates(document)
        self.form = QuestionForm(
            data, initial=initial, user=user, candidates=candidates, is_new=is_new
        )
        self.rows: dict[str, Rows] = {}
        for prefix, factory in ROWS.items():
            self.rows[prefix] = factory(data, prefix=prefix, initial=initial[prefix])
            self.rows[prefix].extra = (blank or {}).get(prefix, 1)
        self.is_bound = data is not None

    @classmethod
    def typed(
        cls,
        document: QuestionDocument,
        *,
        user: User,
        is_new: bool,
        data: QueryDict,
        add: str = "",
    ) -> QuestionEditor:
        """What was typed so far, not yet checked; `add` names the rows that get one more."""
        initial: dict[str, Any] = {name: data.get(name, "") for name in QuestionForm.base_fields}
        initial["candidates"] = data.getlist("candidates")
        for prefix in ROWS:
            initial[prefix] = typed_rows(data, prefix)
        blank = {prefix: (prefix == add) + (not initial[prefix]) for prefix in ROWS}
        editor = cls(document, user=user, is_new=is_new, initial=initial, blank=blank)
        if add in ROWS:
            newest = editor.rows[add].forms[-1]
            next(iter(newest.fields.values())).widget.attrs["data-focus"] = True
        return editor

    @property
    def points(self) -> Rows:
        return self.rows["points"]

    @property
    def options(self) -> Rows:
        return self.rows["options"]

    @property
    def references(self) -> Rows:
        return self.rows["references"]

    def is_valid(self) -> bool:
        """Every part is looked at, so that all errors show at once."""
        are_valid = [self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())]
        self._check_options()
        return all(are_valid) and self.form.is_valid()

    def document(self) -> QuestionDocument:
        cleaned = self.form.cleaned_data
        kind = Kind(cleaned["kind"])
        points = [
            KeyPointText(row["text"], row["weight"], accept=row["accept"])
            for row in self.points.filled()
        ]
        points += [
            KeyPointText(text, KeyPoint.Weight.EXPECTED) for text in cleaned.get("candidates", [])
        ]
        options = [
            OptionText(row["text"], row["is_correct"], row["because"])
            for row in self.options.filled()
        ]
        return replace(
            self.base,
            prompt=cleaned["prompt"],
            kind=kind,
            level=Level(cleaned["level"]) if cleaned["level"] else None,
            topic=cleaned["topic"].path if cleaned["topic"] else "",
            tags=tuple(sorted(cleaned["tags"])),
            speak_seconds=cleaned["speak_seconds"],
            context=cleaned["context"],
            answer=cleaned["answer"],
            options=tuple(options) if kind in CHOICE_KINDS else (),
            steps=cleaned["steps"] if kind == Kind.ORDERING else (),
            expected_output=cleaned["expected_output"] if kind == Kind.OUTPUT else "",
            key_points=tuple(points),
            hints=cleaned["hints"],
            references=tuple(
                ReferenceText(row["title"] or row["url"], row["url"])
                for row in self.references.filled("url")
            ),
        )

    def _check_options(self) -> None:
        kind = self.form.cleaned_data.get("kind")
        if kind not in CHOICE_KINDS or not self.options.is_valid():
            return
        options = self.options.filled()
        correct = sum(option["is_correct"] for option in options)
        texts = {option["text"] for option in options}
        if len(texts) < FEWEST_OPTIONS:
            self.form.add_error("kind", gettext("Write at least two different options."))
        elif len(texts) < len(options):
            self.form.add_error("kind", gettext("Two options say the same. Change one of them."))
        elif kind == Kind.MULTIPLE and not correct:
            self.form.add_error("kind", gettext("Mark at least one option as right."))
        elif kind != Kind.MULTIPLE and correct != 1:
            self.form.add_error("kind", gettext("Mark exactly one option as right."))


def _initial(document: QuestionDocument) -> dict[str, Any]:
    return {
        "kind": document.kind,
        "prompt": document.prompt,
        "context": document.context,
        "answer": document.answer,
        "steps": document.steps,
        "expected_output": document.expected_output,
        "hints": document.hints,
        "topic": document.topic,
        "tags": document.tags,
        "level": document.level or "",
        "speak_seconds": document.speak_seconds,
        "based_on": document.version,
        "change": QuestionRevision.Change.CLARIFIED,
        "points": [
            {"text": point.text, "weight": point.weight, "accept": point.accept}
            for point in document.key_points
        ],
        "options": [
            {"text": option.text, "is_correct": option.is_correct, "because": option.because}
            for option in document.options
        ],
        "references": [
            {"title": reference.title, "url": reference.url} for reference in document.references
        ],
    }


def _indented(topic: Topic) -> str:
    return "\u2003" * topic.path.count("/") + topic.title
