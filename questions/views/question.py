"""A question's page: try it, then see all there is to know about it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from questions import links
from questions.models import Answer, FollowUp, Offer, Question, QuestionQuerySet, QuestionRevision
from questions.revising import with_parts
from studyhub.http import VisitorRequest, render_page


@login_not_required
def question(request: VisitorRequest, slug: str) -> HttpResponse:
    visible: QuestionQuerySet = Question.objects.visible_to(request.user)
    revision = get_current_revision(visible, slug)
    links.mark_broken(revision)
    revisions = revision.question.revisions.exclude(frozen_at=None)
    context = {
        "question": revision.question,
        "revision": revision,
        "is_own": revision.question.private_to_id is not None,
        "follow_ups": with_next(revision, visible),
        "options": [a for a in revision.answers.all() if a.role == Answer.Role.OPTION],
        "steps": _by_text(revision),
        "offer": _offer_of(request, revision.question),
        "shows_notes": revision.question.shows_notes_to(request.user),
        "revisions": revisions.order_by("-number"),
    }
    return render_page(request, "questions/question.html", context)


def get_current_revision(questions: QuestionQuerySet, slug: str) -> QuestionRevision:
    """The text of one of these questions with all its parts, or 404. Nine queries."""
    current = QuestionRevision.objects.filter(
        pk=F("question__current_revision"), question__in=questions.filter(slug=slug)
    )
    return get_object_or_404(with_parts(current))


def with_next(
    revision: QuestionRevision, visible: QuestionQuerySet
) -> list[tuple[FollowUp, Question | None]]:
    """Each follow-up with the question it leads to, if this person may see it. One query."""
    follow_ups = list(revision.follow_ups.all())
    slugs = {follow_up.next_slug for follow_up in follow_ups} - {""}
    found = visible.filter(slug__in=slugs, current_revision__isnull=False)
    following = {other.slug: other for other in found.select_related("current_revision")}
    return [(follow_up, following.get(follow_up.next_slug)) for follow_up in follow_ups]


def _by_text(revision: QuestionRevision) -> list[Answer]:
    """The steps in the order of the alphabet, which tells nothing."""
    steps = [answer for answer in revision.answers.all() if answer.role == Answer.Role.STEP]
    return sorted(steps, key=lambda step: step.text.casefold())


def _offer_of(request: VisitorRequest, question: Question) -> Offer | None:
    """The newest one, for whoever made the question, even after the bank took it."""
    if question.owner_id is None or question.owner_id != request.user.pk:
        return None
    return question.offers.filter(offered_by=request.user.pk).first()
