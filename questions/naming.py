"""What people read as the names of a question's parts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PARTS = {
    "prompt": _("Question"),
    "kind": _("Kind"),
    "level": _("Level"),
    "speak_seconds": _("Speaking time in seconds"),
    "context": _("Context"),
    "answer": _("Model answer"),
    "options": _("Options"),
    "steps": _("Steps, in their right order"),
    "expected_output": _("Expected output"),
    "key_points": _("Key points"),
    "misconceptions": _("Misconceptions"),
    "hints": _("Hints"),
    "follow_ups": _("Follow-ups"),
    "references": _("References"),
    "interviewer_notes": _("Interviewer notes"),
    "applies_to": _("Applies to"),
    "license": _("Licence"),
    "source": _("Source"),
    "authors": _("Authors"),
    "reviewed_on": _("Reviewed on"),
    "extra": _("Other fields of its file"),
    "topic": _("Topic"),
    "tags": _("Tags"),
}
