"""“Interview me for 20 minutes on Docker”: a mock of one's own, started from one page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from interviews.drawing import PoolTooSmall
from interviews.forms.quick import QuickForm, first_values
from interviews.models import Assignment
from interviews.quick import start_quick_mock
from studyhub.http import Request, render_page


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
