"""What was foretold and what came of it: predictions, confidence, and practice before interviews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import OuterRef, Subquery
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext, ngettext

from accounts.models import User
from dashboard import calibration
from dashboard.calibration import (
    ENOUGH_PAIRS,
    ENOUGH_PREDICTIONS,
    MATURE_DAYS,
    Ages,
    Gap,
    Group,
    Reviewed,
)
from dashboard.charts import Dot, ScatterChart, scatter_chart
from dashboard.overview import results_of
from dashboard.preparation import said
from dashboard.retention import ENOUGH_REVIEWS, Retention
from interviews.models import Item, Mark
from practice.models import Review
from questions.models import KeyPoint, QuestionRevision

NEWEST_REVIEWS = 2_000
NEWEST_RESULTS = 20


@dataclass(frozen=True)
class Foretold:
    """All that `calibration` shows: six queries, of the newest reviews and results only."""

    user: User
    now: datetime

    newest_reviews = NEWEST_REVIEWS
    newest_results = NEWEST_RESULTS
    enough_predictions = ENOUGH_PREDICTIONS
    enough_reviews = ENOUGH_REVIEWS
    enough_pairs = ENOUGH_PAIRS
    mature_days = MATURE_DAYS

    @property
    def today(self) -> date:
        return self.user.study_day(self.now)

    @cached_property
    def reviews(self) -> list[Reviewed]:
        """Within the schedule: first showings and due reviews."""
        scheduled = Review.objects.of(self.user).scheduled().newest_first()
        columns = ("study_day", "rating", "kind", "retrievability", "interval_before", "confidence")
        return [
            Reviewed(
                on=on,
                is_recalled=rating > Review.Rating.AGAIN,
                predicted=predicted if kind == Review.Kind.REVIEW else None,
                interval=interval if kind == Review.Kind.REVIEW else None,
                confidence=confidence,
            )
            for on, rating, kind, predicted, interval, confidence in scheduled.values_list(
                *columns
            )[:NEWEST_REVIEWS]
        ]

    # Predictions

    @cached_property
    def predictions(self) -> Retention:
        return calibration.counted(each for each in self.reviews if each.predicted is not None)

    @property
    def missing_predictions(self) -> int:
        return max(0, ENOUGH_PREDICTIONS - self.predictions.due)

    @cached_property
    def groups(self) -> list[Group]:
        return [] if self.missing_predictions else calibration.tenths(self.reviews)

    @property
    def predicted_percent(self) -> int:
        return round(100 * (calibration.mean_prediction(self.reviews) or 0))

    @property
    def predictions_summary(self) -> str:
        return gettext(
            "Predicted %(predicted)d %%, recalled %(recalled)d %% of %(number)d reviews."
        ) % {
            "predicted": self.predicted_percent,
            "recalled": self.predictions.percent or 0,
            "number": self.predictions.due,
        }

    @property
    def groups_chart(self) -> ScatterChart:
        return scatter_chart(
            [
                Dot(
                    x=group.predicted_percent,
                    y=group.outcome.percent or 0,
                    low=group.outcome.percent_interval[0],
                    high=group.outcome.percent_interval[1],
                    title=gettext("Predicted %(predicted)d %%: recalled %(recalled)d %%")
                    % {
                        "predicted": group.predicted_percent,
                        "recalled": group.outcome.percent or 0,
                    },
                )
                for group in self.groups
            ]
        )

    # Young and mature memories

    @cached_property
    def ages(self) -> Ages:
        return Ages.of(self.reviews)

    @property
    def age_figures(self) -> list[tuple[str, Retention]]:
        return [
            (gettext("Young, below %d days") % MATURE_DAYS, self.ages.young),
            (gettext("Mature, %d days or more") % MATURE_DAYS, self.ages.mature),
        ]

    @cached_property
    def months(self) -> list[tuple[str, Ages]]:
        """The newest first."""
        found = calibration.ages_by_month(self.reviews, today=self.today)
        return [(date_format(month, "F Y"), ages) for month, ages in reversed(found.items())]

    # Confidence

    @cached_property
    def confidences(self) -> list[tuple[str, Retention]]:
        found = calibration.by_confidence(self.reviews, Review.Confidence.values)
        return [(str(Review.Confidence(level).label), each) for level, each in found.items()]

    @property
    def has_confidence(self) -> bool:
        return any(found.is_enough for _label, found in self.confidences)

    @property
    def most_confident_said(self) -> int:
        """How often it was said, of the level it was said most often."""
        return max(found.due for _label, found in self.confidences)

    @property
    def missing_confidence(self) -> int:
        return max(0, ENOUGH_REVIEWS - self.most_confident_said)

    # Practice and interviews

    @cached_property
    def gap(self) -> Gap:
        """Of each question asked, and the last answer to it in practice before that interview."""
        items = self._marked_items()
        before = self._practised({question for question, *_rest in items})
        pairs = []
        for question, started_at, share in items:
            earlier = (each for at, each in before.get(question, ()) if at < started_at)
            practised = next(earlier, None)
            if practised is not None:
                pairs.append((practised, share))
        return Gap.of(pairs)

    def _marked_items(self) -> list[tuple[int, datetime, float]]:
        sittings = list(results_of(self.user).values_list("pk", flat=True)[:NEWEST_RESULTS])
        marks = Mark.objects.filter(item=OuterRef("pk")).order_by("-number")
        items = Item.objects.filter(sitting__in=sittings, points__gt=0).annotate(
            score=Subquery(marks.values("score")[:1])
        )
        rows = items.exclude(score=None).values_list(
            "revision__question", "sitting__started_at", "score", "points"
        )
        return [(pk, at, float(score) / points) for pk, at, score, points in rows]

    def _practised(self, questions: Iterable[int]) -> dict[int, list[tuple[datetime, float]]]:
        """The shares said of each question, the newest first."""
        reviews = Review.objects.of(self.user).scheduled().filter(card__question__in=questions)
        rows = list(
            reviews.newest_first().values_list(
                *("card__question", "reviewed_at", "rating", "points"),
                *("revision", "revision__kind"),
            )[:NEWEST_REVIEWS]
        )
        revisions = {revision for *_, points, revision, _kind in rows if points}
        weights = dict(KeyPoint.objects.filter(revision__in=revisions).values_list("pk", "weight"))
        shares: dict[int, list[tuple[datetime, float]]] = {}
        for question, at, rating, points, _revision, kind in rows:
            is_open = kind == QuestionRevision.Kind.OPEN
            share = said(points, weights) if is_open else float(rating > Review.Rating.AGAIN)
            if share is not None:
                shares.setdefault(question, []).append((at, share))
        return shares

    @property
    def gap_summary(self) -> str:
        practice, interview = self.gap.percents
        return ngettext(
            "%(number)d question: %(practice)d %% of its points in practice,"
            " %(interview)d %% in the interview after it.",
            "%(number)d questions: %(practice)d %% of their points in practice,"
            " %(interview)d %% in the interview after it.",
            self.gap.pairs,
        ) % {"number": self.gap.pairs, "practice": practice, "interview": interview}

    @property
    def gap_words(self) -> str:
        if not self.gap.is_clear:
            return gettext("The difference may be chance.")
        if self.gap.percent < 0:
            return gettext(
                "Under the clock you say less than you know. Interviews of your own are practice"
                " for that: a little and often."
            )
        return gettext("You say more in an interview than in practice: good company for nerves.")
