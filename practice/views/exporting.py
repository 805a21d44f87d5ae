"""The learner's cards as a file for Anki."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from practice import anki_export
from questions.exporting import CONTENT_TYPES, ExportFormat
from studyhub.http import Request


@require_safe
def export(request: Request) -> HttpResponse:
    if not anki_export.portable(request.user).exists():
        messages.info(request, gettext("You have no cards yet, so there is nothing to take along."))
        return redirect("practice:settings")
    deck = anki_export.deck_of(request.user, now=request.received_at)
    today = request.user.study_day(request.received_at)
    name = f"studyhub-{today.isoformat()}.apkg"
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(deck.data, content_type=CONTENT_TYPES[ExportFormat.APKG], headers=headers)
