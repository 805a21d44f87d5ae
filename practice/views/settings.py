"""How the learner wants to study, and what that costs."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from practice import fitting, pacing
from practice.cost_chart import CostChart, Point, cost_chart
from practice.fits import scheduled_reviews
from practice.foreseeing import Foreseen, foreseen
from practice.forms import CatchUpForm, HolidayForm, StudySettingsForm
from practice.models import Parameters, StudySettings
from practice.workload import HORIZON
from studyhub.http import Request, posted, render_page


def settings(request: Request) -> HttpResponse:
    today = _settled_today(request)
    wish = StudySettings.objects.of(request.user)
    form = StudySettingsForm(posted(request), instance=wish)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Saved. The next card follows these settings."))
        return redirect("practice:settings")
    return _page(request, today, form=form)


@require_POST
def holiday(request: Request) -> HttpResponse:
    """Name the days without study, or have them end."""
    today = _settled_today(request)
    wish = StudySettings.objects.of(request.user)
    if request.POST.get("do") == "end":
        wish.end_holiday(today)
        messages.success(request, gettext("The holiday is over: today is a day of study."))
        return redirect("practice:settings")
    days_left = wish.plan_days_left(today)
    form = HolidayForm(request.POST, instance=wish, today=today)
    if not form.is_valid():
        return _page(request, today, holiday_form=form)
    wish.keep_plan_days(days_left, today=today)
    form.save()
    messages.success(request, gettext("Saved. Nothing is due on these days."))
    return redirect("practice:settings")


@require_POST
def catching_up(request: Request) -> HttpResponse:
    """Share the backlog out among some days, or go back to the usual number."""
    today = _settled_today(request)
    if request.POST.get("do") == "stop":
        StudySettings.objects.of(request.user).stop_catching_up()
        messages.success(request, gettext("From now on the usual number counts again."))
        return redirect("practice:settings")
    form = CatchUpForm(request.POST, plans=pacing.plans(request.user, today=today))
    if not form.is_valid():
        return _page(request, today, catch_up_form=form)
    plan = pacing.catch_up(request.user, over_days=form.cleaned_data["over_days"], today=today)
    if plan is None:
        messages.info(
            request, gettext("Nothing is overdue any more, so there is nothing to share.")
        )
        return redirect("practice:settings")
    words = ngettext(
        "About %(number)d review a day until %(day)s.",
        "About %(number)d reviews a day until %(day)s.",
        plan.a_day,
    )
    day = date_format(plan.until, "j F")
    messages.success(request, words % {"number": plan.a_day, "day": day})
    return redirect("practice:settings")


def _settled_today(request: Request) -> date:
    """The study day. A holiday that is over is put away first, as studying would do."""
    today = request.user.study_day(request.received_at)
    pacing.settle(request.user, today)
    return today


def _page(
    request: Request,
    today: date,
    *,
    form: StudySettingsForm | None = None,
    holiday_form: HolidayForm | None = None,
    catch_up_form: CatchUpForm | None = None,
) -> HttpResponse:
    # What was refused stands in the form; what it would cost is said of what is saved.
    saved = StudySettings.objects.of(request.user)
    parameters = Parameters.objects.in_use_by(request.user)
    workload = foreseen(request.user, saved, today=today, parameters=parameters.values)
    plans = pacing.plans(request.user, today=today)
    forms = {
        "form": form or StudySettingsForm(instance=StudySettings.objects.of(request.user)),
        "holiday_form": holiday_form
        or HolidayForm(instance=StudySettings.objects.of(request.user), today=today),
        "catch_up_form": catch_up_form or CatchUpForm(None, plans=plans),
    }
    context = {
        **forms,
        "saved": saved,
        "is_holiday": saved.is_holiday(today),
        "is_catching_up": saved.is_catching_up(today),
        "asked_today": saved.reviews_on(today),
        "waiting": next(iter(plans.values())).waiting,
        "workload": workload,
        "chart": _chart(workload),
        "horizon": HORIZON,
        "parameters": parameters,
        "can_fit": fitting.installed_fitter() is not None,
        "own_reviews": scheduled_reviews(request.user),
        "least_reviews": fitting.OWN_REVIEWS,
    }
    status = 422 if any(each.errors for each in forms.values()) else 200
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
