"""Which card next: the scope chosen, the day's limits, and the order within them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.utils.translation import ngettext

from practice import pacing, scheduling
from practice.dealing import dealt
from practice.models import Card, CardQuerySet, Review, Round, StudyDay, StudySettings
from questions.models import Question, QuestionQuerySet, QuestionRevision, Topic
from questions.models.topics import SLUG
from studyhub.statements import Statement, rows, statement_of

if TYPE_CHECKING:
    from accounts.models import User

IS_SLUG = re.compile(rf"{SLUG}\Z")
IS_PATH = re.compile(rf"{SLUG}(?:/{SLUG})*\Z")
MOST_TAGS = 20
MOST_QUESTIONS = 40
# How far a card of another topic is looked for among those that are due.
WINDOW = 200
LEVELS, KINDS = QuestionRevision.Level.values, QuestionRevision.Kind.values
BANK_ORDER = ("topic__position", "topic__path", "slug")


@dataclass(frozen=True, slots=True)
class Scope:
    """What to practise. Empty means everything; several tags, levels or kinds mean any of them.

    `weak`: a key point was missed last time. `missed`: in a mock interview, and not seen to since.
    `question` is one question asked for by name, `questions_named` are several.
    `round` names a round instead, whatever else is said.
    """

    topic: str = ""
    tags: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    question: str = ""
    weak: bool = False
    missed: bool = False
    round: UUID | None = None
    questions_named: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict) -> Scope:
        """Read `topic`, `tag`, `level`, `kind`, `question`, `weak=1`, `missed=1`, `round`.

        What makes no sense is left out.
        """
        topic = query.get("topic", "")
        named = [slug for slug in query.getlist("question") if IS_SLUG.match(slug)]
        named = list(dict.fromkeys(named))[:MOST_QUESTIONS]
        return cls(
            topic=topic if IS_PATH.match(topic) else "",
            tags=tuple(tag for tag in query.getlist("tag") if IS_SLUG.match(tag))[:MOST_TAGS],
            levels=_known(query.getlist("level"), LEVELS),
            kinds=_known(query.getlist("kind"), KINDS),
            question=named[0] if len(named) == 1 else "",
            weak=query.get("weak") == "1",
            missed=query.get("missed") == "1",
            round=_uuid(query.get("round", "")),
            questions_named=tuple(named) if len(named) > 1 else (),
        )

    @classmethod
    def of_questions(cls, slugs: Iterable[str]) -> Scope:
        """One or several questions, in no order."""
        named = tuple(slugs)
        return cls(question=named[0]) if len(named) == 1 else cls(questions_named=named)

    @property
    def query(self) -> str:
        """The query string that `from_query` reads, without the question mark."""
        pairs = [("topic", self.topic), ("question", self.question)]
        pairs += [("question", slug) for slug in self.questions_named]
        pairs += [("tag", tag) for tag in self.tags]
        pairs += [("level", level) for level in self.levels]
        pairs += [("kind", kind) for kind in self.kinds]
        pairs += [("weak", "1" if self.weak else ""), ("missed", "1" if self.missed else "")]
        pairs += [("round", str(self.round or ""))]
        return urlencode([pair for pair in pairs if pair[1]])

    def questions(self, user: User) -> QuestionQuerySet:
        """What this person may practise of it."""
        found: QuestionQuerySet = Question.objects.practisable_by(user)
        if self.topic:
            found = found.filter(
                Q(topic__path=self.topic) | Q(topic__path__startswith=f"{self.topic}/")
            )
        if self.tags:
            tagged = Question.tags.through.objects.filter(tag__slug__in=self.tags)
            found = found.filter(Exists(tagged.filter(question=OuterRef("pk"))))
        if self.levels:
            found = found.filter(current_revision__level__in=self.levels)
        if self.kinds:
            found = found.filter(current_revision__kind__in=self.kinds)
        if self.questions_named:
            found = found.filter(slug__in=self.questions_named)
        return found.filter(slug=self.question) if self.question else found

    def cards(self, user: User, *, today: date) -> CardQuerySet:
        """The cards in it that may be shown today."""
        cards = Card.objects.of(user).active(today).on(self.questions(user))
        cards = cards.weak() if self.weak else cards
        return cards.missed_in_mocks() if self.missed else cards

    def rested(self, cards: CardQuerySet, today: date) -> CardQuerySet:
        """Siblings of what was seen today wait, but for questions that somebody asks for by name."""
        return cards if self.question or self.questions_named else cards.rested(today)

    def unseen(self, user: User) -> QuestionQuerySet:
        """What has no card yet. Nothing is known of it, so it is neither weak nor missed."""
        if self.weak or self.missed:
            return self.questions(user).none()
        cards = Card.objects.of(user).filter(question=OuterRef("pk"))
        return self.questions(user).filter(~Exists(cards))

    def unseen_rested(self, user: User, *, today: date) -> QuestionQuerySet:
        """Unseen, and no sibling of what was seen today, but for what is asked for by name."""
        unseen = self.unseen(user)
        if self.question or self.questions_named:
            return unseen
        seen = Review.objects.of(user).resting_siblings(today)
        return unseen.exclude(pk__in=seen.siblings().values("pk"))


EVERYTHING = Scope()


def somebody(pk: int) -> User:
    """Whoever has this key, for statements that need no more of a person."""
    return get_user_model()(pk=pk)


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _known(values: list[str], known: list[str]) -> tuple[str, ...]:
    return tuple(value for value in known if value in values)


@dataclass(frozen=True, slots=True)
class Counts:
    """What is left to do today within the daily limits."""

    again: int = 0
    due: int = 0
    new: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.new

    @property
    def waiting(self) -> int:
        """Seen before."""
        return self.again + self.due

    @property
    def words(self) -> str:
        left = ngettext("%d left", "%d left", self.total) % self.total
        if not self.again:
            return left
        again = ngettext("%d of them once more", "%d of them once more", self.again) % self.again
        return f"{left}, {again}"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the daily limits leave, and what was done of them today.

    `reviews_done` counts all of today's reviews; None where no limit asked for them.
    """

    new: int
    due: int
    new_done: int = 0
    due_done: int = 0
    reviews_done: int | None = None
    is_holiday: bool = False


