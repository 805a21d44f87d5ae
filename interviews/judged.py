"""What marks say of a learner's answers, for whoever asks what they got wrong."""

from __future__ import annotations

from django.db.models import F, Q

from accounts.models import User
from interviews.models import Mark, Sitting
from questions.weaknesses import Judged


def judged(user: User) -> dict[int, Judged]:
    """See `questions.weaknesses.Source`. Only marks that the learner may know of. One query."""
    known = Q(item__sitting__state=Sitting.State.RELEASED)
    known |= Q(item__sitting__assignment__assigned_by=user)
    marks = Mark.objects.filter(known, item__sitting__learner=user)
    marks = marks.exclude(item__sitting__state=Sitting.State.VOIDED)
    newest_last = marks.order_by("item__sitting__started_at", "number")
    return {
        question: Judged(submitted_at.date(), is_missed)
        for question, submitted_at, is_missed in newest_last.annotate(
            is_missed=Q(score__lt=F("item__points"))
        ).values_list("item__revision__question", "item__sitting__submitted_at", "is_missed")
        if submitted_at  # marked, so handed in
    }
