"""Where editors keep the bank: Django's admin, on one draft per question."""

from questions.admin.drafts import RevisionAdmin
from questions.admin.imports import ImportAdmin
from questions.admin.offers import OfferAdmin
from questions.admin.questions import QuestionAdmin
from questions.admin.reports import ReportAdmin
from questions.admin.topics import TagAdmin, TopicAdmin

__all__ = [
    "ImportAdmin",
    "OfferAdmin",
    "QuestionAdmin",
    "ReportAdmin",
    "RevisionAdmin",
    "TagAdmin",
    "TopicAdmin",
]
