"""Changing what counts of a question in an assignment: first what it would do, then doing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from interviews.access import instructor_page
from interviews.forms.rubrics import RubricForm
from interviews.models import Assignment, Item, Rubric
from interviews.models.rubrics import RubricConflict
from interviews.regrading import Effect, change_rubric, effects
from interviews.views.teaching import get_assignment
from questions.models import QuestionRevision
from studyhub.http import Request, render_page


@never_cache
@instructor_page
def rubric(request: Request, pk: UUID, revision_pk: int) -> HttpResponse:
    assignment = get_assignment(request, pk)
    revision = get_revision(assignment, revision_pk)
    newest = Rubric.objects.of(assignment.pk, revision.pk).first()
    form = RubricForm(request.POST or None, revision=revision, rubric=newest)
    if request.method != "POST":
        return show_rubric(request, assignment, revision, form=form)
    if not form.is_valid():
        return show_rubric(request, assignment, revision, form=form, status=422)
    if request.POST.get("go") != "change":
        found = effects(assignment, revision, form.weights)
        return show_rubric(request, assignment, revision, form=form, effects=found)
    return carry_out(request, assignment, revision, form=form)


def get_revision(assignment: Assignment, pk: int) -> QuestionRevision:
    """A text that is asked in this assignment and has key points."""
    asked = Item.objects.filter(sitting__assignment=assignment).values("revision")
    revisions = QuestionRevision.objects.filter(pk__in=asked, key_points__isnull=False)
    return get_object_or_404(revisions.distinct().prefetch_related("key_points"), pk=pk)


def carry_out(
    request: Request, assignment: Assignment, revision: QuestionRevision, *, form: RubricForm
) -> HttpResponse:
    try:
        changed = change_rubric(
            assignment,
            revision,
            weights=form.weights,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            base_number=form.cleaned_data["number"],
            now=request.received_at,
        )
    except RubricConflict:
        return show_conflict(request, assignment, revision)
    if changed is not None:
        messages.success(request, said_of(changed))
    return redirect("interviews:rubric", pk=assignment.pk, revision_pk=revision.pk)


def show_conflict(
    request: Request, assignment: Assignment, revision: QuestionRevision
) -> HttpResponse:
    """What was chosen stays in the form, which now knows of theirs: saving again is a decision."""
    newest = Rubric.objects.of(assignment.pk, revision.pk).first()
    data = request.POST.copy()
    data["number"] = str(newest.number if newest else 0)
    form = RubricForm(data, revision=revision, rubric=newest)
    form.is_valid()
    return show_rubric(request, assignment, revision, form=form, conflict=newest, status=409)


def said_of(changed: list[Effect]) -> str:
    if not changed:
        return _("Saved. No mark changes by it; it counts for all that are still to be given.")
    said = ngettext(
        "Saved. %(count)d mark is worked out anew.",
        "Saved. %(count)d marks are worked out anew.",
        len(changed),
    )
    return said % {"count": len(changed)}


def show_rubric(
    request: Request,
    assignment: Assignment,
    revision: QuestionRevision,
    *,
    form: RubricForm,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    found: list[Effect] | None = more.get("effects")
    context = {
        "assignment": assignment,
        "revision": revision,
        "form": form,
        "released": sum(effect.is_released for effect in found or []),
        "history": Rubric.objects.of(assignment.pk, revision.pk).select_related("changed_by"),
        "out_of": found[0].item.points if found else None,
        **more,
    }
    return render_page(request, "interviews/rubric.html", context, status=status)
