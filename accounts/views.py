"""Pages about the person: preferences, and the cohorts they teach or learn in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import cohort_taught_by, instructor_required
from accounts.forms import CohortForm, InstructorForm, SettingsForm, TimeFactorForm
from accounts.models import Cohort, CohortClosedError, Membership, OnlyInstructorError, User
from studyhub.http import Request, VisitorRequest, render_page


def settings(request: Request) -> HttpResponse:
    user = User.objects.get(
        pk=request.user.pk
    )  # request.user keeps what is saved, not what is typed
    form = SettingsForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("accounts:settings")
    joined = Cohort.objects.joined_by(request.user).with_instructors()
    context = {"form": form, "cohorts": joined}
    return render_page(
        request, "accounts/settings.html", context, status=422 if form.errors else 200
    )


@instructor_required
def cohorts(request: Request) -> HttpResponse:
    taught = list(Cohort.objects.taught_by(request.user).with_learner_count())
    context = {
        "active": [cohort for cohort in taught if not cohort.archived_at],
        "archived": [cohort for cohort in taught if cohort.archived_at],
    }
    return render_page(request, "accounts/cohorts.html", context)


@instructor_required
def cohort_create(request: Request) -> HttpResponse:
    form = CohortForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cohort = Cohort.objects.start(
            form.cleaned_data["name"], instructor=request.user, now=request.received_at
        )
        messages.success(request, _("The cohort is ready. Share its invite link."))
        return redirect("accounts:cohort", cohort.pk)
    status = 422 if form.errors else 200
    return render_page(request, "accounts/cohort_create.html", {"form": form}, status=status)


@instructor_required
def cohort(request: Request, pk: UUID) -> HttpResponse:
    return cohort_page(request, cohort_taught_by(request.user, pk))


def cohort_page(
    request: Request,
    cohort: Cohort,
    *,
    instructor_form: InstructorForm | None = None,
    refused: TimeFactorForm | None = None,
) -> HttpResponse:
    """The cohort with everyone in it. A form that was refused stands at its place, with 422."""
    members = cohort.memberships.select_related("user").order_by("user__name", "user__email")
    learners = [member for member in members if member.role == Membership.Role.LEARNER]
    for member in learners:
        is_refused = refused is not None and refused.instance.pk == member.user_id
        member.form = refused if is_refused else factor_form(member)  # type: ignore[attr-defined]
    invite_path = reverse("accounts:join", args=[cohort.invite_code])
    context = {
        "cohort": cohort,
        "learners": [member for member in learners if not member.left_at],
        "left": [member for member in learners if member.left_at],
        "instructors": [
            member
            for member in members
            if member.role == Membership.Role.INSTRUCTOR and not member.left_at
        ],
        "invite_url": request.build_absolute_uri(invite_path),
        "instructor_form": instructor_form or InstructorForm(),
    }
    status = 422 if refused or instructor_form else 200
    return render_page(request, "accounts/cohort.html", context, status=status)


def factor_form(member: Membership, data: object = None) -> TimeFactorForm:
    """The form of one row: its ids are told apart by the membership."""
    return TimeFactorForm(data, instance=member.user, auto_id=f"id_%s_{member.pk}")  # type: ignore[arg-type]


@instructor_required
def cohort_edit(request: Request, pk: UUID) -> HttpResponse:
    cohort = cohort_taught_by(request.user, pk)
    form = CohortForm(request.POST or None, instance=cohort)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The cohort has its new name."))
        return redirect("accounts:cohort", cohort.pk)
    context = {"form": form, "cohort": cohort, "name": form.initial["name"]}
    status = 422 if form.errors else 200
    return render_page(request, "accounts/cohort_edit.html", context, status=status)


@require_POST
@instructor_required
def invite_edit(request: Request, pk: UUID) -> HttpResponse:
    cohort = cohort_taught_by(request.user, pk)
    match request.POST.get("change"):
        case "open":
            cohort.open_invites(True)
            messages.success(request, _("The invite link works."))
        case "close":
            cohort.open_invites(False)
            messages.success(request, _("The invite link is closed. Everyone who joined stays."))
        case "renew":
            cohort.renew_invite()
            messages.success(request, _("Here is a new link. The old one no longer works."))
    return redirect("accounts:cohort", cohort.pk)


@require_POST
@instructor_required
def cohort_archive(request: Request, pk: UUID) -> HttpResponse:
    """Archive, or take out again with `change=unarchive`."""
    cohort = cohort_taught_by(request.user, pk)
    if request.POST.get("change") == "unarchive":
        cohort.unarchive()
        messages.success(request, _("%(cohort)s is active again.") % {"cohort": cohort})
    else:
        cohort.archive(now=request.received_at)
        messages.success(
            request,
            _("%(cohort)s is archived. Nothing is lost; nobody new can join.") % {"cohort": cohort},
        )
    return redirect("accounts:cohort", cohort.pk)


@require_POST
@instructor_required
def instructor_add(request: Request, pk: UUID) -> HttpResponse:
    cohort = cohort_taught_by(request.user, pk)
    form = InstructorForm(request.POST)
    if not form.is_valid():
        return cohort_page(request, cohort, instructor_form=form)
    person = form.cleaned_data["email"]
    cohort.add_instructor(person, now=request.received_at)
    messages.success(request, _("%(person)s teaches this cohort too.") % {"person": person})
    return redirect("accounts:cohort", cohort.pk)


@require_POST
@instructor_required
def member_edit(request: Request, pk: UUID, user_pk: int) -> HttpResponse:
    cohort = cohort_taught_by(request.user, pk)
    learners = cohort.memberships.current().filter(role=Membership.Role.LEARNER)
    member = get_object_or_404(learners.select_related("user"), user=user_pk)
    form = factor_form(member, request.POST)
    if not form.is_valid():
        return cohort_page(request, cohort, refused=form)
    form.save()
    messages.success(
        request,
        _("%(person)s: time factor %(factor)s from the next interview on.")
        % {"person": member.user, "factor": member.user.time_factor},
    )
    return redirect("accounts:cohort", cohort.pk)


@require_POST
@instructor_required
def member_remove(request: Request, pk: UUID, user_pk: int) -> HttpResponse:
    cohort = cohort_taught_by(request.user, pk)
    member = get_object_or_404(cohort.memberships.select_related("user"), user=user_pk)
    try:
        cohort.remove(member.user, now=request.received_at)
    except OnlyInstructorError:
        messages.error(request, _("You are the only instructor here. Add another one first."))
        return redirect("accounts:cohort", cohort.pk)
    if member.user == request.user:
        messages.success(request, _("You no longer teach %(cohort)s.") % {"cohort": cohort})
        return redirect("accounts:cohorts")
    messages.success(
        request,
        _("%(person)s is removed; you can bring them back below.") % {"person": member.user},
    )
    return redirect("accounts:cohort", cohort.pk)


@require_POST
@instructor_required
def member_return(request: Request, pk: UUID, user_pk: int) -> HttpResponse:
    cohort = cohort_taught_by(request.user, pk)
    member = get_object_or_404(cohort.memberships.select_related("user"), user=user_pk)
    cohort.bring_back(member.user, now=request.received_at)
    messages.success(request, _("%(person)s is back.") % {"person": member.user})
    return redirect("accounts:cohort", cohort.pk)


@login_not_required
def join(request: VisitorRequest, code: str) -> HttpResponse:
    cohort = Cohort.objects.with_instructors().filter(invite_code=code).first()
    if cohort is None:
        return render_page(request, "accounts/join_unknown.html", status=404)
    user = request.user
    is_member = user.is_authenticated and cohort.memberships.current().filter(user=user).exists()
    if not is_member and not cohort.can_be_joined:
        return render_page(request, "accounts/join_closed.html", {"cohort": cohort}, status=410)
    if request.method == "POST" and user.is_authenticated:
        return let_in(request, cohort, user)
    context = {
        "cohort": cohort,
        "is_member": is_member,
        "come_back_to": request.path,
    }
    return render_page(request, "accounts/join.html", context)


def let_in(request: VisitorRequest, cohort: Cohort, user: User) -> HttpResponse:
    try:
        cohort.join(user, now=request.received_at)
    except CohortClosedError:
        return render_page(request, "accounts/join_closed.html", {"cohort": cohort}, status=410)
    messages.success(request, _("Welcome to %(cohort)s.") % {"cohort": cohort})
    return redirect("dashboard:today")


@require_POST
def leave(request: Request, pk: UUID) -> HttpResponse:
    cohort = get_object_or_404(Cohort.objects.joined_by(request.user), pk=pk)
    cohort.remove(request.user, now=request.received_at)
    messages.success(
        request,
        _("You left %(cohort)s. Your results are kept; your instructor can bring you back.")
        % {"cohort": cohort},
    )
    return redirect("accounts:settings")
