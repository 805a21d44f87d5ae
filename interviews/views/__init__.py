from __future__ import annotations

from django.http import HttpResponse

from studyhub.http import Request, render_page


def list_(request: Request) -> HttpResponse:
    return render_page(request, "interviews/list.html")


def teach(request: Request) -> HttpResponse:
    return render_page(request, "interviews/teach.html")
