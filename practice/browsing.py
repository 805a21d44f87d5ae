"""Looking through one's cards: by state, words, topic, tag and kind, in an order of choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from practice.models import Card, CardQuerySet, answer_changed
from questions.models import Question, QuestionRevision, Tag, Topic
from questions.searching import Search

if TYPE_CHECKING:
    from accounts.models import User

CARDS_A_PAGE = 50


class State(models.TextChoices):
    DUE = "due", _("Due")
    NEW = "new", _("New")
    LEARNING = "learning", _("Once more today")
    LATER = "later", _("Due later")
    BURIED = "buried", _("Put away")
    SUSPENDED = "suspended", _("Suspended")
    LEECH = "leech", _("Do not stick")
    CHANGED = "changed", _("Answer changed")


class Order(models.TextChoices):
    DUE = "due", _("Due first")
    STABILITY = "stability", _("Weakest memory first")
    DIFFICULTY = "difficulty", _("Hardest first")
    LAPSES = "lapses", _("Forgotten most often first")
    REVIEWED = "reviewed", _("Longest not seen first")
    ADDED = "added", _("Newest first")


COLUMNS = {
    Order.DUE: ("due_on", False),
    Order.STABILITY: ("stability", False),
    Order.DIFFICULTY: ("difficulty", True),
    Order.LAPSES: ("lapse_count", True),
    Order.REVIEWED: ("reviewed_on", False),
    Order.ADDED: ("added_at", True),
}


def conditions(today: date) -> dict[str, Q]:
    """When a card is in each state. Every card is in one of them.

    It may not stick, or have a changed answer, besides.
    """
    buried = Q(suspended_at=None, buried_until__gt=today)
    shown = Q(suspended_at=None) & (Q(buried_until=None) | Q(buried_until__lte=today))
    learning = shown & Q(relearn_on=today)
    calm = shown & (Q(relearn_on=None) | Q(relearn_on__lt=today) | Q(relearn_on__gt=today))
    return {
        State.DUE: calm & Q(due_on__lte=today),
        State.NEW: calm & Q(due_on=None),
        State.LEARNING: learning,
        State.LATER: calm & Q(due_on__gt=today),
        State.BURIED: buried,
        State.SUSPENDED: Q(suspended_at__isnull=False),
        State.LEECH: Q(is_leech=True),
        State.CHANGED: answer_changed(),
    }


def state_of(card: Card, today: date) -> State:
    """As `conditions` has it; what a card may be besides is said besides."""
    if card.suspended_at:
        return State.SUSPENDED
    if card.buried_until and card.buried_until > today:
        return State.BURIED
    if card.relearn_on == today:
        return State.LEARNING
    if card.due_on is None:
        return State.NEW
    return State.DUE if card.due_on <= today else State.LATER


@dataclass(frozen=True, slots=True)
class Browse:
    """What is looked for; empty shows every card, what is due first."""

    search: Search = Search()
    state: str = ""
    order: str = Order.DUE.value
    is_reversed: bool = False

    @classmethod
    def from_query(cls, query: QueryDict) -> Browse:
        """Read what Search does, and `state`, `order`, `reverse=1`. Nonsense is left out."""
        state, order = query.get("state", ""), query.get("order", "")
        return cls(
            search=Search.from_query(query),
            state=state if state in State else "",
            order=order if order in Order else Order.DUE.value,
            is_reversed=query.get("reverse") == "1",
        )

    @property
    def query(self) -> str:
        """The query string that `from_query` reads, without the question mark."""
        pairs = [("state", self.state)]
        pairs += [("order", self.order if self.order != Order.DUE else "")]
        pairs += [("reverse", "1" if self.is_reversed else "")]
        own = urlencode([pair for pair in pairs if pair[1]])
        return "&".join(part for part in (self.search.query, own) if part)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search.query or self.state)

    def within(self, user: User) -> CardQuerySet:
        """All but the state."""
        questions = self.search.chosen(Question.objects.practisable_by(user))
        return Card.objects.of(user).on(questions)

    def cards(self, user: User, *, today: date) -> CardQuerySet:
        found = self.within(user)
        return found.filter(conditions(today)[self.state]) if self.state else found

    def in_order(self, cards: CardQuerySet) -> CardQuerySet:
        column, falls = COLUMNS[Order(self.order)]
        if falls != self.is_reversed:
            return cards.order_by(F(column).desc(nulls_last=True), "pk")
        return cards.order_by(F(column).asc(nulls_last=True), "pk")


@dataclass(frozen=True, slots=True)
class StateChoice:
    state: str
    label: str
    number: int
    query: str
    is_chosen: bool


def state_choices(browse: Browse, user: User, *, today: date) -> list[StateChoice]:
    """All, and each state there is, with how many cards it has. One query."""
    counts = {state: Count("pk", filter=each) for state, each in conditions(today).items()}
    found = browse.within(user).aggregate(all=Count("pk"), **counts)
    named = [("", _("All"), "all"), *((value, label, value) for value, label in State.choices)]
    return [
        StateChoice(
            state=state,
            label=str(label),
            number=found[key],
            query=_with_state(browse, state).query,
            is_chosen=browse.state == state,
        )
        for state, label, key in named
        if found[key] or browse.state == state
    ]


def _with_state(browse: Browse, state: str) -> Browse:
    return Browse(browse.search, state, browse.order, browse.is_reversed)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the learner's cards can be narrowed to."""

    topics: list[Topic]
    tags: list[Tag]
    kinds: list[tuple[str, str]]


def filters_for(user: User) -> Filters:
    """Two queries."""
    mine = Card.objects.of(user).order_by()
    topics = Topic.objects.filter(Exists(mine.filter(question__topic=OuterRef("pk"))))
    tagged = Question.tags.through.objects.filter(
        tag=OuterRef("pk"), question__in=mine.values("question")
    )
    return Filters(
        topics=list(topics),
        tags=list(Tag.objects.filter(Exists(tagged))),
        kinds=[(kind.value, str(kind.label)) for kind in QuestionRevision.Kind],
    )
