"""What concerns all of a person's data at once: taking it along, and leaving for good."""

from __future__ import annotations

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.forms import ErasureForm
from accounts.models import User
from dashboard import erasing, exporting
from studyhub.http import Request, as_bytes, render_page


def export(request: Request) -> HttpResponseBase:
    """The page; the file itself by POST, so that no link or prefetch starts it."""
    if request.method != "POST":
        return render_page(request, "dashboard/export.html")
    pieces = exporting.export(request.user, now=request.received_at)
    day = timezone.localdate(request.received_at)
    return StreamingHttpResponse(
        as_bytes(pieces),
        content_type="application/json",
        headers={
            "Content-Disposition": f'attachment; filename="studyhub-{day:%Y-%m-%d}.json"',
            "Cache-Control": "no-store",
        },
    )


def account_delete(request: Request) -> HttpResponse:
    user = User.objects.get(pk=request.user.pk)
    if request.method != "POST":
        return account_delete_page(request, ErasureForm(user=user))
    if limited := ratelimit.consume_or_429(request, action="reauthenticate", user=user):
        return limited  # type: ignore[no-any-return]
    if not user.has_usable_password():
        raise_if_reauthentication_required(request, app="allauth.account")
    form = ErasureForm(request.POST, user=user)
    if not form.is_valid():
        return account_delete_page(request, form, status=422)
    try:
        erasing.erase(user, now=request.received_at)
    except erasing.StillNeededError:
        return account_delete_page(request, ErasureForm(user=user), status=422)
    logout(request)
    messages.success(request, _("Your account and everything of yours is deleted. Farewell."))
    return redirect("dashboard:today")


def account_delete_page(request: Request, form: ErasureForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "cohorts": erasing.cohorts_left_alone(request.user),
        "is_last_administrator": erasing.is_last_administrator(request.user),
    }
    return render_page(request, "dashboard/account_delete.html", context, status=status)
