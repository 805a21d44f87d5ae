"""What the worker does for practice."""

from __future__ import annotations

from django.tasks import task
from django.utils import timezone

from accounts.models import User
from practice import fits, fitting


@task
def fit_parameters() -> None:
    """Fit the site's parameters, and have each learner's fitted; daily, see PERIODIC_JOBS."""
    fit = fitting.installed_fitter()
    if fit is None:
        return
    if fits.site_has_grown():
        fits.fit_site(fit, now=timezone.now())
    for pk in fits.learners_to_fit():
        fit_learner.enqueue(pk)


@task
def fit_learner(pk: int) -> None:
    """A task for each, so that none of them runs for long."""
    fit, user = fitting.installed_fitter(), User.objects.filter(pk=pk).first()
    if fit and user:
        fits.fit_learner(user, fit, now=timezone.now())
