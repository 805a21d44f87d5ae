"""One request, one time: the clock is read on entry, before any work."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone


class ReceivedAtMiddleware:
    """Slow processing must never cost a learner, so views use `request.received_at` as now."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.received_at = timezone.now()  # type: ignore[attr-defined]  # see studyhub.http
        return self.get_response(request)
