"""What a learner has put on the page for a card, and which rating follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.utils.translation import gettext

from feedback.findings import Finding
from practice.dealing import answers_of, hints_of, key_points_of, tags_of
from practice.findings import CarriedFindings
from practice.intervals import interval_words
from practice.judging import MARKS_FOUND, Judge, Mark, rating_for_choice, rating_while_undecided
from practice.models import Card, Review
from practice.recording import judge
from practice.scheduling import Rating
from practice.showing import Showing
from questions.matching import Matched, assess
from questions.models import Answer, Hint, KeyPoint, QuestionRevision, Tag

LONGEST_TEXT = 20_000
REVEALED_PARTS = ("misconceptions", "references")


def without_trailing_blanks(text: str) -> str:
    """Outputs are the same if they differ only in blanks at line ends and lines at the end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


@dataclass(frozen=True)
class Option:
    """An option to choose or a step to order, as the learner sees it."""

    answer: Answer
    key: int
    is_chosen: bool
    is_last: bool = False


@dataclass(frozen=True)
class Point:
    """`key` is its number on the page. `finding` None: the engine was not asked."""

    key_point: KeyPoint
    key: int
    mark: Mark | None
    finding: Finding | None = None

    @property
    def is_left_to_learner(self) -> bool:
        return self.finding is not None and self.finding.status not in MARKS_FOUND

    @property
    def is_undecided(self) -> bool:
        return self.is_left_to_learner and self.mark is None


@dataclass(frozen=True)
class Grade:
    rating: Review.Rating
    words: str
    is_proposed: bool

    @property
    def label(self) -> str:
        return str(self.rating.label)

    @property
    def letter(self) -> str:
        return {1: "A", 2: "H", 3: "G", 4: "E"}[self.rating]

    @property
    def keys(self) -> str:
        own = self.letter.lower()
        return f"{own} enter" if self.is_proposed else own


