"""A learner says that a question is wrong."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from questions.forms import ReportForm
from questions.models import Question, QuestionQuerySet, QuestionRevision, Report
from studyhub.http import Request, posted, render_page


@require_http_methods(["GET", "POST"])
def report(request: Request, slug: str) -> HttpResponse:
    visible: QuestionQuerySet = Question.objects.visible_to(request.user)
    question = get_object_or_404(
        visible.filter(private_to=None).select_related("current_revision"), slug=slug
    )
    revision = _revision_seen(request, question)
    form = ReportForm(posted(request), revision=revision)
    if form.is_valid():
        Report.objects.file(
            revision, reporter=request.user, now=request.received_at, **form.cleaned_data
        )
        messages.success(request, gettext("Thank you. An editor will look at it."))
        return redirect("questions:question", slug)
    context = {"form": form, "question": question, "revision": revision}
    return render_page(
        request, "questions/report.html", context, status=422 if form.is_bound else 200
    )


def _revision_seen(request: Request, question: Question) -> QuestionRevision:
    """The text that was read, as the link or the form says; the current one otherwise."""
    number = request.POST.get("revision") or request.GET.get("revision") or ""
    frozen = question.revisions.exclude(frozen_at=None)
    if number.isascii() and number.isdigit() and len(number) < 9:
        return get_object_or_404(frozen, number=number)
    return get_object_or_404(frozen, pk=question.current_revision_id)
