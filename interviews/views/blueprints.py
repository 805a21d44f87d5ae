"""Blueprints: the list, one with a sample draw, and the builder."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from interviews.access import instructor_page
from interviews.drawing import PoolTooSmall
from interviews.forms.blueprints import Builder, too_small
from interviews.models import Blueprint
from interviews.sampling import sample
from studyhub.http import Request, render_page


@instructor_page
@require_GET
def blueprints(request: Request) -> HttpResponse:
    listed = Blueprint.objects.usable_by(request.user).active().with_sizes()
    context = {
        "own": [blueprint for blueprint in listed if blueprint.owner_id],
        "shipped": [blueprint for blueprint in listed if not blueprint.owner_id],
        "archived": Blueprint.objects.owned_by(request.user).archived(),
    }
    return render_page(request, "interviews/blueprints.html", context)


@instructor_page
@require_GET
def blueprint(request: Request, pk: UUID) -> HttpResponse:
    blueprint = get_object_or_404(Blueprint.objects.usable_by(request.user), pk=pk)
    asked = request.GET.get("seed", "")
    seed = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
    context = {"blueprint": blueprint, "seed": seed, "next_seed": seed + 1}
    try:
        context["sections"] = sample(blueprint, viewer=request.user, seed=seed)
    except PoolTooSmall as short:
        context["problem"] = too_small(short)
    return render_page(request, "interviews/blueprint.html", context, partial="draw")


@instructor_page
def blueprint_create(request: Request) -> HttpResponse:
    return build(request, Blueprint(owner=request.user))


@instructor_page
def blueprint_edit(request: Request, pk: UUID) -> HttpResponse:
    own = Blueprint.objects.owned_by(request.user)
    return build(request, get_object_or_404(own, pk=pk))


def build(request: Request, blueprint: Blueprint) -> HttpResponse:
    if request.method != "POST":
        return show_builder(request, Builder.of(blueprint, user=request.user))
    builder = Builder(request.POST, blueprint=blueprint, user=request.user)
    if builder.is_valid() and builder.is_saving and builder.save(seed=1):
        messages.success(request, _("Saved. This is what a learner might be asked."))
        url = reverse("interviews:blueprint", args=[blueprint.pk])
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    return show_builder(request, builder, status=422 if builder.is_saving else 200)


def show_builder(request: Request, builder: Builder, *, status: int = 200) -> HttpResponse:
    context = {
        "builder": builder,
        "form": builder.form,
        "is_new": builder.blueprint._state.adding,
    }
    return render_page(
        request, "interviews/blueprint_form.html", context, partial="builder", status=status
    )


@instructor_page
@require_POST
def blueprint_copy(request: Request, pk: UUID) -> HttpResponse:
    blueprint = get_object_or_404(Blueprint.objects.usable_by(request.user), pk=pk)
    title = _("%(title)s (copy)") % {"title": blueprint.title[:110]}
    copy = blueprint.copy(owner=request.user, title=title)
    messages.success(request, _("This copy is yours to change."))
    return redirect("interviews:blueprint_edit", pk=copy.pk)


@instructor_page
@require_POST
def blueprint_archive(request: Request, pk: UUID) -> HttpResponse:
    blueprint = get_object_or_404(Blueprint.objects.owned_by(request.user), pk=pk)
    blueprint.archive(now=request.received_at)
    messages.success(
        request,
        _("“%(title)s” is archived. What was assigned goes on; you can bring it back below.")
        % {"title": blueprint},
    )
    return redirect("interviews:blueprints")


@instructor_page
@require_POST
def blueprint_restore(request: Request, pk: UUID) -> HttpResponse:
    blueprint = get_object_or_404(Blueprint.objects.owned_by(request.user), pk=pk)
    blueprint.restore()
    return redirect("interviews:blueprint", pk=pk)
