"""How the learner wants to study, and what that costs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext

from practice import fitting
from practice.cost_chart import CostChart, Point, cost_chart
from practice.fits import scheduled_reviews
from practice.foreseeing import Foreseen, foreseen
from practice.forms import StudySettingsForm
from practice.models import Parameters, StudySettings
from practice.workload import HORIZON
from studyhub.http import Request, posted, render_page


def settings(request: Request) -> HttpResponse:
    form = StudySettingsForm(posted(request), instance=StudySettings.objects.of(request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Saved. The next card follows these settings."))
        return redirect("practice:settings")
    # What was refused stands in the form; what it would cost is said of what is saved.
    saved = StudySettings.objects.of(request.user)
    today = request.user.study_day(request.received_at)
    parameters = Parameters.objects.in_use_by(request.user)
    workload = foreseen(request.user, saved, today=today, parameters=parameters.values)
    context = {
        "form": form,
        "saved": saved,
        "workload": workload,
        "chart": _chart(workload),
        "horizon": HORIZON,
        "parameters": parameters,
        "can_fit": fitting.installed_fitter() is not None,
        "own_reviews": scheduled_reviews(request.user),
        "least_reviews": fitting.OWN_REVIEWS,
    }
    status = 422 if form.errors else 200
    return render_page(request, "practice/settings.html", context, status=status)


def _chart(workload: Foreseen) -> CostChart | None:
    if workload.is_empty:
        return None
    said = gettext("%(percent)s %%: %(minutes)s min a day")
    points = []
    for cost in workload.costs:
        percent = number_format(cost.percent, force_grouping=False)
        title = said % {"percent": percent, "minutes": number_format(cost.minutes)}
        points.append(Point(cost.percent, cost.minutes_a_day, title))
    return cost_chart(points, chosen=points[workload.costs.index(workload.chosen)])
