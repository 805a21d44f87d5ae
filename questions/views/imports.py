"""Notes become questions: brought in, looked at, imported."""

from __future__ import annotations

from django.http import HttpResponse

from studyhub.http import Request, render_page


def start(request: Request) -> HttpResponse:
    return render_page(request, "questions/import.html")


def preview(request: Request, pk: object) -> HttpResponse:
    return render_page(request, "questions/import.html")


def confirm(request: Request, pk: object) -> HttpResponse:
    return render_page(request, "questions/import.html")
