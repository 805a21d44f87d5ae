"""The learner's cards: looking through them, adding to them, setting them aside."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from practice.intervals import day_words
from practice.models import Card, CardQuerySet
from practice.queue import EVERYTHING, IS_SLUG, Scope
from practice.views.session import go_on
from questions.models import Question
from studyhub.http import Request, render_page

CARDS_A_PAGE = 50
MOST_ADDED = 500


class State(models.TextChoices):
    DUE = "due", gettext_lazy("Due")
    NEW = "new", gettext_lazy("New")
    LATER = "later", gettext_lazy("Due later")
    SUSPENDED = "suspended", gettext_lazy("Suspended")


def cards(request: Request) -> HttpResponse:
    today = request.user.study_day(request.received_at)
    found = Card.objects.of(request.user).on(EVERYTHING.questions(request.user))
    state = request.GET.get("state", "")
    match state:
        case State.DUE:
            found = found.active(today).due(today)
        case State.NEW:
            found = found.active(today).new()
        case State.LATER:
            found = found.active(today).later(today)
        case State.SUSPENDED:
            found = found.suspended()
    page = Paginator(_in_order(found), CARDS_A_PAGE).get_page(request.GET.get("page"))
    rows = [(card, day_words(card.due_on, today) if card.due_on else "") for card in page]
    context = {"page": page, "rows": rows, "state": state, "states": State.choices}
    return render_page(request, "practice/cards.html", context)


def _in_order(found: CardQuerySet) -> CardQuerySet:
    questions = found.select_related("question__current_revision", "question__topic")
    return questions.order_by(F("due_on").asc(nulls_last=True), "pk")


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
    return redirect(_safe_next(request) or "practice:start")


def _added_words(made: int, found: int) -> str:
    if made:
        words = ngettext("%d question is now a card.", "%d questions are now cards.", made)
        return words % made
    if found:
        return gettext("You have cards for these already.")
    return gettext("None of these can be practised now. Nothing was changed.")


def _safe_next(request: Request) -> str:
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if safe else ""


@require_POST
def suspend(request: Request) -> HttpResponse:
    card = get_object_or_404(request.user.cards, pk=_pk(request))
    card.suspend(now=request.received_at)
    return _afterwards(
        request, gettext("Suspended. The card stays among your cards until you bring it back.")
    )


@require_POST
def unsuspend(request: Request) -> HttpResponse:
    card = get_object_or_404(request.user.cards, pk=_pk(request))
    card.unsuspend()
    return _afterwards(request, gettext("The card is back in practice."))


@require_POST
def bury(request: Request) -> HttpResponse:
    card = get_object_or_404(request.user.cards, pk=_pk(request))
    card.bury(now=request.received_at)
    return _afterwards(request, gettext("Put away until tomorrow."))


def _pk(request: Request) -> int:
    """0, which no card has, for anything that is no number."""
    value = request.POST.get("card", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def _afterwards(request: Request, said: str) -> HttpResponse:
    """Back to the list it was done from, or on with the session."""
    if url := _safe_next(request):
        messages.success(request, said)
        return redirect(url)
    return go_on(request, Scope.from_query(request.GET), said=said)
