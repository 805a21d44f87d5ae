"""The pages of practice."""

from practice.views.browsing import cards, undo_the_change
from practice.views.card import card
from practice.views.choosing import more, start
from practice.views.deck import add, bury, suspend, unsuspend
from practice.views.exporting import export, export_reviews
from practice.views.following_up import follow_up
from practice.views.history import history
from practice.views.notes import note
from practice.views.rounds import start_a_round
from practice.views.session import answer, session, undo
from practice.views.settings import catching_up, holiday, settings

__all__ = [
    "add",
    "answer",
    "bury",
    "card",
    "cards",
    "catching_up",
    "export",
    "export_reviews",
    "follow_up",
    "history",
    "holiday",
    "more",
    "note",
    "session",
    "settings",
    "start",
    "start_a_round",
    "suspend",
    "undo",
    "undo_the_change",
    "unsuspend",
]
