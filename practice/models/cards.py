"""A learner's memory of a question, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practice import leeches, scheduling
from practice.models.adjustments import Adjustment
from practice.models.notes import Note
from practice.models.parameters import Parameters
from practice.models.reviews import Review, ReviewQuerySet, StudyDay
from practice.models.settings import StudySettings
from questions.models import FollowUp, Question, QuestionQuerySet, QuestionRevision
from studyhub.making import attnames, unsaved
from studyhub.statements import rows
from studyhub.writing import insert_new, save_changes

if TYPE_CHECKING:
    from accounts.models import User


# Knuth's multiplicative hash.
SPREAD, RANGE = 2_654_435_761, 2**32


class EachLookedUp(Exists):
    """Keeps PostgreSQL from making a join of it, which reads the whole bank, or everybody's cards."""

    template = "EXISTS(%(subquery)s OFFSET 0)"


def changed_after(number: Any, question: Any) -> models.QuerySet[QuestionRevision]:
    """Revisions of a question, later than one of them, that made the answer another one."""
    changed = QuestionRevision.objects.filter(
        question=question, number__gt=number, change=QuestionRevision.Change.CHANGED
    )
    return changed.exclude(frozen_at=None)


def answer_changed() -> Q:
    """What is right became different since the learner last judged the card."""
    seen = Review.objects.standing().filter(card=OuterRef(OuterRef("pk"))).newest_first()
    last = Subquery(seen.values("revision__number")[:1])
    return Q(Exists(changed_after(last, OuterRef("question_id"))))


class AlreadyReviewed(Exception):
    """The card was judged, or its judgement undone, after this showing of it."""


class CardQuerySet(models.QuerySet["Card"]):
    def of(self, user: User) -> CardQuerySet:
        return self.filter(user=user)

    def on(self, questions: QuestionQuerySet) -> CardQuerySet:
        """Cards of these questions. Looks each one up by its key, never lists the questions."""
        return self.filter(EachLookedUp(questions.order_by().filter(pk=OuterRef("question_id"))))

    def active(self, today: date) -> CardQuerySet:
        """Neither suspended nor buried."""
        return self.filter(
            Q(buried_until=None) | Q(buried_until__lte=today),
            suspended_at=None,
        )

    def set_aside(self, today: date) -> CardQuerySet:
        """Suspended or buried."""
        return self.filter(Q(suspended_at__isnull=False) | Q(buried_until__gt=today))

    def suspended(self) -> CardQuerySet:
        return self.filter(suspended_at__isnull=False)

    def buried(self, today: date) -> CardQuerySet:
        return self.filter(buried_until__gt=today)

    def new(self) -> CardQuerySet:
        """Never reviewed."""
        return self.filter(due_on=None)

    def due(self, today: date) -> CardQuerySet:
        return self.filter(due_on__lte=today)

    def later(self, today: date) -> CardQuerySet:
        return self.filter(due_on__gt=today)

    def leeches(self) -> CardQuerySet:
        return self.filter(is_leech=True)

    def weak(self) -> CardQuerySet:
        """A key point was missed in the newest answer that was marked."""
        return self.filter(missed_points__gt=0)

    def answer_changed(self) -> CardQuerySet:
        return self.filter(answer_changed())

    def missed_in_mocks(self) -> CardQuerySet:
        """And not recalled on a later day: knowing it once more the same day proves little."""
        later = Review.objects.standing().filter(
            card=OuterRef("pk"),
            study_day__gt=OuterRef("missed_on"),
            rating__gt=Review.Rating.AGAIN,
        )
        return self.filter(~EachLookedUp(later), missed_on__isnull=False)

    def note_missed(self, user: User, questions: Iterable[Question], *, today: date) -> None:
        """A mock interview showed that these are not known."""
        self.filter(user=user, question__in=questions).update(missed_on=today)

    def rested(self, today: date) -> CardQuerySet:
        """No sibling was seen on this day: it would give the answer away, or is given away by it."""
        return self.exclude(sibling_seen_on=today)

    def siblings_of(self, card: Card, revision: QuestionRevision) -> CardQuerySet | None:
        """The learner's cards of the questions that lead on from this one, or to it.

        None where no question does either. One query, none if the card knows that already.
        """
        if not (card.may_be_led_to() or card.may_lead_on(revision)):
            return None
        links = rows(links_of, revision.pk, card.question.slug)
        if not links:
            return None
        revisions = QuestionRevision.objects.filter(pk__in={pk for pk, _slug in links})
        related = Q(question__slug__in={slug for _pk, slug in links})
        related |= Q(question__in=revisions.values("question"))
        return self.filter(related, user=card.user_id).exclude(pk=card.pk)

    def again(self, today: date) -> CardQuerySet:
        """Judged Again today, and to be seen once more."""
        return self.filter(relearn_on=today)

    def sampled(self, share: float) -> CardQuerySet:
        """About this share of them, the same ones each time, whatever made their keys regular."""
        hashed = (F("pk") * Value(SPREAD)) % Value(RANGE)
        return self.alias(hashed=hashed).filter(hashed__lt=int(RANGE * share))

    def longest_unseen_first(self) -> CardQuerySet:
        return self.alias(seen_at=Max("reviews__reviewed_at")).order_by("seen_at", "pk")

    def add(self, user: User, questions: Iterable[Question], *, now: datetime) -> int:
        """Make new cards where there are none yet, in this order; how many it made.

        Siblings of what was seen today wait until tomorrow, as if they had been there.
        """
        wanted = {question.pk: question for question in questions}
        known = self.filter(user=user, question__in=wanted).values_list("question_id", flat=True)
        for pk in set(known):
            del wanted[pk]
        today = user.study_day(now)
        seen = Review.objects.of(user).resting_siblings(today)
        resting = set(seen.siblings().filter(pk__in=wanted).values_list("pk", flat=True))
        # Another tab may make the same card between these queries: then its card stands.
        self.bulk_create(
            [
                Card(
                    user=user,
                    question=question,
                    added_at=now,
                    sibling_seen_on=today if pk in resting else None,
                )
                for pk, question in wanted.items()
            ],
            ignore_conflicts=True,
        )
        return len(wanted)


