"""Starting a round: cramming or a quiz, outside the schedule."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from practice.forms import RoundForm
from practice.queue import Scope
from practice.rounds import QUIZ_KINDS, questions_for_round, start_round
from studyhub.http import Request, render_page


def start_a_round(request: Request) -> HttpResponse:
    """GET asks how many; POST draws them and begins."""
    scope, is_quiz = Scope.from_query(request.GET), request.GET.get("quiz") == "1"
    if is_quiz and not scope.kinds:
        scope = replace(scope, kinds=QUIZ_KINDS)
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number, now = form.cleaned_data["number"], request.received_at
        made = start_round(request.user, scope, number=number, is_quiz=is_quiz, now=now)
        if made:
            return redirect(f"{reverse('practice:session')}?{Scope(round=made.pk).query}")
    today = request.user.study_day(request.received_at)
    context = {
        "form": form,
        "is_quiz": is_quiz,
        "scope": scope,
        "count": questions_for_round(request.user, scope, today=today).count(),
    }
    status = 422 if form.errors else 200
    return render_page(request, "practice/round.html", context, status=status)
