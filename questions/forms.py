"""Forms for one's own questions, for notes brought in, and for reports of problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from questions.exporting import ExportFormat
from questions.formats.detection import Candidate
from questions.formats.document import (
    Finding,
    KeyPointText,
    Kind,
    Level,
    OptionText,
    QuestionDocument,
    ReferenceText,
)
from questions.formats.files import MOST_ARCHIVE_BYTES
from questions.formats.markdown import prose_findings, tidy_prose
from questions.formats.markdown_grammar import (
    character_findings,
    is_slug,
    normal_line_ends,
    one_line,
)
from questions.formats.publishing import CHOICE_KINDS, FEWEST_OPTIONS, FEWEST_STEPS
from questions.formats.readers import Format
from questions.models import KeyPoint, Overrule, QuestionRevision, Report, Topic
from questions.writing import key_point_candidates

LONGEST_PROSE = 20_000
LONGEST_LINE = 500
MOST_LINES = 20
MOST_TAGS = 10
MOST_ROWS = 20
LONGEST_TAG = 40
FILES_READ = ".txt,.md,.markdown,.csv,.tsv,.xml,.gift,.apkg,.zip,text/plain,text/markdown,text/csv"


class ReportForm(forms.Form):
    """Cleans into what `Report.objects.file` takes."""

    reason = forms.ChoiceField(
        label=_("What is the matter?"),
        choices=Report.Reason.choices,
        initial=Report.Reason.WRONG,
        widget=forms.RadioSelect,
    )
    key_point = forms.ModelChoiceField(
        label=_("Which key point?"),
        queryset=KeyPoint.objects.none(),
        required=False,
        empty_label=_("The question as a whole"),
    )
    text = forms.CharField(
        label=_("What should be mended?"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("A link to the documentation helps most."),
    )

    def __init__(self, *args: Any, revision: QuestionRevision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        points = revision.key_points.all()
        self.fields["key_point"].queryset = points  # type: ignore[attr-defined]
        if not points:
            del self.fields["key_point"]

    def clean(self) -> dict[str, Any]:
        cleaned = {"key_point": None, **(super().clean() or {})}
        if cleaned.get("reason") == Report.Reason.OTHER and not cleaned.get("text"):
            self.add_error("text", gettext("Say in a few words what it is."))
        return cleaned


class ProseField(forms.CharField):
    """Markdown that stays in its section when the question is written to a file."""

    def __init__(self, **kwargs: Any) -> None:
        rows = kwargs.pop("rows", 4)
        attrs = {"rows": rows, "data-autogrow": True}
        widget = forms.Textarea(attrs=attrs)
        super().__init__(
            **{"max_length": LONGEST_PROSE, "required": False, "widget": widget, **kwargs}
        )

    def clean(self, value: Any) -> str:
        text = tidy_prose(super().clean(value))
        _refuse(prose_findings(text))
        return text


class OutputField(forms.CharField):
    """What a program prints: its blanks and empty lines count."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False})

    def to_python(self, value: Any) -> Any:
        return normal_line_ends(super().to_python(value) or "")


def _refuse(findings: Sequence[Finding]) -> None:
    if findings:
        raise ValidationError(
            [
                gettext("Line %(line)s: %(message)s")
                % {"line": found.line, "message": gettext(found.message)}
                for found in findings
            ]
        )


class LinesField(forms.CharField):
    """One text a line; cleans into a tuple of them."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": kwargs.pop("rows", 3), "data-autogrow": True})
        super().__init__(**{"required": False, "widget": widget, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> tuple[str, ...]:
        lines = tuple(filter(None, (one_line(line) for line in super().clean(value).splitlines())))
        if len(lines) > MOST_LINES:
            raise ValidationError(gettext("Write at most %(most)s lines.") % {"most": MOST_LINES})
        if any(len(line) > LONGEST_LINE for line in lines):
            raise ValidationError(
                gettext("Write at most %(most)s characters a line.") % {"most": LONGEST_LINE}
            )
        return lines


class TagsField(forms.CharField):
    """Tags parted by commas or blanks."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> tuple[str, ...]:
        text = super().clean(value).lower().replace(",", " ")
        tags = tuple(dict.fromkeys(text.split()))
        wrong = [tag for tag in tags if not is_slug(tag) or len(tag) > LONGEST_TAG]
        if wrong:
            raise ValidationError(
                gettext(
                    "Use small letters, digits and single hyphens, such as multi-stage. "
                    "Not a tag: %(tag)s"
                )
                % {"tag": wrong[0]}
            )
        if len(tags) > MOST_TAGS:
            raise ValidationError(gettext("Write at most %(most)s tags.") % {"most": MOST_TAGS})
        return tags


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
        _refuse(character_findings(output))
        return output

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind")
        if kind == Kind.ORDERING and len(cleaned.get("steps", ())) < FEWEST_STEPS:
            self.add_error("steps", gettext("Write at least three steps in their right order."))
        if kind == Kind.OUTPUT and not cleaned.get("expected_output", "").strip():
            self.add_error("expected_output", gettext("Write what it prints."))
        return cleaned


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


