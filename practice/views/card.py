"""One card: its memory and everything that was done with it."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from practice.browsing import Browse
from practice.facts import Facts
from practice.forms import ChangeForm
from practice.history import History
from practice.models import Card, Change
from practice.noting import note_on_page
from practice.views.browsing import change_as_said
from studyhub.http import Request, render_page


@require_http_methods(["GET", "HEAD", "POST"])
def card(request: Request, pk: int) -> HttpResponse:
    """The page; what is posted changes the card."""
    mine = Browse().within(request.user).filter(pk=pk)
    card = get_object_or_404(
        mine.select_related("user", "question__current_revision", "question__topic")
    )
    if request.method != "POST":
        return _page(request, card)
    form = ChangeForm(request.POST, today=request.user.study_day(request.received_at))
    if not form.is_valid():
        return _page(request, card, form=form)
    change_as_said(request, form, mine)
    return redirect("practice:card", pk)


def _page(request: Request, card: Card, *, form: ChangeForm | None = None) -> HttpResponse:
    today = request.user.study_day(request.received_at)
    history = History(card, today=today)
    context = {
        "page": history.page(request.GET.get("page")),
        "curve": history.curve(),
        "next_days": history.next_days(),
        "retention_percent": round(100 * history.wish.desired_retention),
        "recall_percent": history.recall_percent,
        "card": card,
        "answer_change": card.answer_change(),
        "facts": Facts(card, today),
        "note": note_on_page(card, request.POST, action=reverse("practice:note", args=[card.pk])),
        "form": form,
        "change_id": uuid4(),
        "to_undo": Change.objects.to_undo(request.user, now=request.received_at),
        "today": today,
    }
    return render_page(request, "practice/card.html", context, status=422 if form else 200)
