"""What practice knows of a learner's answers, for whoever asks what they got wrong."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import User
from practice.models import Card
from questions.weaknesses import Judged


def judged(user: User) -> dict[int, Judged]:
    """See `questions.weaknesses.Source`. One query."""
    cards = Card.objects.filter(
        Q(reviewed_on__isnull=False) | Q(missed_on__isnull=False), user=user
    )
    found = {}
    for question, reviewed_on, missed_points, missed_on in cards.values_list(
        "question", "reviewed_on", "missed_points", "missed_on"
    ):
        told = [Judged(reviewed_on, missed_points > 0)] if reviewed_on else []
        told += [Judged(missed_on, is_missed=True)] if missed_on else []
        found[question] = max(told)
    return found
