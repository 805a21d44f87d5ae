"""Reviews made in Anki become reviews here, once, and the cards what their log says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext, ngettext

from practice import anki_log
from practice.anki_log import MILLISECONDS, Standing, Step
from practice.formulas import Formulas
from practice.inserting import insert
from practice.models import Adjustment, Card, Parameters, Review, StudyDay
from practice.replaying import rebuild
from questions.formats.anki_collection import (
    MOST_REVIEWS,
    AnkiCard,
    AnkiReview,
    History,
    history_of,
)
from questions.formats.anki_schedule import NEW, SUSPENDED
from questions.formats.document import Finding, UnreadableFile
from questions.histories import Brought
from questions.models import Question

if TYPE_CHECKING:
    from accounts.models import User

CODE = "W-HISTORY"
# Anki began in October 2006.
EARLIEST = 1_159_660_800 * MILLISECONDS
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the file tells of one question: `reviews` that are not here yet, in order of time."""

    line: int
    guid: str
    anki: AnkiCard
    card: Card | None
    reviews: Sequence[AnkiReview]

    @property
    def is_set_aside(self) -> bool:
        return self.anki.queue == SUSPENDED

    @property
    def is_news(self) -> bool:
        return bool(self.reviews) or (self.card is None and self.is_set_aside)


@dataclass(slots=True)
class LeftOut:
    """How many reviews of each kind are not brought."""

    by_hand: int = 0
    other_cards: int = 0
    out_of_time: int = 0
    older: int = 0
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """What is here of the learner: cards by question, moments by card, imported reviews."""

    cards: Mapping[int, Card] = field(default_factory=dict)
    moments: Mapping[int, Sequence[datetime]] = field(default_factory=dict)
    imported: frozenset[UUID] = frozenset()


def foresee(
    data: bytes, *, user: User, questions: Mapping[int, Question | None], now: datetime
) -> Brought:
    """What `bring` would do. A question of None is yet to be made. Writes nothing."""
    try:
        history = history_of(data)
    except UnreadableFile:
        return Brought(findings=(_unreadable(),))
    here = _here(user, [question for question in questions.values() if question])
    left_out = LeftOut(is_cut=history.is_cut)
    found = _found(history, user=user, questions=questions, here=here, now=now, left_out=left_out)
    return _brought(list(found), user=user, left_out=left_out)


@transaction.atomic
def bring(data: bytes, *, user: User, questions: Mapping[int, Question], now: datetime) -> Brought:
    """Locks the cards it goes on with."""
    try:
        history = history_of(data)
    except UnreadableFile:
        return Brought(findings=(_unreadable(),))
    here = _here(user, list(questions.values()), is_held=True)
    left_out = LeftOut(is_cut=history.is_cut)
    found = [
        each
        for each in _found(
            history, user=user, questions=questions, here=here, now=now, left_out=left_out
        )
        if each.is_news
    ]
    cards = _with_new_cards(user, found, questions=questions, now=now)
    _log(user, found, cards=cards, questions=questions, history=history, now=now)
    _set_aside(found, cards=cards, now=now)
    return _brought(found, user=user, left_out=left_out)


def review_id(user: User, guid: str, review: AnkiReview) -> UUID:
    """The same each time it is imported, and another for each person."""
    return uuid5(NAMESPACE_OID, f"anki:{user.pk}:{guid}:{review.at}")


def _here(user: User, questions: Iterable[Question], *, is_held: bool = False) -> Here:
    cards: dict[int, Card] = {}
    moments: defaultdict[int, list[datetime]] = defaultdict(list)
    for some in batched([question.pk for question in questions], AT_ONCE):
        mine = Card.objects.of(user).filter(question__in=some).order_by("pk")
        cards |= {
            card.question_id: card for card in (mine.select_for_update() if is_held else mine)
        }
        reviews = Review.objects.standing().filter(card__user=user, card__question__in=some)
        for pk, at in reviews.order_by("card", "number", "reviewed_at").values_list(
            "card", "reviewed_at"
        ):
            moments[pk].append(at)
    imported = Review.objects.of(user).filter(imported_at__isnull=False)
    return Here(cards, moments, frozenset(imported.values_list("pk", flat=True)))


