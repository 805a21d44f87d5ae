"""What views share: the types of a request, a page or its region from one template, long files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from accounts.models import User


class VisitorRequest(HttpRequest):
    """A request as our middleware leaves it; nobody need be logged in."""

    received_at: datetime
    htmx: HtmxDetails


class Request(VisitorRequest):
    """A request to a page that needs a login, which LoginRequiredMiddleware has seen to."""

    user: User


def wants_partial(request: VisitorRequest) -> bool:
    """True if htmx asks for a region; boosted and history requests want the whole page.

    As `request.htmx` tells it, which would first sort out every header there is.
    """
    said = request.META.get
    if said("HTTP_HX_REQUEST") != "true":
        return False
    return "true" not in (said("HTTP_HX_BOOSTED"), said("HTTP_HX_HISTORY_RESTORE_REQUEST"))


def sends_csrf_token(request: VisitorRequest) -> bool:
    """True if the page asks by htmx and sends its CSRF token with whatever it asks (hx-headers).

    Then no form of the region that goes the same way needs one of its own.
    """
    return wants_partial(request) and bool(request.META.get("HTTP_X_CSRFTOKEN"))


def posted(request: VisitorRequest) -> QueryDict | None:
    """What a form was sent with, even if that is nothing; None if it is only looked at."""
    return request.POST if request.method == "POST" else None


def safe_next(request: VisitorRequest) -> str:
    """Where a form or a link asks to go afterwards, if that is a page of ours; otherwise empty."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if safe else ""


def render_page(
    request: VisitorRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    partial: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the template, or only its partial when htmx asks for a region."""
    name = f"{template}#{partial}" if partial and wants_partial(request) else template
    response = render(request, name, context, status=status)
    if partial:
        patch_vary_headers(response, ["HX-Request"])
    return response


def as_bytes(pieces: Iterator[str]) -> Iterator[bytes]:
    """Pieces joined to some 64 kB, since each yield is a write to the network."""
    waiting: list[str] = []
    size = 0
    for piece in chain(pieces, [""]):
        waiting.append(piece)
        size += len(piece)
        if size > 64_000:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()
