"""Forms for notes brought in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questions.formats.detection import Candidate
from questions.formats.files import MOST_ARCHIVE_BYTES
from questions.formats.readers import Format

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
ARCHIVES = [
    (Format.XLSX.value, _("A spreadsheet (.xlsx)")),
    (Format.APKG.value, _("Anki deck (.apkg)")),
]
MINE, BANK = "mine", "bank"
FILES_READ = (
    ".txt,.md,.markdown,.csv,.tsv,.xml,.gift,.xlsx,.apkg,.zip,text/plain,text/markdown,text/csv"
)


class NotesForm(forms.Form):
    """Notes as a file or as text; cleans into `name` ("" if pasted), `data` and `format`.

    Editors also choose whether they become questions of their own or of the bank.
    """

    file = forms.FileField(
        label=_("A file"),
        required=False,
        help_text=_(
            "Notes, Markdown, CSV, GIFT, Moodle XML or Aiken, at most 2 MB; a spreadsheet (.xlsx), "
            "an Anki deck (.apkg) or question files in a .zip, at most 50 MB."
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
    """The text of a file, to be mended and read again. `counts` says what formats give."""

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
                (value, f"{label} ({found[value]})" if value in found else label)
                for value, label in FORMATS
            ]

    @property
    def data_read(self) -> bytes:
        return _as_bytes(self.cleaned_data["text"])


def _as_bytes(text: str) -> bytes:
    """Browsers send every line end as two characters; notes have one."""
    return text.replace("\r\n", "\n").encode()
