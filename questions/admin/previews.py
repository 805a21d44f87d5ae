"""A revision as people will see it, and everything else it holds, for the editor's eye."""

from __future__ import annotations

from typing import Any

from questions.models import QuestionRevision
from questions.rendering import render
from questions.revising import document_of


def preview_of(revision: QuestionRevision) -> dict[str, Any]:
    """For admin/questions/_preview.html. Rendered now, so that a draft shows what was saved last."""
    document = document_of(revision)
    return {
        "revision": revision,
        "document": document,
        "context": render(document.context),
        "answer": render(document.answer),
        "options": [(render(option.text), option) for option in document.options],
        "steps": [render(step) for step in document.steps],
        "notes": render(document.interviewer_notes),
    }
