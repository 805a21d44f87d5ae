"""Everything that was done with a card, and the curve of its memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.paginator import Page, Paginator
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from practice.curve import Curve, Seen, Stretch, curve
from practice.earlier import EarlierPoint, point_texts, points_of
from practice.intervals import day_words, length_words
from practice.models import Adjustment, Card, Parameters, Review, StudySettings
from practice.scheduling import DEFAULT_PARAMETERS, Memory

EVENTS_A_PAGE = 20
LEAST_FORECAST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Event:
    """A review or an adjustment, also one that was undone."""

    at: datetime
    review: Review | None = None
    adjustment: Adjustment | None = None
    points: tuple[EarlierPoint, ...] = ()

    @property
    def is_undone(self) -> bool:
        entry = self.review or self.adjustment
        return entry is not None and entry.voided_at is not None


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the table behind the curve."""

    review: Review
    recall_percent: int | None
    holds: str


@dataclass(frozen=True, slots=True)
class MemoryCurve:
    chart: Curve
    summary: str
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Next:
    """What a rating would bring."""

    label: str
    length: str
    due_on: date


class History:
    """Reads the card's log once: four queries, one for the curve, two for a page of events."""

    def __init__(self, card: Card, *, today: date) -> None:
        self.card, self.today = card, today
        self.wish = StudySettings.objects.of(card.user)
        whole = card.reviews.select_related("revision").order_by("-reviewed_at", "-number")
        self.reviews = list(whole.defer("answer", "choice"))
        self.adjustments = list(card.adjustments.order_by("-made_at", "-pk"))

    def page(self, number: str | None) -> Page[Event]:
        """Newest first."""
        events = [Event(each.reviewed_at, review=each) for each in self.reviews]
        events += [Event(each.made_at, adjustment=each) for each in self.adjustments]
        events.sort(key=lambda event: event.at, reverse=True)
        page = Paginator(events, EVENTS_A_PAGE).get_page(number)
        page.object_list = self._with_answers(list(page.object_list))
        return page

    def _with_answers(self, events: list[Event]) -> list[Event]:
        reviews = [event.review for event in events if event.review]
        texts = point_texts(reviews)
        answers = dict(
            Review.objects.filter(pk__in=[each.pk for each in reviews]).values_list("pk", "answer")
        )
        filled = []
        for event in events:
            if event.review:
                event.review.answer = answers[event.review.pk]
                points = tuple(points_of(event.review, texts))
                event = Event(event.at, review=event.review, points=points)
            filled.append(event)
        return filled

    def curve(self) -> MemoryCurve | None:
        """None if it was never learnt, or all of it was undone."""
        moved = [each for each in self.reviews if each.voided_at is None and each.moves_schedule]
        moved.reverse()
        if not moved:
            return None
        past, now = self._stretches(moved)
        seen = [self._seen(each) for each in moved]
        chart = curve(
            past, now, seen, today=self.today, desired_retention=self.wish.desired_retention
        )
        return MemoryCurve(chart, self._summary(moved), [self._step(each) for each in moved])

    def _stretches(self, moved: list[Review]) -> tuple[list[Stretch], Stretch | None]:
        past = []
        versions = Parameters.objects.named({each.parameter_version for each in moved})
        ends = [*(each.study_day for each in moved[1:]), self.today]
        for review, end in zip(moved, ends, strict=True):
            reset = self._reset_after(review)
            until = min(end, reset) if reset else end
            past.append(_stretch(review, until, versions.get(review.parameter_version)))
        if self.card.memory is None:
            return past, None
        last = past.pop()
        due_on = self.card.due_on or self.today
        ahead = max(LEAST_FORECAST, (due_on - last.memory.reviewed_on) / 2)
        return past, _stretch(moved[-1], max(due_on, self.today) + ahead, self.wish.parameters)

    def _reset_after(self, review: Review) -> date | None:
        """The day on which what this review left was forgotten on purpose."""
        days = [
            self.card.user.study_day(each.made_at)
            for each in self.adjustments
            if each.voided_at is None
            and each.kind == Adjustment.Kind.RESET
            and each.number >= review.number
        ]
        return min(days, default=None)

    def _seen(self, review: Review) -> Seen:
        day = date_format(review.study_day, "j F Y")
        title = f"{day}: {review.get_rating_display()}"
        return Seen(review.study_day, review.retrievability, review.is_recalled, title)

    def _step(self, review: Review) -> Step:
        recall = review.retrievability
        return Step(
            review=review,
            recall_percent=None if recall is None else round(100 * recall),
            holds=length_words(round(review.stability_after or 0)),
        )

    def _summary(self, moved: list[Review]) -> str:
        number = len(moved)
        since = date_format(moved[0].study_day, "j F Y")
        said = ngettext(
            "%(number)d review in the schedule since %(since)s.",
            "%(number)d reviews in the schedule since %(since)s.",
            number,
        ) % {"number": number, "since": since}
        percent = self.recall_percent
        if percent is None or self.card.due_on is None:
            return f"{said} {gettext('It is new again since you reset it.')}"
        if self.card.due_on < self.today:
            now = gettext("Today you would recall it with about %(percent)d %%; due since %(day)s.")
            day = date_format(self.card.due_on, "j F Y")
        else:
            now = gettext("Today you would recall it with about %(percent)d %%; it is due %(day)s.")
            day = day_words(self.card.due_on, self.today)
        return f"{said} {now % {'percent': percent, 'day': day}}"

    @property
    def recall_percent(self) -> int | None:
        """The chance that it would be recalled today."""
        recall = self.card.retrievability(self.today, parameters=self.wish.parameters)
        return None if recall is None else round(100 * recall)

    def next_days(self) -> list[Next]:
        """What each rating would bring on the day the card is due, or today if that is past."""
        day = max(self.today, self.card.due_on or self.today)
        outcomes = self.card.outcomes(day, wish=self.wish)
        return [
            Next(str(Review.Rating(rating).label), length_words(each.interval_days), each.due_on)
            for rating, each in outcomes.items()
        ]


def _stretch(review: Review, until: date, parameters: Parameters | None) -> Stretch:
    """Imported histories name parameters that are not known here: the defaults stand for them."""
    memory = Memory(review.stability_after or 0, review.difficulty_after or 0, review.study_day)
    numbers = parameters.values if parameters else DEFAULT_PARAMETERS
    return Stretch(memory, max(until, review.study_day), numbers)
