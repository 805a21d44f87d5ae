"""What a judgement leaves behind: the review, and where the engine was overruled in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from practice.models import Card, Review
from questions import overruling
from questions.matching import Matched
from questions.models import Overrule


def judge(
    card: Card, rating: int, *, matched: Matched | None, now: datetime, **told: Any
) -> Review:
    """As Card.review. `matched` is what the engine said of the answer; None: it was not asked."""
    if matched is None:
        return card.review(rating, now=now, **told)
    with transaction.atomic():
        review = card.review(rating, now=now, **told)
        if review.reviewed_at == now:  # an earlier moment: the same page came before
            overruling.record(
                user=card.user,
                revision=review.revision,
                answer=review.answer,
                matched=matched,
                said={int(pk): mark for pk, mark in review.points.items()},
                source=Overrule.Source.PRACTICE,
                now=now,
            )
    return review
