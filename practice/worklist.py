"""What practice tells the editors of the bank."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from practice.models import Card
from questions.models import QuestionQuerySet
from questions.worklist import Pile


def _leeches(questions: QuestionQuerySet, _today: date) -> QuestionQuerySet:
    """They do not stick with somebody: perhaps two ideas in one, or nothing to hold on to."""
    return questions.filter(Exists(Card.objects.leeches().filter(question=OuterRef("pk"))))


LEECHES = Pile(name="leeches", title=_("Do not stick"), choose=_leeches)
