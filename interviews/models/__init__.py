"""Timed interviews: what is asked, who is asked and when, one run of it, and its marking."""

from interviews.models.assignments import Assignment, Extension
from interviews.models.blueprints import Blueprint, HandPicked, Section
from interviews.models.goals import Goal, GoalQuerySet
from interviews.models.marking import Mark
from interviews.models.responses import Response, ResponseRevision
from interviews.models.sittings import AskedFollowUp, Item, Sitting, SittingEvent
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
    "Response",
    "ResponseRevision",
    "Section",
    "Sitting",
    "SittingEvent",
    "Suggestion",
]
