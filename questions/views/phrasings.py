"""The worklist of overruled points: each phrasing is accepted, mended first if need be, or declined."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from questions.forms.phrasings import PhrasingForm
from questions.models import Overrule
from questions.models.overrules import PointRewritten
from questions.phrasings import has_worklist, last_decision, topics_with_work, work_for
from studyhub.http import Request, render_page, wants_partial

DECISIONS = ("accept", "decline")


@require_safe
def phrasings(request: Request) -> HttpResponse:
    if not has_worklist(request.user):
        raise Http404
    return _worklist(request)


@require_http_methods(["GET", "HEAD", "POST"])
def phrasing(request: Request, pk: int) -> HttpResponse:
    """One decision, made once. Opened as a page, as after a refused form, it is the worklist."""
    overrule = get_object_or_404(Overrule.objects.decidable_by(request.user), pk=pk)
    if request.method != "POST":
        return _after(request)
    decision, form = request.POST.get("decision"), PhrasingForm(request.POST, overrule=overrule)
    if decision not in DECISIONS:
        return HttpResponseBadRequest(gettext("Either accept it or decline it."))
    is_adding = decision == "accept" and overrule.is_phrasing and overrule.is_waiting
    if is_adding and not form.is_valid():
        return _worklist(request, refused=overrule, status=422)
    text = form.cleaned_data["text"] if is_adding else ""
    try:
        is_ours = _decide(overrule, request, text=text)
    except PointRewritten:
        said = gettext("Nothing is changed: this key point has been rewritten since.")
        messages.warning(request, said)
    else:
        if not is_ours:
            messages.info(request, gettext("This was decided already. Nothing is changed."))
    return _after(request)


@require_POST
def phrasing_undo(request: Request, pk: int) -> HttpResponse:
    overrule = get_object_or_404(Overrule.objects.decidable_by(request.user), pk=pk)
    if overrule.undo(by=request.user):
        messages.success(request, gettext("Undone. It waits for a decision again."))
    else:
        messages.info(request, gettext("There is nothing to undo."))
    return _after(request)


def _decide(overrule: Overrule, request: Request, *, text: str) -> bool:
    who_and_when: dict[str, Any] = {"by": request.user, "now": request.received_at}
    if request.POST["decision"] == "accept":
        return overrule.accept(**who_and_when, text=text)
    return overrule.decline(**who_and_when)


def _after(request: Request) -> HttpResponse:
    if wants_partial(request):
        return _worklist(request)
    query = _query(request)
    return redirect(reverse("questions:phrasings") + (f"?{query}" if query else ""))


def _worklist(
    request: Request, *, refused: Overrule | None = None, status: int = 200
) -> HttpResponse:
    topic, slug = request.GET.get("topic", ""), request.GET.get("question", "")
    page, works = work_for(request.user, topic=topic, slug=slug, page=request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "works": [
            (work, [_form(each, request, refused) for each in work.waiting]) for work in works
        ],
        "topic": topic,
        "slug": slug,
        "topics": topics_with_work(request.user),
        "query": _query(request),
        "last": last_decision(request.user, request.received_at),
    }
    return render_page(
        request, "questions/phrasings.html", context, partial="worklist", status=status
    )


def _form(overrule: Overrule, request: Request, refused: Overrule | None) -> PhrasingForm:
    return PhrasingForm(request.POST if overrule == refused else None, overrule=overrule)


def _query(request: Request) -> str:
    kept = {name: request.GET.get(name, "") for name in ("topic", "question", "page")}
    return urlencode({name: value for name, value in kept.items() if value})
