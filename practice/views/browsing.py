"""Looking through one's cards, and changing many of them at once."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from practice.browsing import CARDS_A_PAGE, Browse, Order, filters_for, state_choices
from practice.changing import change_cards, undo_change
from practice.facts import Facts
from practice.forms import ChangeForm, ChangeManyForm
from practice.models import CardQuerySet, Change, answer_changed
from studyhub.http import Request, render_page, safe_next


@require_http_methods(["GET", "HEAD", "POST"])
def cards(request: Request) -> HttpResponse:
    """The list; what is posted changes the cards chosen on it. The filters are in the query."""
    browse = Browse.from_query(request.GET)
    return _change(request, browse) if request.method == "POST" else _page(request, browse)


def _page(request: Request, browse: Browse, *, form: ChangeManyForm | None = None) -> HttpResponse:
    today = request.user.study_day(request.received_at)
    found = browse.in_order(browse.cards(request.user, today=today))
    listed = found.select_related("question__current_revision", "question__topic")
    listed = listed.annotate(has_changed_answer=answer_changed())
    page = Paginator(listed, CARDS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "browse": browse,
        "page": page,
        "rows": [Facts(card, today) for card in page],
        "states": state_choices(browse, request.user, today=today),
        "filters": filters_for(request.user),
        "orders": Order.choices,
        "form": form,
        "change_id": uuid4(),
        "to_undo": Change.objects.to_undo(request.user, now=request.received_at),
        "today": today,
    }
    status = 422 if form else 200
    return render_page(request, "practice/cards.html", context, partial="results", status=status)


def _change(request: Request, browse: Browse) -> HttpResponse:
    today = request.user.study_day(request.received_at)
    mine = Browse().within(request.user)
    found = browse.cards(request.user, today=today)
    form = ChangeManyForm(request.POST, mine=mine, found=found, today=today)
    if not form.is_valid():
        return _page(request, browse, form=form)
    change_as_said(request, form, form.cards())
    return redirect(_list(request))


def change_as_said(request: Request, form: ChangeForm, cards: CardQuerySet) -> None:
    """What a valid form asks for, and tell it."""
    made = change_cards(
        cards,
        Change.Kind(form.cleaned_data["action"]),
        user=request.user,
        change_id=form.cleaned_data["change"],
        now=request.received_at,
        target=form.target,
    )
    if made.user_id != request.user.pk:
        raise Http404
    messages.success(request, changed_words(made))


@require_POST
def undo_the_change(request: Request, pk: UUID) -> HttpResponse:
    made = get_object_or_404(request.user.card_changes, pk=pk)
    restored = undo_change(made, now=request.received_at)
    if restored:
        words = ngettext("Undone for %d card.", "Undone for %d cards.", restored)
        messages.success(request, words % restored)
    else:
        text = gettext("Nothing was undone: the cards have been changed or reviewed since.")
        messages.info(request, text)
    return redirect(safe_next(request) or _list(request))


def _list(request: Request) -> str:
    query = request.GET.urlencode()
    return reverse("practice:cards") + (f"?{query}" if query else "")


def changed_words(change: Change) -> str:
    if not change.number:
        return gettext("Nothing was changed: the cards are so already.")
    number = change.number
    match change.kind:
        case Change.Kind.SUSPEND:
            words = ngettext("%d card suspended.", "%d cards suspended.", number)
        case Change.Kind.UNSUSPEND:
            words = ngettext("%d card brought back.", "%d cards brought back.", number)
        case Change.Kind.BURY:
            words = ngettext(
                "%d card put away until tomorrow.", "%d cards put away until tomorrow.", number
            )
        case Change.Kind.UNBURY:
            words = ngettext("%d card shown again today.", "%d cards shown again today.", number)
        case Change.Kind.RESET:
            words = ngettext(
                "%d card is new again. Its history is kept.",
                "%d cards are new again. Their history is kept.",
                number,
            )
        case _:
            words = ngettext("%d card moved.", "%d cards moved.", number)
    return words % number
