"""A learner says that a question is wrong."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from questions.forms.reports import ReportForm
from questions.models import Question, QuestionQuerySet, QuestionRevision, Report
from studyhub.http import Request, posted, render_page, safe_next, wants_partial

TEMPLATE = "questions/report.html"


@require_http_methods(["GET", "POST"])
def report(request: Request, slug: str) -> HttpResponse:
    visible: QuestionQuerySet = Question.objects.visible_to(request.user)
    question = get_object_or_404(
        visible.filter(private_to=None).select_related("current_revision"), slug=slug
    )
    revision = _revision_seen(request, question)
    page_of_question = reverse("questions:question", args=[slug])
    form = ReportForm(posted(request), revision=revision)
    if form.is_valid():
        Report.objects.file(
            revision, reporter=request.user, now=request.received_at, **form.cleaned_data
        )
        if wants_partial(request):
            return render_page(request, TEMPLATE, {"is_sent": True}, partial="report")
        messages.success(request, gettext("Thank you. An editor will look at it."))
        return redirect(safe_next(request) or page_of_question)
    context = {
        "form": form,
        "question": question,
        "revision": revision,
        "is_inline": wants_partial(request),
        "back": safe_next(request) or page_of_question,
    }
    status = 422 if form.is_bound else 200
    return render_page(request, TEMPLATE, context, partial="report", status=status)


def _revision_seen(request: Request, question: Question) -> QuestionRevision:
    """The text that was read, as the link or the form says; the current one otherwise."""
    number = request.POST.get("revision") or request.GET.get("revision") or ""
    frozen = question.revisions.exclude(frozen_at=None)
    if number.isascii() and number.isdigit() and len(number) < 9:
        return get_object_or_404(frozen, number=number)
    return get_object_or_404(frozen, pk=question.current_revision_id)
