"""Threads through the bank: a follow-up that leads on to a question, which may lead on itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.db.models import F, QuerySet
from django.utils.translation import gettext

from questions.models import FollowUp, Question

DEEPEST_THREAD = 3


def thread_gaps(slug: str, targets: Iterable[str]) -> Iterator[str]:
    """Why nobody could go on to these from the question `slug`; nothing if they can."""
    targets = sorted(set(targets) - {""})
    if not targets:
        return
    shared = Question.objects.all().shared().filter(slug__in=targets)
    published = set(shared.values_list("slug", flat=True))
    for target in targets:
        if target not in published:
            said = gettext("A follow-up leads on to %(id)s, which is not published in the bank.")
            yield said % {"id": target}
        elif problem := thread_problem(target, start=slug):
            yield f"{target}: {problem}"


def thread_problem(slug: str, *, start: str) -> str:
    """Why the thread that `start` is in cannot go on to `slug`; empty if it can.

    A query per level, up and down.
    """
    below = list(_levels(slug, _next_of))
    if any(start in level for level in below):
        return gettext("This thread would lead back to the question itself.")
    above = list(_levels(start, _leading_to))
    if len(above) - 1 + len(below) > DEEPEST_THREAD:
        return gettext("This thread would be more than three questions deep.")
    return ""


def _levels(slug: str, step: Callable[[set[str]], Iterable[str]]) -> Iterator[set[str]]:
    """The id, those one step on, two steps on …, until there are too many steps to count on."""
    level = {slug}
    for _depth in range(DEEPEST_THREAD + 1):
        if not level:
            return
        yield level
        level = set(step(level))


def _next_of(slugs: set[str]) -> Iterable[str]:
    return _current().filter(revision__question__slug__in=slugs).values_list("next_slug", flat=True)


def _leading_to(slugs: set[str]) -> Iterable[str]:
    leading = _current().filter(next_slug__in=slugs)
    return leading.values_list("revision__question__slug", flat=True)


def _current() -> QuerySet[FollowUp]:
    """The follow-ups of the bank that lead on, in its current texts."""
    return FollowUp.objects.filter(
        revision__question__private_to=None,
        revision__question__current_revision=F("revision"),
    ).exclude(next_slug="")
