"""Blueprints: what a mock interview asks, section by section."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from interviews.deadlines import Pace
from questions.models import Question, QuestionQuerySet, Tag, Topic

if TYPE_CHECKING:
    from accounts.models import User

# Follow-ups to one question; an interviewer who asks on and on leaves no time for the others.
DEEPEST = 2


def matching(
    questions: QuestionQuerySet,
    *,
    topics: Collection[Topic] = (),
    tags: Collection[Tag] = (),
    levels: Collection[str] = (),
    kinds: Collection[str] = (),
) -> QuestionQuerySet:
    """In any of the topics or below, with any of the tags; an empty filter lets everything by."""
    if topics:
        places = [Q(topic=topic) | Q(topic__path__startswith=f"{topic.path}/") for topic in topics]
        questions = questions.filter(reduce(or_, places))
    if tags:
        questions = questions.filter(pk__in=Question.objects.filter(tags__in=tags).values("pk"))
    if levels:
        questions = questions.filter(current_revision__level__in=levels)
    if kinds:
        questions = questions.filter(current_revision__kind__in=kinds)
    return questions


@dataclass(frozen=True)
class SectionPlan:
    """A section before it is stored. With `question_pks` they are picked by hand, in that order."""

    title: str = ""
    count: int = 3
    points: int = 10
    topic_pks: Sequence[int] = ()
    tag_pks: Sequence[int] = ()
    levels: Sequence[str] = ()
    kinds: Sequence[str] = ()
    question_pks: Sequence[int] = ()


class BlueprintQuerySet(models.QuerySet["Blueprint"]):
    def usable_by(self, user: User) -> BlueprintQuerySet:
        """Their own and the shipped ones: what an instructor may look at, copy and assign,

        and what anybody may sit on their own; only instructors have some of their own.
        """
        return self.filter(Q(owner=user) | Q(owner=None), is_quick=False)

    def owned_by(self, user: User) -> BlueprintQuerySet:
        return self.filter(owner=user, is_quick=False)

    def with_sizes(self) -> BlueprintQuerySet:
        """Each with its `question_count`."""
        return self.annotate(question_count=Sum("sections__count"))

    def active(self) -> BlueprintQuerySet:
        return self.filter(archived_at=None)

    def archived(self) -> BlueprintQuerySet:
        return self.exclude(archived_at=None)


class Blueprint(models.Model):
    """What is asked, for how long, and when the learner sees what.

    `owner` None: shipped with Studyhub, for everyone. `is_quick`: built by a learner for
    one mock of their own, and not listed. `minutes` None: untimed, unless `answer_seconds`
    gives each question its own time.
    """

    class Navigation(models.TextChoices):
        FREE = "free", _("Free: any question, any time")
        ONE_AT_A_TIME = "one_at_a_time", _("One at a time, as an interviewer asks")

    class Reveal(models.TextChoices):
        ON_SUBMIT = "on_submit", _("Model answers as soon as the interview is handed in")
        ON_RELEASE = "on_release", _("Marks and model answers when the instructor releases them")

    class Speech(models.TextChoices):
        OFF = "off", _("None: answers are typed")
        ALLOWED = "allowed", _("Allowed: each may be typed, spoken, or both")
        ONLY = "only", _("Only spoken; typed where speaking is not possible")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="blueprints",
    )
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), max_length=2_000, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(480)],
        help_text=_("1 to 480; empty for an untimed interview."),
    )
    navigation = models.CharField(
        _("navigation"), max_length=13, choices=Navigation, default=Navigation.FREE
    )
    think_seconds = models.PositiveSmallIntegerField(
        _("seconds to think"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(1_800)],
        help_text=_("Before each answer: one reads the question and cannot write yet."),
    )
    answer_seconds = models.PositiveSmallIntegerField(
        _("seconds to answer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(7_200)],
        help_text=_("One at a time only: for each question, in place of minutes for the whole."),
    )
    has_follow_ups = models.BooleanField(
        _("follow-ups"),
        default=True,
        help_text=_("One at a time only: up to two after an answer, by what it left out."),
    )
    leans_to_weak = models.BooleanField(
        _("lean to what each learner got wrong"),
        default=False,
        help_text=_("Of questions equally new to them, those they missed or with such tags first."),
    )
    speech = models.CharField(
        _("spoken answers"),
        max_length=7,
        choices=Speech,
        default=Speech.OFF,
        help_text=_("Open questions only. Nothing is recorded before the learner agrees."),
    )
    reveal = models.CharField(_("reveal"), max_length=10, choices=Reveal, default=Reveal.ON_SUBMIT)
    is_quick = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = BlueprintQuerySet.as_manager()

    class Meta:
        verbose_name = _("blueprint")
        verbose_name_plural = _("blueprints")
        ordering = ("title", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(think_seconds=None, answer_seconds=None)
                | Q(answer_seconds__isnull=False, navigation="one_at_a_time", minutes=None),
                name="blueprint_time_of_questions_or_of_the_whole",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def asks_follow_ups(self) -> bool:
        """Whoever may go back and forth is not interviewed, and has no follow-ups."""
        return self.has_follow_ups and self.navigation == self.Navigation.ONE_AT_A_TIME

    @property
    def pace(self) -> Pace | None:
        """None: the questions have no time of their own."""
        if self.answer_seconds is None:
            return None
        answer = timedelta(seconds=self.answer_seconds)
        return Pace(
            think=timedelta(seconds=self.think_seconds or 0), answer=answer, follow_up=answer
        )

    @property
    def drawn_count(self) -> int:
        """How many questions are asked. Reads `sections`, prefetched where there are many."""
        return sum(section.count for section in self.sections.all())

    def plans(self) -> list[SectionPlan]:
        sections = self.sections.prefetch_related("topics", "tags", "hand_picked")
        return [section.plan() for section in sections]

    @transaction.atomic
    def arrange(self, plans: Sequence[SectionPlan]) -> None:
        """Put these sections in place of those there were. Sittings keep what they have drawn."""
        self.sections.all().delete()
        for position, plan in enumerate(plans):
            section = self.sections.create(
                position=position,
                title=plan.title,
                count=len(plan.question_pks) or plan.count,
                points=plan.points,
                levels=list(plan.levels),
                kinds=list(plan.kinds),
            )
            section.topics.set(plan.topic_pks)
            section.tags.set(plan.tag_pks)
            HandPicked.objects.bulk_create(
                HandPicked(section=section, question_id=pk, position=place)
                for place, pk in enumerate(plan.question_pks)
            )

    @transaction.atomic
    def copy(self, *, owner: User, title: str) -> Blueprint:
        copy = Blueprint.objects.create(
            owner=owner,
            title=title,
            description=self.description,
            minutes=self.minutes,
            navigation=self.navigation,
            think_seconds=self.think_seconds,
            answer_seconds=self.answer_seconds,
            has_follow_ups=self.has_follow_ups,
            leans_to_weak=self.leans_to_weak,
            speech=self.speech,
            reveal=self.reveal,
        )
        copy.arrange(self.plans())
        return copy

    def archive(self, *, now: datetime) -> None:
        """No longer listed. What was assigned goes on."""
        Blueprint.objects.filter(pk=self.pk, archived_at=None).update(archived_at=now)
        self.refresh_from_db(fields=["archived_at"])

    def restore(self) -> None:
        self.archived_at = None
        self.save(update_fields=["archived_at"])


class Section(models.Model):
    """A pool and how many questions are drawn from it; or questions picked by hand, in order.

    An empty filter lets everything through; `levels` and `kinds` are lists of their values.
    """

    blueprint = models.ForeignKey(Blueprint, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=80, blank=True)
    count = models.PositiveSmallIntegerField(
        _("questions"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    points = models.PositiveSmallIntegerField(
        _("points per question"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("topics"))
    tags = models.ManyToManyField(Tag, blank=True, related_name="+", verbose_name=_("tags"))
    levels = models.JSONField(_("levels"), default=list, blank=True)
    kinds = models.JSONField(_("kinds"), default=list, blank=True)
    questions = models.ManyToManyField(Question, blank=True, through="HandPicked", related_name="+")

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(condition=Q(count__range=(1, 50)), name="section_count_1_to_50"),
        )

    def __str__(self) -> str:
        return self.title or str(_("Section"))

    def plan(self) -> SectionPlan:
        return SectionPlan(
            title=self.title,
            count=self.count,
            points=self.points,
            topic_pks=[topic.pk for topic in self.topics.all()],
            tag_pks=[tag.pk for tag in self.tags.all()],
            levels=self.levels,
            kinds=self.kinds,
            question_pks=[picked.question_id for picked in self.hand_picked.all()],
        )

    def candidates(self, learner: User, *, with_private: bool) -> QuestionQuerySet:
        """What may be drawn for this learner now; `with_private`: their own questions too.

        Questions picked by hand come in their order, and stand above the filters.
        """
        if self.hand_picked.exists():
            picked = Question.objects.filter(
                pk__in=self.hand_picked.values("question"), current_revision__isnull=False
            )
            in_order = self.hand_picked.filter(question=models.OuterRef("pk")).values("position")
            usable: QuestionQuerySet = picked.exclude(status=Question.Status.RETIRED)
            return usable.order_by(models.Subquery(in_order[:1]), "pk")
        studied: QuestionQuerySet = Question.objects.practisable_by(learner)
        return matching(
            studied if with_private else studied.shared(),
            topics=self.topics.all(),
            tags=self.tags.all(),
            levels=self.levels,
            kinds=self.kinds,
        )


def named(sections: Iterable[Section]) -> list[tuple[Section, str]]:
    """Each with its title, or its number: among several without one, "Section" names none."""
    return [
        (section, section.title or gettext("Section %(number)d") % {"number": number})
        for number, section in enumerate(sections, start=1)
    ]


class HandPicked(models.Model):
    """A question chosen by hand for a section, at its place."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="hand_picked")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=("section", "question"), name="picked_once_per_section"),
        )

    def __str__(self) -> str:
        return str(self.question)
