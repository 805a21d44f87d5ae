"""Follow-ups in a sitting: what is answered at each step, and what is asked after it."""

from __future__ import annotations

from dataclasses import dataclass

from feedback.findings import Status
from interviews.models import AskedFollowUp, Item, Response
from interviews.models.blueprints import DEEPEST
from questions.following_up import Missed, choose_follow_up
from questions.matching import assess_quickly
from questions.models import FollowUp, QuestionRevision


@dataclass(frozen=True)
class Step:
    """What the room asks: an item, or a follow-up to it. Reads `asked_follow_ups`, prefetched."""

    item: Item
    asked: AskedFollowUp | None = None

    @property
    def depth(self) -> int:
        return self.asked.depth if self.asked else 0

    @property
    def response(self) -> Response:
        return self.asked.response if self.asked else self.item.response

    @property
    def number(self) -> str:
        """As people count: 3, and 3.1 for the first follow-up to it."""
        return self.asked.number if self.asked else str(self.item.number)

    @property
    def prompt(self) -> str:
        return self.asked.follow_up.prompt if self.asked else self.item.revision.prompt

    @property
    def may_be_spoken(self) -> bool:
        """Only what is answered in sentences; the rest is chosen, put in order or copied."""
        is_open = self.asked is not None or self.item.revision.kind == "open"
        return is_open and self.item.sitting.assignment.may_be_spoken

    @property
    def may_go_deeper(self) -> bool:
        """Whether something may be asked after it; if it is answered."""
        return (
            self.item.sitting.asks_follow_ups and self.depth < DEEPEST and bool(unasked(self.item))
        )


def steps_of(item: Item) -> list[Step]:
    """The item's own, then its follow-ups asked so far."""
    if not item.sitting.asks_follow_ups:
        return [Step(item)]
    return [Step(item), *(Step(item, asked) for asked in item.asked_follow_ups.all())]


def unasked(item: Item) -> list[FollowUp]:
    """In the order of their author."""
    asked = {each.follow_up_id for each in item.asked_follow_ups.all()}
    return [each for each in item.revision.follow_ups.all() if each.pk not in asked]


def next_follow_up(step: Step) -> FollowUp | None:
    """What an interviewer asks about what was left out; None: they go on to the next question.

    Nobody is asked on about an answer they did not give. It is chosen before the answer is locked,
    as reading it takes a while: words that another tab adds in that moment are not read.
    What was spoken is not read at all: then their author's order decides.
    """
    if not step.response.is_answered or not step.may_go_deeper:
        return None
    item = step.item
    said = [each.response.text for each in steps_of(item) if each.depth <= step.depth]
    was_heard = any(each.response.is_spoken for each in steps_of(item))
    missed = [] if was_heard else missed_points(item.revision, "\n".join(said))
    return choose_follow_up(unasked(item), missed, question=item.revision.prompt)


def missed_points(revision: QuestionRevision, said: str) -> list[Missed]:
    """Key points that were not clearly said, neither in the answer nor to a follow-up."""
    if not revision.key_points.all():
        return []
    found = assess_quickly(revision, said).by_point
    return [
        Missed(point.text, point.weight)
        for point in revision.key_points.all()
        if found[point.pk].status != Status.COVERED
    ]
