"""Today and progress."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse

from studyhub.http import Request, VisitorRequest, render_page


@login_not_required
def today(request: VisitorRequest) -> HttpResponse:
    return render_page(request, "dashboard/today.html")


def progress(request: Request) -> HttpResponse:
    return render_page(request, "dashboard/progress.html")