def links_of(revision_pk: int, slug: str) -> models.QuerySet[FollowUp, Any]:
    """Where the revision leads on to a question, or another leads on to the one of this slug."""
    leads_on = Q(revision=revision_pk) & ~Q(next_slug="")
    links = FollowUp.objects.filter(leads_on | Q(next_slug=slug)).order_by()
    return links.values_list("revision", "next_slug")


def held_card(pk: int) -> models.QuerySet[Card, Any]:
    """What Card.lock reads anew: all of it, in the order of its fields."""
    return Card.objects.select_for_update().filter(pk=pk).values_list(*attnames(Card))


class Card(models.Model):
    """A learner's memory of a question. `due_on` None: new, never reviewed.

    `stability` (days until recall falls to 90 %) and `difficulty` (1 to 10) are FSRS's.
    `review_count` counts every review that was not undone.
    Everything here but `missed_on` and what sets a card aside (suspended, buried, a sibling seen)
    can be rebuilt from the log: the reviews and adjustments that were not undone. Why not those:
    docs/decisions/0051-what-sets-a-card-aside-is-not-in-the-log.md.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cards"
    )
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="cards")
    stability = models.FloatField(null=True, blank=True)
    difficulty = models.FloatField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    interval_days = models.PositiveIntegerField(default=0)
    review_count = models.PositiveIntegerField(default=0)
    lapse_count = models.PositiveIntegerField(default=0)
    relearn_on = models.DateField(
        null=True, blank=True, help_text=_("The study day on which Again asks to see it once more.")
    )
    is_leech = models.BooleanField(
        default=False, help_text=_("Forgotten more often than chance explains: see leeches.")
    )
    missed_points = models.PositiveSmallIntegerField(
        default=0, help_text=_("Key points missed in the newest answer that was marked.")
    )
    missed_on = models.DateField(
        null=True, blank=True, help_text=_("The study day on which a mock interview missed it.")
    )
    band = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("How steady the memory is: see scheduling.band.")
    )
    sibling_seen_on = models.DateField(
        null=True, blank=True, help_text=_("The study day on which a related question was seen.")
    )
    suspended_at = models.DateTimeField(null=True, blank=True)
    buried_until = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    # Set on a card that a round asks, outside the schedule: whatever it is, judging it is cramming.
    round_pk: UUID | None = None
    # Set on a card that was dealt.
    dealt_wish: StudySettings | None = None

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("card")
        verbose_name_plural = _("cards")
        constraints = (
            models.UniqueConstraint(fields=("user", "question"), name="one_card_per_question"),
            models.CheckConstraint(
                condition=Q(due_on=None, stability=None, difficulty=None, reviewed_on=None)
                | Q(
                    due_on__isnull=False,
                    stability__isnull=False,
                    difficulty__isnull=False,
                    reviewed_on__isnull=False,
                ),
                name="card_memory_whole_or_absent",
            ),
        )
        indexes = (
            # All that counting asks of a card, so that no card need be looked up for it.
            models.Index(
                fields=("user", "due_on", "id", "buried_until", "sibling_seen_on", "question"),
                condition=Q(suspended_at=None),
                name="card_due",
            ),
            models.Index(
                fields=("user", "relearn_on"),
                condition=Q(relearn_on__isnull=False),
                name="card_again",
            ),
            models.Index(fields=("user",), condition=Q(is_leech=True), name="card_leech"),
            models.Index(fields=("user",), condition=Q(missed_points__gt=0), name="card_weak"),
            models.Index(
                fields=("user",), condition=Q(missed_on__isnull=False), name="card_missed"
            ),
            models.Index(
                fields=("user", "band", "due_on"),
                condition=Q(suspended_at=None, due_on__isnull=False),
                name="card_overdue",
            ),
        )

    def __str__(self) -> str:
        return f"{self.question} ({self.user})"

    def answer_change(self) -> QuestionRevision | None:
        """What made the answer another one since the learner last judged it. Two queries."""
        seen = self.reviews.standing().newest_first().select_related("revision").first()
        if seen is None:
            return None
        return changed_after(seen.revision.number, self.question_id).order_by("-number").first()

    @property
    def memory(self) -> scheduling.Memory | None:
        if self.stability is None or self.difficulty is None or self.reviewed_on is None:
            return None
        return scheduling.Memory(self.stability, self.difficulty, self.reviewed_on)

    def retrievability(self, today: date, *, parameters: Parameters) -> float | None:
        """The chance to recall it on this day; None for a new card."""
        if self.memory is None:
            return None
        return scheduling.retrievability(self.memory, today, parameters=parameters.values)

    def may_lead_on(self, revision: QuestionRevision) -> bool:
        """This text of the question has follow-ups. True unless `dealt` has looked."""
        has_them: bool = getattr(self, "has_follow_ups", True)
        return has_them or revision.pk != self.question.current_revision_id

    def may_be_led_to(self) -> bool:
        """A follow-up leads to the question. True unless `dealt` has looked."""
        return getattr(self, "is_led_to", True)

    def kind_on(self, today: date) -> Review.Kind:
        """What a review on this day would be. Only learn and review move the schedule."""
        if self.round_pk:
            return Review.Kind.CRAM
        if self.due_on is None:
            return Review.Kind.LEARN
        if self.relearn_on == today:
            return Review.Kind.RELEARN
        if self.due_on <= today:
            return Review.Kind.REVIEW
        return Review.Kind.CRAM

    def outcomes(
        self, today: date, *, wish: StudySettings
    ) -> dict[scheduling.Rating, scheduling.Outcome]:
        """What each rating would bring on this day; `review` keeps this promise."""
        return scheduling.preview(
            self.memory,
            today,
            desired_retention=wish.desired_retention,
            seed=(self.pk, self.review_count),
            previous_interval_days=self.interval_days,
            parameters=wish.parameters.values,
        )

    def wish(self) -> StudySettings:
        """The learner's settings. One query, none for a card that was dealt."""
        return self.dealt_wish or StudySettings.objects.of(self.user)

    def lock(self) -> None:
        """Read the card anew and hold it until the transaction ends. Raises Card.DoesNotExist."""
        found = rows(held_card, self.pk)
        if not found:
            raise Card.DoesNotExist
        self.__dict__.update(zip(attnames(Card), found[0], strict=True))

    @transaction.atomic
    def review(
        self,
        rating: int,
        *,
        review_id: UUID,
        revision: QuestionRevision,
        now: datetime,
        review_count: int | None = None,
        **told: Any,
    ) -> Review:
        """Judge the card; `told` is what else the learner said (answer, points, ...).

        Locks the card. The same `review_id` again gives the review it made before. Raises
        AlreadyReviewed if the card has not `review_count` reviews any more, as another
        showing of it was judged since; None takes the card as it stands.
        """
        self.lock()
        if review_count != self.review_count:
            made = Review.objects.filter(pk=review_id, card=self).first()
            if made and made.voided_at is None:
                return made
            if made or review_count is not None:
                raise AlreadyReviewed
        wish = self.wish()
        review = self.judged(
            rating,
            now=now,
            desired_retention=wish.desired_retention,
            parameters=wish.parameters,
            id=review_id,
            revision=revision,
            **told,
        )
        if not insert_new(review):
            # As many reviews as the page knew of, and yet one of this id: it was undone since.
            raise AlreadyReviewed
        self.remember(review)
        if review.is_lapse or (self.is_leech and review.kind == Review.Kind.REVIEW):
            self.is_leech = self._does_not_stick()
        save_changes(self, self.DERIVED)
        review.day = StudyDay.objects.count_in(review)
        if review.kind != Review.Kind.CRAM:
            self._rest_siblings(review)
        return review

    def _rest_siblings(self, review: Review) -> None:
        """A sibling that another tab is judging this moment is seen already, so it is not awaited."""
        siblings = Card.objects.siblings_of(self, review.revision)
        if siblings is None:
            return
        free = siblings.select_for_update(skip_locked=True, of=("self",)).values_list(
            "pk", flat=True
        )
        if pks := list(free):
            Card.objects.filter(pk__in=pks).update(sibling_seen_on=review.study_day)

    def judged(
        self,
        rating: int,
        *,
        now: datetime,
        desired_retention: float,
        parameters: Parameters,
        **told: Any,
    ) -> Review:
        """The review, unsaved, with the memory before and after it. Asks the database nothing.

        `told` is whatever else it holds.
        """
        today = self.user.study_day(now)
        review = unsaved(
            Review,
            **told,
            card=self,
            user=self.user,
            number=self.review_count + 1,
            reviewed_at=now,
            study_day=today,
            rating=rating,
            kind=self.kind_on(today).value,
            round_id=self.round_pk,
            stability_before=self.stability,
            difficulty_before=self.difficulty,
            reviewed_on_before=self.reviewed_on,
            due_on_before=self.due_on,
            interval_before=self.interval_days,
            relearn_on_before=self.relearn_on,
            retrievability=self.retrievability(today, parameters=parameters),
            stability_after=self.stability,
            difficulty_after=self.difficulty,
            due_on_after=self.due_on,
            interval_after=self.interval_days,
            parameter_version=parameters.version,
        )
        if review.moves_schedule:
            outcome = scheduling.review(
                self.memory,
                scheduling.Rating(rating),
                today,
                desired_retention=desired_retention,
                seed=(self.pk, self.review_count),
                previous_interval_days=self.interval_days,
                parameters=parameters.values,
            )
            review.stability_after = outcome.memory.stability
            review.difficulty_after = outcome.memory.difficulty
            review.due_on_after = outcome.due_on
            review.interval_after = outcome.interval_days
        return review

    def remember(self, review: Review) -> None:
        """Take over what the review left behind, unsaved. Replaying the log does nothing else."""
        self.stability = review.stability_after
        self.difficulty = review.difficulty_after
        self.due_on = review.due_on_after
        self.interval_days = review.interval_after
        self.band = scheduling.band(self.stability)
        if review.moves_schedule:
            # Travelling west must not take a memory back to the day before its last review.
            self.reviewed_on = max(review.study_day, self.reviewed_on or review.study_day)
            self.lapse_count += review.is_lapse
        if review.kind != Review.Kind.CRAM:
            self.relearn_on = None if review.is_recalled else review.study_day
        if review.points:
            self.missed_points = list(review.points.values()).count("missed")
        self.review_count += 1

    def _since_reset(self) -> ReviewQuerySet:
        reset = self.adjustments.standing().filter(kind=Adjustment.Kind.RESET).last()
        return self.reviews.standing().filter(number__gt=reset.number if reset else 0)

    def _does_not_stick(self) -> bool:
        """Reads the card's reviews, so asked only where a lapse may have changed the answer."""
        if self.lapse_count < leeches.FEWEST_LAPSES:
            return False
        in_order = self._since_reset().order_by("number", "reviewed_at")
        return leeches.is_leech(each.recall for each in in_order if each.recall)

    @transaction.atomic
    def give_back(self, review: Review, *, now: datetime) -> bool:
        """Void this card's newest review: the memory is what it was before. Locks the card.

        False if it is the newest no longer, or somebody else was quicker.
        """
        self.lock()
        if review.number != self.review_count:
            return False
        standing = Review.objects.filter(pk=review.pk, card=self, voided_at=None)
        if not standing.update(voided_at=now):
            return False
        self.stability = review.stability_before
        self.difficulty = review.difficulty_before
        self.reviewed_on = review.reviewed_on_before
        self.due_on = review.due_on_before
        self.interval_days = review.interval_before
        self.band = scheduling.band(self.stability)
        self.relearn_on = review.relearn_on_before
        self.lapse_count -= review.is_lapse
        self.review_count -= 1
        since = self.adjustments.standing().filter(number__gte=review.number)
        if since.update(voided_at=now):
            # Learnt anew since, it forgot how often it had been forgotten.
            self.lapse_count = self._since_reset().lapses().count()
        self.is_leech = self._does_not_stick()
        marked = self._since_reset().exclude(points={}).order_by("number").last()
        self.missed_points = list(marked.points.values()).count("missed") if marked else 0
        self.save(update_fields=self.DERIVED)
        StudyDay.objects.take_out(review)
        self._wake_siblings(review)
        return True

    def _wake_siblings(self, review: Review) -> None:
        """Unless this card was seen another time on that day, or another sibling of theirs was."""
        siblings = Card.objects.siblings_of(self, review.revision)
        if siblings is None:
            return
        seen = Review.objects.filter(user=self.user_id).resting_siblings(review.study_day)
        resting = siblings.filter(sibling_seen_on=review.study_day)
        resting.exclude(question__in=seen.siblings()).update(sibling_seen_on=None)

    DERIVED = (
        "stability",
        "difficulty",
        "reviewed_on",
        "due_on",
        "interval_days",
        "band",
        "relearn_on",
        "lapse_count",
        "review_count",
        "is_leech",
        "missed_points",
    )

    # What a card is when it is learnt anew.
    FORGOTTEN: ClassVar[dict[str, Any]] = {
        "stability": None,
        "difficulty": None,
        "reviewed_on": None,
        "due_on": None,
        "relearn_on": None,
        "band": None,
        "interval_days": 0,
        "lapse_count": 0,
        "missed_points": 0,
        "is_leech": False,
    }

    @transaction.atomic
    def reset(self, *, now: datetime) -> None:
        """Forget what was learnt: a new card again, with its history kept. Locks the card."""
        self._adjust(Adjustment(kind=Adjustment.Kind.RESET, made_at=now))

    @transaction.atomic
    def move_due(self, due_on: date, *, now: datetime) -> None:
        """Ask it on this day instead; a new card has no day to move. Locks the card."""
        self._adjust(Adjustment(kind=Adjustment.Kind.MOVE, due_on=due_on, made_at=now))

    def _adjust(self, adjustment: Adjustment) -> None:
        self.lock()
        if self.due_on is None:
            return
        adjustment.card, adjustment.number = self, self.review_count
        adjustment.save(force_insert=True)
        self.follow(adjustment)
        self.save(update_fields=self.DERIVED)

    def follow(self, adjustment: Adjustment) -> None:
        """Take over the adjustment, unsaved."""
        if adjustment.kind == Adjustment.Kind.MOVE:
            self.due_on = adjustment.due_on
            return
        for name, value in self.FORGOTTEN.items():
            setattr(self, name, value)

    def written_note(self) -> str:
        """Empty if there is none."""
        note = Note.objects.filter(card=self.pk).first()
        return note.text if note else ""

    @transaction.atomic
    def keep_note(self, text: str, *, now: datetime) -> None:
        """An empty one is no note."""
        if not text.strip():
            Note.objects.filter(card=self.pk).delete()
            return
        said = {"text": text, "written_at": now}
        Note.objects.update_or_create(card=self, defaults=said, create_defaults=said)

    def unsuspend(self) -> None:
        Card.objects.filter(pk=self.pk).update(suspended_at=None)
