"""Responses: what a learner wrote for an item, and what was refused but kept."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interviews.models.events import SittingEvent
from interviews.models.items import AskedFollowUp, Item
from interviews.models.rereading import reread
from interviews.models.sittings import ASKED, Sitting
from studyhub.statements import change

if TYPE_CHECKING:
    from interviews.models.recordings import Recording

type Choice = list[int]

# What a save changes: reread under the lock, and nothing else.
WRITTEN = (
    *("text", "choice", "number", "saved_at", "first_saved_at", "first_key_at"),
    *("writer", "sequence"),
)
# One at a time: when it was asked, and how long it may take.
TIMED = ("opened_at", "answering_at", "extra_time")
# Of the saves of a response the first is noted as an event, and then one in so many.
NOTED_EVERY = 20


class SaveOutcome(StrEnum):
    SAVED = "saved"
    CONFLICT = "conflict"  # another tab has saved since: both texts are kept
    LATE = "late"  # the sitting or the question is closed: the text is kept, and does not count


@dataclass(frozen=True, kw_only=True)
class Writer:
    """One open page that saves: a later save of the same page replaces its earlier one.

    `first_key_ago`: how long it has been written on; None: it does not say.
    """

    name: str
    sequence: int
    first_key_ago: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a page sends to be saved. `writer` None: it runs no scripts."""

    text: str
    choice: Choice
    received_at: datetime
    writer: Writer | None


