"""The follow-up to a card just judged: asked like in an interview, and kept nowhere."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from practice.answering import LONGEST_TEXT
from practice.following_up import FollowUpAnswer
from practice.models import Review
from practice.queue import EVERYTHING, Scope
from questions.models import Question, QuestionQuerySet
from studyhub.http import Request, posted, render_page


class FollowUpForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(
            attrs={
                "class": "textarea textarea-answer",
                "rows": 5,
                "data-autogrow": True,
                "data-key": "t",
                "data-key-label": _("Type an answer"),
                "placeholder": _("Type your answer, or say it aloud, then check"),
            }
        ),
    )


def follow_up(request: Request, review: UUID, follow_up: int) -> HttpResponse:
    """GET asks it; POST says what the answer covers of what is expected."""
    judged = _judged(request, review)
    follow_ups = list(judged.revision.follow_ups.all())
    asked = next((each for each in follow_ups if each.pk == follow_up), None)
    if asked is None:
        raise Http404
    form = FollowUpForm(posted(request))
    is_checked = form.is_valid()
    scope = Scope.from_query(request.GET)
    context = {
        "review": judged,
        "follow_up": asked,
        "others": [each for each in follow_ups if each != asked],
        "form": form,
        "answer": FollowUpAnswer(asked, form.cleaned_data["text"]) if is_checked else None,
        "next_question": _next_question(request, asked.next_slug) if is_checked else None,
        "query": f"?{scope.query}" if scope.query else "",
    }
    status = 422 if form.errors else 200
    return render_page(
        request, "practice/follow_up.html", context, partial="follow_up", status=status
    )


def _judged(request: Request, pk: UUID) -> Review:
    """A review of this person's, of a question they may still practise."""
    questions = EVERYTHING.questions(request.user)
    reviews = Review.objects.of(request.user).standing().filter(card__question__in=questions)
    return get_object_or_404(reviews.select_related("revision", "card"), pk=pk)


def _next_question(request: Request, slug: str) -> Question | None:
    if not slug:
        return None
    named: QuestionQuerySet = Question.objects.practisable_by(request.user).filter(slug=slug)
    return named.select_related("current_revision").first()
