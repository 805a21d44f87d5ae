"""Timed interviews: what is asked, who is asked and when, one run of it, and its marking."""

from interviews.models.assignments import Assignment, Extension
from interviews.models.blueprints import Blueprint, HandPicked, Section
from interviews.models.events import SittingEvent
from interviews.models.goals import Goal, GoalQuerySet
from interviews.models.items import AskedFollowUp, Item
from interviews.models.marking import Mark
from interviews.models.recordings import Recording
from interviews.models.responses import Response, ResponseRevision
from interviews.models.rubrics import Rubric
from interviews.models.sittings import Sitting
from interviews.models.suggestions import Suggestion

__all__ = [
    "AskedFollowUp",
    "Assignment",
    "Blueprint",
    "Extension",
    "Goal",
    "GoalQuerySet",
    "HandPicked",
    "Item",
    "Mark",
    "Recording",
    "Response",
    "ResponseRevision",
    "Rubric",
    "Section",
    "Sitting",
    "SittingEvent",
    "Suggestion",
]
