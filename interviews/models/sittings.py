"""Sittings: one learner's run of an assignment, from the start to the release."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interviews import deadlines, scoring
from interviews.deadlines import Pace, ResolvedTerms
from interviews.models.assignments import Assignment
from interviews.models.events import SittingEvent
from interviews.models.rereading import reread
from interviews.models.sitting_queryset import SittingQuerySet
from questions.models import FollowUp

if TYPE_CHECKING:
    from accounts.models import User
    from interviews.models.responses import Response

# What a running sitting changes: reread under the lock, and nothing else.
CHANGING = (
    *("state", "deadline_at", "submitted_at", "closed_by", "marked_at"),
    *("paused_at", "paused_for"),
    *("reached_position", "reached_depth", "step_ends_at"),
    *("think_time", "answer_time", "follow_up_time", "predicted_at", "recording_agreed_at"),
)

# What `Sitting.asked` says.
ASKED = ("reached_position", "reached_depth", "step_ends_at")


class NotMarked(Exception):
    """A sitting is released once every item is marked, not before."""


class NotReopenable(Exception):
    """Says in words for the instructor why."""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a page may say; `model_answers` also stands for key points and right options.

    `recordings`: what was said, for whoever may hear it.
    `findings`: what the engine made of the responses, which tells the key points too.
    `may_predict`: nothing was revealed yet, and the learner is asked first how they did.
    """

    questions: bool
    responses: bool
    recordings: bool
    model_answers: bool
    findings: bool
    marks: bool
    may_predict: bool = False


