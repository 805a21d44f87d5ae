"""Offering one's own question to the bank, and taking the offer back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from questions import offering
from questions.formats.publishing import gaps_by_part
from questions.forms.offers import OfferForm
from questions.models import Offer, Question
from questions.revising import document_of
from questions.threads import thread_gaps
from questions.views.question import get_current_revision
from studyhub.http import Request, posted, render_page

# Where the editor page has what is no single field.
PLACES = {"key_points": "points", "options": "options", "references": "references"}


@require_http_methods(["GET", "POST"])
def offer(request: Request, slug: str) -> HttpResponse:
    """Says what the question lacks, or asks for consent."""
    own = Question.objects.filter(private_to=request.user).exclude(status=Question.Status.RETIRED)
    revision = get_current_revision(own, slug)
    question = revision.question
    if question.offers.filter(state=Offer.State.WAITING).exists():
        return redirect("questions:question", slug)
    form = OfferForm(posted(request), initial={"name": request.user.name})
    gaps = [
        (PLACES.get(part, f"id_{part}"), words)
        for part, words in gaps_by_part(document_of(revision))
    ]
    if form.is_valid() and not gaps:
        name = form.cleaned_data["name"]
        offering.offer(question, author=request.user, name=name, now=request.received_at)
        messages.success(
            request, gettext("Offered. An editor looks at it; until then only you practise it.")
        )
        return redirect("questions:question", slug)
    targets = [follow_up.next_slug for follow_up in revision.follow_ups.all()]
    context = {
        "question": question,
        "revision": revision,
        "form": form,
        "gaps": gaps,
        "ends_threads": any(thread_gaps(slug, targets)),
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "questions/offer.html", context, status=status)


@require_POST
def withdraw(request: Request, slug: str) -> HttpResponse:
    question = get_object_or_404(Question, private_to=request.user, slug=slug)
    if offering.withdraw(question, now=request.received_at):
        messages.success(request, gettext("Taken back. It stays among your questions."))
    return redirect("questions:question", slug)
