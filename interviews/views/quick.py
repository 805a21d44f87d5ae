"""Mocks of one's own: “interview me for 20 minutes on Docker”, or by a ready blueprint."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache

from interviews.agenda import close_overdue, make_offer
from interviews.drawing import PoolTooSmall
from interviews.forms.quick import QuickForm, ReadyForm, first_values
from interviews.models import Assignment, Blueprint, Sitting
from interviews.quick import own_assignment, start_own, start_quick_mock
from interviews.views.sittings import render_start
from studyhub.http import Request, posted, render_page


def quick(request: Request) -> HttpResponse:
    if request.method != "POST":
        return show_form(request, first_form(request))
    form = QuickForm(request.POST, learner=request.user)
    if not form.is_valid():
        return show_form(request, form, status=422)
    chosen = form.cleaned_data
    try:
        sitting = start_quick_mock(
            request.user,
            pk=chosen["id"],
            title=form.title(),
            minutes=chosen["minutes"],
            count=chosen["count"],
            topics=chosen["topic"],
            tags=chosen["tag"],
            levels=chosen["level"],
            kinds=chosen["kind"],
            style=chosen["style"],
            speech=chosen["speech"],
            now=request.received_at,
        )
    except PoolTooSmall as too_small:
        form.refuse_count(too_small.available)
        return show_form(request, form, status=422)
    except Assignment.DoesNotExist:
        return redirect("interviews:quick")
    return redirect("interviews:room", pk=sitting.pk)


def first_form(request: Request) -> QuickForm:
    """Filled from the query string; htmx asks with the form's own fields as they change."""
    if "id" in request.GET:
        return QuickForm(request.GET, learner=request.user)
    path = request.GET.get("topic", "")
    return QuickForm(initial=first_values(request.GET), learner=request.user, path=path)


def show_form(request: Request, form: QuickForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "available": form.available(), "minutes_given": form.minutes_given()}
    return render_page(request, "interviews/quick.html", context, partial="matches", status=status)


@never_cache
def ready(request: Request, pk: UUID) -> HttpResponse:
    """A blueprint that is there already: what holds, and on a click the interview."""
    blueprint = get_object_or_404(Blueprint.objects.usable_by(request.user).active(), pk=pk)
    form = ReadyForm(posted(request))
    if not form.is_valid():
        return show_ready(request, blueprint, status=422 if form.is_bound else 200)
    try:
        sitting = start_own(
            blueprint, request.user, pk=form.cleaned_data["id"], now=request.received_at
        )
    except PoolTooSmall as too_small:
        return show_ready(request, blueprint, too_small=too_small, status=422)
    except Assignment.DoesNotExist:
        return redirect("interviews:ready", pk=pk)
    return redirect("interviews:room", pk=sitting.pk)


def show_ready(
    request: Request, blueprint: Blueprint, *, too_small: PoolTooSmall | None = None, status: int
) -> HttpResponse:
    """The id is made with the page: starting twice makes one interview."""
    learner, now = request.user, request.received_at
    assignment = own_assignment(blueprint, learner, pk=uuid4())
    own = Sitting.objects.of(learner).filter(
        assignment__blueprint=blueprint, assignment__is_own=True
    )
    close_overdue(learner, now=now)
    offer = make_offer(
        assignment, assignment.terms_with([], user=learner), sittings=list(own), now=now
    )
    return render_start(request, offer, ready_id=assignment.pk, too_small=too_small, status=status)