class Sitting(models.Model):
    """One run. `deadline_at` None: untimed. The state names are those of the design.

    `time_limit`: what it was begun with, with the learner's time factor, without minutes on top.
    `think_time`, `answer_time` and `follow_up_time`: of each question, with the learner's time
    factor; None: there is only the time for the whole. `step_ends_at`: of what is being asked.
    `predicted_at`: when the learner said how they think they did, or did not want to.
    `paused_at`: since when the clock stands. `paused_for`: how long it stood before that.
    `recording_agreed_at`: when they agreed to be recorded; None: nothing ever was.
    """

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("In progress")
        SUBMITTED = "submitted", _("Handed in")
        MARKED = "marked", _("Marked")
        RELEASED = "released", _("Released")
        VOIDED = "voided", _("Voided")

    class ClosedBy(models.TextChoices):
        LEARNER = "learner", _("the learner")
        TIMER = "timer", _("the timer")
        SWEEPER = "sweeper", _("the timer, while nobody was looking")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="sittings")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sittings"
    )
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=11, choices=State, default=State.IN_PROGRESS)
    seed = models.BigIntegerField()
    started_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_for = models.DurationField(default=timedelta, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=7, choices=ClosedBy, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    points = models.PositiveIntegerField(default=0, help_text=_("The most one can reach."))
    is_one_at_a_time = models.BooleanField(
        default=False, editable=False, help_text=_("As the blueprint said on the day of the draw.")
    )
    reached_position = models.PositiveSmallIntegerField(
        default=0, help_text=_("One at a time: the question being asked; those before are locked.")
    )
    reached_depth = models.PositiveSmallIntegerField(
        default=0, help_text=_("0: the question itself is being asked; else its follow-up.")
    )
    time_limit = models.DurationField(null=True, blank=True, editable=False)
    think_time = models.DurationField(null=True, blank=True, editable=False)
    answer_time = models.DurationField(null=True, blank=True, editable=False)
    follow_up_time = models.DurationField(null=True, blank=True, editable=False)
    step_ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    predicted_at = models.DateTimeField(null=True, blank=True, editable=False)
    recording_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar[SittingQuerySet] = SittingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("assignment", "learner"),
                condition=Q(state="in_progress"),
                name="one_sitting_in_progress",
            ),
            models.UniqueConstraint(
                fields=("assignment", "learner", "number"), name="sitting_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("in_progress", "voided")) | Q(submitted_at__isnull=False),
                name="sitting_closed_has_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(think_time=None, answer_time=None, follow_up_time=None)
                | Q(
                    think_time__isnull=False,
                    answer_time__isnull=False,
                    follow_up_time__isnull=False,
                ),
                name="sitting_pace_whole_or_none",
            ),
        )
        indexes = (
            models.Index(
                fields=("deadline_at",), condition=Q(state="in_progress"), name="sitting_to_sweep"
            ),
            models.Index(
                fields=("step_ends_at",),
                condition=Q(state="in_progress", step_ends_at__isnull=False),
                name="sitting_to_move_on",
            ),
            models.Index(fields=("learner", "-started_at"), name="sitting_of_learner"),
        )

    def __str__(self) -> str:
        return f"{self.assignment} ({self.learner})"

    @property
    def is_in_progress(self) -> bool:
        return self.state == self.State.IN_PROGRESS

    @property
    def is_running(self) -> bool:
        return self.is_in_progress and self.paused_at is None

    @property
    def is_paused(self) -> bool:
        """Its clock stands: nothing is asked, and no time runs out."""
        return self.is_in_progress and self.paused_at is not None

    @property
    def is_closed(self) -> bool:
        """Handed in, whether marked yet or not."""
        return self.state in (self.State.SUBMITTED, self.State.MARKED, self.State.RELEASED)

    @property
    def is_own_mock(self) -> bool:
        """Assigned by the learner to themselves, who is then also its marker."""
        return self.assignment.assigned_by_id == self.learner_id

    @property
    def asks_follow_ups(self) -> bool:
        """Of an assignment that never changes this, and only as an interviewer asks."""
        return self.is_one_at_a_time and self.assignment.has_follow_ups

    @property
    def reached_step(self) -> tuple[int, int]:
        """One at a time: position and depth of what is being asked; what is before is locked."""
        return self.reached_position, self.reached_depth

    @property
    def asked(self) -> tuple[int, int, datetime | None] | tuple[()]:
        """One at a time: the step, and its end; a later one is another turn."""
        return (*self.reached_step, self.step_ends_at) if self.is_one_at_a_time else ()

    @property
    def pace(self) -> Pace | None:
        """None: the questions have no time of their own."""
        if self.think_time is None or self.answer_time is None or self.follow_up_time is None:
            return None
        return Pace(think=self.think_time, answer=self.answer_time, follow_up=self.follow_up_time)

    @property
    def ends_at(self) -> datetime | None:
        """When the clock decides next: of what is being asked, else of the whole. None: never."""
        return self.step_ends_at or self.deadline_at

    @property
    def percent(self) -> int | None:
        """None until every item is marked: a part of the marks is no result."""
        return None if self.score is None else scoring.percent_of(self.score, self.points)

    def remaining(self, now: datetime) -> timedelta | None:
        """Time left on the learner's clock. None: untimed."""
        return deadlines.remaining(self.paused_at or now, self.ends_at)

    def is_overdue(self, now: datetime) -> bool:
        return self.is_running and deadlines.is_overdue(now, self.deadline_at)

    def is_lapsed(self, now: datetime) -> bool:
        """The time for what is being asked is over, with its grace."""
        return self.is_running and deadlines.is_overdue(now, self.step_ends_at)

    def lock(self) -> None:
        """Hold the row until the transaction ends, and know what it says now."""
        reread(self, CHANGING, Sitting.objects.select_for_update(no_key=True))

    def submit(self, *, now: datetime) -> bool:
        """Hand in. False: it was closed already, or the timer had the first claim."""
        if self.close_if_overdue(now):
            return False
        return self.close(by=self.ClosedBy.LEARNER, submitted_at=now, now=now)

    def close_if_overdue(self, now: datetime, *, by: ClosedBy = ClosedBy.TIMER) -> bool:
        """Close as of the deadline if that and its grace are over. Says whether this call did.

        A question whose time is over gives way to the next; the end of the last is the end of all.
        Any page of the learner's may call it; a marker's look never does.
        """
        if self.is_lapsed(now):
            self.pass_lapsed(now)
        if self.ends_at is None or not (self.is_lapsed(now) or self.is_overdue(now)):
            return False
        return self.close(by=by, submitted_at=self.ends_at, now=now)

    @transaction.atomic
    def pass_lapsed(self, now: datetime) -> None:
        """Ask what is being asked by now: each question since the end of the one before it.

        Nobody is there to be asked on, so there are no follow-ups. Locks the sitting.
        """
        self.lock()
        last = self.items.count() - 1
        while self.is_lapsed(now) and self.reached_position < last:
            lapsed_at = self.ends_at
            if lapsed_at is None or lapsed_at == self.deadline_at:
                return
            self.note(SittingEvent.Kind.LAPSED, at=lapsed_at, actor=None, reason=self.step_number)
            self.open_item(self.reached_position + 1, at=lapsed_at)

    def open_item(self, position: int, *, at: datetime) -> None:
        self.reached_position, self.reached_depth = position, 0
        self.open_step(self.response_asked(), at=at)

    def open_step(self, response: Response, *, at: datetime) -> None:
        """It is asked, and its time runs. The caller holds the lock."""
        response.opened_at = at
        self.set_turn(response)

    def set_turn(self, response: Response) -> None:
        """Work out the time of what is being asked, again after whatever changes it."""
        pace = self.pace
        if pace and response.opened_at:
            turn = deadlines.turn(
                response.opened_at,
                pace,
                is_follow_up=response.asked_id is not None,
                begun_at=response.answering_at,
                extra_time=response.extra_time,
                deadline_at=self.deadline_at,
            )
            response.answering_at, self.step_ends_at = turn.answering_at, turn.ends_at
        else:
            response.answering_at = self.step_ends_at = None
        response.save(update_fields=["opened_at", "answering_at", "extra_time"])
        self.save(update_fields=["reached_position", "reached_depth", "step_ends_at"])

    def response_asked(self) -> Response:
        """One at a time: to what is being asked now."""
        from interviews.models.responses import Response

        position, depth = self.reached_step
        if depth:
            return Response.objects.get(
                asked__item__sitting=self, asked__item__position=position, asked__depth=depth
            )
        return Response.objects.get(item__sitting=self, item__position=position)

    @property
    def step_number(self) -> str:
        """As people count: 3, and 3.1 for the first follow-up to it."""
        number = str(self.reached_position + 1)
        return f"{number}.{self.reached_depth}" if self.reached_depth else number

    def close(self, *, by: ClosedBy, submitted_at: datetime, now: datetime) -> bool:
        """One conditional UPDATE: who comes second, or to another deadline, changes nothing.

        What the server can score is scored with it. The object then says what is stored.
        """
        is_learner = by == self.ClosedBy.LEARNER
        still_open = Sitting.objects.in_progress().filter(pk=self.pk)
        if not is_learner:
            still_open = still_open.filter(
                deadline_at=self.deadline_at, step_ends_at=self.step_ends_at, paused_at=None
            )
        with transaction.atomic():
            is_ours = still_open.update(
                state=self.State.SUBMITTED, submitted_at=submitted_at, closed_by=by, paused_at=None
            )
            self.refresh_from_db(fields=CHANGING)
            if is_ours:
                self.note(
                    SittingEvent.Kind.SUBMITTED if is_learner else SittingEvent.Kind.CLOSED,
                    at=now,
                    actor=self.learner if is_learner else None,
                )
                self.score_what_needs_nobody(now=now)
        return bool(is_ours)

    def score_what_needs_nobody(self, *, now: datetime) -> None:
        """Marks for choices, orders and outputs; nobody marked them, so they have no marker.

        While it ran it had no marks, so without any of these there is nothing to add up.
        """
        items = self.items.select_related("response", "revision").exclude(revision__kind="open")
        scored = list(items.prefetch_related("revision__answers"))
        for item in scored:
            share = item.share_known()
            if share is not None:
                points = scoring.points_for(share, out_of=item.points)
                item.marks.create(score=points, marked_at=now)
        if scored:
            self.settle(now=now)

    def settle(self, *, now: datetime, actor: User | None = None) -> None:
        """Add up the marks that count. Once every item has one, the sitting is marked."""
        marks = [item.newest_mark for item in self.items.prefetch_related("marks")]
        if not all(marks):
            return
        self.score = sum((mark.score for mark in marks if mark), start=scoring.NOTHING)
        self.save(update_fields=["score"])
        submitted = Sitting.objects.filter(pk=self.pk, state=self.State.SUBMITTED)
        if submitted.update(state=self.State.MARKED, marked_at=now):
            self.state, self.marked_at = self.State.MARKED, now
            self.note(SittingEvent.Kind.MARKED, at=now, actor=actor)

    @transaction.atomic
    def extend(
        self,
        deadline_at: datetime | None,
        *,
        more: timedelta = deadlines.NO_TIME,
        reason: str,
        actor: User,
        now: datetime,
    ) -> bool:
        """A later deadline while it runs; None: no deadline. Says whether it became later.

        Time is never taken away, and what the timer has claimed is not given back (see `reopen`).
        Where each question has its own time, `more` is given to the one being asked.
        """
        self.pass_lapsed(now)
        is_later = deadline_at is None or (self.deadline_at and deadline_at > self.deadline_at)
        is_over = self.is_overdue(now) or self.is_lapsed(now)
        if not self.is_in_progress or is_over or self.deadline_at is None:
            return False
        if not is_later and not (self.pace and more):
            return False
        old_deadline_at = self.deadline_at
        if is_later:
            self.deadline_at = deadline_at
        if self.pace:
            self.extend_step(more)
        self.save(update_fields=["deadline_at"])
        self.note(
            SittingEvent.Kind.EXTENDED,
            at=now,
            actor=actor,
            old_deadline_at=old_deadline_at,
            new_deadline_at=self.deadline_at,
            reason=reason,
        )
        return True

    def take_on(
        self,
        terms: ResolvedTerms,
        *,
        before: ResolvedTerms,
        reason: str,
        actor: User,
        now: datetime,
    ) -> bool:
        """The learner's terms are others now: the deadline they give, if it is later.

        The time that it was begun with stays: the assignment's may have been edited since.
        """
        return self.extend(
            deadlines.deadline(self.started_at + self.paused_for, terms, limit=self.time_limit).at,
            more=max(terms.extra_time - before.extra_time, deadlines.NO_TIME),
            reason=reason,
            actor=actor,
            now=now,
        )

    def extend_step(self, more: timedelta) -> None:
        """Without a deadline nothing has a time of its own."""
        response = self.response_asked()
        response.extra_time += more
        if self.deadline_at is None:
            self.think_time = self.answer_time = self.follow_up_time = None
            self.save(update_fields=["think_time", "answer_time", "follow_up_time"])
        self.set_turn(response)

    @transaction.atomic
    def pause(self, *, reason: str, actor: User, now: datetime) -> bool:
        """Stop the clock. What is on its way is still saved. False: it does not run now."""
        self.pass_lapsed(now)
        if not self.is_running or self.is_overdue(now) or self.is_lapsed(now):
            return False
        self.paused_at = now
        self.save(update_fields=["paused_at"])
        self.note(
            SittingEvent.Kind.PAUSED,
            at=now,
            actor=actor,
            old_deadline_at=self.deadline_at,
            reason=reason,
        )
        return True

    @transaction.atomic
    def resume(self, *, reason: str, actor: User, now: datetime) -> bool:
        """The clock goes on, with the time that was left. False: it was not paused.

        Later than a hard close too: whoever stopped the clock owes that time. Time to think that
        was left is given to the answer.
        """
        self.lock()
        if not self.is_in_progress or self.paused_at is None:
            return False
        length = max(now - self.paused_at, deadlines.NO_TIME)
        old_deadline_at = self.deadline_at
        self.paused_at, self.paused_for = None, self.paused_for + length
        self.deadline_at = old_deadline_at and old_deadline_at + length
        if self.pace:
            self.extend_step(length)
        self.save(update_fields=["paused_at", "paused_for", "deadline_at"])
        self.note(
            SittingEvent.Kind.RESUMED,
            at=now,
            actor=actor,
            old_deadline_at=old_deadline_at,
            new_deadline_at=self.deadline_at,
            reason=reason,
        )
        return True

    @transaction.atomic
    def release(self, *, actor: User, now: datetime) -> bool:
        """The learner sees the marks. False: it was released before. Raises NotMarked."""
        self.lock()
        if self.state == self.State.RELEASED:
            return False
        if self.state != self.State.MARKED:
            raise NotMarked
        self.state, self.released_at = self.State.RELEASED, now
        self.save(update_fields=["state", "released_at"])
        self.note(SittingEvent.Kind.RELEASED, at=now, actor=actor)
        return True

    @transaction.atomic
    def predict(self, percents: Mapping[int, int], *, now: datetime) -> bool:
        """What the learner expects, in percent, by position; what is left out was skipped.

        Once, and before anything is revealed. False: it was said before, or it still runs.
        """
        from interviews.models.items import Item

        self.lock()
        if not self.is_closed or self.predicted_at:
            return False
        items = list(self.items.filter(position__in=percents))
        for item in items:
            item.predicted_percent = percents[item.position]
        Item.objects.bulk_update(items, ["predicted_percent"])
        self.predicted_at = now
        self.save(update_fields=["predicted_at"])
        self.note(SittingEvent.Kind.PREDICTED, at=now, actor=self.learner)
        return True

    def agree_to_be_recorded(self, has_agreed: bool, *, now: datetime) -> bool:
        """Once for the whole sitting. False: not yet. The caller holds the lock."""
        if has_agreed and self.recording_agreed_at is None:
            self.recording_agreed_at = now
            self.save(update_fields=["recording_agreed_at"])
            self.note(SittingEvent.Kind.AGREED, at=now, actor=self.learner)
        return self.recording_agreed_at is not None

    @transaction.atomic
    def void(self, *, reason: str, actor: User, now: datetime) -> bool:
        """It counts no more. False: released or voided, it stays as it is."""
        self.lock()
        if self.state in (self.State.RELEASED, self.State.VOIDED):
            return False
        self.state = self.State.VOIDED
        self.save(update_fields=["state"])
        self.note(SittingEvent.Kind.VOIDED, at=now, actor=actor, reason=reason)
        return True

    @transaction.atomic
    def reopen(self, *, deadline_at: datetime, reason: str, actor: User, now: datetime) -> None:
        """Back to writing until the new deadline. Raises NotReopenable.

        The marks go: they judged responses that may change now. Locks the assignment as a start
        does, so that there is never a second sitting in progress.
        """
        Assignment.objects.select_for_update(no_key=True).get(pk=self.assignment_id)
        self.lock()
        self.refuse_reopening(deadline_at, now=now)
        old_deadline_at = self.deadline_at
        for item in self.items.all():
            item.marks.all().delete()
        self.state, self.deadline_at = self.State.IN_PROGRESS, deadline_at
        self.submitted_at = self.marked_at = self.score = None
        self.closed_by = ""
        self.save(
            update_fields=[
                *("state", "deadline_at", "submitted_at", "marked_at", "score", "closed_by")
            ]
        )
        if self.pace:
            self.extend_step(deadline_at - self.started_at)  # what is asked may take all of it
        self.note(
            SittingEvent.Kind.REOPENED,
            at=now,
            actor=actor,
            old_deadline_at=old_deadline_at,
            new_deadline_at=deadline_at,
            reason=reason,
        )

    def refuse_reopening(self, deadline_at: datetime, *, now: datetime) -> None:
        if self.state not in (self.State.SUBMITTED, self.State.MARKED):
            raise NotReopenable(_("Only what is handed in and not released can be reopened."))
        if deadline_at <= now:
            raise NotReopenable(_("The new deadline has passed already."))
        others = Sitting.objects.in_progress().filter(
            assignment=self.assignment_id, learner=self.learner_id
        )
        if others.exists():
            raise NotReopenable(_("This learner has begun another sitting meanwhile."))

    def shown_to(self, user: User) -> Shown:
        """What this person may see of it now. Whatever shows a sitting asks here first."""
        if user.pk == self.learner_id:
            return self.shown_to_learner()
        is_taught = Assignment.objects.given_by(user).filter(pk=self.assignment_id).exists()
        return Shown(
            questions=is_taught,
            responses=is_taught,
            recordings=is_taught and self.is_closed,
            model_answers=is_taught,
            findings=is_taught and self.is_closed,
            marks=is_taught,
        )

    def shown_to_learner(self) -> Shown:
        state, states = self.state, self.State
        is_closed = state in (states.SUBMITTED, states.MARKED, states.RELEASED)
        if is_closed and not self.predicted_at:
            return Shown(
                questions=True,
                responses=True,
                recordings=True,
                model_answers=False,
                findings=False,
                marks=False,
                may_predict=True,
            )
        is_open_book = self.is_own_mock or self.assignment.reveal == "on_submit"
        is_released = state == states.RELEASED
        is_revealed = is_released or (is_closed and is_open_book)
        return Shown(
            questions=True,
            responses=True,
            recordings=True,
            model_answers=is_revealed,
            findings=is_revealed,
            marks=is_released or (is_closed and self.is_own_mock),
        )

    @transaction.atomic
    def move_on(
        self,
        *,
        position: int,
        depth: int = 0,
        follow_up: FollowUp | None = None,
        now: datetime,
    ) -> bool:
        """One at a time: lock this step and ask the follow-up, or without one the next question.

        Twice is once: the first request chooses. False: it was the last step. Locks the sitting.
        """
        self.lock()
        if self.close_if_overdue(now) or not self.is_running:
            return True
        if self.reached_step != (position, depth):
            return True
        if follow_up:
            self.items.get(position=position).ask(follow_up, depth=depth + 1, now=now)
            self.reached_depth = depth + 1
            self.open_step(self.response_asked(), at=now)
        elif self.items.filter(position=position + 1).exists():
            self.open_item(position + 1, at=now)
        else:
            return False
        self.note(SittingEvent.Kind.ASKED, at=now, actor=self.learner, reason=self.step_number)
        return True

    def note(
        self,
        kind: SittingEvent.Kind,
        *,
        at: datetime,
        actor: User | None,
        old_deadline_at: datetime | None = None,
        new_deadline_at: datetime | None = None,
        reason: str = "",
    ) -> None:
        SittingEvent.objects.create(
            sitting=self,
            kind=kind,
            at=at,
            actor=actor,
            old_deadline_at=old_deadline_at,
            new_deadline_at=new_deadline_at,
            reason=reason,
        )
