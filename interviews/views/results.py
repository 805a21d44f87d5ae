"""After handing in: what was written beside the model answers, and the learner's own marks."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from feedback.findings import Finding
from interviews import scoring
from interviews.forms.sittings import SelfMarkForm
from interviews.models import AskedFollowUp, Item, Mark, Sitting
from interviews.models.marking import MarkConflict
from interviews.models.sittings import Shown
from interviews.self_marking import mark_own
from interviews.suggesting import suggestions_for
from interviews.views.sittings import get_sitting
from questions.matching import Matched
from questions.models import Answer
from studyhub.http import Request, render_page


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
    points: list[tuple[str, str, Finding | None]]
    mark: Mark | None

    @property
    def is_left_open(self) -> bool:
        return any(not field.value() for field, _finding in self.judgements)

    @property
    def is_missed(self) -> bool:
        return self.mark is not None and self.mark.score < self.item.points


@require_GET
def result(request: Request, pk: UUID) -> HttpResponse:
    sitting = get_sitting(request, pk)
    if sitting.is_in_progress:
        return redirect("interviews:room", pk=pk)
    return show_result(request, sitting, get_marked_items(sitting))


@require_POST
def self_mark(request: Request, pk: UUID) -> HttpResponse:
    sitting = get_sitting(request, pk)
    if not sitting.is_own_mock or not sitting.is_closed:
        raise Http404
    items = get_marked_items(sitting)
    suggestions = suggestions_for(items, now=request.received_at, as_shown=True)
    form = SelfMarkForm(request.POST, items=to_judge(items), suggestions=suggestions)
    if not form.is_valid():
        return show_result(request, sitting, items, form=form, status=422)
    try:
        count = mark_own(
            form.judged, suggestions=suggestions, marker=request.user, now=request.received_at
        )
    except MarkConflict:
        messages.warning(request, _("You marked this in another tab too. Look again, then save."))
        return redirect("interviews:result", pk=pk)
    report_marks(request, count, left_open=form.left_open)
    return redirect("interviews:result", pk=pk)


def report_marks(request: Request, count: int, *, left_open: int) -> None:
    text = ngettext("%(count)d answer marked.", "%(count)d answers marked.", count)
    said = [text % {"count": count} if count else _("Your marks are saved.")]
    if left_open:
        text = ngettext(
            "%(count)d point you left open counts as missed; you can still change it.",
            "%(count)d points you left open count as missed; you can still change them.",
            left_open,
        )
        said.append(text % {"count": left_open})
    messages.success(request, " ".join(said))


def get_marked_items(sitting: Sitting) -> list[Item]:
    items = list(
        sitting.items.select_related("response__suggestion", "revision__question").prefetch_related(
            "revision__answers",
            "revision__key_points__accept_phrases",
            "revision__misconceptions",
            "revision__references",
            "response__revisions",
            "marks",
            Prefetch("asked_follow_ups", AskedFollowUp.objects.with_responses()),
        )
    )
    for item in items:
        item.sitting = sitting
    return items


def to_judge(items: list[Item]) -> list[Item]:
    """The rest is scored by the server."""
    return [item for item in items if item.revision.kind == "open"]


def show_result(
    request: Request,
    sitting: Sitting,
    items: list[Item],
    *,
    form: SelfMarkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = sitting.shown_to(request.user)
    suggestions = suggestions_for(items, now=request.received_at) if shown.findings else {}
    if sitting.is_own_mock and sitting.is_closed and form is None:
        form = SelfMarkForm(items=to_judge(items), suggestions=suggestions)
    sheets = [
        make_sheet(item, shown=shown, form=form, suggestion=suggestions.get(item.pk))
        for item in items
    ]
    marks = [sheet.mark for sheet in sheets if sheet.mark]
    context = {
        "sitting": sitting,
        "shown": shown,
        "form": form if form and form.items else None,
        "sheets": sheets,
        "events": sitting.events.select_related("actor"),
        "so_far": sum((mark.score for mark in marks), start=Decimal(0)),
        "points_so_far": sum(sheet.item.points for sheet in sheets if sheet.mark),
        "percent": sitting.percent if shown.marks else None,
        "unmarked": len(items) - len(marks) if shown.marks else 0,
        "missed": [sheet.item for sheet in sheets if sheet.is_missed],
    }
    return render_page(request, "interviews/result.html", context, status=status)


def make_sheet(
    item: Item, *, shown: Shown, form: SelfMarkForm | None, suggestion: Matched | None
) -> Sheet:
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
        points=points_of(item, mark, suggestion) if shown.model_answers and not can_judge else [],
        mark=mark,
    )


def model_answer(answers: list[Answer]) -> Answer | None:
    return next((answer for answer in answers if answer.role == Answer.Role.MODEL), None)


def right_answers(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.role == Answer.Role.STEP or answer.is_correct]


def points_of(
    item: Item, mark: Mark | None, suggestion: Matched | None
) -> list[tuple[str, str, Finding | None]]:
    """Key points with how they were judged, no word where nobody has or it is hidden; and found."""
    judged = {key: text for key, text in item.judged.items() if key != scoring.WHOLE}
    said = mark.points if mark else {}
    found = suggestion.by_point if suggestion else {}
    return [(text, said.get(key, ""), found.get(int(key))) for key, text in judged.items()]
