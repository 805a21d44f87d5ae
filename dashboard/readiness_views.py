"""Readiness: the day named, what is to be expected on it, and what to do until then."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from dashboard.forms import GoalForm, first_values
from dashboard.preparation import Preparation, past_goals
from interviews.models import Goal
from practice.choosing import topics_to_practise
from practice.models import Card
from studyhub.http import Request, render_page


def readiness(request: Request) -> HttpResponse:
    """GET shows it, POST names the day or moves it."""
    user, now = request.user, request.received_at
    today = user.study_day(now)
    if request.method != "POST":
        return readiness_page(request)
    form = GoalForm(request.POST, user=user, today=today)
    if not form.is_valid():
        return readiness_page(request, form=form, status=422)
    chosen = form.cleaned_data
    Goal.objects.aim(
        user,
        interview_on=chosen["interview_on"],
        title=chosen["title"],
        blueprint=chosen["blueprint"],
        topics=chosen["topic"],
        today=today,
        now=now,
    )
    return redirect("dashboard:readiness")


def readiness_page(
    request: Request, *, form: GoalForm | None = None, status: int = 200
) -> HttpResponse:
    user, now = request.user, request.received_at
    today = user.study_day(now)
    goal = Goal.objects.of(user).ahead(today).first()
    past = list(past_goals(user, today=today))
    untold = past[0] if past and not past[0].outcome else None
    context = {
        "preparation": Preparation(user, goal, now) if goal else None,
        "untold": untold,
        "past": [each for each in past if each is not untold],
        "outcomes": Goal.Outcome.choices,
        "form": form or GoalForm(initial=first_values(goal), user=user, today=today),
        "choices": topics_to_practise(user, due_cards=Card.objects.none()),
    }
    return render_page(request, "dashboard/readiness.html", context, status=status)


@require_POST
def remove_goal(request: Request, pk: int) -> HttpResponse:
    get_object_or_404(Goal.objects.of(request.user), pk=pk).delete()
    messages.success(request, gettext("The day was removed. Your cards and reviews are as before."))
    return redirect("dashboard:readiness")


@require_POST
def tell_outcome(request: Request, pk: int) -> HttpResponse:
    """How it went, once the day has passed."""
    today = request.user.study_day(request.received_at)
    goal = get_object_or_404(Goal.objects.of(request.user).past(today), pk=pk)
    if request.POST.get("outcome") not in Goal.Outcome.values:
        messages.error(request, gettext("Choose one of the answers to how it went."))
    else:
        goal.tell_outcome(request.POST["outcome"])
        messages.success(request, gettext("Kept. Name the next day whenever there is one."))
    return redirect("dashboard:readiness")
