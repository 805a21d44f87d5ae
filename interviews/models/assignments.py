"""Assignments: a blueprint given to people, with dates; and exceptions made for some of them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Cohort
from interviews import deadlines
from interviews.deadlines import Refusal, RefusalReason, ResolvedTerms, Terms, TimeLimit
from interviews.models.blueprints import DEEPEST, Blueprint

if TYPE_CHECKING:
    from accounts.models import User
    from interviews.models.sittings import Sitting


class StartRefused(Exception):
    """The interview cannot be started now; `refusal` says why, and since or until when."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class ExtensionChanged(Exception):
    """Somebody has changed these terms since the page was asked for."""

    def __init__(self, extension: Extension) -> None:
        super().__init__(str(extension))
        self.extension = extension


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def given_to(self, user: User) -> AssignmentQuerySet:
        """Not withdrawn; to the person, or to a cohort they are in now. Each once."""
        to_person = Assignment.objects.filter(learners=user)
        to_cohort = Assignment.objects.filter(cohorts__in=Cohort.objects.joined_by(user))
        return self.filter(
            Q(pk__in=to_person.values("pk")) | Q(pk__in=to_cohort.values("pk")), withdrawn_at=None
        )

    def known_to(self, user: User) -> AssignmentQuerySet:
        """Those, and what they have sat and is no longer given to them."""
        return self.filter(
            Q(pk__in=Assignment.objects.given_to(user).values("pk"))
            | Q(pk__in=Assignment.objects.filter(sittings__learner=user).values("pk"))
        )

    def given_by(self, user: User) -> AssignmentQuerySet:
        """By the person or to a cohort they teach, withdrawn or not; never anybody's own mock."""
        to_cohort = Assignment.objects.filter(cohorts__in=Cohort.objects.taught_by(user))
        return self.filter(Q(assigned_by=user) | Q(pk__in=to_cohort.values("pk")), is_own=False)

    def from_others(self) -> AssignmentQuerySet:
        """Without mocks of one's own, which are started as they are made."""
        return self.filter(is_own=False)


