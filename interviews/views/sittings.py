"""The learner's way through an interview: the list, the start, the room, handing in."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_POST

from feedback import engine
from interviews.agenda import Offer, agenda, offer
from interviews.answering import in_words, places_of, shown_answers, why_closed
from interviews.clock import MILLISECOND, clock_of
from interviews.drawing import PoolTooSmall
from interviews.following_up import Step, next_follow_up, steps_of
from interviews.forms.sittings import LONGEST_TEXT, DraftForm, StepForm
from interviews.models import AskedFollowUp, Assignment, Blueprint, Item, Sitting, SittingEvent
from interviews.models.assignments import StartRefused
from interviews.models.blueprints import named
from interviews.models.recordings import LARGEST, LONGEST
from interviews.models.responses import Choice, SaveOutcome
from studyhub.http import Request, render_page
from studyhub.statements import objects

SITTINGS_A_PAGE = 20
USUAL_CSP = cast("dict[str, list[str]]", settings.SECURE_CSP)


@never_cache
@require_GET
def list_(request: Request) -> HttpResponse:
    waiting = agenda(request.user, now=request.received_at)
    ready = Blueprint.objects.filter(owner=None).active()
    over = Sitting.objects.of(request.user).over().select_related("assignment__blueprint")
    done = Paginator(over.order_by("-started_at"), SITTINGS_A_PAGE)
    page = done.get_page(request.GET.get("page", "1"))
    context = {
        "running": [(each, each.remaining(request.received_at)) for each in waiting.running],
        "to_do": waiting.to_do,
        "missed": waiting.missed,
        "ready": ready.with_sizes().order_by("title"),
        "done": [(each, each.shown_to(request.user)) for each in page],
        "page": page,
    }
    return render_page(request, "interviews/list.html", context)


@never_cache
def start(request: Request, pk: UUID) -> HttpResponse:
    known = Assignment.objects.known_to(request.user).select_related("blueprint", "assigned_by")
    assignment = get_object_or_404(known, pk=pk)
    is_given = Assignment.objects.given_to(request.user).filter(pk=pk).exists()
    if request.method != "POST":
        return show_start(request, assignment, is_taken_back=not is_given)
    if not is_given:
        return show_start(request, assignment, is_taken_back=True, status=422)
    number = request.POST.get("number", "")
    try:
        sitting = assignment.start(
            request.user,
            now=request.received_at,
            number=int(number[:5]) if number.isascii() and number.isdigit() else None,
        )
    except StartRefused:
        return show_start(request, assignment, status=422)
    except PoolTooSmall as too_small:
        return show_start(request, assignment, too_small=too_small, status=422)
    return redirect("interviews:room", pk=sitting.pk)


def show_start(
    request: Request,
    assignment: Assignment,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The rules, and the very time that a start now would give. Nothing of the questions."""
    for sitting in assignment.sittings.of(request.user).overdue(request.received_at):
        sitting.close_if_overdue(request.received_at)
    found = offer(assignment, learner=request.user, now=request.received_at)
    return render_start(request, found, status=status, **more)


def render_start(request: Request, offer: Offer, *, status: int, **more: Any) -> HttpResponse:
    assignment = offer.assignment
    prefetch_related_objects([assignment], "blueprint__sections")
    sections = list(assignment.blueprint.sections.all())
    context = {
        "assignment": assignment,
        "blueprint": assignment.blueprint,
        "offer": offer,
        "sections": named(sections),
        "question_count": sum(section.count for section in sections),
        "is_own": assignment.is_own_mock_of(request.user),
        **more,
    }
    return render_page(request, "interviews/start.html", context, status=status)


def get_sitting(request: Request, pk: UUID, *, with_blueprint: bool = True) -> Sitting:
    """The learner's own; if its time is over this look closes it."""
    sittings = Sitting.objects.of(request.user)
    if with_blueprint:
        sittings = sittings.select_related("assignment__blueprint")
    sitting = get_object_or_404(sittings, pk=pk)
    sitting.learner = request.user
    sitting.close_if_overdue(request.received_at)
    return sitting


