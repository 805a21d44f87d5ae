"""The learner's own note on a card."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from practice import noting
from practice.queue import Scope
from practice.views.session import session_url
from studyhub.http import Request, safe_next, wants_partial


@require_POST
def note(request: Request, pk: int) -> HttpResponse:
    """Keep it: the note alone for htmx, back to the page it was written on for everyone else."""
    card = get_object_or_404(request.user.cards, pk=pk)
    is_kept = noting.keep_note(card, request.POST, now=request.received_at)
    said = noting.kept_words(request.POST.get("note", "")) if is_kept else ""
    if wants_partial(request):
        action = request.path if safe_next(request) else session_url(Scope.from_query(request.GET))
        on_page = noting.note_on_page(card, request.POST, action=action, said=said)
        status = 422 if on_page.error else 200
        return render(request, "practice/_note.html", {"note": on_page}, status=status)
    if said:
        messages.success(request, said)
    elif (text := noting.posted_note(request.POST)) and noting.is_too_long(text):
        messages.error(request, noting.too_long_words())
    return redirect(safe_next(request) or reverse("practice:card", args=[card.pk]))