class Assignment(models.Model):
    """Who may sit a blueprint, and when. `is_own`: a mock that the learner gave to themselves.

    `reveal`, `has_follow_ups` and `speech` are the blueprint's on the day it was given: that was
    promised. A date that is None sets no bound. `minutes` None: the blueprint's.
    `sittings_allowed` None: as many as wished.
    """

    class ClosePolicy(models.TextChoices):
        START_BY = "start_by", _("Who started in time has the full time")
        HARD_CLOSE = "hard_close", _("Everyone stops at the closing time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    blueprint = models.ForeignKey(Blueprint, on_delete=models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments_given"
    )
    cohorts = models.ManyToManyField(Cohort, blank=True, related_name="assignments")
    learners = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="assignments"
    )
    is_own = models.BooleanField(default=False, editable=False)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    start_by = models.DateTimeField(_("start by"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    reveal = models.CharField(_("reveal"), max_length=10, choices=Blueprint.Reveal, editable=False)
    has_follow_ups = models.BooleanField(_("follow-ups"), default=False, editable=False)
    speech = models.CharField(
        _("spoken answers"),
        max_length=7,
        choices=Blueprint.Speech,
        default=Blueprint.Speech.OFF,
        editable=False,
    )
    close_policy = models.CharField(
        _("at the closing time"),
        max_length=10,
        choices=ClosePolicy,
        default=ClosePolicy.START_BY,
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(480)],
        help_text=_("Empty: as the blueprint says."),
    )
    sittings_allowed = models.PositiveSmallIntegerField(
        _("sittings allowed"), null=True, blank=True, default=1, validators=[MinValueValidator(1)]
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="assignment_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(reveal__in=Blueprint.Reveal.values), name="assignment_reveal_is_known"
            ),
            models.CheckConstraint(
                condition=Q(speech__in=Blueprint.Speech.values), name="assignment_speech_is_known"
            ),
        )

    def __str__(self) -> str:
        return self.blueprint.title

    @property
    def terms(self) -> Terms:
        """What the assignment itself says, before extensions and time factors."""
        return Terms(
            opens_at=self.opens_at,
            start_by=self.start_by,
            closes_at=self.closes_at,
            time_limit=self.time_limit,
            pace=self.blueprint.pace,
            sittings_allowed=self.sittings_allowed,
            close_policy=deadlines.ClosePolicy(self.close_policy),
        )

    @property
    def time_limit(self) -> TimeLimit:
        """Where each question has its own time: all of it, with all the follow-ups there may be."""
        minutes = self.minutes or self.blueprint.minutes
        if minutes:
            return timedelta(minutes=minutes)
        pace, questions = self.blueprint.pace, self.blueprint.pace and self.blueprint.drawn_count
        if not pace or not questions:
            return deadlines.UNTIMED
        return pace.for_all(questions, follow_ups=DEEPEST if self.asks_follow_ups else 0)

    @property
    def asks_follow_ups(self) -> bool:
        return self.has_follow_ups and self.blueprint.navigation == "one_at_a_time"

    @property
    def may_be_spoken(self) -> bool:
        """Whether open answers may be recorded, or are to be."""
        return self.speech != Blueprint.Speech.OFF

    def is_own_mock_of(self, user: User) -> bool:
        """Then the learner is also the marker."""
        return self.assigned_by_id == user.pk

    def terms_for(self, user: User) -> ResolvedTerms:
        """What holds for this person now."""
        return self.terms_with(self.extensions.concerning(user), user=user)

    def terms_with(self, extensions: Iterable[Extension], *, user: User) -> ResolvedTerms:
        """The same from extensions already read: those that concern the person."""
        extensions = list(extensions)
        own = next((each.terms for each in extensions if each.learner_id == user.pk), None)
        return deadlines.resolve_terms(
            self.terms,
            own_extension=own,
            cohort_extensions=[each.terms for each in extensions if each.cohort_id],
            time_factor=user.time_factor,
        )

    def start(
        self, learner: User, *, now: datetime, number: int | None = None, seed: int | None = None
    ) -> Sitting:
        """The learner's sitting in progress, or a new one: drawn, frozen, with its deadline.

        `number` is the sitting the page offered: when there is one of that number already, a click
        came twice, and that one comes back whatever its state. `seed` None: drawn by chance.
        Locks the assignment's row, so starts take turns. Raises StartRefused, or PoolTooSmall naming the section.
        """
        with transaction.atomic():
            assignment = Assignment.objects.select_for_update(no_key=True).get(pk=self.pk)
            sittings = assignment.sittings.of(learner)
            known = sittings.filter(number=number).first() if number else None
            running = sittings.in_progress().first()
            if known:
                return known
            if running and not running.close_if_overdue(now):
                return running
            terms = assignment.terms_for(learner)
            refusal = assignment.start_refusal(terms, sittings=sittings.counting(), now=now)
            if refusal:
                raise StartRefused(refusal)
            return assignment.sittings.draw(
                assignment, learner=learner, terms=terms, now=now, seed=seed
            )

    def start_refusal(
        self, terms: ResolvedTerms, *, sittings: Collection[Sitting], now: datetime
    ) -> Refusal | None:
        """Why this learner, with these sittings that count, may not start; None if they may."""
        if self.withdrawn_at:
            return Refusal(RefusalReason.CLOSED, self.withdrawn_at)
        return deadlines.start_refusal(terms, now, sittings_used=len(sittings))

    def withdraw(self, *, now: datetime) -> None:
        """Nobody can start any more; what is running goes on. Twice keeps the first moment."""
        Assignment.objects.filter(pk=self.pk, withdrawn_at=None).update(withdrawn_at=now)

    def restore(self) -> None:
        Assignment.objects.filter(pk=self.pk).update(withdrawn_at=None)

    @transaction.atomic
    def extend(
        self,
        learner: User,
        *,
        terms: Mapping[str, Any],
        actor: User,
        now: datetime,
        seen: str | None = None,
    ) -> bool:
        """Other terms for one learner, by the names of Extension's fields; a name left out inherits.

        A running sitting gets its longer deadline with it. Says whether there was one. Locks the
        assignment's row, so that a start meanwhile waits and sees the new terms. Raises
        ExtensionChanged, as `set_terms` does.
        """
        assignment = Assignment.objects.select_for_update(no_key=True).get(pk=self.pk)
        before = assignment.terms_for(learner)
        if not assignment.set_terms(terms, learner=learner, actor=actor, now=now, seen=seen):
            return False
        running = assignment.sittings.in_progress().filter(learner=learner).first()
        return running is not None and running.take_on(
            assignment.terms_for(learner),
            before=before,
            reason=terms.get("reason", ""),
            actor=actor,
            now=now,
        )

    def set_terms(
        self,
        terms: Mapping[str, Any],
        *,
        actor: User,
        now: datetime,
        seen: str | None,
        **whom: Any,
    ) -> bool:
        """Store what is said for a `learner` or a `cohort`. The caller holds the lock.

        `seen`: the stamp of the extension that the page showed; False if another one has said the
        same since, raises ExtensionChanged if it says something else. None: whatever it says is
        replaced.
        """
        inherit = {"opens_at": None, "start_by": None, "closes_at": None, "extra_minutes": None}
        said = {**inherit, "is_untimed": False, "sittings_allowed": None, **terms}
        stored = self.extensions.filter(**whom).first()
        if seen is not None and stored and stored.stamp != seen:
            if any(getattr(stored, name) != value for name, value in said.items()):
                raise ExtensionChanged(stored)
            return False
        self.extensions.update_or_create(
            **whom, defaults={**said, "granted_by": actor, "granted_at": now}
        )
        return True


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def concerning(self, user: User) -> ExtensionQuerySet:
        """The person's own, and those of the cohorts they are in now."""
        return self.filter(Q(learner=user) | Q(cohort__in=Cohort.objects.joined_by(user)))


