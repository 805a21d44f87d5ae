"""What is studied: topics, tags, questions, and their immutable revisions with all their parts."""

from questions.models.links import LinkCheck
from questions.models.offers import Offer
from questions.models.overrules import Overrule, PointTally
from questions.models.parts import (
    AcceptPhrase,
    Answer,
    FollowUp,
    Hint,
    KeyPoint,
    Misconception,
    Reference,
)
from questions.models.questions import Import, Question, QuestionQuerySet
from questions.models.reports import Report
from questions.models.revisions import QuestionRevision
from questions.models.search import SearchEntry, Spelling
from questions.models.topics import Tag, Topic
from questions.models.vectors import RevisionVectors

__all__ = [
    "AcceptPhrase",
    "Answer",
    "FollowUp",
    "Hint",
    "Import",
    "KeyPoint",
    "LinkCheck",
    "Misconception",
    "Offer",
    "Overrule",
    "PointTally",
    "Question",
    "QuestionQuerySet",
    "QuestionRevision",
    "Reference",
    "Report",
    "RevisionVectors",
    "SearchEntry",
    "Spelling",
    "Tag",
    "Topic",
]
