"""Months of practice: each learner remembers and forgets by a model of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from random import Random
from zoneinfo import ZoneInfo

from accounts.models import User
from dashboard.demo.answers import Material, answer
from dashboard.demo.chances import about, made_uuid
from practice.inserting import insert
from practice.judging import Judge
from practice.leeches import Recall, is_leech
from practice.models import Card, Parameters, Review, StudyDay, StudySettings
from practice.scheduling import Memory, Rating, retrievability
from questions.models import QuestionRevision

LONGEST_SECONDS = 900
LEVELS = {"junior": 0, "mid": 1, "senior": 2}
# Of a hundred: Again, Hard, Good, Easy; later ones for a card that is recalled.
FIRST_RATINGS = (30, 15, 43, 12)
LATER_RATINGS = (0, 14, 68, 18)
KNOWN_BY_HEART = 0.95
CRAMMED_FROM = 60


@dataclass(frozen=True)
class Habits:
    """`forgetting`: recall is the model's to this power. `hour` is of the evening's clock, so 24.5
    is half past midnight. `skipping` is the share of days missed, on weekdays and at weekends.
    """

    forgetting: float
    hour: float
    weekend_hour: float
    skipping: tuple[float, float]
    typing: float
    pace: int

    @classmethod
    def drawn(cls, chance: Random) -> Habits:
        skipping = chance.uniform(0.05, 0.4)
        return cls(
            forgetting=about(0.7, chance, spread=0.3),
            hour=chance.choice((7.0, 8.0, 12.5, 17.5, 19.0, 20.5, 21.5, 24.3)),
            weekend_hour=chance.choice((9.5, 11.0, 15.0, 20.0)),
            skipping=(skipping, min(0.9, skipping * chance.uniform(0.7, 2.2))),
            typing=chance.uniform(0.15, 0.6),
            pace=chance.randint(6, 18),
        )


@dataclass
class Diary:
    """What is stored of one learner's practice."""

    settings: StudySettings
    cards: list[Card] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    days: dict[date, StudyDay] = field(default_factory=dict)

    def store(self) -> None:
        self.settings.save()
        Card.objects.bulk_create(self.cards, batch_size=2_000)
        insert(self.reviews)
        StudyDay.objects.bulk_create(self.days.values(), batch_size=2_000)


def study(
    learner: User,
    bank: Sequence[Material],
    *,
    reviews: int,
    until: date,
    first_pk: int,
    chance: Random,
    habits: Habits | None = None,
) -> Diary:
    """So many reviews, unsaved, the last of them on the study day `until`.

    Cards get keys from `first_pk` on, since the fuzz of their intervals hangs on them.
    """
    student = Student(learner, bank, habits or Habits.drawn(chance), first_pk, chance)
    days = student.days(reviews, until=until)
    for number, day in enumerate(days):
        left = reviews - len(student.diary.reviews)
        share = left / (len(days) - number)
        is_last = number == len(days) - 1
        number_today = left if is_last else min(left, round(about(share, chance)))
        student.sit_down(day, number_today, is_last=is_last)
    student.finish()
    return student.diary


