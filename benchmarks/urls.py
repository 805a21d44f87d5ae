"""The site's pages, and a bare view to measure them against."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from questions.models import Report


def bare(request: HttpRequest) -> HttpResponse:
    """What any Django page costs that knows who asks and writes one row."""
    Report.objects.create(
        revision_id=int(request.POST["revision"]), reporter=request.user, text="A row."
    )
    return HttpResponse("Written.")


def bare_read(request: HttpRequest) -> HttpResponse:
    """What any page costs that knows who asks."""
    return HttpResponse(f"Read by {request.user}.")


urlpatterns = [
    path("bare/", bare),
    path("bare/read/", bare_read),
    path("", include("studyhub.urls")),
]
