"""The question bank: everything there is to study, found by words and filters."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse

from questions.models import Question, QuestionQuerySet
from questions.searching import (
    Found,
    Search,
    counted_in_bank,
    counted_in_found,
    facets,
    find,
    found_deep,
    in_bank_order,
)
from studyhub.http import VisitorRequest, render_page

PER_PAGE = 30


@login_not_required
def bank(request: VisitorRequest) -> HttpResponse:
    search = Search.from_query(request.GET)
    listing = _found if search.wanted else _browsed
    context = {"search": search, **listing(request, search)}
    return render_page(request, "questions/bank.html", context, partial="results")


def _found(request: VisitorRequest, search: Search) -> dict[str, Any]:
    """By words: the best first. The index says what is found, the questions who may see it."""
    found = find(search, user=request.user)
    page = Paginator(found.pks, PER_PAGE).get_page(request.GET.get("page"))
    shown = _with_labels(_on_offer(request)).in_bulk(list(page))
    counted = counted_in_found(search, found, user=request.user)
    return {
        "found": found,
        "facets": facets(search, counted),
        "page": page,
        "questions": [shown[pk] for pk in page if pk in shown],
        "deep": found_deep(shown, found.words),
        "meant_query": replace(search, words=found.did_you_mean).query,
        "unfiltered_url": f"?{search.without_filters.query}",
    }


def _browsed(request: VisitorRequest, search: Search) -> dict[str, Any]:
    questions = _on_offer(request)
    listed = _with_labels(in_bank_order(search.chosen(questions)))
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    counted = counted_in_bank(questions)
    return {
        "found": Found([], ()),
        "facets": facets(search, counted),
        "page": page,
        "questions": page,
    }


def _with_labels(questions: QuestionQuerySet) -> QuestionQuerySet:
    return questions.select_related("topic", "current_revision").prefetch_related("tags")


def _on_offer(request: VisitorRequest) -> QuestionQuerySet:
    """What this person could practise; the shared bank for visitors."""
    offered: QuestionQuerySet
    if request.user.is_authenticated:
        offered = Question.objects.practisable_by(request.user)
    else:
        offered = Question.objects.shared().filter(current_revision__isnull=False)
    return offered
