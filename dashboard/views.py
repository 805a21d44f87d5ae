"""Today (for visitors the public landing page) and progress."""

from __future__ import annotations

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import User
from dashboard.foretold import Foretold
from dashboard.landing import (
    LONGEST_TEXT,
    SESSION_KEY,
    Trial,
    TrialQuestion,
    keep,
    offered_question,
    offered_revisions,
    tried_question,
)
from dashboard.overview import Overview
from dashboard.progress import Progress
from studyhub.http import Request, VisitorRequest, render_page, wants_partial


class TrialForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(
            attrs={
                "class": "textarea textarea-answer",
                "rows": 5,
                "data-autogrow": True,
                "placeholder": _("Type your answer, or say it aloud, then check"),
            }
        ),
    )


@login_not_required
def today(request: VisitorRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return landing(request)
    keep_trial(request, request.user)
    overview = Overview(request.user, request.received_at)
    return render_page(request, "dashboard/today.html", {"overview": overview})


def keep_trial(request: VisitorRequest, user: User) -> None:
    review = keep(user, request.session, now=request.received_at)
    if review:
        text = gettext(
            "Your first answer is kept: “%s” comes back when you are about to forget it."
        )
        messages.success(request, text % review.revision.prompt.replace("`", ""))


def landing(request: VisitorRequest) -> HttpResponse:
    """The trial of this session, unless the visitor asks for another question by its number."""
    number = request.GET.get("number", "")
    trial = None if number else Trial.read(request.session.get(SESSION_KEY))
    tried = trial and tried_question(trial)
    if tried:
        return landing_page(request, tried)
    place = int(number) if number.isdecimal() and len(number) < 5 else 0
    offered = offered_question(request.received_at.date(), place)
    return landing_page(request, offered, next_number=place + 1)


def landing_page(
    request: VisitorRequest,
    tried: TrialQuestion | None,
    *,
    form: TrialForm | None = None,
    next_number: int = 1,
    status: int = 200,
) -> HttpResponse:
    context = {
        "tried": tried,
        "form": form or TrialForm(),
        "next_number": next_number,
    }
    return render_page(request, "dashboard/landing.html", context, partial="trial", status=status)


@require_POST
@login_not_required
def trial_answer(request: VisitorRequest, slug: str) -> HttpResponse:
    """Check an answer: the model answer appears beside it."""
    revision = get_object_or_404(offered_revisions(), question__slug=slug)
    form = TrialForm(request.POST)
    if form.is_valid() and not ratelimit.consume(request, action="trial"):
        form.add_error(None, _("That were many answers. Yours is kept here: check it in a minute."))
    if not form.is_valid():
        return landing_page(request, TrialQuestion(revision), form=form, status=422)
    return went_on(request, Trial.of(revision, form.cleaned_data["text"]))


@require_POST
@login_not_required
def trial_tick(request: VisitorRequest) -> HttpResponse:
    """What the visitor says they said. Ticking again replaces it."""
    trial = Trial.read(request.session.get(SESSION_KEY))
    tried = trial and tried_question(trial)
    if not trial or not tried:
        return redirect("dashboard:today")
    ticked = request.POST.getlist("said")
    said = [point.key_point.pk for point in tried.points if str(point.key_point.pk) in ticked]
    return went_on(request, trial.ticked(tuple(said)))


def went_on(request: VisitorRequest, trial: Trial) -> HttpResponse:
    request.session[SESSION_KEY] = trial.stored
    if not wants_partial(request):
        return redirect("dashboard:today")
    return landing_page(request, tried_question(trial))


def progress(request: Request) -> HttpResponse:
    return render_page(
        request,
        "dashboard/progress.html",
        {"progress": Progress(request.user, request.received_at)},
    )


def calibration(request: Request) -> HttpResponse:
    return render_page(
        request,
        "dashboard/calibration.html",
        {"foretold": Foretold(request.user, request.received_at)},
    )
