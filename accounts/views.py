"""Pages about the person: preferences."""

from __future__ import annotations

from django.http import HttpResponse

from studyhub.http import Request, render_page


def settings(request: Request) -> HttpResponse:
    return render_page(request, "accounts/settings.html")