def _found(
    history: History,
    *,
    user: User,
    questions: Mapping[int, Question | None],
    here: Here,
    now: datetime,
    left_out: LeftOut,
) -> Iterator[Learnt]:
    """A question has one card: of a note's several, the first."""
    logs: defaultdict[int, list[AnkiReview]] = defaultdict(list)
    for review in history.reviews:
        logs[review.card_pk].append(review)
    firsts: dict[int, AnkiCard] = {}
    for anki in sorted(history.cards, key=lambda each: (each.template, each.pk)):
        line, _guid = history.notes.get(anki.note_pk, (0, ""))
        if line not in questions:
            continue
        if firsts.setdefault(anki.note_pk, anki) is not anki:
            left_out.other_cards += sum(map(anki_log.is_answer, logs[anki.pk]))
    asked: set[int] = set()
    for note_pk, anki in firsts.items():
        line, guid = history.notes[note_pk]
        question = questions[line]
        if question and question.pk in asked:
            continue
        asked |= {question.pk} if question else set()
        card = here.cards.get(question.pk) if question else None
        mine = _possible(logs[anki.pk], now=now, left_out=left_out)
        known = here.moments.get(card.pk, ()) if card else ()
        new = [each for each in mine if review_id(user, guid, each) not in here.imported]
        yield Learnt(line, guid, anki, card, _after(new, known, left_out=left_out))


def _possible(
    log: Sequence[AnkiReview], *, now: datetime, left_out: LeftOut
) -> Iterator[AnkiReview]:
    latest = now.timestamp() * MILLISECONDS
    for review in log:
        if not anki_log.is_answer(review):
            left_out.by_hand += 1
        elif not EARLIEST <= review.at <= latest:
            left_out.out_of_time += 1
        else:
            yield review


def _after(
    reviews: Sequence[AnkiReview], known: Sequence[datetime], *, left_out: LeftOut
) -> list[AnkiReview]:
    """Each review builds on the one before, so none can come in between those that are here.

    Nobody judges a card twice within a second: that is a review that went to Anki and back.
    """
    if not known:
        return list(reviews)
    seconds = {round(at.timestamp()) + near for at in known for near in (-1, 0, 1)}
    new = [each for each in reviews if round(each.at / MILLISECONDS) not in seconds]
    newer = [each for each in new if anki_log.at_of(each) > known[-1]]
    left_out.older += len(new) - len(newer)
    return newer


def _with_new_cards(
    user: User, found: Sequence[Learnt], *, questions: Mapping[int, Question], now: datetime
) -> dict[int, Card]:
    """The card of each line."""
    wanted = [questions[each.line] for each in found]
    Card.objects.add(user, wanted, now=now)
    cards: dict[int, Card] = {}
    for some in batched([question.pk for question in wanted], AT_ONCE):
        mine = Card.objects.of(user).filter(question__in=some).order_by("pk")
        cards |= {card.question_id: card for card in mine.select_for_update()}
    return {each.line: cards[questions[each.line].pk] for each in found}


def _log(
    user: User,
    found: Sequence[Learnt],
    *,
    cards: Mapping[int, Card],
    questions: Mapping[int, Question],
    history: History,
    now: datetime,
) -> None:
    parameters = Parameters.objects.in_use_by(user)
    formulas = Formulas(parameters.values)
    reviews: list[Review] = []
    adjustments: list[Adjustment] = []
    for each in found:
        card = cards[each.line]
        standing = Standing(card.memory, card.due_on, card.interval_days, card.relearn_on)
        steps = anki_log.steps(
            each.reviews,
            each.anki,
            standing=standing,
            formulas=formulas,
            study_day=user.study_day,
        )
        number = card.review_count
        for step in steps:
            number, standing = number + 1, step.after
            review = _review(step, card, number=number, version=parameters.version)
            review.id, review.imported_at = review_id(user, each.guid, step.review), now
            review.revision_id = questions[each.line].current_revision_id or 0
            reviews.append(review)
        adjustment = _adjustment(each, standing, user=user, created_at=history.created_at)
        if adjustment:
            adjustment.card, adjustment.number, adjustment.made_at = card, number, now
            adjustments.append(adjustment)
    insert(reviews)
    Adjustment.objects.bulk_create(adjustments, batch_size=AT_ONCE)
    StudyDay.objects.count_in_many(user, reviews)
    for some in batched([card.pk for card in cards.values()], AT_ONCE):
        rebuild(Card.objects.filter(pk__in=some))


