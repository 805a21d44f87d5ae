"""The beat of an open page for marking."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from interviews.access import instructor_page
from interviews.models import Assignment, Hold, Item
from studyhub.http import Request

# htmx shows what comes with it, and asks no more.
STOP_POLLING = 286


@instructor_page
@require_POST
def hold(request: Request, pk: int) -> HttpResponse:
    """Renews the hold; if somebody else has taken it, says who, and that once."""
    given = Assignment.objects.given_by(request.user)
    item = get_object_or_404(Item.objects.filter(sitting__assignment__in=given.values("pk")), pk=pk)
    if Hold.objects.renew(item, marker=request.user, now=request.received_at):
        return HttpResponse(status=204)
    taken = Hold.objects.filter(item=item).select_related("marker").first()
    if taken is None:  # whoever took it has no account any more
        return HttpResponse(status=204)
    context = {"hold": taken, "is_lasting": taken.is_lasting(request.received_at)}
    return render(request, "interviews/_lost.html", context, status=STOP_POLLING)