def allowance(
    user: User,
    *,
    today: date,
    scope: Scope = EVERYTHING,
    wish: StudySettings | None = None,
    done: StudyDay | None = None,
) -> Allowance:
    """A question that somebody asks for by name is not held back by a limit, nor is a round.

    `wish` saves asking for the learner's settings, `done` for what was done today.
    """
    if scope.question or scope.round:
        return Allowance(new=1, due=1)
    if named := len(scope.questions_named):
        return Allowance(new=named, due=named)
    wish = pacing.paced(user, today, wish=wish)
    if wish.is_holiday(today):
        return Allowance(new=0, due=0, is_holiday=True)
    done = done or StudyDay.objects.at(user, today)
    return Allowance(
        new=max(0, wish.new_cards_a_day - done.new_cards),
        due=max(0, wish.reviews_on(today) + done.extra_reviews - done.due_reviews),
        new_done=done.new_cards,
        due_done=done.due_reviews,
        reviews_done=done.reviews,
    )


def counts(
    user: User,
    *,
    today: date,
    scope: Scope = EVERYTHING,
    left: Allowance | None = None,
    with_unseen: bool = True,
) -> Counts:
    """Counts no further than the day's limits, so a long backlog costs no more than a short one.

    New are also the unseen questions that `top_up` would make cards of. Finding that there are
    none reads every question in the scope; within a session, which began with `top_up`, leave
    them out.
    """
    if scope.round:
        return Counts(due=len(_left_of_round(user, today, scope)))
    left = left or allowance(user, today=today, scope=scope)
    if left.is_holiday:
        return Counts()
    again, due, new = _counted(user, today, scope, left)
    if with_unseen and new < left.new:
        new += scope.unseen_rested(user, today=today)[: left.new - new].count()
    return Counts(again=again, due=due, new=new)