def _review(step: Step, card: Card, *, number: int, version: str) -> Review:
    before, after = step.before, step.after
    return Review(
        card=card,
        user_id=card.user_id,
        number=number,
        reviewed_at=step.at,
        study_day=step.on,
        rating=step.review.button,
        kind=step.kind,
        seconds=step.seconds,
        stability_before=before.memory.stability if before.memory else None,
        difficulty_before=before.memory.difficulty if before.memory else None,
        reviewed_on_before=before.memory.reviewed_on if before.memory else None,
        due_on_before=before.due_on,
        interval_before=before.interval_days,
        relearn_on_before=before.relearn_on,
        retrievability=step.recall,
        stability_after=after.memory.stability if after.memory else None,
        difficulty_after=after.memory.difficulty if after.memory else None,
        due_on_after=after.due_on,
        interval_after=after.interval_days,
        parameter_version=version,
    )


def _adjustment(
    learnt: Learnt, standing: Standing, *, user: User, created_at: int
) -> Adjustment | None:
    """Where Anki has the card otherwise than its reviews left it: somebody moved or reset it."""
    if standing.memory is None:
        return None
    if learnt.anki.kind == NEW:
        return Adjustment(kind=Adjustment.Kind.RESET)
    due_on = anki_log.due_on_of(learnt.anki, created_at=created_at, study_day=user.study_day)
    if due_on is None or due_on == standing.due_on:
        return None
    return Adjustment(kind=Adjustment.Kind.MOVE, due_on=due_on)


def _set_aside(found: Sequence[Learnt], *, cards: Mapping[int, Card], now: datetime) -> None:
    pks = [cards[each.line].pk for each in found if each.is_set_aside]
    for some in batched(pks, AT_ONCE):
        Card.objects.filter(pk__in=some, suspended_at=None).update(suspended_at=now)


def _brought(found: Sequence[Learnt], *, user: User, left_out: LeftOut) -> Brought:
    news = [each for each in found if each.is_news]
    moments = [anki_log.at_of(review) for each in news for review in each.reviews]
    days = [user.study_day(moment) for moment in (min(moments), max(moments))] if moments else []
    return Brought(
        reviews=len(moments),
        cards=len(news),
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        findings=tuple(_findings(left_out)),
    )


def _findings(left_out: LeftOut) -> Iterator[Finding]:
    """About the file as a whole, so on line 1."""
    told = (
        (
            left_out.by_hand,
            ngettext(
                "%d entry of the log is no answer: the card was rescheduled. It is left out; the card keeps its day.",
                "%d entries of the log are no answers: cards were rescheduled. They are left out; the cards keep their days.",
                left_out.by_hand,
            ),
        ),
        (
            left_out.other_cards,
            ngettext(
                "%d review belongs to a further card of its note. A question has one card here, so it is left out.",
                "%d reviews belong to further cards of their notes. A question has one card here, so they are left out.",
                left_out.other_cards,
            ),
        ),
        (
            left_out.older,
            ngettext(
                "%d review is older than the last one of its card here, so it is left out.",
                "%d reviews are older than the last ones of their cards here, so they are left out.",
                left_out.older,
            ),
        ),
        (
            left_out.out_of_time,
            ngettext(
                "%d review lies in the future or before Anki, so it is left out.",
                "%d reviews lie in the future or before Anki, so they are left out.",
                left_out.out_of_time,
            ),
        ),
    )
    for count, message in told:
        if count:
            yield Finding(CODE, 1, message % count)
    if left_out.is_cut:
        message = gettext("The log is very long: only its newest %d reviews are brought along.")
        yield Finding(CODE, 1, message % MOST_REVIEWS)


def _unreadable() -> Finding:
    return Finding(CODE, 1, gettext("The reviews in this deck cannot be read."))
