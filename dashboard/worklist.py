"""What practice and interviews tell the editors together: questions nobody ever answered right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from interviews.models import Mark, Sitting
from practice.models import Review
from questions.models import QuestionQuerySet
from questions.worklist import Pile

FEWEST_TRIES = 5
# Of an item's points: below this an answer was not right, as in the grade that practice proposes.
LEAST_RIGHT = Decimal("0.4")


def _never_right(questions: QuestionQuerySet, _today: date) -> QuestionQuerySet:
    """Tried at least five times, in practice or in interviews that were marked."""
    reviews = Review.objects.standing().filter(revision__question=OuterRef("pk"))
    marks = _newest_marks().filter(item__revision__question=OuterRef("pk"))
    right = Cast(F("item__points"), DecimalField(max_digits=6, decimal_places=2)) * LEAST_RIGHT
    return (
        questions.filter(Exists(reviews) | Exists(marks))
        .exclude(Exists(reviews.filter(rating__gt=Review.Rating.AGAIN)))
        .exclude(Exists(marks.filter(score__gte=right)))
        .alias(
            tries=_counted(reviews, by="revision__question")
            + _counted(marks, by="item__revision__question")
        )
        .filter(tries__gte=FEWEST_TRIES)
    )


def _newest_marks() -> QuerySet[Mark]:
    later = Mark.objects.filter(item=OuterRef("item"), number__gt=OuterRef("number"))
    voided = Q(item__sitting__state=Sitting.State.VOIDED)
    return Mark.objects.filter(~Exists(later)).exclude(voided)


def _counted(rows: QuerySet[Any], *, by: str) -> Coalesce:
    numbers = rows.order_by().values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(numbers, output_field=IntegerField()), 0)


NEVER_RIGHT = Pile(name="never-right", title=_("Never answered right"), choose=_never_right)
