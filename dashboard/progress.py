"""What the log says of a person's learning: figures, charts, and the words and tables for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Case, Count, F, Q, Value, When
from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext

from accounts.models import User
from dashboard import forecast, retention, topic_scores
from dashboard.calibration import MATURE_DAYS, Missed, weakest_points
from dashboard.charts import BarChart, Datum, LineChart, bar_chart, percent_chart
from dashboard.drawing import HeatMapDrawing, draw_heat_map, draw_weeks, weekdays
from dashboard.heat_map import LEVEL_STARTS, HeatMap, heat_map
from dashboard.overview import results_of
from dashboard.retention import Retention
from dashboard.streaks import counted_days, current_streak, longest_streak
from dashboard.topic_scores import Answered, TopicScore
from dashboard.wording import (
    cards_text,
    day_label,
    heat_map_summary,
    minutes_text,
    reviews_text,
    titled,
)
from interviews.models import Sitting
from practice.models import Card, CardQuerySet, Review, StudyDay, StudySettings
from practice.queue import Scope
from questions.models import KeyPoint, Question

DAYS_SHOWN = 30
RESULTS_SHOWN = 20
POINTS_SHOWN = 8
# Some of those missed most are of questions that have changed or gone.
POINTS_LOOKED_AT = 40


class StudyRow(NamedTuple):
    on: date
    reviews: int
    new_cards: int
    due_reviews: int
    recalled: int
    seconds: int

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)


@dataclass(frozen=True, slots=True)
class CardStates:
    new: int = 0
    learning: int = 0
    mature: int = 0
    suspended: int = 0

    @property
    def total(self) -> int:
        return self.new + self.learning + self.mature + self.suspended


@dataclass(frozen=True, slots=True)
class MonthRow:
    month: date
    retention: Retention


class AnswerRow(NamedTuple):
    question: int
    path: str | None
    topic: str | None
    parent: str | None
    points: dict[str, str]
    choice: list[int] | None
    rating: int


@dataclass(frozen=True, slots=True)
class WeakPoint:
    point: KeyPoint
    counted: Missed

    @property
    def question(self) -> Question:
        return self.point.revision.question


@dataclass(frozen=True)
class Progress:
    """All that `progress` shows, from the sums of each study day; some ten queries in all."""

    user: User
    now: datetime

    @property
    def today(self) -> date:
        return self.user.study_day(self.now)

    @cached_property
    def rows(self) -> list[StudyRow]:
        """Every day with a review, oldest first."""
        days = StudyDay.objects.filter(user=self.user, reviews__gt=0).order_by("study_day")
        return [StudyRow(*row) for row in days.values_list("study_day", *StudyRow._fields[1:])]

    @property
    def _cards(self) -> CardQuerySet:
        """Those whose questions can still be practised."""
        return Card.objects.of(self.user).on(Question.objects.practisable_by(self.user))

    @property
    def has_reviews(self) -> bool:
        return bool(self.rows)

    # Streaks and the heat map

    @property
    def reviews_by_day(self) -> dict[date, int]:
        return {row.on: row.reviews for row in self.rows}

    @cached_property
    def reviews_that_count(self) -> int:
        """How many make a day count: as the learner wishes."""
        return StudySettings.objects.of(self.user).a_day_counts_from

    @cached_property
    def days_counted(self) -> set[date]:
        return counted_days(self.reviews_by_day, least=self.reviews_that_count)

    @cached_property
    def streak(self) -> int:
        return current_streak(self.days_counted, today=self.today)

    @cached_property
    def longest_streak(self) -> int:
        return longest_streak(self.days_counted)

    @cached_property
    def heat_map(self) -> HeatMap:
        return heat_map(self.reviews_by_day, today=self.today, least=self.reviews_that_count)

    @property
    def heat_map_drawing(self) -> HeatMapDrawing:
        return draw_heat_map(self.heat_map)

    @cached_property
    def heat_map_summary(self) -> str:
        return heat_map_summary(self.heat_map)

    @property
    def heat_map_legend(self) -> list[str]:
        starts = (0, *LEVEL_STARTS)
        ranges = [
            str(start) if start == end - 1 else f"{start}–{end - 1}"
            for start, end in pairwise(starts)
        ]
        return [*ranges, f"{starts[-1]}+"]

    @property
    def week_rows(self) -> SafeString:
        """The newest first."""
        return draw_weeks(reversed(self.heat_map.weeks))

    @property
    def weekdays(self) -> list[str]:
        return weekdays()

    # What is coming

    @cached_property
    def forecast(self) -> list[forecast.ForecastDay]:
        is_due = Q(due_on__lte=forecast.last_day(self.today)) | Q(relearn_on=self.today)
        due = self._cards.filter(is_due, suspended_at=None)
        by_day = due.order_by().values_list(asked_on(self.today)).annotate(number=Count("pk"))
        return forecast.forecast(by_day, today=self.today)

    @property
    def due_today(self) -> int:
        return self.forecast[0].due

    @property
    def due_in_all(self) -> int:
        return sum(day.due for day in self.forecast)

    @property
    def forecast_chart(self) -> BarChart:
        return bar_chart(
            [
                Datum(
                    day_label(day.on),
                    day.due,
                    titled(day.on, cards_text(day.due)),
                )
                for day in self.forecast
            ]
        )

    @property
    def forecast_summary(self) -> str:
        busiest = max(self.forecast, key=lambda day: day.due)
        return gettext(
            "%(today)s today, %(all)s in the next 30 days; the most, %(most)d, on %(day)s."
        ) % {
            "today": cards_text(self.due_today),
            "all": cards_text(self.due_in_all),
            "most": busiest.due,
            "day": date_format(busiest.on, "l j F"),
        }

    # Retention

    @cached_property
    def due_days(self) -> list[retention.DueDay]:
        return [(row.on, row.due_reviews, row.recalled) for row in self.rows]

    @cached_property
    def retention_30(self) -> Retention:
        return retention.retention(self.due_days, today=self.today, last=30)

    @cached_property
    def retention_90(self) -> Retention:
        return retention.retention(self.due_days, today=self.today, last=90)

    @property
    def retention_figures(self) -> list[tuple[str, Retention]]:
        return [
            (gettext("Last 30 days"), self.retention_30),
            (gettext("Last 90 days"), self.retention_90),
        ]

    @cached_property
    def months(self) -> list[MonthRow]:
        months = retention.by_month(self.due_days, today=self.today)
        return [MonthRow(month, found) for month, found in months.items()]

    @property
    def has_months(self) -> bool:
        return any(row.retention.is_enough for row in self.months)

    @property
    def retention_summary(self) -> str:
        row = next(row for row in reversed(self.months) if row.retention.is_enough)
        return gettext("By month; the latest, %(month)s: %(percent)d %%.") % {
            "month": date_format(row.month, "F Y"),
            "percent": row.retention.percent or 0,
        }

    @property
    def retention_chart(self) -> LineChart:
        return percent_chart([month_datum(row) for row in self.months])

    # Time

    @cached_property
    def recent(self) -> list[StudyRow]:
        """The last 30 days, those without a review included."""
        known = {row.on: row for row in self.rows}
        days = (self.today - timedelta(days=ago) for ago in range(DAYS_SHOWN - 1, -1, -1))
        return [known.get(day, StudyRow(day, 0, 0, 0, 0, 0)) for day in days]

    @property
    def recent_reviews(self) -> int:
        return sum(row.reviews for row in self.recent)

    @property
    def recent_summary(self) -> str:
        days = sum(row.reviews > 0 for row in self.recent)
        minutes = sum(row.seconds for row in self.recent) / 60
        return gettext(
            "%(reviews)s in %(minutes)s on %(days)d of the last 30 days;"
            " on such a day %(mean_reviews)s and %(mean_minutes)s on average."
        ) % {
            "reviews": reviews_text(self.recent_reviews),
            "minutes": minutes_text(round(minutes)),
            "days": days,
            "mean_reviews": reviews_text(round(self.recent_reviews / days)),
            "mean_minutes": minutes_text(round(minutes / days)),
        }

    @property
    def reviews_chart(self) -> BarChart:
        return day_chart((row.on, row.reviews, reviews_text(row.reviews)) for row in self.recent)

    @property
    def minutes_chart(self) -> BarChart:
        return day_chart((row.on, row.minutes, minutes_text(row.minutes)) for row in self.recent)

    # Cards and topics

    @cached_property
    def cards(self) -> CardStates:
        active, reviewed = Q(suspended_at=None), Q(due_on__isnull=False)
        return CardStates(
            **self._cards.aggregate(
                new=Count("pk", filter=active & ~reviewed),
                learning=Count("pk", filter=active & reviewed & Q(interval_days__lt=MATURE_DAYS)),
                mature=Count("pk", filter=active & reviewed & Q(interval_days__gte=MATURE_DAYS)),
                suspended=Count("pk", filter=~active),
            )
        )

    @cached_property
    def answers(self) -> list[AnswerRow]:
        """The newest only: their number bounds what it costs."""
        newest = Review.objects.of(self.user).standing().newest_first()
        rows = newest.values_list(
            "card__question",
            "card__question__topic__path",
            "card__question__topic__title",
            "card__question__topic__parent__title",
            "points",
            "choice",
            "rating",
        )[: topic_scores.NEWEST_ANSWERS]
        return [AnswerRow(*row) for row in rows]

    @cached_property
    def topics(self) -> list[TopicScore]:
        return topic_scores.topic_scores(
            Answered(
                question=row.question,
                topic=(topic_name(row.topic, row.parent), row.path or ""),
                points=row.points,
                is_choice=row.choice is not None,
                is_recalled=row.rating > Review.Rating.AGAIN,
            )
            for row in self.answers
        )

    @cached_property
    def weakest_points(self) -> list[WeakPoint]:
        """Of questions that can still be practised, as they read today."""
        found = weakest_points((row.points for row in self.answers), POINTS_LOOKED_AT)
        current = KeyPoint.objects.filter(revision__question__current_revision=F("revision"))
        practisable = Question.objects.practisable_by(self.user)
        points = (
            current.filter(revision__question__in=practisable.values("pk"))
            .select_related("revision__question")
            .in_bulk([each.point for each in found])
        )
        weak = [WeakPoint(points[each.point], each) for each in found if each.point in points]
        return weak[:POINTS_SHOWN]

    @property
    def practise_points_url(self) -> str:
        """A round, since most of them are not due: it moves no schedule."""
        slugs = dict.fromkeys(each.question.slug for each in self.weakest_points)
        return f"{reverse('practice:round')}?{Scope.of_questions(slugs).query}"

    newest_answers = topic_scores.NEWEST_ANSWERS
    results_shown = RESULTS_SHOWN

    # Mock interviews

    @cached_property
    def results(self) -> list[Sitting]:
        """The newest results, oldest first."""
        return list(results_of(self.user)[:RESULTS_SHOWN])[::-1]

    @property
    def results_summary(self) -> str:
        percents = [sitting.percent or 0 for sitting in self.results]
        return ngettext(
            "%(number)d result; the latest %(latest)d %%, the best %(best)d %%.",
            "%(number)d results; the latest %(latest)d %%, the best %(best)d %%.",
            len(percents),
        ) % {"number": len(percents), "latest": percents[-1], "best": max(percents)}

    @property
    def results_chart(self) -> LineChart:
        return percent_chart([result_datum(sitting) for sitting in self.results])


def asked_on(today: date) -> Case:
    """The day a card is due; that on which it is asked, if that is another one.

    Today what is to be seen once more, later what is put away or rests.
    """
    is_away = Q(buried_until__gt=today) & Q(buried_until__gt=F("due_on"))
    is_resting = Q(sibling_seen_on=today, due_on__lte=today)
    is_once_more = Q(relearn_on=today) & (Q(buried_until=None) | Q(buried_until__lte=today))
    return Case(
        When(is_once_more, then=Value(today)),
        When(is_away, then=F("buried_until")),
        When(is_resting, then=Value(today + timedelta(days=1))),
        default=F("due_on"),
    )


def day_chart(days: Iterable[tuple[date, int, str]]) -> BarChart:
    return bar_chart([Datum(day_label(on), value, titled(on, text)) for on, value, text in days])


def month_datum(row: MonthRow) -> Datum:
    """A month with too few reviews to say anything leaves a gap."""
    share = row.retention.share if row.retention.is_enough else None
    percent = None if share is None else share * 100
    title = f"{date_format(row.month, 'F Y')}: {percent or 0:.0f} %"
    return Datum(date_format(row.month, "M"), percent, title)


def result_datum(sitting: Sitting) -> Datum:
    day = date_format(localtime(sitting.submitted_at), "j M")
    return Datum(day, sitting.percent, f"{day}: {sitting.assignment}, {sitting.percent} %")


def topic_name(title: str | None, parent: str | None) -> str:
    if title is None:
        return gettext("Without a topic")
    return f"{parent}: {title}" if parent else title
