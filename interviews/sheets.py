"""Each question on the result page and the scorecard: no more than may be shown now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django import forms

from feedback.findings import Finding
from interviews import scoring
from interviews.forms.sittings import SelfMarkForm
from interviews.models import Item, Mark
from interviews.models.sittings import Shown
from interviews.predictions import Comparison, Outcome
from interviews.timeline import AnswerTime
from questions.matching import Matched
from questions.models import Answer


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One item on the result page: no more than may be shown now. `mark` None: not yet, or hidden."""

    item: Item
    chosen: list[Answer]
    refused: list[tuple[object, list[Answer]]]
    model_answer: Answer | None
    right_answers: list[Answer]
    suggestion: Matched | None
    judgements: list[tuple[forms.BoundField, Finding | None]]
    points: list[tuple[str, str, Finding | None, bool]]
    mark: Mark | None
    times: list[tuple[str, AnswerTime]]

    @property
    def missed_points(self) -> list[str]:
        """What was judged missed or only partly said; empty while that is hidden."""
        said = self.mark.points if self.mark else {}
        return [
            text
            for key, text in self.item.judged.items()
            if key != scoring.WHOLE and said.get(key) not in (None, scoring.Coverage.COVERED)
        ]

    @property
    def is_left_open(self) -> bool:
        return any(not field.value() for field, _finding in self.judgements)

    @property
    def is_missed(self) -> bool:
        return self.mark is not None and self.mark.score < self.item.points


def make_sheet(
    item: Item,
    *,
    shown: Shown,
    form: SelfMarkForm | None,
    suggestion: Matched | None,
    times: Mapping[int, AnswerTime],
    uncounted: Collection[str] = (),
) -> Sheet:
    """`uncounted`: key points that a rubric of the assignment counts nothing for."""
    answers = list(item.revision.answers.all())
    by_pk = {answer.pk: answer for answer in answers}

    def chosen(choice: list[int]) -> list[Answer]:
        return [by_pk[pk] for pk in choice if pk in by_pk]

    mark = item.newest_mark if shown.marks else None
    can_judge = form is not None and item in form.items
    return Sheet(
        item=item,
        chosen=chosen(item.response.choice),
        refused=[
            (each, chosen(each.choice))
            for each in item.response.revisions.all()
            if (each.text, each.choice) != (item.response.text, item.response.choice)
        ],
        model_answer=model_answer(answers) if shown.model_answers else None,
        right_answers=right_answers(answers) if shown.model_answers else [],
        suggestion=suggestion,
        judgements=form.judgements(item) if form and can_judge else [],
        points=(
            points_of(item, mark, suggestion, uncounted=uncounted)
            if shown.model_answers and not can_judge
            else []
        ),
        mark=mark,
        times=known_times(item, times),
    )


def known_times(item: Item, times: Mapping[int, AnswerTime]) -> list[tuple[str, AnswerTime]]:
    """By number, of the item and its follow-ups; without those nothing is known of."""
    steps = [(str(item.number), times[item.response.pk])]
    for asked in item.asked_follow_ups.all():
        steps.append((asked.number, times[asked.response.pk]))
    return [(number, time) for number, time in steps if time.is_known]


def compare(sheets: Sequence[Sheet]) -> Comparison | None:
    """None: nothing was predicted that has a mark to show."""
    outcomes = [
        Outcome(
            number=sheet.item.number,
            expected=sheet.item.predicted_percent,
            got=scoring.percent_of(sheet.mark.score, sheet.item.points),
            points=sheet.item.points,
        )
        for sheet in sheets
        if sheet.mark and sheet.item.predicted_percent is not None
    ]
    return Comparison(outcomes=outcomes) if outcomes else None


def model_answer(answers: list[Answer]) -> Answer | None:
    return next((answer for answer in answers if answer.role == Answer.Role.MODEL), None)


def right_answers(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.role == Answer.Role.STEP or answer.is_correct]


def points_of(
    item: Item, mark: Mark | None, suggestion: Matched | None, *, uncounted: Collection[str]
) -> list[tuple[str, str, Finding | None, bool]]:
    """Key points: how they were judged, no word where nobody has or it is hidden; what was found;

    and whether they count.
    """
    judged = {key: text for key, text in item.judged.items() if key != scoring.WHOLE}
    said = mark.points if mark else {}
    found = suggestion.by_point if suggestion else {}
    return [
        (text, said.get(key, ""), found.get(int(key)), key not in uncounted)
        for key, text in judged.items()
    ]
