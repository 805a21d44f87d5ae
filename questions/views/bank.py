"""The question bank: everything there is to study, found by words and filters."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse

from questions.models import Question, QuestionQuerySet
from questions.searching import Search, facets, in_bank_order
from studyhub.http import VisitorRequest, render_page

PER_PAGE = 30


@login_not_required
def bank(request: VisitorRequest) -> HttpResponse:
    questions = _on_offer(request)
    search = Search.from_query(request.GET)
    found = in_bank_order(search.chosen(questions))
    listed = found.select_related("topic", "current_revision").prefetch_related("tags")
    context = {
        "search": search,
        "facets": facets(search, questions),
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render_page(request, "questions/bank.html", context, partial="results")


def _on_offer(request: VisitorRequest) -> QuestionQuerySet:
    """What this person could practise; the shared bank for visitors."""
    offered: QuestionQuerySet
    if request.user.is_authenticated:
        offered = Question.objects.practisable_by(request.user)
    else:
        offered = Question.objects.shared().filter(current_revision__isnull=False)
    return offered
