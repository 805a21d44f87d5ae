"""The follow-up offered after a judgement: a small practice of its own, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from feedback.findings import Feedback, Finding, Method
from practice.dealing import follow_ups_of
from practice.judging import Mark
from practice.models import Review
from questions.following_up import Missed, assess_follow_up, choose_follow_up
from questions.models import FollowUp

# Later the learner has other things in mind.
OFFERED_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Offer:
    review: Review
    follow_up: FollowUp


@dataclass(frozen=True)
class Expected:
    """A statement a good answer makes. `finding` None: nothing was typed to find it in."""

    number: int
    text: str
    finding: Finding | None


@dataclass(frozen=True)
class FollowUpAnswer:
    follow_up: FollowUp
    text: str

    @cached_property
    def feedback(self) -> Feedback | None:
        return assess_follow_up(self.follow_up, self.text)

    @property
    def is_basic(self) -> bool:
        return self.feedback is not None and self.feedback.method == Method.LEXICAL

    @property
    def numbered(self) -> dict[int, Finding]:
        return dict(enumerate(self.feedback.findings, 1)) if self.feedback else {}

    @property
    def expected(self) -> list[Expected]:
        return [
            Expected(number, text, self.numbered.get(number))
            for number, text in enumerate(self.follow_up.expect, 1)
        ]


def offered_follow_up(review: Review | None, *, now: datetime) -> Offer | None:
    """What an interviewer would ask after this answer, if it was given just now. Two queries at most."""
    if review is None or now - review.reviewed_at > OFFERED_FOR:
        return None
    if not review.card.may_lead_on(review.revision):
        return None
    follow_ups = follow_ups_of(review.revision)
    missed = missed_points(review) if len(follow_ups) > 1 else []
    chosen = choose_follow_up(follow_ups, missed, question=review.revision.prompt)
    return Offer(review, chosen) if chosen else None


def missed_points(review: Review) -> list[Missed]:
    """What was not said wholly. One query."""
    return [
        Missed(point.text, point.weight)
        for point in review.revision.key_points.all()
        if review.points.get(str(point.pk)) != Mark.COVERED
    ]
