"""Before the result: how well does the learner think they did?"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from interviews.forms.sittings import PredictionForm
from interviews.models import Item, Sitting
from interviews.views.sittings import get_sitting
from studyhub.http import Request, render_page


@never_cache
def predict(request: Request, pk: UUID) -> HttpResponse:
    """Asked once; whoever skips it sees the result as well."""
    sitting = get_sitting(request, pk)
    if not sitting.shown_to(request.user).may_predict:
        return redirect("interviews:result", pk=pk)
    if request.method == "POST" and request.POST.get("go") == "skip":
        sitting.predict({}, now=request.received_at)
        return redirect("interviews:result", pk=pk)
    items = get_answered_items(sitting)
    form = PredictionForm(request.POST if request.method == "POST" else None, items=items)
    if form.is_valid():
        sitting.predict(form.percents, now=request.received_at)
        return redirect("interviews:result", pk=pk)
    context = {"sitting": sitting, "form": form}
    status = 422 if form.is_bound else 200
    return render_page(request, "interviews/predict.html", context, status=status)


def get_answered_items(sitting: Sitting) -> list[Item]:
    items = sitting.items.select_related("response", "revision")
    return list(items.prefetch_related("revision__answers", "response__recordings"))