class Student:
    """One learner with the cards in their head, and the pile of those that come back."""

    def __init__(
        self, user: User, bank: Sequence[Material], habits: Habits, first_pk: int, chance: Random
    ) -> None:
        self.user, self.habits, self.chance = user, habits, chance
        self.next_pk = first_pk
        self.zone = ZoneInfo(user.time_zone)
        self.parameters = Parameters()
        self.diary = Diary(
            StudySettings(user=user, desired_retention=chance.choice((0.85, 0.88, 0.9, 0.9, 0.93)))
        )
        self.unseen = sorted(
            bank, key=lambda each: -LEVELS.get(each.level, 1) - chance.uniform(0, 1.5)
        )
        self.known: dict[int, Material] = {}
        self.hardness: dict[int, float] = {}
        self.recalls: dict[int, list[Recall]] = {}
        self.by_question: dict[int, Card] = {}
        self.pile: list[tuple[date, int]] = []
        self.moment = datetime.min.replace(tzinfo=UTC)

    def days(self, reviews: int, *, until: date) -> list[date]:
        """On which this learner sits down: with days missed, and a holiday every few months."""
        number = min(max(reviews // self.habits.pace, 1) * 2, 900)
        first = until - timedelta(days=number)
        holidays = {
            start + timedelta(days=day)
            for start in (first + timedelta(days=60 + 130 * each) for each in range(7))
            for day in range(self.chance.randint(5, 16))
        }
        days = (first + timedelta(days=each) for each in range(number))
        return [day for day in days if day not in holidays and self.has_time(day)] + [until]

    def has_time(self, day: date) -> bool:
        return self.chance.random() >= self.habits.skipping[day.weekday() >= 5]

    def sit_down(self, day: date, number: int, *, is_last: bool) -> None:
        """So many reviews: what is due, then new cards, what was forgotten today, and cramming."""
        self.moment = self.beginning(day, number)
        enough = len(self.diary.reviews) + number
        forgotten: list[Card] = []
        for card in self.to_see(day, number):
            if len(self.diary.reviews) + len(forgotten) >= enough:
                self.put_back(card)
                break
            if self.judge(card, day).rating == Rating.AGAIN:
                forgotten.append(card)
        while forgotten and len(self.diary.reviews) < enough:
            card = forgotten.pop(0)
            if self.judge(card, day).rating == Rating.AGAIN:
                forgotten.append(card)
        if is_last or not self.unseen or len(self.diary.cards) > CRAMMED_FROM:
            self.cram(day, enough - len(self.diary.reviews))

    def beginning(self, day: date, number: int) -> datetime:
        """Early enough for all of it before the study day ends."""
        hour = self.habits.weekend_hour if day.weekday() >= 5 else self.habits.hour
        minutes = min(hour * 60 + self.chance.gauss(0, 35), 26 * 60 - 1.5 * number)
        midnight = datetime.combine(day, time(), self.zone)
        return (midnight + timedelta(minutes=max(minutes, 5 * 60))).astimezone(UTC)

    def to_see(self, day: date, number: int) -> Iterator[Card]:
        """Due cards, longest overdue first, then new ones; siblings of one seen today wait."""
        waiting: list[Card] = []
        while self.pile and self.pile[0][0] <= day:
            card = self.diary.cards[heappop(self.pile)[1]]
            if card.sibling_seen_on == day:
                waiting.append(card)
            else:
                yield card
        for card in waiting:
            self.put_back(card)
        for _number in range(min(self.diary.settings.new_cards_a_day, len(self.unseen))):
            yield self.add_card(self.unseen.pop())

    def add_card(self, asked: Material) -> Card:
        card = Card(
            pk=self.next_pk, user=self.user, question_id=asked.question_pk, added_at=self.moment
        )
        self.next_pk += 1
        self.known[card.pk] = asked
        self.recalls[card.pk] = []
        self.hardness[card.pk] = self.habits.forgetting * about(1.0, self.chance, spread=0.4)
        self.by_question[asked.question_pk] = card
        self.diary.cards.append(card)
        return card

    def put_back(self, card: Card) -> None:
        if card.due_on:
            heappush(self.pile, (card.due_on, card.pk - self.diary.cards[0].pk))

    def cram(self, day: date, number: int) -> None:
        """Cards that are not due yet, before an interview or out of eagerness."""
        later = [card for card in self.diary.cards if card.due_on and card.due_on > day]
        for _number in range(number if later else 0):
            self.judge(self.chance.choice(later), day)

    def judge(self, card: Card, day: date) -> Review:
        chance, asked = self.chance, self.known[card.pk]
        kind = card.kind_on(day)
        likely = self.likely(card, kind, day)
        rating = self.rating(kind, likely)
        seconds = self.answered_in(asked)
        self.moment += timedelta(seconds=seconds + chance.randint(2, 12))
        review = card.judged(
            rating,
            now=self.moment,
            desired_retention=self.diary.settings.desired_retention,
            parameters=self.parameters,
        )
        review.id, review.revision_id, review.seconds = (
            made_uuid(chance),
            asked.revision_pk,
            seconds,
        )
        self.tell(review, asked, likely)
        card.remember(review)
        self.note(card, review, asked)
        return review

    def likely(self, card: Card, kind: str, day: date) -> float:
        """The chance of recall in truth, which the scheduler can only guess."""
        if kind in (Review.Kind.RELEARN, Review.Kind.CRAM):
            return KNOWN_BY_HEART
        memory: Memory | None = card.memory
        return retrievability(memory, day) ** self.hardness[card.pk] if memory else 0.5

    def rating(self, kind: str, likely: float) -> int:
        is_first = kind == Review.Kind.LEARN
        if not is_first and self.chance.random() > likely:
            return Rating.AGAIN
        weights = FIRST_RATINGS if is_first else LATER_RATINGS
        return self.chance.choices(tuple(Rating), weights=weights)[0]

    def answered_in(self, asked: Material) -> int:
        expected = asked.speak_seconds if asked.kind == QuestionRevision.Kind.OPEN else 18
        return min(max(round(about(0.8 * expected, self.chance)), 4), LONGEST_SECONDS)

    def tell(self, review: Review, asked: Material, likely: float) -> None:
        """What else is kept of it: typed or said aloud, with the points and how sure they were."""
        chance, is_open = self.chance, asked.kind == QuestionRevision.Kind.OPEN
        is_typed = not is_open or chance.random() < self.habits.typing
        if is_typed or chance.random() < 0.3:
            said = answer(asked, review.rating, chance)
            review.points, review.choice = said.points, said.choice or None
            review.answer = said.text if is_typed else ""
        if is_typed and is_open:
            review.points_by = {
                key: Judge.LEARNER.value if chance.random() < 0.2 else Judge.ENGINE.value
                for key in review.points
            }
        if chance.random() < 0.3:
            review.confidence = min(max(round(chance.gauss(1 + 2 * likely, 0.6)), 1), 3)
        if asked.hints and chance.random() < 0.08:
            review.hints_used = 1

    def note(self, card: Card, review: Review, asked: Material) -> None:
        self.diary.reviews.append(review)
        day = self.diary.days.setdefault(
            review.study_day, StudyDay(user=self.user, study_day=review.study_day)
        )
        for name, amount in StudyDay.amounts(review).items():
            setattr(day, name, getattr(day, name) + amount)
        if review.recall:
            self.recalls[card.pk].append(review.recall)
        if review.moves_schedule:
            self.put_back(card)
        if review.kind == Review.Kind.CRAM:
            return
        for key in asked.siblings:
            if sibling := self.by_question.get(key):
                sibling.sibling_seen_on = review.study_day

    def finish(self) -> None:
        """What does not stick is marked as such; now and then it has been set aside."""
        for card in self.diary.cards:
            card.is_leech = is_leech(self.recalls[card.pk])
            if card.is_leech and self.chance.random() < 0.3:
                card.suspended_at = self.moment + timedelta(minutes=1)