def get_items(sitting: Sitting) -> list[Item]:
    items = sitting.items.select_related("response", "revision")
    items = items.prefetch_related("revision__answers")
    if sitting.asks_follow_ups:
        asked = AskedFollowUp.objects.select_related("follow_up", "response")
        items = items.prefetch_related(Prefetch("asked_follow_ups", asked), "revision__follow_ups")
    found = list(items)
    for item in found:
        item.sitting = sitting
    return found


def item_numbered(items: list[Item], number: int) -> Item:
    if not 1 <= number <= len(items):
        raise Http404
    return items[number - 1]


def step_at(items: list[Item], number: int, *, depth: int) -> Step:
    """Of this item, its own or that of the follow-up this deep."""
    item = item_numbered(items, number)
    step = next((each for each in steps_of(item) if each.depth == depth), None)
    if step is None:
        raise Http404
    return step


def step_sent(items: list[Item], form: StepForm) -> Step:
    return asked_already(step_at(items, form.data_number("item"), depth=form.data_number("depth")))


def get_step(request: Request, pk: UUID, form: DraftForm) -> Step:
    """The same with the learner's own sitting, and no other item. One query, two for a follow-up."""
    number, depth = form.data_number("item"), form.data_number("depth")
    found = objects(item_of, pk, request.user.pk, number - 1)
    if not found:
        raise Http404
    item = found[0]
    item.sitting.learner = request.user
    item.sitting.close_if_overdue(request.received_at)
    if not depth:
        return asked_already(Step(item))
    follow_ups = item.asked_follow_ups.select_related("follow_up", "response")
    return asked_already(Step(item, get_object_or_404(follow_ups, depth=depth)))


def item_of(sitting: UUID, learner: int, position: int) -> QuerySet[Item]:
    own = Item.objects.filter(sitting=sitting, sitting__learner=learner, position=position)
    return own.select_related("sitting", "response")


def asked_already(step: Step) -> Step:
    """One at a time, what was not asked yet is not there."""
    sitting = step.item.sitting
    if sitting.is_one_at_a_time and step.response.step > sitting.reached_step:
        raise Http404
    return step


@never_cache
def room(request: Request, pk: UUID) -> HttpResponse:
    sitting = get_sitting(request, pk)
    if request.method == "POST":
        return save_and_go(request, sitting)
    if not sitting.is_in_progress:
        return redirect("interviews:result", pk=pk)
    if sitting.is_paused:
        return show_paused(request, sitting)
    items = get_items(sitting)
    asked = request.GET.get("item", "")
    number = int(asked[:5]) if asked.isascii() and asked.isdigit() else None
    if not sitting.is_one_at_a_time:
        return show_room(request, sitting, items, Step(item_numbered(items, number or 1)))
    position, depth = sitting.reached_step
    if number not in (None, position + 1):
        messages.info(request, _("One question at a time: you cannot go back or ahead."))
        return redirect("interviews:room", pk=pk)
    return show_room(request, sitting, items, step_at(items, position + 1, depth=depth))


def show_paused(request: Request, sitting: Sitting) -> HttpResponse:
    """Nothing of the questions: the clock stands, so nobody thinks on."""
    pauses = sitting.events.filter(kind=SittingEvent.Kind.PAUSED)
    context = {
        "sitting": sitting,
        "pause": pauses.last(),
        "clock": clock_of(sitting, now=request.received_at),
        "left": sitting.remaining(request.received_at),
    }
    return render_page(request, "interviews/paused.html", context)