class Response(models.Model):
    """What the learner wrote for an item, or for a follow-up asked after it.

    `number` counts saves: saves compare and swap on it.

    `writer` and `sequence`: the page that wrote last, and its own count of saves.

    `opened_at`: one at a time, when it was asked. `answering_at`: when the time to think is over,
    or was left early; None: there is none. `extra_time` was given while it was being asked.
    `first_key_at`: when writing began, as the page says; None: nothing was written with scripts.
    `is_spoken`: one of its recordings counts.
    """

    item = models.OneToOneField(
        Item, on_delete=models.CASCADE, null=True, blank=True, related_name="response"
    )
    asked = models.OneToOneField(
        AskedFollowUp, on_delete=models.CASCADE, null=True, blank=True, related_name="response"
    )
    text = models.TextField(blank=True)
    choice = models.JSONField(default=list, blank=True)
    number = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True, blank=True)
    first_saved_at = models.DateTimeField(null=True, blank=True)
    first_key_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_flagged = models.BooleanField(default=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    answering_at = models.DateTimeField(null=True, blank=True, editable=False)
    extra_time = models.DurationField(default=timedelta, editable=False)
    writer = models.CharField(max_length=36, blank=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    is_spoken = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = (
            models.CheckConstraint(
                condition=Q(item__isnull=False, asked=None) | Q(item=None, asked__isnull=False),
                name="response_to_an_item_or_a_follow_up",
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def sitting(self) -> Sitting:
        return self.asked.item.sitting if self.asked else self.item.sitting  # type: ignore[union-attr]

    @property
    def step(self) -> tuple[int, int]:
        """Position and depth; see `Sitting.reached_step`."""
        if self.asked:
            return self.asked.item.position, self.asked.depth
        return self.item.position, 0  # type: ignore[union-attr]

    @property
    def step_number(self) -> str:
        """As people count: 3, and 3.1 for the first follow-up to it."""
        return self.asked.number if self.asked else str(self.item.number)  # type: ignore[union-attr]

    @property
    def is_locked(self) -> bool:
        """One at a time: the interviewer has moved on."""
        return self.sitting.is_one_at_a_time and self.step < self.sitting.reached_step

    def is_thinking(self, now: datetime) -> bool:
        """The question may be read, and not answered yet."""
        return self.answering_at is not None and now < self.answering_at

    @property
    def is_answered(self) -> bool:
        return bool(self.text.strip() or self.choice or self.is_spoken)

    @property
    def recording(self) -> Recording | None:
        """The one that counts; without a query where recordings are prefetched."""
        return next((each for each in self.recordings.all() if each.is_kept), None)

    @property
    def deleted_recording(self) -> Recording | None:
        """What the learner took back, where nothing was recorded in its place."""
        if self.is_spoken:
            return None
        return next((each for each in reversed(self.recordings.all()) if each.deleted_at), None)

    @property
    def word_count(self) -> int:
        return len(self.text.split())

    def save_draft(
        self,
        *,
        text: str = "",
        choice: Choice | None = None,
        base_number: int,
        now: datetime,
        writer: Writer | None = None,
    ) -> SaveOutcome:
        """Store what was written on top of `base_number`; what cannot be stored is kept beside it.

        Afterwards the object says what is stored. Nothing is saved into a sitting that another
        request closes at this moment: whoever finds things otherwise than this object knew them
        looks again with the sitting locked.
        """
        draft = Draft(text=text, choice=choice or [], received_at=now, writer=writer)
        if self.is_plain(draft, base_number) and self.write(draft):
            return SaveOutcome.SAVED
        with transaction.atomic():
            return self.save_locked(draft, base_number)

    def is_plain(self, draft: Draft, base_number: int) -> bool:
        """As far as this object knows there is nothing to do but to write it down."""
        sitting, now = self.sitting, draft.received_at
        is_open = sitting.is_in_progress and not (sitting.is_overdue(now) or sitting.is_lapsed(now))
        return (
            is_open
            and not self.is_locked
            and not self.is_thinking(now)
            and not self.says(draft)
            and self.is_next(base_number, draft.writer)
            and (self.saved_at is None or self.is_by(draft.writer))
        )

    def save_locked(self, draft: Draft, base_number: int) -> SaveOutcome:
        """Locks the sitting, and decides by what is stored then."""
        sitting, now = self.sitting, draft.received_at
        sitting.lock()
        reread(self, (*WRITTEN, *TIMED), Response.objects)
        sitting.close_if_overdue(now)
        if self.says(draft):
            return SaveOutcome.SAVED
        if not sitting.is_in_progress or self.is_locked:
            return self.keep_refused(SaveOutcome.LATE, draft, base_number)
        if not self.is_next(base_number, draft.writer):
            return self.keep_refused(SaveOutcome.CONFLICT, draft, base_number)
        if self.is_thinking(now):
            self.begin(now=now)
        if not self.is_by(draft.writer):
            self.keep_what_lost()
        self.write(draft)
        return SaveOutcome.SAVED

    def write(self, draft: Draft) -> bool:
        """False: the sitting changed, or something else was saved meanwhile."""
        sitting, now, writer = self.sitting, draft.received_at, draft.writer
        changes = {
            "text": draft.text,
            "choice": draft.choice,
            "number": self.number + 1,
            "saved_at": now,
            "first_saved_at": self.first_saved_at or now,
            "first_key_at": self.first_key_at or self.first_key(now, writer),
            "writer": writer.name if writer else "",
            "sequence": writer.sequence if writer else 0,
        }
        is_noted = self.number % NOTED_EVERY == 0
        with transaction.atomic(savepoint=False) if is_noted else nullcontext():
            if not change(unchanged, changes, self.pk, self.number, sitting.pk, *sitting.asked):
                return False
            for name, value in changes.items():
                setattr(self, name, value)
            if is_noted:
                sitting.note(
                    SittingEvent.Kind.SAVED, at=now, actor=sitting.learner, reason=self.step_number
                )
        return True

    @transaction.atomic
    def begin(self, *, now: datetime) -> bool:
        """Answer before the time to think is over; who writes has begun. Locks the sitting.

        False: nobody is thinking about this now.
        """
        sitting = self.sitting
        sitting.lock()
        self.refresh_from_db(fields=TIMED)
        sitting.close_if_overdue(now)
        is_asked = sitting.is_running and self.step == sitting.reached_step
        if not is_asked or not self.is_thinking(now):
            return False
        self.answering_at = now
        sitting.set_turn(self)
        sitting.note(
            SittingEvent.Kind.BEGUN, at=now, actor=sitting.learner, reason=sitting.step_number
        )
        return True

    def flag(self, is_flagged: bool) -> None:
        """The learner's own reminder to look again; it says nothing to anybody else."""
        self.is_flagged = is_flagged
        self.save(update_fields=["is_flagged"])

    def first_key(self, now: datetime, writer: Writer | None) -> datetime | None:
        """A page may say anything: nobody writes before they are asked."""
        if writer is None or writer.first_key_ago is None:
            return None
        return max(now - writer.first_key_ago, self.opened_at or self.sitting.started_at)

    def says(self, draft: Draft) -> bool:
        return (self.text, self.choice) == (draft.text, draft.choice)

    def is_by(self, writer: Writer | None) -> bool:
        """Whether the same page wrote what is stored."""
        return writer is not None and writer.name == self.writer

    def is_next(self, base_number: int, writer: Writer | None) -> bool:
        """Written on what is stored; or by the page that wrote that, later.

        A page that leaves cannot wait for the answer to the save before its last.
        """
        if writer and self.is_by(writer):
            return writer.sequence > self.sequence
        return base_number == self.number

    def keep_what_lost(self) -> None:
        """After a conflict the learner may let the other text count: then this one is kept."""
        if self.saved_at and self.revisions.filter(
            kind=ResponseRevision.Kind.CONFLICT, received_at__gte=self.saved_at
        ):
            self.revisions.get_or_create(
                kind=ResponseRevision.Kind.CONFLICT,
                text=self.text,
                choice=self.choice,
                defaults={"base_number": self.number, "received_at": self.saved_at},
            )

    def keep_refused(self, outcome: SaveOutcome, draft: Draft, base_number: int) -> SaveOutcome:
        """The same text refused twice, as by a retry, is kept once."""
        _kept, is_new = self.revisions.get_or_create(
            kind=ResponseRevision.Kind(outcome),
            text=draft.text,
            choice=draft.choice,
            defaults={"base_number": base_number, "received_at": draft.received_at},
        )
        if is_new:
            sitting = self.sitting
            sitting.note(SittingEvent.Kind(outcome), at=draft.received_at, actor=sitting.learner)
        return outcome


def unchanged(pk: int, number: int, sitting: UUID, *asked: Any) -> models.QuerySet[Response]:
    """The response, if it is still of that number, and its sitting runs and asks the same.

    Holds the sitting, so that nobody closes it between the look and the change. Deadlines only grow.
    """
    running = Sitting.objects.select_for_update(no_key=True).in_progress().filter(pk=sitting)
    still = running.filter(**dict(zip(ASKED, asked, strict=False)))
    return Response.objects.filter(models.Exists(still), pk=pk, number=number)


class ResponseRevision(models.Model):
    """A text that was refused but not dropped: it conflicted, or came after the deadline."""

    class Kind(models.TextChoices):
        CONFLICT = "conflict", _("Written in another tab")
        LATE = "late", _("Came too late")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="revisions")
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.TextField(blank=True)
    choice = models.JSONField(default=list, blank=True)
    base_number = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("received_at", "id")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"
