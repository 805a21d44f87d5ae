"""Who may see what of cohorts: an instructor their own, anybody else a 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.models import Cohort, User

if TYPE_CHECKING:
    from studyhub.http import Request


def instructor_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 for who does not teach: the page does not exist for them."""

    @wraps(view)
    def only_for_instructors(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.user.is_authenticated and request.user.is_instructor):
            raise Http404
        return view(request, *args, **kwargs)

    return only_for_instructors


def cohort_taught_by(user: User, pk: UUID) -> Cohort:
    """404 for a cohort of others, as for one that does not exist."""
    return get_object_or_404(Cohort.objects.taught_by(user), pk=pk)
