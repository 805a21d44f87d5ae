"""The learner's cards: adding to them, setting one aside."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from practice.changing import change_cards
from practice.models import Card, Change
from practice.queue import IS_SLUG, Scope
from practice.views.session import aside_words, go_on, named_id
from questions.models import Question
from studyhub.http import Request, safe_next

MOST_ADDED = 500


@require_POST
def add(request: Request) -> HttpResponse:
    """Make cards of the questions named by `question`, from anywhere on the site.

    `missed=1` says that a mock interview missed them.
    """
    slugs = [slug for slug in request.POST.getlist("question") if IS_SLUG.match(slug)]
    questions = Question.objects.practisable_by(request.user).filter(slug__in=slugs[:MOST_ADDED])
    made = Card.objects.add(request.user, questions, now=request.received_at)
    if request.POST.get("missed") == "1":
        today = request.user.study_day(request.received_at)
        Card.objects.note_missed(request.user, questions, today=today)
    messages.success(request, _added_words(made, len(questions)))
    return redirect(safe_next(request) or "practice:start")


def _added_words(made: int, found: int) -> str:
    if made:
        words = ngettext("%d question is now a card.", "%d questions are now cards.", made)
        return words % made
    if found:
        return gettext("You have cards for these already.")
    return gettext("None of these can be practised now. Nothing was changed.")


@require_POST
def suspend(request: Request) -> HttpResponse:
    return _set_aside(request, Change.Kind.SUSPEND)


@require_POST
def unsuspend(request: Request) -> HttpResponse:
    card = get_object_or_404(request.user.cards, pk=_pk(request))
    card.unsuspend()
    said = gettext("The card is back in practice.")
    if url := safe_next(request):
        messages.success(request, said)
        return redirect(url)
    return go_on(request, Scope.from_query(request.GET), said=said)


@require_POST
def bury(request: Request) -> HttpResponse:
    return _set_aside(request, Change.Kind.BURY)


def _set_aside(request: Request, kind: Change.Kind) -> HttpResponse:
    """The same page sent twice sets it aside once."""
    card = get_object_or_404(request.user.cards, pk=_pk(request))
    change = change_cards(
        request.user.cards.filter(pk=card.pk),
        kind,
        user=request.user,
        change_id=named_id(request.POST, "change") or uuid4(),
        now=request.received_at,
    )
    if change.user_id != request.user.pk:
        raise Http404
    if url := safe_next(request):
        messages.success(request, aside_words(change))
        return redirect(url)
    scope = Scope.from_query(request.GET)
    if change.undone_at or not change.number:
        return go_on(request, scope, said=aside_words(change))
    return go_on(request, scope, changed=change)


def _pk(request: Request) -> int:
    """0, which no card has, for anything that is no number."""
    value = request.POST.get("card", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0
