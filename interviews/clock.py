"""What the clock of the room shows: of the thinking, of the answering, or of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from interviews import deadlines
from interviews.models import Response, Sitting

# The place of a page whose clock stands.
PAUSED = "paused"
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """`ends_at` None: untimed. `place` tells a page that the interviewer has gone on meanwhile."""

    now: datetime
    begun_at: datetime
    ends_at: datetime | None
    is_thinking: bool = False
    place: str = ""

    @property
    def remaining_ms(self) -> int | None:
        left = deadlines.remaining(self.now, self.ends_at)
        return None if left is None else left // MILLISECOND

    @property
    def length_ms(self) -> int | None:
        return None if self.ends_at is None else (self.ends_at - self.begun_at) // MILLISECOND


def clock_of(sitting: Sitting, *, now: datetime) -> Clock:
    """One query for an interview that asks one question at a time, else none."""
    if sitting.paused_at and sitting.is_paused:
        ends_at = sitting.ends_at
        return Clock(
            now=sitting.paused_at, begun_at=sitting.started_at, ends_at=ends_at, place=PAUSED
        )
    if sitting.is_in_progress and sitting.is_one_at_a_time:
        return clock_of_step(sitting, sitting.response_asked(), now=now)
    return Clock(now=now, begun_at=sitting.started_at, ends_at=sitting.ends_at)


def clock_of_step(sitting: Sitting, response: Response, *, now: datetime) -> Clock:
    answering_at, ends_at = response.answering_at, sitting.ends_at
    is_thinking = response.is_thinking(now)
    if is_thinking and answering_at and ends_at:
        ends_at = min(answering_at, ends_at)
    begun_at = response.opened_at if is_thinking else answering_at
    return Clock(
        now=now,
        begun_at=begun_at or sitting.started_at,
        ends_at=ends_at,
        is_thinking=is_thinking,
        place=f"{sitting.step_number}?" if is_thinking else sitting.step_number,
    )
