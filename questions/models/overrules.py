"""Where a person said otherwise than the engine, and what an editor made of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models.parts import AcceptPhrase, KeyPoint
from questions.models.questions import Question
from questions.models.vectors import RevisionVectors

if TYPE_CHECKING:
    from accounts.models import User

LONGEST_EXCERPT = 600


class PointRewritten(Exception):
    """The question's current text has no key point that says this any more."""


class OverruleQuerySet(models.QuerySet["Overrule"]):
    def waiting(self) -> OverruleQuerySet:
        return self.filter(state=Overrule.State.WAITING)

    def decidable_by(self, user: User) -> OverruleQuerySet:
        """Of the bank for editors and instructors; of their own questions for everyone."""
        own = Q(key_point__revision__question__private_to=user)
        if user.is_editor or user.is_instructor or user.is_superuser:
            return self.filter(own | Q(key_point__revision__question__private_to=None))
        return self.filter(own)

    def with_point_today(self) -> OverruleQuerySet:
        """Each with `is_current`: whether the question still has this key point."""
        same = KeyPoint.objects.filter(
            revision=OuterRef("key_point__revision__question__current_revision"),
            text=OuterRef("key_point__text"),
        )
        return self.annotate(is_current=Exists(same))


class Overrule(models.Model):
    """A key point the engine did not find and the person says they covered, or the reverse.

    `excerpt` is the sentence it was about, or where there was none the beginning of the answer.
    `user` is whose words these are; no page shows them with a name.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    class Said(models.TextChoices):
        COVERED = "covered", _("Covered")
        MISSED = "missed", _("Missed")

    class Source(models.TextChoices):
        PRACTICE = "practice", _("Practice")
        INTERVIEW = "interview", _("Interview")

    key_point = models.ForeignKey(KeyPoint, on_delete=models.CASCADE, related_name="overrules")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="overrules"
    )
    excerpt = models.CharField(_("words of the answer"), max_length=LONGEST_EXCERPT)
    status = models.CharField(_("the engine's word"), max_length=9)
    score = models.FloatField(default=0)
    method = models.CharField(max_length=8)
    said = models.CharField(_("the person's word"), max_length=7, choices=Said)
    source = models.CharField(max_length=9, choices=Source)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    phrase = models.ForeignKey(
        AcceptPhrase, on_delete=models.SET_NULL, null=True, blank=True, related_name="overrules"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OverruleQuerySet.as_manager()

    class Meta:
        verbose_name = _("overruled point")
        verbose_name_plural = _("overruled points")
        ordering = ("-created_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("key_point", "user", "excerpt"), name="overrule_once_per_sentence"
            ),
        )
        indexes = (
            models.Index(fields=("decided_by", "-decided_at"), name="overrule_last_decision"),
            models.Index(
                fields=("key_point",), condition=Q(state="waiting"), name="overrule_waiting"
            ),
        )

    def __str__(self) -> str:
        return self.excerpt

    @property
    def is_phrasing(self) -> bool:
        """True if accepting adds a phrase; else the point was wrongly found, which is noted."""
        return self.said == self.Said.COVERED

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @transaction.atomic
    def accept(self, *, by: User, now: datetime, text: str = "") -> bool:
        """Adds `text` to the ways to say the point; a point wrongly found is only noted.

        False: somebody decided before, and nothing changes. Raises PointRewritten. Locks the
        question. What was answered before keeps its result.
        """
        question = self._lock_question()
        if not self._decide(self.State.ACCEPTED, by=by, now=now):
            return False
        if self.is_phrasing:
            self.phrase = self._phrase(question, text=text or self.excerpt, by=by, now=now)
            self.save(update_fields=["phrase"])
        return True

    @transaction.atomic
    def decline(self, *, by: User, now: datetime) -> bool:
        """False: somebody decided before."""
        return self._decide(self.State.DECLINED, by=by, now=now)

    @transaction.atomic
    def undo(self, *, by: User) -> bool:
        """Back to waiting, for who decided it; a phrase goes unless another overrule made it too."""
        self._lock_question()
        mine = Overrule.objects.filter(pk=self.pk, decided_by=by)
        phrase = AcceptPhrase.objects.filter(overrules__in=mine).first()
        waiting = {"state": self.State.WAITING, "decided_by": None, "decided_at": None}
        if not mine.update(phrase=None, **waiting):
            return False
        self.refresh_from_db()
        if phrase and phrase.added_by_id and not phrase.overrules.exists():
            self._forget(phrase)
        return True

    def _lock_question(self) -> Question:
        question: Question = Question.objects.select_for_update(no_key=True).get(
            revisions__key_points=self.key_point_id
        )
        return question

    def _decide(self, state: str, *, by: User, now: datetime) -> bool:
        waiting = Overrule.objects.filter(pk=self.pk, state=self.State.WAITING)
        is_ours = waiting.update(state=state, decided_by=by, decided_at=now) == 1
        self.refresh_from_db()
        return is_ours

    def _phrase(self, question: Question, *, text: str, by: User, now: datetime) -> AcceptPhrase:
        """The phrase of the current text's same key point; the one there is if it says the same."""
        point = KeyPoint.objects.filter(
            revision=question.current_revision_id, text=self.key_point.text
        ).first()
        if point is None:
            raise PointRewritten
        text = " ".join(text.split())
        known = list(point.accept_phrases.all())
        same = [phrase for phrase in known if phrase.text.casefold() == text.casefold()]
        if same:
            return same[0]
        RevisionVectors.objects.filter(revision=point.revision_id).delete()
        return AcceptPhrase.objects.create(
            key_point=point, text=text, position=len(known), added_by=by, added_at=now
        )

    def _forget(self, phrase: AcceptPhrase) -> None:
        """Later revisions took it along, so there it goes too."""
        revision = phrase.key_point.revision
        copies = AcceptPhrase.objects.filter(
            key_point__revision__question=revision.question_id,
            key_point__revision__number__gte=revision.number,
            key_point__text=self.key_point.text,
            text=phrase.text,
        )
        RevisionVectors.objects.filter(revision__key_points__accept_phrases__in=copies).delete()
        copies.delete()


class PointTallyManager(models.Manager["PointTally"]):
    def add_one(self, key_points: list[int]) -> None:
        """One more answer was judged for each. Two statements."""
        self.bulk_create([PointTally(key_point_id=pk) for pk in key_points], ignore_conflicts=True)
        self.filter(key_point__in=key_points).update(judged=F("judged") + 1)

    def take_one(self, key_points: list[int]) -> None:
        self.filter(key_point__in=key_points, judged__gt=0).update(judged=F("judged") - 1)


class PointTally(models.Model):
    """How often people judged a key point beside the engine: what overrules are a share of."""

    key_point = models.OneToOneField(
        KeyPoint, on_delete=models.CASCADE, primary_key=True, related_name="tally"
    )
    judged = models.PositiveIntegerField(default=0)

    objects = PointTallyManager()

    class Meta:
        verbose_name = _("tally of a key point")
        verbose_name_plural = _("tallies of key points")

    def __str__(self) -> str:
        return str(self.judged)