@dataclass
class Attempt:
    """`choice` holds answer ids: the options chosen, or the steps in the learner's order."""

    card: Card
    showing: Showing
    revision: QuestionRevision
    text: str = ""
    choice: list[int] = field(default_factory=list)
    marks: dict[int, Mark] = field(default_factory=dict)
    hints_used: int = 0
    confidence: int | None = None

    @classmethod
    def first(cls, card: Card, showing: Showing) -> Attempt:
        return cls(card, showing, revision_shown(card, showing))

    @classmethod
    def read(cls, card: Card, showing: Showing, data: QueryDict) -> Attempt:
        """From a posted form. What does not belong to this question is left out."""
        attempt = cls.first(card, showing)
        attempt.text = _clean(data.get("text", ""))
        # What was not posted needs no look at the database.
        if chosen := data.getlist("choice"):
            attempt.choice = _among(chosen, attempt.steps)
        if attempt.revision.kind == QuestionRevision.Kind.SINGLE or attempt.is_boolean:
            attempt.choice = attempt.choice[:1]
        if any(name.startswith("point-") for name in data):
            for point in attempt.key_points:
                if (mark := data.get(f"point-{point.pk}", "")) in Mark:
                    attempt.marks[point.pk] = Mark(mark)
        if hints := _number(data.get("hints")):
            attempt.hints_used = min(hints, len(attempt.all_hints))
        if _number(data.get("confidence")) in Review.Confidence:
            attempt.confidence = _number(data.get("confidence"))
        return attempt

    @classmethod
    def from_review(cls, card: Card, showing: Showing, review: Review) -> Attempt:
        """What was filled in for a review that has been undone."""
        attempt = cls.first(card, showing)
        attempt.text, attempt.choice = review.answer, review.choice or []
        attempt.hints_used, attempt.confidence = review.hints_used, review.confidence
        for point in attempt.key_points:
            if mark := review.points.get(str(point.pk)):
                attempt.marks[point.pk] = Mark(mark)
        return attempt

    def reveal(self, *, now: datetime) -> None:
        """Ask the engine; the first time, its word is what the marks begin with."""
        prefetch_related_objects([self.revision], *REVEALED_PARTS)
        self.showing = self.showing.answered(now)
        if self.matched is None:
            return
        found = CarriedFindings.of(self.matched, self.text)
        if self.found is None:
            self.marks = found.marks | self.marks
        self.showing = replace(self.showing, found=found)

    @cached_property
    def matched(self) -> Matched | None:
        """What the engine says of the answer. Asks it anew: some 50 ms of a core."""
        if not self.is_open or self.is_too_long or not self.text.strip():
            return None
        if not self.key_points:
            return None
        return assess(self.revision, self.text)

    @property
    def found(self) -> CarriedFindings | None:
        """What the engine said when the answer was checked, as our own stamp has it."""
        found = self.showing.found
        return found if found and found.are_of(self.text) else None

    @property
    def judges(self) -> dict[int, Judge]:
        """Who said so, by key point; empty where the engine was not asked."""
        if self.found is None:
            return {}
        engine = self.found.marks
        return {
            pk: Judge.ENGINE if engine.get(pk) == mark else Judge.LEARNER
            for pk, mark in self.marks.items()
        }

    @property
    def told(self) -> dict[str, Any]:
        """What the review keeps of it."""
        return {
            "answer": self.text,
            "choice": self.choice or None,
            "points": {str(pk): mark.value for pk, mark in self.marks.items()},
            "points_by": {str(pk): judge.value for pk, judge in self.judges.items()},
            "hints_used": self.hints_used,
            "confidence": self.confidence,
        }

    def judge(self, rating: int, *, now: datetime) -> Review:
        return judge(
            self.card,
            rating,
            matched=self.found.matched if self.found else None,
            now=now,
            review_id=self.showing.review_id,
            revision=self.revision,
            review_count=self.showing.review_count,
            seconds=self.showing.seconds(now),
            seconds_to_answer=self.showing.seconds_to_answer(),
            **self.told,
        )

    @property
    def is_too_long(self) -> bool:
        return len(self.text) > LONGEST_TEXT

    @property
    def is_boolean(self) -> bool:
        return self.revision.kind == QuestionRevision.Kind.BOOLEAN

    @property
    def is_open(self) -> bool:
        return self.revision.kind == QuestionRevision.Kind.OPEN

    @property
    def is_ordering(self) -> bool:
        return self.revision.kind == QuestionRevision.Kind.ORDERING

    @property
    def is_output(self) -> bool:
        return self.revision.kind == QuestionRevision.Kind.OUTPUT

    @property
    def is_typed(self) -> bool:
        return self.is_open or self.is_output

    # The parts of the question: each is asked for once, and only by pages that show it.

    @cached_property
    def answers(self) -> list[Answer]:
        return answers_of(self.revision)

    @cached_property
    def key_points(self) -> list[KeyPoint]:
        return key_points_of(self.revision)

    @cached_property
    def all_hints(self) -> list[Hint]:
        return hints_of(self.revision)

    @cached_property
    def tags(self) -> list[Tag]:
        return tags_of(self.card.question)

    @cached_property
    def model_answer(self) -> Answer | None:
        return next((each for each in self.answers if each.role == Answer.Role.MODEL), None)

    @cached_property
    def steps(self) -> list[Answer]:
        """The options or steps in the author's order."""
        return [each for each in self.answers if each.role != Answer.Role.MODEL]

    @property
    def options(self) -> list[Option]:
        """Options as shuffled for this showing; steps in the learner's order."""
        answers = self._shuffled()
        if self.is_ordering and self.choice:
            answers = sorted(answers, key=lambda each: _place(each.pk, self.choice))
        return [
            Option(each, key, each.pk in self.choice, is_last=key == len(answers))
            for key, each in enumerate(answers, start=1)
        ]

    def _shuffled(self) -> list[Answer]:
        """Otherwise the place of an option would soon be what is remembered."""
        if self.is_boolean:
            return self.steps

        def lot(each: Answer) -> bytes:
            return hashlib.blake2b(f"{self.showing.review_id}:{each.pk}".encode()).digest()

        return sorted(self.steps, key=lot)

    def move(self, pk: int, *, by: int) -> None:
        """Move a step up (-1) or down (1); at an end nothing happens."""
        order = [option.answer.pk for option in self.options]
        if pk in order and 0 <= order.index(pk) + by < len(order):
            place = order.index(pk)
            order[place], order[place + by] = order[place + by], order[place]
        self.choice = order

    @property
    def hints(self) -> list[str]:
        return [hint.text for hint in self.all_hints[: self.hints_used]] if self.hints_used else []

    @property
    def has_more_hints(self) -> bool:
        return self.hints_used < len(self.all_hints)

    @cached_property
    def points(self) -> list[Point]:
        """As shown after the answer was checked."""
        found = self.matched.by_point if self.matched else {}
        return [
            Point(each, key, self.marks.get(each.pk), found.get(each.pk))
            for key, each in enumerate(self.key_points, start=1)
        ]

    @property
    def undecided(self) -> int:
        return sum(point.is_undecided for point in self.points)

    @property
    def undecided_counts(self) -> range:
        """Every number of points that may be undecided while the learner ticks."""
        return range(1, sum(point.is_left_to_learner for point in self.points) + 1)

    @cached_property
    def is_right(self) -> bool | None:
        """None where only the learner can say, or where nothing was typed to compare."""
        if self.is_output:
            typed = without_trailing_blanks(self.text)
            expected = without_trailing_blanks(self.revision.expected_output)
            return typed == expected if typed else None
        if self.is_ordering:
            texts = {each.pk: each.text for each in self.steps}
            # Two steps may read the same; then either order is right.
            return [texts[pk] for pk in self.choice] == [each.text for each in self.steps]
        if self.revision.is_choice:
            return set(self.choice) == {each.pk for each in self.steps if each.is_correct}
        return None

    @property
    def is_fast(self) -> bool:
        seconds, speak = self.showing.seconds_to_answer(), self.revision.speak_seconds
        return seconds is not None and speak is not None and seconds <= speak

    @property
    def proposed(self) -> Rating | None:
        """None while nothing is marked, or the points left to the learner decide about it."""
        seconds, speak = self.showing.seconds_to_answer(), self.revision.speak_seconds
        if self.is_right is not None:
            return rating_for_choice(self.is_right, seconds=seconds, expected_seconds=speak)
        if not self.marks:
            return None
        marked = [
            (each.key_point.weight, None if each.is_undecided else each.mark or Mark.MISSED)
            for each in self.points
        ]
        return rating_while_undecided(marked, seconds=seconds, speak_seconds=speak)

    def grades(self, today: date) -> list[Grade]:
        """The four buttons, each with when the card comes back.

        A card that was judged Again today is only asked whether it sits now: its schedule stands.
        """
        kind = self.card.kind_on(today)
        if kind in (Review.Kind.RELEARN, Review.Kind.CRAM):
            return self._grades_without_schedule(kind, today)
        outcomes = self.card.outcomes(today, wish=self.card.wish())
        proposed = self.proposed
        return [
            Grade(
                Review.Rating(rating),
                interval_words((outcome.due_on - today).days),
                is_proposed=rating == proposed,
            )
            for rating, outcome in outcomes.items()
        ]

    def _grades_without_schedule(self, kind: Review.Kind, today: date) -> list[Grade]:
        due_on = self.card.due_on
        stays = interval_words((due_on - today).days) if due_on else gettext("stays new")
        again = gettext("once more today") if kind == Review.Kind.RELEARN else stays
        proposed = self.proposed
        knows = proposed is not None and proposed > Rating.AGAIN
        return [
            Grade(Review.Rating.AGAIN, again, is_proposed=proposed == Rating.AGAIN),
            Grade(Review.Rating.GOOD, stays, is_proposed=knows),
        ]


def revision_shown(card: Card, showing: Showing) -> QuestionRevision:
    """The text the learner has before them, though it may have been edited since."""
    if (current := card.question.current_revision) and current.pk == showing.revision_pk:
        return current
    return QuestionRevision.objects.get(pk=showing.revision_pk, question=card.question_id)


def _clean(text: str) -> str:
    """Browsers send lines by CRLF; PostgreSQL takes no NUL."""
    return text.replace("\r\n", "\n").replace("\x00", "")


def _among(values: Iterable[str], answers: Sequence[Answer]) -> list[int]:
    known = {str(each.pk): each.pk for each in answers}
    return list(dict.fromkeys(known[value] for value in values if value in known))


def _place(pk: int, order: list[int]) -> int:
    return order.index(pk) if pk in order else len(order)


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else 0
