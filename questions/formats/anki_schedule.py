"""What somebody has learnt, written into the tables of an Anki deck beside its notes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum

SECOND = timedelta(seconds=1)
MILLISECONDS = 1000
NEW, REVIEW = 0, 2
SUSPENDED, BURIED = -1, -3
# Anki's own start; with FSRS it is only kept for those who turn FSRS off.
FACTOR = 2_500
MOST_MILLISECONDS = 900_000
LONGEST_INTERVAL = 36_500


class ReviewKind(IntEnum):
    """Anki's numbers; MANUAL and RESCHEDULED are no answers."""

    LEARN = 0
    REVIEW = 1
    RELEARN = 2
    FILTERED = 3
    MANUAL = 4
    RESCHEDULED = 5


@dataclass(frozen=True, slots=True)
class LearntReview:
    """`difficulty` (1 to 10) after it; None if it moved nothing, as cramming does."""

    at: datetime
    rating: int
    kind: ReviewKind
    interval_days: int
    previous_interval_days: int
    difficulty: float | None
    seconds: int


@dataclass(frozen=True, slots=True)
class LearntCard:
    """`due_on` None: new. `stability` in days, `difficulty` 1 to 10; both None if new."""

    due_on: date | None = None
    interval_days: int = 0
    stability: float | None = None
    difficulty: float | None = None
    lapses: int = 0
    is_suspended: bool = False
    is_buried: bool = False
    reviews: Sequence[LearntReview] = ()

    @property
    def last_moving(self) -> LearntReview | None:
        """The newest that was no cramming: the memory is as old as it, not as what came after."""
        moving = (each for each in reversed(self.reviews) if each.kind != ReviewKind.FILTERED)
        return next(moving, None)


@dataclass(frozen=True, slots=True)
class Schedule:
    """`cards` by the slug of their question. `began_at` is when the study day `today` began."""

    today: date
    began_at: datetime
    desired_retention: float
    cards: Mapping[str, LearntCard] = field(default_factory=dict)

    @property
    def first_day(self) -> date:
        """Days are counted from it, so that none is negative."""
        due = [card.due_on for card in self.cards.values() if card.due_on]
        return min([self.today, *due])


def guid_of(slug: str) -> str:
    """By which Anki knows the note again."""
    from genanki import guid_for

    return str(guid_for(slug))


def add_schedule(database: sqlite3.Connection, schedule: Schedule) -> None:
    first_day = schedule.first_day
    # By the clock's seconds, as Anki counts: days of 24 hours, whatever the time zone did.
    created_at = schedule.began_at.timestamp() - (schedule.today - first_day) // SECOND
    conf = json.loads(database.execute("SELECT conf FROM col").fetchone()[0])
    conf |= _clock(schedule.began_at)
    database.execute("UPDATE col SET crt = ?, conf = ?", [int(created_at), json.dumps(conf)])
    notes = "SELECT notes.guid, cards.id FROM cards JOIN notes ON notes.id = cards.nid"
    pks = dict(database.execute(notes))
    guids = {slug: guid_of(slug) for slug in schedule.cards}
    mine = [(pks[guids[slug]], card) for slug, card in schedule.cards.items() if guids[slug] in pks]
    database.executemany(
        "UPDATE cards SET type = ?, queue = ?, due = coalesce(?, due), ivl = ?, factor = ?, "
        "reps = ?, lapses = ?, data = ? WHERE id = ?",
        [(*_card(card, schedule, first_day=first_day), pk) for pk, card in mine],
    )
    database.executemany("INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)", _reviews(mine))


def _clock(began_at: datetime) -> dict[str, int]:
    """When a day begins, and where. Without the version Anki takes the buttons for those of 2012."""
    west = -(began_at.utcoffset() or timedelta()) // timedelta(minutes=1)
    return {"schedVer": 2, "rollover": began_at.hour, "creationOffset": west}


def _card(card: LearntCard, schedule: Schedule, *, first_day: date) -> tuple[object, ...]:
    queue = SUSPENDED if card.is_suspended else BURIED if card.is_buried else None
    counts = (len(card.reviews), card.lapses)
    if card.due_on is None or card.stability is None or card.difficulty is None:
        return (NEW, NEW if queue is None else queue, None, 0, 0, *counts, "{}")
    data: dict[str, float] = {
        "s": round(card.stability, 4),
        "d": round(card.difficulty, 3),
        "dr": round(schedule.desired_retention, 2),
    }
    if last := card.last_moving:
        data["lrt"] = int(last.at.timestamp())
    return (
        REVIEW,
        REVIEW if queue is None else queue,
        (card.due_on - first_day).days,
        min(max(card.interval_days, 1), LONGEST_INTERVAL),
        FACTOR,
        *counts,
        json.dumps(data, separators=(",", ":")),
    )


def _reviews(mine: Sequence[tuple[int, LearntCard]]) -> Iterator[tuple[int, ...]]:
    """In the order of time, because the moment is the key: two of one millisecond are moved apart."""
    every = [(review, pk) for pk, card in mine for review in card.reviews]
    last = 0
    for review, pk in sorted(every, key=lambda each: each[0].at):
        last = max(int(review.at.timestamp() * MILLISECONDS), last + 1)
        yield (
            last,
            pk,
            review.rating,
            review.interval_days,
            review.previous_interval_days,
            _factor(review),
            min(review.seconds * MILLISECONDS, MOST_MILLISECONDS),
            review.kind,
        )


def _factor(review: LearntReview) -> int:
    """As Anki logs a difficulty of 1 to 10: 100 to 1,100. 0 for what moved no schedule."""
    if review.difficulty is None:
        return 0
    return round((review.difficulty - 1) / 9 * 1_000) + 100
