"""A card's state and memory in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from practice.browsing import State, state_of
from practice.intervals import day_words, length_words
from practice.models import Card

HARD_FROM, MIDDLING_FROM = 7.0, 4.0


def difficulty_words(difficulty: float) -> str:
    """FSRS's difficulty, 1 to 10: how much less a review strengthens this memory than another."""
    if difficulty >= HARD_FROM:
        return gettext("hard for you")
    if difficulty >= MIDDLING_FROM:
        return gettext("middling for you")
    return gettext("easy for you")


@dataclass(frozen=True, slots=True)
class Facts:
    card: Card
    today: date

    @property
    def state(self) -> State:
        return state_of(self.card, self.today)

    @property
    def can_be_practised(self) -> bool:
        """Now, within the schedule."""
        return self.state in (State.DUE, State.NEW, State.LEARNING)

    @property
    def due(self) -> str:
        """Such as: on Friday; empty for a new card."""
        return day_words(self.card.due_on, self.today) if self.card.due_on else ""

    @property
    def is_overdue(self) -> bool:
        return self.card.due_on is not None and self.card.due_on < self.today

    @property
    def holds(self) -> str:
        """How long the memory holds: until it would be recalled 9 times of 10."""
        return length_words(round(self.card.stability)) if self.card.stability else ""

    @property
    def difficulty(self) -> str:
        return difficulty_words(self.card.difficulty) if self.card.difficulty else ""