def _counted(user: User, today: date, scope: Scope, left: Allowance) -> tuple[int, int, int]:
    ((again, due, new),) = rows(_counting, user.pk, today, left.due, left.new, about=(scope,))
    return again, due, new


def _counting(user_pk: int, today: date, due: int, new: int, scope: Scope) -> Statement:
    """Those to see again, and up to so many due and new ones."""
    cards = scope.cards(somebody(user_pk), today=today)
    fresh = scope.rested(cards, today)
    parts = (_keys(cards.again(today)), _keys(fresh.due(today), due), _keys(fresh.new(), new))
    counted = ", ".join(f"(SELECT COUNT(*) FROM ({text}) AS part)" for text, _given in parts)  # noqa: S608  # the ORM's own SQL
    return f"SELECT {counted}", tuple(chain.from_iterable(given for _text, given in parts))


def _keys(cards: CardQuerySet, most: int | None = None) -> Statement:
    """The limit a parameter, so that the statement is the same all day."""
    text, params = statement_of(cards.values("pk"))
    return (text, params) if most is None else (f"{text} LIMIT %s", (*params, most))


def top_up(
    user: User, scope: Scope, today: date, now: datetime, *, left: Allowance | None = None
) -> int:
    """Make the new cards that today's allowance still wants in this scope; how many it made.

    For the start of a session: if nothing is unseen, it reads every question in the scope.

    One's own private questions come first, then the bank in its order.
    """
    if scope.round:
        return 0
    pacing.settle(user, today)
    left = left or allowance(user, today=today, scope=scope)
    _again, _due, waiting = _counted(user, today, scope, left)
    wanted = left.new - waiting
    if wanted <= 0:
        return 0
    unseen = scope.unseen_rested(user, today=today)
    return Card.objects.add(user, islice(_in_order(unseen, user, wanted), wanted), now=now)


def _in_order(unseen: QuestionQuerySet, user: User, most: int) -> Iterator[Question]:
    """One's own private questions, then the bank's, a topic at a time until there are enough.

    In one query the database would sort all that is unseen, for the first ten.
    """
    yield from unseen.filter(private_to=user).order_by(*BANK_ORDER)[:most]
    bank = unseen.filter(private_to=None).order_by("slug")
    for topic in Topic.objects.order_by("position", "path"):
        yield from bank.filter(topic=topic)[:most]
    yield from bank.filter(topic=None)[:most]


def next_card(
    user: User,
    *,
    today: date,
    scope: Scope = EVERYTHING,
    left: Allowance | None = None,
    counted: Counts | None = None,
    last: Review | None = None,
) -> Card | None:
    """The card to show now, or None when today is done. The same one until something changes.

    Due cards, the least likely to be recalled first, but no topic twice running while another
    is due; new ones shared evenly among them; at the end those that were judged Again. `left`,
    `counted` and `last`, the newest review, save asking for them twice.
    """
    if scope.round:
        return _next_of_round(user, today, scope)
    left = left or allowance(user, today=today, scope=scope)
    if left.is_holiday:
        return None
    counted = counted or counts(user, today=today, scope=scope, left=left, with_unseen=False)
    pk = None
    if counted.new and _is_turn_of_new(left, counted):
        pk = _first_new(user, today, scope)
    if pk is None and counted.due:
        pk = _least_recalled(user, today, scope, last)
    if pk is None and counted.new:
        pk = _first_new(user, today, scope)
    if pk is None and counted.again:
        again = scope.cards(user, today=today).again(today)
        pk = again.longest_unseen_first().values_list("pk", flat=True).first()
    return dealt(user, pk) if pk else None


def _left_of_round(user: User, today: date, scope: Scope) -> list[Card]:
    if scope.round is None:
        return []
    begun = Round.objects.of(user).select_related("user").filter(pk=scope.round).first()
    return begun.left(today) if begun else []


