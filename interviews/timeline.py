"""When each answer was asked, begun and left, as far as the server knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise, zip_longest

from interviews.models import Item, Response, Sitting, SittingEvent


@dataclass(frozen=True, kw_only=True)
class AnswerTime:
    """`spent` None: any question could be open at any time, so nobody knows.

    `until_first_key`: since it was asked, else since the start; None: nothing was written.
    """

    response: Response
    until_first_key: timedelta | None
    spent: timedelta | None
    thought: timedelta | None

    @property
    def is_known(self) -> bool:
        return self.until_first_key is not None or self.spent is not None

    @property
    def saves(self) -> int:
        return self.response.number


def answer_times(sitting: Sitting, items: Sequence[Item]) -> dict[int, AnswerTime]:
    """By response. Reads `asked_follow_ups` with their responses, prefetched."""
    responses = [
        response
        for item in items
        for response in (item.response, *(each.response for each in item.asked_follow_ups.all()))
    ]
    left_at = moments_left(sitting, responses)
    pauses = pauses_of(sitting) if sitting.paused_for else []
    return {each.pk: answer_time(sitting, each, left_at.get(each.pk), pauses) for each in responses}


def pauses_of(sitting: Sitting) -> list[tuple[datetime, datetime]]:
    """From when until when the clock stood; one that nobody ended lasts to the handing in."""
    kinds = SittingEvent.Kind
    events = list(sitting.events.filter(kind__in=(kinds.PAUSED, kinds.RESUMED)))
    ends = [each.at for each in events if each.kind == kinds.RESUMED]
    begins = [each.at for each in events if each.kind == kinds.PAUSED]
    return [
        (begun, ended)
        for begun, ended in zip_longest(begins, ends, fillvalue=sitting.submitted_at)
        if begun and ended
    ]


def running_time(
    since: datetime, until: datetime, pauses: Sequence[tuple[datetime, datetime]]
) -> timedelta:
    """How long the clock ran between two moments."""
    nothing = timedelta(0)
    stood = (max(min(until, ended) - max(since, begun), nothing) for begun, ended in pauses)
    return max(until - since - sum(stood, nothing), nothing)


def moments_left(sitting: Sitting, responses: Sequence[Response]) -> dict[int, datetime]:
    """One at a time each was left when the next was asked, the last when all was handed in."""
    asked = [each for each in responses if each.opened_at]
    left_at = {
        one.pk: other.opened_at for one, other in pairwise(asked) if other.opened_at is not None
    }
    if asked and sitting.submitted_at:
        left_at[asked[-1].pk] = sitting.submitted_at
    return left_at


def answer_time(
    sitting: Sitting,
    response: Response,
    left_at: datetime | None,
    pauses: Sequence[tuple[datetime, datetime]],
) -> AnswerTime:
    asked_at = response.opened_at or sitting.started_at
    begun_at = response.first_key_at or response.first_saved_at
    is_timed = response.opened_at is not None and left_at is not None
    has_thought = is_timed and response.answering_at is not None
    return AnswerTime(
        response=response,
        until_first_key=running_time(asked_at, begun_at, pauses) if begun_at else None,
        spent=running_time(asked_at, left_at, pauses) if is_timed and left_at else None,
        thought=(
            running_time(asked_at, min(response.answering_at, left_at), pauses)
            if has_thought and response.answering_at and left_at
            else None
        ),
    )
