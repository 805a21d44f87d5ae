"""How the learner wants to study."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from practice.forms import StudySettingsForm
from practice.models import StudySettings
from studyhub.http import Request, render_page


def settings(request: Request) -> HttpResponse:
    form = StudySettingsForm(request.POST or None, instance=StudySettings.objects.of(request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Saved. The next card follows these settings."))
        return redirect("practice:settings")
    status = 422 if form.errors else 200
    return render_page(request, "practice/settings.html", {"form": form}, status=status)