class Extension(models.Model):
    """Other terms for one learner or one cohort. A field that is None inherits."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="extensions",
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, null=True, blank=True, related_name="extensions"
    )
    opens_at = models.DateTimeField(null=True, blank=True)
    start_by = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    extra_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    is_untimed = models.BooleanField(default=False)
    sittings_allowed = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    granted_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[ExtensionQuerySet] = ExtensionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = (
            models.CheckConstraint(
                condition=Q(learner=None, cohort__isnull=False)
                | Q(learner__isnull=False, cohort=None),
                name="extension_for_a_learner_or_a_cohort",
            ),
            models.UniqueConstraint(
                fields=("assignment", "learner"), name="one_extension_per_learner"
            ),
            models.UniqueConstraint(
                fields=("assignment", "cohort"), name="one_extension_per_cohort"
            ),
        )

    def __str__(self) -> str:
        return f"{self.assignment}: {self.whom}"

    @property
    def whom(self) -> User | Cohort | None:
        return self.learner or self.cohort

    @property
    def is_different(self) -> bool:
        """False: all of it was taken back, and the terms are those for everyone."""
        return self.terms != Terms()

    @property
    def stamp(self) -> str:
        """Tells one state of it from another; empty: not stored yet."""
        return self.granted_at.isoformat() if self.pk else ""

    @property
    def terms(self) -> Terms:
        extra = self.extra_minutes
        return Terms(
            opens_at=self.opens_at,
            start_by=self.start_by,
            closes_at=self.closes_at,
            time_limit=deadlines.UNTIMED if self.is_untimed else None,
            extra_time=None if extra is None else timedelta(minutes=extra),
            sittings_allowed=self.sittings_allowed,
        )
