"""After handing in: what was written beside the model answers, and the learner's own marks."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from interviews.forms.sittings import SelfMarkForm
from interviews.models import AskedFollowUp, Item, Mark, Recording, Rubric, Sitting, SittingEvent
from interviews.models.marking import MarkConflict
from interviews.models.sittings import Shown
from interviews.predictions import Chart
from interviews.scorecard import scorecard_of
from interviews.self_marking import mark_own
from interviews.sheets import compare, make_sheet
from interviews.suggesting import suggestions_at_hand, suggestions_for
from interviews.timeline import answer_times
from interviews.views.sittings import get_sitting
from questions.matching import Matched
from studyhub.http import Request, render_page


@never_cache
@require_GET
def result(request: Request, pk: UUID) -> HttpResponse:
    sitting = get_sitting(request, pk)
    if sitting.is_in_progress:
        return redirect("interviews:room", pk=pk)
    if sitting.shown_to(request.user).may_predict:
        return redirect("interviews:predict", pk=pk)
    return show_result(request, sitting, get_marked_items(sitting))


@never_cache
@require_GET
def scorecard(request: Request, pk: UUID) -> HttpResponse:
    """The same as a text file; it says what the page says, and no more."""
    sitting = get_sitting(request, pk)
    if sitting.is_in_progress or sitting.shown_to(request.user).may_predict:
        return redirect("interviews:result", pk=pk)
    items, shown = get_marked_items(sitting), sitting.shown_to(request.user)
    suggestions = suggestions_for(items, now=request.received_at) if shown.findings else {}
    content = scorecard_of(result_of(sitting, items, shown=shown, suggestions=suggestions))
    name = f"interview-{localtime(sitting.started_at):%Y-%m-%d}.md"
    return HttpResponse(
        content,
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@never_cache
@require_POST
def self_mark(request: Request, pk: UUID) -> HttpResponse:
    sitting = get_sitting(request, pk)
    if not sitting.is_own_mock or not sitting.is_closed:
        raise Http404
    if sitting.shown_to(request.user).may_predict:
        return redirect("interviews:predict", pk=pk)
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
    """Nothing is asked of the database that an interview of this kind cannot have."""
    asked, recordings = AskedFollowUp.objects.none(), Recording.objects.none()
    if sitting.asks_follow_ups:
        asked = AskedFollowUp.objects.with_responses()
    if sitting.assignment.may_be_spoken:
        recordings = Recording.objects.all()
    items = list(
        sitting.items.select_related("response__suggestion", "revision__question").prefetch_related(
            "revision__answers",
            "revision__key_points__accept_phrases",
            "revision__misconceptions",
            "revision__references",
            "response__revisions",
            Prefetch("response__recordings", recordings),
            "marks",
            Prefetch("asked_follow_ups", asked),
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
    suggestions: Mapping[int, Matched] = {}
    is_still_reading = False
    if shown.findings and sitting.is_own_mock:  # filled in, so the page waits for them
        suggestions = suggestions_for(items, now=request.received_at)
    elif shown.findings:
        suggestions, is_still_reading = suggestions_at_hand(items, now=request.received_at)
    if sitting.is_own_mock and shown.model_answers and form is None:
        form = SelfMarkForm(items=to_judge(items), suggestions=suggestions)
    context = result_of(sitting, items, shown=shown, suggestions=suggestions, form=form)
    context["is_still_reading"] = is_still_reading
    return render_page(request, "interviews/result.html", context, status=status)


def result_of(
    sitting: Sitting,
    items: list[Item],
    *,
    shown: Shown,
    suggestions: Mapping[int, Matched],
    form: SelfMarkForm | None = None,
) -> dict[str, Any]:
    """What the page and the scorecard say: no more than `shown` lets them."""
    times = answer_times(sitting, items)
    has_rubrics = shown.marks and not sitting.is_own_mock
    uncounted = Rubric.objects.uncounted(sitting.assignment_id) if has_rubrics else set()
    sheets = [
        make_sheet(
            item,
            shown=shown,
            form=form,
            suggestion=suggestions.get(item.pk),
            times=times,
            uncounted=uncounted,
        )
        for item in items
    ]
    comparison = compare(sheets)
    marks = [sheet.mark for sheet in sheets if sheet.mark]
    events = list(sitting.events.select_related("actor"))
    amended = [each.at for each in events if each.kind == SittingEvent.Kind.AMENDED]
    return {
        "sitting": sitting,
        "shown": shown,
        "form": form if form and form.items else None,
        "sheets": sheets,
        "events": events,
        "amended_at": amended[-1] if amended and shown.marks else None,
        "amended": [sheet for sheet in sheets if is_amended(sheet.mark, sitting)],
        "so_far": sum((mark.score for mark in marks), start=Decimal(0)),
        "points_so_far": sum(sheet.item.points for sheet in sheets if sheet.mark),
        "percent": sitting.percent if shown.marks else None,
        "unmarked": len(items) - len(marks) if shown.marks else 0,
        "missed": [sheet for sheet in sheets if sheet.is_missed],
        "comparison": comparison,
        "chart": Chart(comparison) if comparison else None,
    }


def is_amended(mark: Mark | None, sitting: Sitting) -> bool:
    return bool(mark and sitting.released_at and mark.marked_at > sitting.released_at)
