"""The start of practice: what is due, and choosing what to practise."""

from __future__ import annotations

from django.http import HttpResponse

from practice.choosing import tags_to_practise, topics_to_practise
from practice.ending import next_due
from practice.intervals import day_words
from practice.models import StudyDay
from practice.queue import counts
from questions.models import QuestionRevision
from studyhub.http import Request, render_page


def start(request: Request) -> HttpResponse:
    user, today = request.user, request.user.study_day(request.received_at)
    come_back = next_due(user, today=today)
    context = {
        "left": counts(user, today=today),
        "day": StudyDay.objects.at(user, today),
        "topics": topics_to_practise(user, today=today),
        "tags": tags_to_practise(user, today=today),
        "levels": QuestionRevision.Level.choices,
        "kinds": QuestionRevision.Kind.choices,
        "next_words": day_words(come_back, today) if come_back else "",
    }
    return render_page(request, "practice/start.html", context)
