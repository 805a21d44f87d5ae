"""Everything that was practised, and taking the newest of it back."""

from __future__ import annotations

from itertools import batched

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from practice import review_table
from practice.looking_back import REVIEWS_A_PAGE, by_day, reviews_of
from practice.models import Review
from practice.undoing import undoable
from studyhub.http import Request, render_page

LINES_A_PIECE = 200


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


@require_safe
def reviews_as_csv(request: Request) -> StreamingHttpResponse:
    """All of the log, also what was undone; written as it is sent."""
    lines = review_table.written(Review.objects.of(request.user))
    day = request.user.study_day(request.received_at)
    return StreamingHttpResponse(
        ("".join(some).encode() for some in batched(lines, LINES_A_PIECE)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="studyhub-reviews-{day:%Y-%m-%d}.csv"',
            "Cache-Control": "no-store",
        },
    )
