"""Threads of questions: a follow-up that leads on to a question, which may lead on itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from questions.models import FollowUp, Question, QuestionRevision

DEEPEST_THREAD = 3
LONGEST_CIRCLE = 100


def thread_gaps(slug: str, targets: Iterable[str]) -> Iterator[str]:
    """Why nobody could go on to these from the question `slug`; nothing if they can."""
    targets = sorted(set(targets) - {""})
    if not targets:
        return
    shared = Question.objects.all().shared().filter(slug__in=targets)
    published = set(shared.values_list("slug", flat=True))
    problems = thread_problems(published, start=slug)
    for target in targets:
        way = _way_back(slug, target) if target in problems or target not in published else []
        if target == slug:
            yield f"{target}: {_leads_back()}"
        elif way:
            said = gettext(
                "These questions lead on in a circle: %(ids)s. Let a follow-up of one of them lead "
                "elsewhere or nowhere, then publish them."
            )
            yield said % {"ids": " → ".join([slug, *way])}
        elif target not in published:
            said = gettext("A follow-up leads on to %(id)s, which is not published in the bank.")
            yield said % {"id": target}
        elif target in problems:
            yield f"{target}: {problems[target]}"


def thread_problem(slug: str, *, start: str) -> str:
    """Why the thread that `start` is in cannot go on to `slug`; empty if it can."""
    return thread_problems([slug], start=start).get(slug, "")


def thread_problems(
    targets: Iterable[str], *, start: str, reader: User | None = None
) -> dict[str, str]:
    """By target, why the thread that `start` is in cannot go on to it; without those it can.

    Along the questions of the bank, and for a reader also along their own. A query for each level
    up and down, however many the targets.
    """
    targets = set(targets) - {""}
    if not targets:
        return {}
    links = _current(reader)
    below = _links_below(targets, links)
    steps_before = len(list(_levels(start, partial(_leading_to, links)))) - 1
    problems = {}
    for target in targets:
        levels = list(_levels(target, partial(_next_in, below)))
        if any(start in level for level in levels):
            problems[target] = _leads_back()
        elif steps_before + len(levels) > DEEPEST_THREAD:
            problems[target] = gettext("This thread would be more than three questions deep.")
    return problems


def _leads_back() -> str:
    return gettext("This thread would lead back to the question itself.")


def _way_back(slug: str, target: str) -> list[str]:
    """From `target` on until `slug`, however far, with the drafts of what is not published; else nothing."""
    came_from = {target: ""}
    level = {target}
    while level and slug not in came_from and len(came_from) < LONGEST_CIRCLE:
        links = _to_be_published().filter(revision__question__slug__in=level).order_by("pk")
        level = set()
        for before, leads_to in links.values_list("revision__question__slug", "next_slug"):
            if leads_to not in came_from:
                came_from[leads_to] = before
                level.add(leads_to)
    way = [slug] if slug in came_from else []
    while way and (before := came_from[way[0]]):
        way.insert(0, before)
    return way


def _levels(slug: str, step: Callable[[set[str]], Iterable[str]]) -> Iterator[set[str]]:
    """The id, those one step on, two steps on …, until there are too many steps to count on."""
    level = {slug}
    for _depth in range(DEEPEST_THREAD):
        if not level:
            return
        yield level
        level = set(step(level))
    if level:
        yield level


def _links_below(slugs: set[str], links: QuerySet[FollowUp]) -> dict[str, set[str]]:
    """Where each of these leads on to, and each of those, as far as steps are counted."""
    known: dict[str, set[str]] = {}
    level = slugs
    for _depth in range(DEEPEST_THREAD):
        level = level - known.keys()
        if not level:
            break
        known |= {slug: set() for slug in level}
        from_here = links.filter(revision__question__slug__in=level)
        for slug, leads_to in from_here.values_list("revision__question__slug", "next_slug"):
            known[slug].add(leads_to)
        level = set(_next_in(known, level))
    return known


def _next_in(known: dict[str, set[str]], slugs: set[str]) -> Iterable[str]:
    return {leads_to for slug in slugs for leads_to in known.get(slug, ())}


def _leading_to(links: QuerySet[FollowUp], slugs: set[str]) -> Iterable[str]:
    leading = links.filter(next_slug__in=slugs)
    return leading.values_list("revision__question__slug", flat=True)


def _current(reader: User | None) -> QuerySet[FollowUp]:
    """The follow-ups that lead on, in the current texts of the bank and of the reader."""
    seen = Q(revision__question__private_to=None)
    if reader:
        seen |= Q(revision__question__private_to=reader)
    return FollowUp.objects.filter(
        seen, revision__question__current_revision=F("revision")
    ).exclude(next_slug="")


def _to_be_published() -> QuerySet[FollowUp]:
    """Those of the bank that lead on: of what is published as it is, of all else by its draft."""
    is_current = Q(revision__question__current_revision=F("revision"))
    is_published = Q(revision__question__status=Question.Status.PUBLISHED)
    drafts = QuestionRevision.objects.filter(
        question=OuterRef("revision__question"), frozen_at=None
    )
    return FollowUp.objects.filter(
        Q(is_published, is_current)
        | Q(~is_published, Q(revision__frozen_at=None) | Q(is_current, ~Exists(drafts))),
        revision__question__private_to=None,
    ).exclude(next_slug="")
