"""The format that questions are taken along in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from questions.exporting import ExportFormat

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
