"""The start of practice: what is due, and choosing what to practise."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from practice import pacing
from practice.choosing import due_now, tags_to_practise, topics_to_practise
from practice.ending import MORE, next_due
from practice.intervals import day_words
from practice.models import Card, StudyDay
from practice.queue import EVERYTHING, Scope, allowance, counts
from practice.rounds import MOST_CARDS
from practice.views.session import go_on
from questions.models import QuestionRevision
from studyhub.http import Request, render_page


def start(request: Request) -> HttpResponse:
    user, today = request.user, request.user.study_day(request.received_at)
    wish = pacing.paced(user, today)
    come_back = next_due(user, today=today, wish=wish)
    left = allowance(user, today=today, wish=wish)
    counted = counts(user, today=today, left=left)
    due_cards = Card.objects.none() if left.is_holiday else due_now(user, today=today)
    context = {
        "left": counted,
        "wish": wish,
        "is_holiday": left.is_holiday,
        "is_catching_up": wish.is_catching_up(today),
        "asked_today": wish.reviews_on(today),
        # Whether more waits than the day asks for is not counted: a backlog may be long.
        "is_full": 0 < left.due == counted.due,
        "day": StudyDay.objects.at(user, today),
        "topics": topics_to_practise(user, due_cards=due_cards),
        "tags": tags_to_practise(user, due_cards=due_cards),
        "levels": QuestionRevision.Level.choices,
        "kinds": QuestionRevision.Kind.choices,
        "weak": EVERYTHING.cards(user, today=today).weak()[:MOST_CARDS].count(),
        "changed": EVERYTHING.cards(user, today=today).answer_changed()[:MOST_CARDS].count(),
        "missed": EVERYTHING.cards(user, today=today).missed_in_mocks()[:MOST_CARDS].count(),
        "next_words": day_words(come_back, today) if come_back else "",
    }
    return render_page(request, "practice/start.html", context)


@require_POST
def more(request: Request) -> HttpResponse:
    """Go on above the day's number of reviews."""
    today = request.user.study_day(request.received_at)
    StudyDay.objects.allow_more(request.user, today, number=MORE)
    return go_on(request, Scope.from_query(request.GET))
