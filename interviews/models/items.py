"""Items: the drawn questions of a sitting, and the follow-ups asked after them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interviews import scoring
from interviews.models.events import SittingEvent
from interviews.models.sittings import Sitting
from questions.models import FollowUp, QuestionRevision
from questions.rendering import render

if TYPE_CHECKING:
    from accounts.models import User
    from interviews.models.marking import Mark
    from questions.matching import Matched


class Item(models.Model):
    """A drawn question at its place, bound to the revision of the day of the draw."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="items")
    revision = models.ForeignKey(QuestionRevision, on_delete=models.PROTECT, related_name="+")
    section_title = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField()
    predicted_percent = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=("sitting", "position"), name="item_position_once"),
            models.UniqueConstraint(fields=("sitting", "revision"), name="item_revision_once"),
            models.CheckConstraint(
                condition=Q(predicted_percent=None) | Q(predicted_percent__lte=100),
                name="item_predicted_percent_to_100",
            ),
        )

    def __str__(self) -> str:
        return str(self.revision)

    @property
    def number(self) -> int:
        """As people count, from 1."""
        return self.position + 1

    @property
    def has_newer_text(self) -> bool:
        """The question was edited after the draw; reads `revision.question`."""
        return self.revision.question.current_revision_id not in (None, self.revision_id)

    @property
    def newest_mark(self) -> Mark | None:
        """The mark that counts; without a query where marks are prefetched."""
        return max(self.marks.all(), key=lambda mark: mark.number, default=None)

    @property
    def is_locked(self) -> bool:
        """One at a time: the interviewer has moved on."""
        return self.sitting.is_one_at_a_time and self.position < self.sitting.reached_position

    def ask(self, follow_up: FollowUp, *, depth: int, now: datetime) -> AskedFollowUp:
        """The caller holds the lock on the sitting."""
        from interviews.models.responses import Response

        asked = self.asked_follow_ups.create(follow_up=follow_up, depth=depth, asked_at=now)
        Response.objects.create(asked=asked)
        return asked

    @property
    def judged(self) -> dict[str, str]:
        """What a marker judges, by the key it has in a mark: key points, else the whole answer."""
        points = {str(point.pk): point.text for point in self.revision.key_points.all()}
        return points or {scoring.WHOLE: str(_("The answer as a whole"))}

    @transaction.atomic
    def mark(
        self,
        *,
        points: Mapping[str, str],
        adjustment: Decimal = scoring.NOTHING,
        comment: str = "",
        base_number: int,
        marker: User,
        now: datetime,
        matched: Matched | None = None,
    ) -> Mark:
        """A new version on top of `base_number`, 0 for the first. Locks the sitting.

        `matched`: what the engine had suggested to the marker; where they say otherwise it is
        recorded. The same form sent twice makes one mark. Raises MarkConflict if somebody has marked since,
        NotMarkable unless it is handed in, ValueError if a judgement or the adjustment is none.
        """
        from interviews.models.marking import Judgement, MarkConflict, NotMarkable

        self.sitting.lock()
        if not self.sitting.is_closed:
            raise NotMarkable
        newest = self.marks.order_by("-number").first()
        said = Judgement(dict(points), adjustment=adjustment, comment=comment)
        if newest and newest.marker_id == marker.pk and newest.judgement == said:
            return newest
        if newest and newest.number != base_number:
            raise MarkConflict(newest)
        mark = self.marks.create(
            number=base_number + 1,
            marker=marker,
            score=self.score_for(points, adjustment=adjustment, weights=self.weights()),
            points=said.points,
            adjustment=adjustment,
            comment=comment,
            comment_html=render(comment),
            marked_at=now,
        )
        if matched:
            self.record_overruled(matched, newest, said=said.points, now=now)
        if self.sitting.state == Sitting.State.RELEASED:
            self.sitting.note(SittingEvent.Kind.AMENDED, at=now, actor=marker)
        self.sitting.settle(now=now, actor=marker)
        return mark

    def record_overruled(
        self, matched: Matched, before: Mark | None, *, said: Mapping[str, str], now: datetime
    ) -> None:
        """Points that were judged alike before are not counted twice."""
        from questions.overruling import record

        judged_before = before.points if before else {}
        record(
            user=self.sitting.learner,
            revision=self.revision,
            answer=self.response.text,
            matched=matched,
            said={int(key): word for key, word in said.items() if judged_before.get(key) != word},
            source="interview",
            now=now,
        )

    def weights(self) -> dict[str, int]:
        """How much each key point counts here now; empty: it has none. Two queries."""
        from interviews.models.rubrics import Rubric, weights_of

        rubrics = Rubric.objects.of(self.sitting.assignment_id, self.revision_id)
        return weights_of(self.revision, rubrics.first())

    def score_for(
        self, points: Mapping[str, str], *, adjustment: Decimal, weights: Mapping[str, int]
    ) -> Decimal:
        """Raises ValueError if a judgement or the adjustment is none."""
        if unknown := points.keys() - (weights or {scoring.WHOLE}):
            raise ValueError(f"No such key points: {sorted(unknown)}")
        if abs(adjustment) > self.points:
            raise ValueError("The adjustment is larger than what the question is worth.")
        share = scoring.share_said(weights, points)
        return scoring.points_for(share, out_of=self.points, adjustment=adjustment)

    def share_known(self) -> Fraction | None:
        """The share of the points that the server can tell; None: a person must judge."""
        revision, response = self.revision, self.response
        if revision.is_choice:
            options = [each for each in revision.answers.all() if each.role == "option"]
            correct = {option.pk for option in options if option.is_correct}
            return scoring.choice_share(response.choice, correct=correct)
        if revision.kind == "ordering":
            steps = [each.pk for each in revision.answers.all() if each.role == "step"]
            return scoring.ordering_share(response.choice, steps=steps)
        if revision.kind == "output":
            return scoring.output_share(response.text, expected=revision.expected_output)
        return None


class AskedFollowUpQuerySet(models.QuerySet["AskedFollowUp"]):
    def with_responses(self) -> AskedFollowUpQuerySet:
        """For pages that show what was asked and answered; as many queries however many there are."""
        return self.select_related("follow_up", "response").prefetch_related(
            "response__revisions", "response__recordings"
        )


class AskedFollowUp(models.Model):
    """A follow-up asked after an answer, with a response of its own and no points.

    `depth`: 1 for the first after the answer, 2 for the one after that.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="asked_follow_ups")
    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="+")
    depth = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()

    objects = AskedFollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("asked follow-up")
        verbose_name_plural = _("asked follow-ups")
        ordering = ("depth",)
        constraints = (
            models.UniqueConstraint(fields=("item", "depth"), name="follow_up_depth_once"),
            models.UniqueConstraint(fields=("item", "follow_up"), name="follow_up_asked_once"),
            models.CheckConstraint(condition=Q(depth__gte=1), name="follow_up_depth_from_1"),
        )

    def __str__(self) -> str:
        return str(self.follow_up)

    @property
    def number(self) -> str:
        """Such as 3.1: the first follow-up to the third question."""
        return f"{self.item.number}.{self.depth}"
