"""One card: its memory and everything that was done with it."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from practice.browsing import Browse
from practice.facts import Facts
from practice.history import History
from practice.models import Change, StudySettings
from practice.noting import note_on_page
from studyhub.http import Request, render_page


@require_safe
def card(request: Request, pk: int) -> HttpResponse:
    mine = (
        Browse()
        .within(request.user)
        .select_related("user", "question__current_revision", "question__topic")
    )
    card = get_object_or_404(mine, pk=pk)
    today = request.user.study_day(request.received_at)
    history = History(card, today=today)
    retention = StudySettings.objects.of(request.user).desired_retention
    context = {
        "page": history.page(request.GET.get("page")),
        "curve": history.curve(desired_retention=retention),
        "next_days": history.next_days(desired_retention=retention),
        "retention_percent": round(100 * retention),
        "recall_percent": history.recall_percent,
        "card": card,
        "answer_change": card.answer_change(),
        "facts": Facts(card, today),
        "note": note_on_page(card, request.POST, action=reverse("practice:note", args=[card.pk])),
        "change_id": uuid4(),
        "to_undo": Change.objects.to_undo(request.user, now=request.received_at),
        "today": today,
    }
    return render_page(request, "practice/card.html", context)
