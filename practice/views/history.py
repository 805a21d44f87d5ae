"""Everything that was practised, and taking the newest of it back."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from practice.looking_back import REVIEWS_A_PAGE, by_day, reviews_of
from practice.undoing import undoable
from studyhub.http import Request, render_page


@require_safe
def history(request: Request) -> HttpResponse:
    reviews = reviews_of(request.user).select_related("card", "revision")
    page = Paginator(reviews, REVIEWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "days": by_day(request.user, page.object_list),
        "newest": undoable(request.user),
    }
    return render_page(request, "practice/history.html", context)
