"""When it is studied: cards (where the memory stands now) and reviews (the log they derive from)."""

from practice.models.adjustments import Adjustment, AdjustmentQuerySet
from practice.models.cards import AlreadyReviewed, Card, CardQuerySet, answer_changed
from practice.models.changes import Change, ChangeQuerySet
from practice.models.notes import LONGEST_NOTE, Note
from practice.models.parameters import FitAttempt, Parameters
from practice.models.reviews import Review, ReviewQuerySet, StudyDay
from practice.models.rounds import Round, RoundQuerySet
from practice.models.settings import StudySettings

__all__ = [
    "LONGEST_NOTE",
    "Note",
    "Adjustment",
    "AdjustmentQuerySet",
    "AlreadyReviewed",
    "Card",
    "CardQuerySet",
    "Change",
    "ChangeQuerySet",
    "FitAttempt",
    "Parameters",
    "Review",
    "ReviewQuerySet",
    "Round",
    "RoundQuerySet",
    "StudyDay",
    "StudySettings",
    "answer_changed",
]
