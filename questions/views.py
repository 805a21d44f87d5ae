from __future__ import annotations

from django.http import HttpResponse

from studyhub.http import Request, render_page


def bank(request: Request) -> HttpResponse:
    return render_page(request, "questions/bank.html")