def typed_rows(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    """The rows somebody typed into, without the empty ones."""
    rows = []
    names = ROWS[prefix].form.base_fields
    for number in range(MOST_ROWS):
        row = {name: data.get(f"{prefix}-{number}-{name}", "") for name in names}
        if any(value for name, value in row.items() if name != "weight"):
            rows.append(row)
    return rows


def _indented(topic: Topic) -> str:
    return "\u2003" * topic.path.count("/") + topic.title


FORMATS = [
    (Format.NOTES.value, _("Notes with “Q.” lines")),
    (Format.MARKDOWN.value, _("A Markdown question file")),
    (Format.DETAILS.value, _("Answers folded into <details> blocks")),
    (Format.NUMBERED.value, _("A heading for each question")),
    (Format.CHOICE.value, _("Multiple choice with “- [x]”")),
    (Format.QA.value, _("“Q:” and “A:” lines")),
    (Format.LINES.value, _("One numbered line for each question")),
    (Format.CSV.value, _("A table (CSV, TSV, Anki’s text export)")),
    (Format.GIFT.value, _("GIFT")),
    (Format.MOODLE_XML.value, _("Moodle XML")),
    (Format.AIKEN.value, _("Aiken")),
]
ARCHIVES = [(Format.APKG.value, _("Anki deck (.apkg)"))]


EXPORTS = [
    (ExportFormat.MARKDOWN.value, _("Question files (Markdown in a .zip): everything, both ways")),
    (ExportFormat.CSV.value, _("A table for spreadsheets (CSV)")),
    (ExportFormat.APKG.value, _("Anki deck (.apkg)")),
    (ExportFormat.MOODLE_XML.value, _("Moodle XML")),
    (ExportFormat.GIFT.value, _("GIFT")),
    (ExportFormat.QTI3.value, _("QTI 3.0 package")),
    (ExportFormat.JSON.value, _("JSON")),
]


class ExportForm(forms.Form):
    format = forms.ChoiceField(label=_("Format"), choices=EXPORTS, widget=forms.RadioSelect)


MINE, BANK = "mine", "bank"


class NotesForm(forms.Form):
    """Notes as a file or as text; cleans into `name` ("" if pasted), `data` and `format`.

    Editors also choose whether they become questions of their own or of the bank.
    """

    file = forms.FileField(
        label=_("A file"),
        required=False,
        help_text=_(
            "Notes, Markdown, CSV, GIFT, Moodle XML or Aiken, at most 2 MB; an Anki deck (.apkg) or "
            "question files in a .zip, at most 50 MB."
        ),
        widget=forms.FileInput(attrs={"accept": FILES_READ}),
    )
    text = forms.CharField(
        label=_("Or paste your notes"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "class": "textarea-code"}),
    )
    format = forms.ChoiceField(
        label=_("Read as"),
        required=False,
        choices=[("auto", _("Whatever fits")), *FORMATS, *ARCHIVES],
    )
    into = forms.ChoiceField(
        label=_("Where to"),
        choices=[
            (MINE, _("My questions: only I see them")),
            (BANK, _("The bank: as drafts, which editors publish")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, for_editor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_editor:
            del self.fields["into"]

    @property
    def is_for_bank(self) -> bool:
        return bool(self.cleaned_data.get("into") == BANK)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file, text = cleaned.get("file"), cleaned.get("text", "")
        if file and file.size > MOST_ARCHIVE_BYTES:
            self.add_error(
                "file",
                gettext("This file is larger than 50 MB. Split it, and import the parts."),
            )
        elif not file and not text.strip() and not self.errors:
            raise ValidationError(gettext("Choose a file, or paste your notes."))
        elif not self.errors:
            cleaned["name"] = file.name if file else ""
            cleaned["data"] = file.read() if file else _as_bytes(text)
            cleaned["format"] = cleaned.get("format") or "auto"
        return cleaned


class MendForm(forms.Form):
    """The text of a file, to be mended and read again. `counts` says what each format gives."""

    text = forms.CharField(
        label=_("The text as it came"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "textarea-code"}),
    )
    format = forms.ChoiceField(label=_("Read as"), choices=FORMATS)

    def __init__(self, *args: Any, counts: Sequence[Candidate] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = {candidate.format.value: candidate.count for candidate in counts}
        if found:
            self.fields["format"].choices = [  # type: ignore[attr-defined]
                (value, f"{label} ({found.get(value, 0)})") for value, label in FORMATS
            ]

    @property
    def data_read(self) -> bytes:
        return _as_bytes(self.cleaned_data["text"])


class OfferForm(forms.Form):
    """Consent to give a question of one's own to the bank."""

    name = forms.CharField(
        label=_("Your name, as it is credited"),
        max_length=80,
        help_text=_("Everybody sees it beside the question. It may be a pen name."),
    )
    consents = forms.BooleanField(
        label=_(
            "I wrote this question, or have the right to share it, and everybody may use it "
            "under CC BY 4.0: they may pass it on and change it, as long as they name me."
        ),
        error_messages={"required": _("The bank can only take what you agree to share.")},
    )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class PhrasingForm(forms.Form):
    """The words of an answer, mended before they become an accepted phrasing."""

    text = forms.CharField(
        label=_("Accept as"),
        max_length=LONGEST_LINE,
        widget=forms.Textarea(attrs={"rows": 2, "data-autogrow": True}),
        help_text=_("Leave only what says the key point, and no name: the short ones help most."),
    )

    def __init__(self, data: QueryDict | None = None, *, overrule: Overrule) -> None:
        super().__init__(data, auto_id=f"phrasing-{overrule.pk}-%s")
        self.overrule = overrule
        self.initial["text"] = overrule.excerpt[:LONGEST_LINE]

    def clean_text(self) -> str:
        """On one line."""
        return " ".join(self.cleaned_data["text"].split())


def _as_bytes(text: str) -> bytes:
    """Browsers send every line end as two characters; notes have one."""
    return text.replace("\r\n", "\n").encode()