def show_room(
    request: Request,
    sitting: Sitting,
    items: list[Item],
    step: Step,
    *,
    status: int = 200,
    places: list[int] | None = None,
    **more: Any,
) -> HttpResponse:
    item, response = step.item, step.response
    answers = [] if step.asked else shown_answers(item)
    if places is None:
        places = places_of(item, response.choice)
    if step.may_go_deeper:
        engine.warm()
    context = {
        "sitting": sitting,
        "items": items,
        "item": item,
        "asked": step.asked,
        "step": step,
        "said_before": [
            (each, in_words(item, text=each.response.text, choice=each.response.choice))
            for each in steps_of(item)
            if each.depth < step.depth
        ],
        "all_steps": [each for item in items for each in steps_of(item)],
        "revision": item.revision,
        "response": response,
        "answers": answers,
        "order_places": (places + [0] * len(answers))[: len(answers)],
        "places": places,
        "number": response.number,
        "text": response.text,
        "is_last": item.number == len(items) and not step.may_go_deeper,
        "clock": clock_of(sitting, now=request.received_at),
        "longest_text": LONGEST_TEXT,
        **more,
    }
    if not step.may_be_spoken:
        return render_page(request, "interviews/room.html", context, status=status)
    return render_speaking_room(request, {**context, **to_speak(step)}, status=status)


def to_speak(step: Step) -> dict[str, Any]:
    sitting = step.item.sitting
    return {
        "recording": step.response.recording,
        "is_spoken_only": sitting.assignment.speech == Blueprint.Speech.ONLY,
        "is_own": sitting.is_own_mock,
        "longest_ms": LONGEST // MILLISECOND,
        "largest": LARGEST,
    }


@csp_override({**USUAL_CSP, "media-src": [CSP.SELF, "blob:"]})
def render_speaking_room(request: Request, context: dict[str, Any], *, status: int) -> HttpResponse:
    """The page plays back what it has recorded, before it is stored and when it cannot be."""
    return render_page(request, "interviews/room.html", context, status=status)


def save_and_go(request: Request, sitting: Sitting) -> HttpResponse:
    """The room without scripts: every button saves what is written and then leads on."""
    items = get_items(sitting)
    form = DraftForm(request.POST)
    step = step_sent(items, form)
    if request.POST.get("go") == "begin":
        step.response.begin(now=request.received_at)
        return redirect("interviews:room", pk=sitting.pk)
    if not form.is_valid():
        return show_draft(request, sitting, items, step, form=form)
    outcome = save_draft(request, step, form)
    if outcome is None:
        form.add_error("choice", _("Choose from the list."))
        return show_draft(request, sitting, items, step, form=form)
    if outcome == SaveOutcome.LATE:
        return after_late(request, sitting)
    if outcome == SaveOutcome.CONFLICT:
        return show_conflict(request, sitting, items, step, form=form)
    if not sitting.is_in_progress:
        return redirect("interviews:result", pk=sitting.pk)
    go = request.POST.get("go", "")
    if go == "next" and sitting.is_one_at_a_time:
        return ask_next(request, sitting, step)
    return go_on(sitting, step.item, go=go, last=len(items))


def ask_next(request: Request, sitting: Sitting, step: Step) -> HttpResponse:
    """Nothing is left to ask: whoever is interviewed is asked whether to hand in."""
    if sitting.reached_step != step.response.step:  # asked before: a second click, another tab
        return redirect("interviews:room", pk=sitting.pk)
    has_next = sitting.move_on(
        position=step.item.position,
        depth=step.depth,
        follow_up=next_follow_up(step),
        now=request.received_at,
    )
    return redirect("interviews:room" if has_next else "interviews:submit", pk=sitting.pk)


def go_on(sitting: Sitting, item: Item, *, go: str, last: int) -> HttpResponse:
    if go == "submit":
        return redirect("interviews:submit", pk=sitting.pk)
    if sitting.is_one_at_a_time:
        return redirect("interviews:room", pk=sitting.pk)
    if go == "flag":
        item.response.flag(not item.response.is_flagged)
    number = item.number
    if go.isascii() and go.isdigit():
        number = int(go[:5])
    elif go in ("next", "previous"):
        number += 1 if go == "next" else -1
    number = min(max(number, 1), last)
    return redirect(f"{reverse('interviews:room', args=[sitting.pk])}?item={number}")


def after_late(request: Request, sitting: Sitting) -> HttpResponse:
    if sitting.is_in_progress:
        messages.info(request, _("That question is locked. Your last text is kept, uncounted."))
        return redirect("interviews:room", pk=sitting.pk)
    said = _("Your last text came too late: it is kept, but does not count.")
    messages.warning(request, f"{why_closed(sitting)} {said}")
    return redirect("interviews:result", pk=sitting.pk)


