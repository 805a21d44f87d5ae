"""The form that a question of one's own is written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from questions.formats.document import (
    FollowUpText,
    KeyPointText,
    Kind,
    Level,
    MisconceptionText,
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
from questions.forms.follow_ups import FollowUpForm, NextQuestions
from questions.forms.parts import ROWS, RowChange, Rows, typed_rows, with_all_rows
from questions.models import KeyPoint, QuestionRevision, Topic
from questions.threads import thread_problems
from questions.writing import key_point_candidates

FOCUS = {"data-focus": True, "autofocus": True}


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
    steps = LinesField(
        label=_("Steps"),
        help_text=_("One a line, in their right order."),
        rows=5,
        longest=LONGEST_PROSE,
    )
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
    """The whole form: what is there once, and rows of each part there may be several of.

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
        self.base, self.user = document, user
        saved = _initial(document)
        initial = initial or saved
        data = None if data is None else with_all_rows(data, saved)
        candidates = key_point_candidates(document)
        self.form = QuestionForm(
            data, initial=initial, user=user, candidates=candidates, is_new=is_new
        )
        self.rows: dict[str, Rows] = {}
        for prefix, factory in ROWS.items():
            rows = factory(data, prefix=prefix, initial=initial[prefix])
            rows.extra = (blank or {}).get(prefix, rows.spare)
            self.rows[prefix] = rows
        self.is_bound = data is not None
        self.next_questions = NextQuestions(user, slug=document.slug, kept=_next_slugs(document))
        self._offer_next()

    @classmethod
    def typed(
        cls,
        document: QuestionDocument,
        *,
        user: User,
        is_new: bool,
        data: QueryDict,
        change: RowChange | None = None,
    ) -> QuestionEditor:
        """What was typed so far, not yet checked, after a `change` of the rows."""
        data = with_all_rows(data, _initial(document))
        initial: dict[str, Any] = {name: data.get(name, "") for name in QuestionForm.base_fields}
        initial["candidates"] = data.getlist("candidates")
        place = 0
        for prefix in ROWS:
            rows = typed_rows(data, prefix)
            initial[prefix] = list(rows.values())
            if change and change.prefix == prefix:
                initial[prefix], place = change.of(rows)
        added = change.prefix if change and change.verb == "add" else ""
        blank = {
            prefix: max(prefix == added, rows.spare if not initial[prefix] else 0)
            for prefix, rows in ROWS.items()
        }
        editor = cls(document, user=user, is_new=is_new, initial=initial, blank=blank)
        if change:
            editor._go_on(change, place)
        return editor

    def _go_on(self, change: RowChange, place: int) -> None:
        """Where the keyboard is after it: at the button that was pressed, or in the next field."""
        rows = self.rows[change.prefix].forms
        if not rows:
            self.rows[change.prefix].focus = True
            return
        row = rows[-1 if change.verb == "add" else place]
        if change.verb == "find":
            row.look_for_next(self.next_questions)
            row.fields["words"].widget.attrs |= FOCUS
        elif change.verb in ("up", "down"):
            row.focus = change.verb
        else:
            next(iter(row.fields.values())).widget.attrs |= FOCUS

    @property
    def points(self) -> Rows:
        return self.rows["points"]

    @property
    def options(self) -> Rows:
        return self.rows["options"]

    @property
    def references(self) -> Rows:
        return self.rows["references"]

    @property
    def misconceptions(self) -> Rows:
        return self.rows["misconceptions"]

    @property
    def follow_ups(self) -> Rows:
        return self.rows["follow_ups"]

    def is_valid(self) -> bool:
        """Every part is looked at, so that all errors show at once."""
        are_valid = [self.form.is_valid(), *(rows.is_valid() for rows in self.rows.values())]
        self._check_options()
        self._check_threads()
        self._show_found_where_it_was_not_chosen()
        return all(are_valid) and self.form.is_valid() and self.follow_ups.is_valid()

    def _check_threads(self) -> None:
        """Only those that were not there before: what came with a file stays."""
        targets = {row.cleaned_data.get("next_slug", "") for row in self.follow_ups.forms}
        targets -= self.next_questions.kept
        problems = thread_problems(targets, start=self.base.slug, reader=self.user)
        self.refuse_threads(problems)

    def refuse_threads(self, problems: Mapping[str, str]) -> None:
        """Says at each follow-up why it cannot lead on to what was chosen."""
        for row in self.follow_ups.forms:
            if problem := problems.get(row.cleaned_data.get("next_slug", "")):
                row.add_error("next_slug", problem)

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """Of all parts: where it is on the page, what it is called, and what is the matter."""
        if not self.is_bound:
            return []
        named = [("", self.form), *self._named_rows()]
        of_all_rows = [
            (prefix, str(rows.title), str(error))
            for prefix, rows in self.rows.items()
            for error in rows.non_form_errors()
        ]
        return of_all_rows + [
            (
                field.id_for_label or field.auto_id,
                f"{name}, {field.label}" if name else str(field.label),
                str(error),
            )
            for name, form in named
            for field in form
            for error in field.errors
        ]

    def _named_rows(self) -> Iterator[tuple[str, forms.Form]]:
        for rows in self.rows.values():
            for row in rows:
                yield row.name, row

    def _offer_next(self) -> None:
        """One query, however many follow-ups lead on."""
        rows = self.follow_ups.forms
        named = self.next_questions.named([row.chosen for row in rows])
        for row in rows:
            row.offer(named, kept=self.next_questions.kept)

    def _show_found_where_it_was_not_chosen(self) -> None:
        """In the first such row: a search is several queries."""
        for row in self.follow_ups.forms:
            if row.has_error("words"):
                row.look_for_next(self.next_questions)
                return

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
            misconceptions=tuple(
                MisconceptionText(row["text"], row["why"]) for row in self.misconceptions.filled()
            ),
            follow_ups=tuple(
                FollowUpText(
                    row["prompt"],
                    expect=row["expect"],
                    strong=row["strong"],
                    weak=row["weak"],
                    condition=row["condition"],
                    next_slug=row["next_slug"],
                )
                for row in self.follow_ups.filled()
            ),
            references=tuple(
                ReferenceText(row["title"] or row["url"], row["url"])
                for row in self.references.filled()
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


def row_with_found(
    document: QuestionDocument, number: int, *, user: User, data: QueryDict
) -> FollowUpForm:
    """One follow-up as it was typed, with the questions that have its words."""
    prefix = f"follow_ups-{number}"
    row = FollowUpForm(prefix=prefix, initial=typed_rows(data, "follow_ups").get(number))
    questions = NextQuestions(user, slug=document.slug, kept=_next_slugs(document))
    row.look_for_next(questions)
    return row


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
        "misconceptions": [
            {"text": misconception.text, "why": misconception.why}
            for misconception in document.misconceptions
        ],
        "follow_ups": [asdict(follow_up) for follow_up in document.follow_ups],
    }


def _next_slugs(document: QuestionDocument) -> set[str]:
    return {follow_up.next_slug for follow_up in document.follow_ups} - {""}


def _indented(topic: Topic) -> str:
    return "\u2003" * topic.path.count("/") + topic.title
