"""Other terms for one learner, or for a cohort, of an assignment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from accounts.models import Cohort
from interviews.access import instructor_page
from interviews.extending import extend_cohort
from interviews.forms.assigning import ExtensionForm
from interviews.models import Assignment, Extension
from interviews.models.assignments import ExtensionChanged
from interviews.roster import Place, Standing, roster
from interviews.views.teaching import get_assignment
from studyhub.http import Request, posted, render_page


@never_cache
@instructor_page
def extend(request: Request, pk: UUID, learner_pk: int) -> HttpResponse:
    assignment = get_assignment(request, pk)
    place = get_place(assignment, learner_pk, now=request.received_at)
    extension = place.extension or Extension(assignment=assignment, learner=place.learner)
    form = ExtensionForm(posted(request), instance=extension, assignment=assignment)
    if not form.is_valid():
        return show(request, form, places=[place])
    try:
        is_longer = assignment.extend(
            place.learner,
            terms=form.terms,
            actor=request.user,
            now=request.received_at,
            seen=form.cleaned_data["seen"],
        )
    except ExtensionChanged as conflict:
        return show_changed(request, conflict.extension, assignment=assignment, places=[place])
    report(request, form, place, is_longer=is_longer)
    return redirect("interviews:assignment", pk=pk)


@never_cache
@instructor_page
def extend_all(request: Request, pk: UUID, cohort_pk: UUID) -> HttpResponse:
    """The same for a cohort."""
    assignment = get_assignment(request, pk)
    cohort = get_object_or_404(assignment.cohorts, pk=cohort_pk)
    extension = assignment.extensions.filter(cohort=cohort).first()
    form = ExtensionForm(
        posted(request),
        instance=extension or Extension(assignment=assignment, cohort=cohort),
        assignment=assignment,
    )
    places = roster(assignment, now=request.received_at)
    members = [place for place in places if cohort.pk in place.cohorts]
    if not form.is_valid():
        return show(request, form, places=members)
    try:
        later = extend_cohort(
            assignment,
            cohort,
            terms=form.terms,
            actor=request.user,
            now=request.received_at,
            seen=form.cleaned_data["seen"],
        )
    except ExtensionChanged as conflict:
        return show_changed(request, conflict.extension, assignment=assignment, places=members)
    report_for_cohort(request, form, cohort, later=later)
    return redirect("interviews:assignment", pk=pk)


def get_place(assignment: Assignment, learner_pk: int, *, now: datetime) -> Place:
    for place in roster(assignment, now=now):
        if place.learner.pk == learner_pk:
            return place
    raise Http404


def show(
    request: Request,
    form: ExtensionForm,
    *,
    places: Sequence[Place],
    changed: Extension | None = None,
) -> HttpResponse:
    """`changed`: what somebody else has said meanwhile."""
    whom, cohort = form.instance.whom, form.instance.cohort
    stored = Extension.objects.filter(pk=form.instance.pk).first()
    context = {
        "assignment": form.assignment,
        "form": form,
        "whom": whom,
        "cohort": cohort,
        "place": None if cohort else places[0],
        "running": sum(place.is_started for place in places),
        "with_own_terms": [
            each for each in places if cohort and each.extension and each.extension.is_different
        ],
        "extension": stored,
        "grants": stored.grants.select_related("granted_by") if stored else None,
        "changed": changed,
    }
    status = 409 if changed else 422 if form.is_bound else 200
    return render_page(request, "interviews/extend.html", context, status=status)


def show_changed(
    request: Request, changed: Extension, *, assignment: Assignment, places: Sequence[Place]
) -> HttpResponse:
    """What was typed stays, and the form now knows of theirs: saving again is a decision."""
    data = request.POST.copy()
    data["seen"] = changed.stamp
    form = ExtensionForm(data, instance=changed, assignment=assignment)
    form.is_valid()
    return show(request, form, places=places, changed=changed)


def report(request: Request, form: ExtensionForm, place: Place, *, is_longer: bool) -> None:
    if place.standing == Standing.RUNNING and is_longer:
        said = _("Saved. %(learner)s’s running interview has the new deadline already.")
    elif place.standing == Standing.RUNNING:
        said = _("Saved for %(learner)s. The running interview keeps the deadline it has.")
    else:
        said = _("Saved for %(learner)s.")
    messages.success(request, said % {"learner": place.learner})
    warn_of_start_by(request, form)


def report_for_cohort(request: Request, form: ExtensionForm, cohort: Cohort, *, later: int) -> None:
    said = _("Saved for %(cohort)s.") % {"cohort": cohort}
    messages.success(request, f"{said} {new_deadlines(later)}" if later else said)
    warn_of_start_by(request, form)


def new_deadlines(count: int) -> str:
    return ngettext(
        "%(count)d running interview has its new deadline already.",
        "%(count)d running interviews have their new deadlines already.",
        count,
    ) % {"count": count}


def warn_of_start_by(request: Request, form: ExtensionForm) -> None:
    if form.start_by_holds:
        said = _("%(whom)s must still start by the old time: only the closing has moved.")
        messages.warning(request, said % {"whom": form.instance.whom})