def _next_of_round(user: User, today: date, scope: Scope) -> Card | None:
    left = _left_of_round(user, today, scope)
    if not left:
        return None
    card = dealt(user, left[0].pk)
    if card:
        card.round_pk = scope.round
    return card


def _first_new(user: User, today: date, scope: Scope) -> int | None:
    found = rows(_new_in_order, user.pk, today, about=(scope,))
    return found[0][0] if found else None


def _new_in_order(user_pk: int, today: date, scope: Scope) -> QuerySet[Card, Any]:
    """By the key. No new card has a due day, but only so PostgreSQL reads them off the index."""
    fresh = scope.rested(scope.cards(somebody(user_pk), today=today), today).new()
    return fresh.order_by("due_on", "pk").values_list("pk")[:1]


def _is_turn_of_new(left: Allowance, counted: Counts) -> bool:
    """With d due and n new cards in a day, the k-th new one follows after k * d / (n + 1) due."""
    due, new = left.due_done + counted.due, left.new_done + counted.new
    return left.due_done * (new + 1) >= (left.new_done + 1) * due


type TopicKey = int | None


def _last_topic(user: User, today: date, last: Review | None) -> TopicKey:
    """The topic of the card seen last today; None if it has none, or nothing was seen."""
    if last:
        return last.card.question.topic_id
    # The newest whatever its day: looking for today's would read the log of who has none today.
    newest = rows(_newest_topic, user.pk)
    return newest[0][1] if newest and newest[0][0] == today else None


def _newest_topic(user_pk: int) -> QuerySet[Review, Any]:
    seen = Review.objects.filter(user=user_pk).standing().newest_first()
    return seen.values_list("study_day", "card__question__topic")[:1]


def _least_recalled(user: User, today: date, scope: Scope, last: Review | None) -> int | None:
    """Whatever FSRS's parameters, recall falls with the days passed over the stability."""
    firsts = rows(_first_of_each_band, user.pk, today, about=(scope,))
    if not firsts:
        return None
    ranked = sorted(
        ((reviewed_on - today).days / stability, pk, topic)
        for pk, reviewed_on, stability, topic in firsts
    )
    last_topic = _last_topic(user, today, last)
    pk = next((pk for _recall, pk, topic in ranked if topic != last_topic), None)
    if pk is None:
        due = scope.rested(scope.cards(user, today=today), today).due(today)
        pk = _of_another_topic(due, last_topic) or ranked[0][1]
    return pk


def _first_of_each_band(user_pk: int, today: date, scope: Scope) -> Statement:
    """The longest due of each band of stability: a step into the index for each, no more.

    What ranks them is looked up card by card; of a join PostgreSQL makes a look at all cards.
    """
    due = scope.rested(scope.cards(somebody(user_pk), today=today), today).due(today)
    in_band = due.filter(band=RawSQL("bands.band", ()))  # noqa: S611  # no input
    text, params = statement_of(in_band.order_by("due_on", "pk").values("pk")[:1])
    bands = ", ".join(f"({band})" for band in range(scheduling.BANDS))
    first = Card.objects.filter(pk=RawSQL("firsts.pk", ()))  # noqa: S611  # no input
    ranks = ("reviewed_on", "stability", "question__topic")
    looked_up = ", ".join(f"({statement_of(first.values(name))[0]})" for name in ranks)
    return (
        f"WITH bands(band) AS (VALUES {bands}), "  # noqa: S608  # the ORM's own SQL
        f"firsts(pk) AS MATERIALIZED (SELECT ({text}) FROM bands) "
        f"SELECT pk, {looked_up} FROM firsts WHERE pk IS NOT NULL",
        params,
    )


def _of_another_topic(due: CardQuerySet, topic: TopicKey) -> int | None:
    """Looked for among the longest due only, so that it costs the same in any backlog."""
    longest = due.order_by("due_on", "pk")
    found = longest.values_list("pk", "question__topic")[:WINDOW]
    return next((pk for pk, each in found if each != topic), None)