def show_draft(
    request: Request, sitting: Sitting, items: list[Item], step: Step, *, form: DraftForm
) -> HttpResponse:
    """What was sent and refused, as it was sent."""
    if not sitting.is_in_progress:
        return redirect("interviews:result", pk=sitting.pk)
    text, number = request.POST.get("text", ""), form.data_number("number")
    return show_room(request, sitting, items, step, status=422, form=form, text=text, number=number)


def show_conflict(
    request: Request, sitting: Sitting, items: list[Item], step: Step, *, form: DraftForm
) -> HttpResponse:
    """Both texts; only one button knows of the other's number, and so decides for this one."""
    data, item = form.cleaned_data, step.item
    stored = in_words(item, text=step.response.text, choice=step.response.choice)
    return show_room(
        request,
        sitting,
        items,
        step,
        status=409,
        conflict=stored,
        here=in_words(item, text=data["text"], choice=choice_sent(step, form)),
        text=data["text"],
        places=data["choice"],
        number=data["number"],
    )


def save_draft(request: Request, step: Step, form: DraftForm) -> SaveOutcome | None:
    """None: the choice is not one that the item offers."""
    try:
        choice = choice_sent(step, form)
    except ValueError:
        return None
    return step.response.save_draft(
        text=form.cleaned_data["text"],
        choice=choice,
        base_number=form.base_number,
        now=request.received_at,
        writer=form.page,
    )


def choice_sent(step: Step, form: DraftForm) -> Choice:
    """A follow-up is answered in words alone. Raises ValueError for what the item does not offer."""
    return [] if step.asked else form.choice_for(step.item)


@never_cache
@require_POST
def save(request: Request, pk: UUID) -> JsonResponse:
    """Autosave. Every answer says which number is stored now, and the time left.

    Hundreds come in a second while a cohort writes, so it reads what it needs and nothing else.
    """
    form = DraftForm(request.POST)
    step = get_step(request, pk, form)
    outcome = save_draft(request, step, form) if form.is_valid() else None
    response = step.response
    stands = {"number": response.number, **state_of(step.item.sitting, request)}
    if outcome is None:
        errors = [error for errors in form.errors.values() for error in errors]
        return JsonResponse({"outcome": "refused", "errors": errors, **stands}, status=422)
    body = {
        "outcome": outcome,
        "saved_at": date_format(localtime(request.received_at), "H:i:s"),
        **stands,
    }
    if outcome == SaveOutcome.CONFLICT:
        body["stored"] = in_words(step.item, text=response.text, choice=response.choice)
    return JsonResponse(body, status=200 if outcome == SaveOutcome.SAVED else 409)


@never_cache
@require_GET
def clock(request: Request, pk: UUID) -> JsonResponse:
    return JsonResponse(state_of(get_sitting(request, pk, with_blueprint=False), request))


def state_of(sitting: Sitting, request: Request) -> dict[str, Any]:
    """`remaining_ms` None: untimed. `url`: where to go once it is closed."""
    clock = clock_of(sitting, now=request.received_at)
    return {
        "is_in_progress": sitting.is_in_progress,
        "place": clock.place,
        "remaining_ms": clock.remaining_ms,
        "url": reverse("interviews:result", args=[sitting.pk]),
    }


@never_cache
def submit(request: Request, pk: UUID) -> HttpResponse:
    sitting = get_sitting(request, pk)
    if request.method == "POST" and sitting.submit(now=request.received_at):
        messages.success(request, _("Handed in. Well done for seeing it through."))
    if not sitting.is_in_progress:
        return redirect("interviews:result", pk=pk)
    items = list(sitting.items.select_related("response"))
    context = {
        "sitting": sitting,
        "unanswered": [item for item in items if not item.response.is_answered],
        "flagged": [item for item in items if item.response.is_flagged],
        "clock": clock_of(sitting, now=request.received_at),
        "left": sitting.remaining(request.received_at),
    }
    return render_page(request, "interviews/submit.html", context)
