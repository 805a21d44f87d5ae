"""What an instructor sees first, and interviews given to people: to whom, when, how far they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Cohort, Membership, User
from interviews.access import instructor_page
from interviews.drawing import PoolTooSmall
from interviews.forms.assigning import AssignForm, TermsForm
from interviews.forms.blueprints import too_small
from interviews.models import Assignment, Blueprint, Extension, Hold, Item, Sitting
from interviews.roster import Standing, roster
from interviews.sampling import sample
from studyhub.http import Request, render_page

LEARNERS_SHOWN = 50
FINISHED_SHOWN = 30


@instructor_page
@require_GET
def teach(request: Request) -> HttpResponse:
    now = request.received_at
    given = list(with_counts(Assignment.objects.given_by(request.user)))
    open_ones = [each for each in given if is_open(each, now=now)]
    context = {
        "waiting": [each for each in given if each.to_mark or each.to_release],
        "running": open_ones,
        "finished": [each for each in given if each not in open_ones][:FINISHED_SHOWN],
        "cohorts": with_learner_count(Cohort.objects.taught_by(request.user).active()),
        "own_blueprints": Blueprint.objects.owned_by(request.user).active()[:8],
    }
    return render_page(request, "interviews/teach.html", context)


def is_open(assignment: Assignment, *, now: datetime) -> bool:
    is_over = assignment.closes_at is not None and assignment.closes_at <= now
    return assignment.withdrawn_at is None and not is_over


def with_counts(assignments: QuerySet[Assignment]) -> QuerySet[Any]:
    states = Sitting.State
    return assignments.select_related("blueprint").annotate(
        sitting_count=Count("sittings", filter=~Q(sittings__state=states.VOIDED)),
        in_progress=Count("sittings", filter=Q(sittings__state=states.IN_PROGRESS)),
        to_mark=Count("sittings", filter=Q(sittings__state=states.SUBMITTED)),
        to_release=Count("sittings", filter=Q(sittings__state=states.MARKED)),
    )


def with_learner_count(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """By a fresh query: on the same join, only the instructor's own membership would count."""
    learning = Q(memberships__role=Membership.Role.LEARNER, memberships__left_at=None)
    return Cohort.objects.filter(pk__in=cohorts.values("pk")).annotate(
        learner_count=Count("memberships", filter=learning)
    )


@instructor_page
def assign(request: Request) -> HttpResponse:
    asked = {"blueprint": request.GET.get("blueprint"), "cohorts": request.GET.getlist("cohort")}
    form = AssignForm(
        request.POST or None,
        initial=asked,
        instance=Assignment(assigned_by=request.user),
        instructor=request.user,
        now=request.received_at,
    )
    if request.method == "POST" and form.is_valid() and is_drawable(form, viewer=request.user):
        assignment = form.save()
        messages.success(request, _("Assigned. Each learner finds it under Interviews."))
        return redirect("interviews:assignment", pk=assignment.pk)
    status = 422 if request.method == "POST" else 200
    return render_page(request, "interviews/assign.html", {"form": form}, status=status)


def is_drawable(form: AssignForm, *, viewer: User) -> bool:
    """Better said to the instructor today than to every learner at the start."""
    try:
        sample(form.cleaned_data["blueprint"], viewer=viewer, seed=1)
    except PoolTooSmall as short:
        form.add_error("blueprint", too_small(short))
        return False
    return True


def get_assignment(request: Request, pk: UUID) -> Assignment:
    given = Assignment.objects.given_by(request.user).select_related("blueprint", "assigned_by")
    return get_object_or_404(given, pk=pk)


@instructor_page
@require_GET
def assignment(request: Request, pk: UUID) -> HttpResponse:
    assignment = get_assignment(request, pk)
    places = roster(assignment, now=request.received_at)
    counts = Counter(place.standing for place in places)
    wanted = request.GET.get("state", "")
    page = Paginator(
        [place for place in places if not wanted or place.standing == wanted], LEARNERS_SHOWN
    ).get_page(request.GET.get("page"))
    context = {
        "assignment": assignment,
        "cohorts": with_extensions(assignment),
        "minutes": assignment.minutes or assignment.blueprint.minutes,
        "page": page,
        "place_count": len(places),
        "can_use_minutes": any(place.can_use_minutes for place in places),
        "wanted": wanted,
        "filters": [(each.value, each.label, counts[each]) for each in Standing if counts[each]],
        "to_mark": counts[Standing.SUBMITTED],
        "to_release": counts[Standing.MARKED],
        "questions": with_markers(
            questions_to_mark(assignment),
            Hold.objects.filter(item__sitting__assignment=assignment)
            .lasting(request.received_at)
            .of_others(request.user),
        ),
    }
    return render_page(request, "interviews/assignment.html", context)


def with_extensions(assignment: Assignment) -> list[tuple[Cohort, Extension | None]]:
    """Each cohort that has it, with other terms that were set for it. Two queries."""
    extensions = {each.cohort_id: each for each in assignment.extensions.exclude(cohort=None)}
    return [(cohort, extensions.get(cohort.pk)) for cohort in assignment.cohorts.all()]


def questions_to_mark(assignment: Assignment) -> QuerySet[Any, Any]:
    """Each question once, with how many responses it has, how many are marked, and the next."""
    closed = Item.objects.filter(sitting__in=assignment.sittings.closed())
    return (
        closed.values("revision__question", "revision__question__current_revision__prompt")
        .annotate(
            total=Count("pk", distinct=True),
            marked=Count("pk", filter=Q(marks__isnull=False), distinct=True),
            first=Min("pk"),
            first_unmarked=Min("pk", filter=Q(marks=None)),
        )
        .order_by("revision__question")
    )


def with_markers(
    questions: Iterable[dict[str, Any]], holds: QuerySet[Hold]
) -> list[tuple[dict[str, Any], str]]:
    """Each question with the names of those who are marking a response to it now. Two queries."""
    names: dict[int, set[str]] = defaultdict(set)
    for hold in holds.select_related("marker", "item__revision"):
        names[hold.item.revision.question_id].add(str(hold.marker))
    return [(each, ", ".join(sorted(names[each["revision__question"]]))) for each in questions]


@instructor_page
def assignment_edit(request: Request, pk: UUID) -> HttpResponse:
    assignment = get_assignment(request, pk)
    form = TermsForm(request.POST or None, instance=assignment)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(
            request, _("Saved. Interviews that are running keep the deadline they have.")
        )
        return redirect("interviews:assignment", pk=pk)
    running = assignment.sittings.in_progress().count()
    context = {"assignment": get_assignment(request, pk), "form": form, "running": running}
    status = 422 if request.method == "POST" else 200
    return render_page(request, "interviews/assignment_edit.html", context, status=status)


@instructor_page
@require_POST
def assignment_withdraw(request: Request, pk: UUID) -> HttpResponse:
    get_assignment(request, pk).withdraw(now=request.received_at)
    return redirect("interviews:assignment", pk=pk)


@instructor_page
@require_POST
def assignment_restore(request: Request, pk: UUID) -> HttpResponse:
    get_assignment(request, pk).restore()
    messages.success(request, _("It is assigned again, on the same terms."))
    return redirect("interviews:assignment", pk=pk)
