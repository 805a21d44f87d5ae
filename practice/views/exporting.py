"""The learner's cards as a file for Anki, and the reviews as a table."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from practice import anki_export, reviews_csv
from questions.exporting import CONTENT_TYPES, ExportFormat
from studyhub.http import Request, as_bytes


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


@require_safe
def export_reviews(request: Request) -> StreamingHttpResponse:
    today = request.user.study_day(request.received_at)
    name = f"studyhub-reviews-{today.isoformat()}.csv"
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "",
        "Cache-Control": "no-store",
    }
    return StreamingHttpResponse(
        as_bytes(reviews_csv.lines(request.user)), content_type="text/csv", headers=headers
    )
