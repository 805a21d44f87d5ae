"""What a page remembers of showing a card, signed, so that no browser can make it up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.core import signing

from practice.findings import CarriedFindings
from practice.models import Card

SALT = "practice.showing.4"  # another number for another layout: old pages are told so
LONGEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Showing:
    """`answered_at` is when the answer was first checked, None before.

    `found` is what the engine said of it then, None where it was not asked. `round_pk` is the
    round that asks, None within the schedule.
    """

    review_id: UUID
    card_pk: int
    revision_pk: int
    review_count: int
    shown_at: datetime
    answered_at: datetime | None = None
    found: CarriedFindings | None = None
    round_pk: UUID | None = None

    @classmethod
    def of(cls, card: Card, *, shown_at: datetime) -> Showing:
        """A new showing of the question as it stands; its id becomes the review's."""
        revision_pk = card.question.current_revision_id
        if revision_pk is None:
            raise ValueError("A question without text cannot be shown.")
        return cls(
            uuid4(),
            card.pk,
            revision_pk,
            card.review_count,
            shown_at,
            round_pk=card.round_pk,
        )

    @classmethod
    def read(cls, token: str) -> Showing:
        """Raises django.core.signing.BadSignature for anything that `token` did not make."""
        review_id, card_pk, revision_pk, review_count, shown, answered, found, round_pk = (
            signing.loads(token, salt=SALT)
        )
        return cls(
            review_id=UUID(review_id),
            card_pk=card_pk,
            revision_pk=revision_pk,
            review_count=review_count,
            shown_at=datetime.fromtimestamp(shown, UTC),
            answered_at=None if answered is None else datetime.fromtimestamp(answered, UTC),
            found=None if found is None else CarriedFindings.read(found),
            round_pk=None if round_pk is None else UUID(round_pk),
        )

    @property
    def token(self) -> str:
        answered = self.answered_at and self.answered_at.timestamp()
        numbers = (self.card_pk, self.revision_pk, self.review_count)
        times = (self.shown_at.timestamp(), answered)
        found = self.found and self.found.stored
        round_pk = self.round_pk and str(self.round_pk)
        parts = [str(self.review_id), *numbers, *times, found, round_pk]
        return signing.dumps(parts, salt=SALT)

    def answered(self, now: datetime) -> Showing:
        """Checking a second time does not make the answer slower."""
        return self if self.answered_at else replace(self, answered_at=now)

    def seconds_to_answer(self) -> int | None:
        return self.seconds(self.answered_at) if self.answered_at else None

    def seconds(self, until: datetime) -> int:
        """Time since the card was shown, 15 minutes at most."""
        return int(min(max(until - self.shown_at, timedelta()), LONGEST).total_seconds())
