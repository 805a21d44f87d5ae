"""Marking: one sitting, one response at a time, by learner or by question; and the release."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from interviews.access import instructor_page
from interviews.forms.marking import (
    MarkForm,
    PauseForm,
    ReleaseForm,
    ReopenForm,
    VoidForm,
    initial_of,
    with_suggestions,
)
from interviews.models import AskedFollowUp, Assignment, Hold, Item, Sitting
from interviews.models.marking import MarkConflict, NotMarkable
from interviews.models.sittings import NotReopenable
from interviews.suggesting import accept_phrases, suggestion_for
from interviews.views.teaching import get_assignment
from questions.matching import Matched
from questions.models import Answer
from studyhub.http import Request, render_page


def get_sitting(request: Request, pk: UUID) -> Sitting:
    given = Assignment.objects.given_by(request.user)
    sittings = Sitting.objects.filter(assignment__in=given.values("pk"))
    return get_object_or_404(sittings.select_related("assignment__blueprint", "learner"), pk=pk)


@never_cache
@instructor_page
@require_GET
def marking(request: Request, pk: UUID) -> HttpResponse:
    sitting = get_sitting(request, pk)
    items = sitting.items.select_related("revision", "response").prefetch_related("marks")
    held = Hold.objects.lasting(request.received_at).of_others(request.user)
    holds = held.filter(item__sitting=sitting).select_related("marker")
    markers = {hold.item_id: hold.marker for hold in holds}
    context = {
        "sitting": sitting,
        "assignment": sitting.assignment,
        "items": [(item, markers.get(item.pk)) for item in items],
        "next_item": next((item for item in items if item.newest_mark is None), None),
        "is_overdue": sitting.is_overdue(request.received_at),
        "events": sitting.events.select_related("actor"),
    }
    return render_page(request, "interviews/marking.html", context)


@never_cache
@instructor_page
def mark(request: Request, pk: int) -> HttpResponse:
    item = get_item(request, pk)
    if not item.sitting.is_closed:
        messages.warning(request, _("This interview is not handed in, so it cannot be marked."))
        return redirect("interviews:marking", pk=item.sitting_id)
    by_question = request.GET.get("by") == "question"
    around = Around(item, items_around(item, by_question=by_question), by_question=by_question)
    is_sent = request.method == "POST"
    if "take" in request.POST:
        take_over(request, item)
        return redirect(around.own_url)
    matched = suggestion_for(item, now=request.received_at, as_shown=is_sent)
    may_accept = item.revision.question.private_to_id in (None, request.user.pk)
    make_form = partial(MarkForm, item=item, matched=matched, may_accept=may_accept)
    if not is_sent:
        form = make_form(initial=initial_of(item, item.newest_mark))
        return show_item(request, item, around, form=form, may_fold=True)
    if "suggest" in request.POST:
        form = make_form(initial=with_suggestions(request.POST, matched))
        return show_item(request, item, around, form=form, is_filled_in=True)
    form = make_form(request.POST)
    if not form.is_valid():
        return show_item(request, item, around, form=form, status=422)
    return save_mark(request, item, around, form=form)


def save_mark(request: Request, item: Item, around: Around, *, form: MarkForm) -> HttpResponse:
    try:
        item.mark(
            points=form.points,
            adjustment=form.cleaned_data["adjustment"],
            comment=form.cleaned_data["comment"],
            base_number=form.cleaned_data["number"],
            marker=request.user,
            now=request.received_at,
            matched=form.matched,
        )
    except MarkConflict as conflict:
        return show_conflict(request, item, around, form=form, conflict=conflict)
    except NotMarkable:
        messages.warning(
            request, _("This interview was reopened or voided meanwhile. Your mark was not saved.")
        )
        return redirect("interviews:marking", pk=item.sitting_id)
    Hold.objects.filter(item=item).give_back(marker=request.user, now=request.received_at)
    if form.matched and form.phrases:
        report_phrases(request, item, form.phrases, matched=form.matched)
    return redirect(around.after(request.POST.get("go", "next")))


def report_phrases(
    request: Request, item: Item, phrases: dict[int, str], *, matched: Matched
) -> None:
    count = accept_phrases(item, phrases, matched=matched, by=request.user, now=request.received_at)
    said = ngettext(
        "%(count)d phrasing accepted. It counts from the next answer on.",
        "%(count)d phrasings accepted. They count from the next answer on.",
        count,
    )
    if count:
        messages.success(request, said % {"count": count})
    if count < len(phrases):
        messages.info(request, _("The question was rewritten, or somebody else decided before."))


def get_item(request: Request, pk: int) -> Item:
    given = Assignment.objects.given_by(request.user)
    items = Item.objects.filter(sitting__assignment__in=given.values("pk"))
    return get_object_or_404(
        items.select_related(
            "response__suggestion",
            "revision__question__topic",
            "sitting__learner",
            "sitting__assignment__blueprint",
        ).prefetch_related(
            "revision__key_points__accept_phrases",
            "revision__misconceptions",
            "revision__answers",
            "revision__references",
            "revision__follow_ups",
            "marks__marker",
            "response__revisions",
            "response__recordings",
            Prefetch("asked_follow_ups", AskedFollowUp.objects.with_responses()),
        ),
        pk=pk,
    )


def items_around(item: Item, *, by_question: bool) -> QuerySet[Item]:
    """The whole set this item is marked in. By question: all learners', in an order that is

    always the same and says nothing about them, as the ids of sittings are random.
    """
    if not by_question:
        return item.sitting.items.order_by("position")
    closed = item.sitting.assignment.sittings.closed()
    same = Item.objects.filter(sitting__in=closed, revision__question=item.revision.question_id)
    return same.order_by("sitting_id", "pk")


class Around:
    """Where an item stands among those marked together. Two queries."""

    def __init__(self, item: Item, items: QuerySet[Item], *, by_question: bool) -> None:
        self.item, self.by_question = item, by_question
        pks = list(items.values_list("pk", flat=True))
        self.total = len(pks)
        place = pks.index(item.pk)
        self.number = place + 1
        self.previous_pk = pks[place - 1] if place else None
        self.next_pk = pks[place + 1] if place + 1 < len(pks) else None
        self.marked = items.order_by().aggregate(
            marked=Count("pk", filter=Q(marks__isnull=False), distinct=True)
        )["marked"]

    def url(self, pk: int | None) -> str:
        if pk is None:
            return self.up_url
        suffix = "?by=question" if self.by_question else ""
        return reverse("interviews:mark", args=[pk]) + suffix

    @property
    def up_url(self) -> str:
        if self.by_question:
            return reverse("interviews:assignment", args=[self.item.sitting.assignment_id])
        return reverse("interviews:marking", args=[self.item.sitting_id])

    @property
    def own_url(self) -> str:
        return self.url(self.item.pk)

    @property
    def previous_url(self) -> str:
        return self.url(self.previous_pk)

    @property
    def next_url(self) -> str:
        return self.url(self.next_pk)

    def after(self, go: str) -> str:
        """Where the marker is led once the mark is saved."""
        return {"previous": self.previous_url, "up": self.up_url}.get(go, self.next_url)


def take_over(request: Request, item: Item) -> None:
    """From whoever is marking it: their page tells them, and a save is checked as always."""
    if not item.sitting.is_own_mock:
        Hold.objects.take(item, marker=request.user, now=request.received_at, by_force=True)


def hold_item(request: Request, item: Item) -> Hold | None:
    """Whoever opens it holds it, and goes on from all else. The hold of another, if there is one."""
    now = request.received_at
    Hold.objects.exclude(item=item).give_back(marker=request.user, now=now)
    if Hold.objects.take(item, marker=request.user, now=now):
        return None
    return Hold.objects.lasting(now).filter(item=item).select_related("marker").first()


def show_item(
    request: Request,
    item: Item,
    around: Around,
    *,
    form: MarkForm,
    status: int = 200,
    may_fold: bool = False,
    **more: Any,
) -> HttpResponse:
    """`may_fold`: nothing was filled in, so while somebody else marks it there is no form."""
    is_shared = not item.sitting.is_own_mock
    others_hold = hold_item(request, item) if is_shared else None
    context = {
        "others_hold": others_hold,
        "is_folded": may_fold and others_hold is not None,
        "is_held": is_shared and others_hold is None,
        "item": item,
        "sitting": item.sitting,
        "assignment": item.sitting.assignment,
        "revision": item.revision,
        "answer": next(
            (each for each in item.revision.answers.all() if each.role == "model"), None
        ),
        "response_answers": chosen(item, item.response.choice),
        "refused_texts": [
            {"revision": each, "answers": chosen(item, each.choice)}
            for each in item.response.revisions.all()
        ],
        "right_answers": right_answers(item),
        "around": around,
        "form": form,
        "matched": form.matched,
        "newest": item.newest_mark,
        **more,
    }
    return render_page(request, "interviews/mark.html", context, status=status)


def chosen(item: Item, choice: list[int]) -> list[Answer]:
    """Options or steps in the order the learner gave."""
    by_pk = {answer.pk: answer for answer in item.revision.answers.all()}
    return [by_pk[pk] for pk in choice if pk in by_pk]


def right_answers(item: Item) -> list[Answer]:
    """The right options, or the steps in their right order."""
    return [
        answer
        for answer in item.revision.answers.all()
        if answer.role == Answer.Role.STEP
        or (answer.role == Answer.Role.OPTION and answer.is_correct)
    ]


def show_conflict(
    request: Request, item: Item, around: Around, *, form: MarkForm, conflict: MarkConflict
) -> HttpResponse:
    """Theirs beside yours; saving again is then a decision, as the form knows of theirs."""
    data = request.POST.copy()
    data["number"] = str(conflict.newest.number)
    theirs = [(label, conflict.newest.points.get(key, "")) for key, label in item.judged.items()]
    yours = MarkForm(data, item=item, matched=form.matched, may_accept=form.may_accept)
    yours.is_valid()
    return show_item(
        request, item, around, form=yours, status=409, conflict=conflict.newest, theirs=theirs
    )


@never_cache
@instructor_page
def release(request: Request, pk: UUID) -> HttpResponse:
    assignment = get_assignment(request, pk)
    if request.method == "POST":
        form = ReleaseForm(request.POST, assignment=assignment)
        if form.is_valid():
            return carry_out_release(request, assignment, form.cleaned_data["sittings"])
        return show_release(request, assignment, form=form, status=422)
    form = ReleaseForm(assignment=assignment)
    return show_release(request, assignment, form=form)


def show_release(
    request: Request, assignment: Assignment, *, form: ReleaseForm, status: int = 200
) -> HttpResponse:
    closed = assignment.sittings.closed().select_related("learner")
    marked = closed.filter(state=Sitting.State.MARKED).order_by("learner__name", "learner__email")
    asked = set(request.POST.getlist("sittings") or request.GET.getlist("sitting"))
    context = {
        "assignment": assignment,
        "form": form,
        "marked": [(sitting, not asked or str(sitting.pk) in asked) for sitting in marked],
        "unmarked": closed.filter(state=Sitting.State.SUBMITTED).count(),
    }
    return render_page(request, "interviews/release.html", context, status=status)


def carry_out_release(
    request: Request, assignment: Assignment, sittings: list[Sitting]
) -> HttpResponse:
    for sitting in sittings:
        sitting.release(actor=request.user, now=request.received_at)
    messages.success(
        request,
        ngettext(
            "Released: %(count)d learner can see the marks.",
            "Released: %(count)d learners can see their marks.",
            len(sittings),
        )
        % {"count": len(sittings)},
    )
    return redirect("interviews:assignment", pk=assignment.pk)


@instructor_page
def void(request: Request, pk: UUID) -> HttpResponse:
    sitting = get_sitting(request, pk)
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if sitting.void(
            reason=form.cleaned_data["reason"], actor=request.user, now=request.received_at
        ):
            messages.success(request, _("Voided: it does not count, and uses up no sitting."))
        else:
            messages.warning(request, _("What is released or voided stays as it is."))
        return redirect("interviews:marking", pk=pk)
    status = 422 if request.method == "POST" else 200
    context = {"sitting": sitting, "form": form}
    return render_page(request, "interviews/void.html", context, status=status)


@instructor_page
def pause(request: Request, pk: UUID) -> HttpResponse:
    """Stops the clock of a running interview, or lets that of a paused one go on."""
    sitting = get_sitting(request, pk)
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "actor": request.user, "now": request.received_at}
        goes_on = request.POST.get("go") == "resume"
        is_done = sitting.resume(**said) if goes_on else sitting.pause(**said)
        if not is_done:
            messages.warning(request, _("Somebody did that meanwhile, or it is handed in."))
        elif goes_on:
            messages.success(request, _("It goes on, with the time that was left."))
        else:
            messages.success(request, _("Paused. The learner sees it within half a minute."))
        return redirect("interviews:marking", pk=pk)
    status = 422 if request.method == "POST" else 200
    context = {"sitting": sitting, "form": form}
    return render_page(request, "interviews/pause.html", context, status=status)


@instructor_page
def reopen(request: Request, pk: UUID) -> HttpResponse:
    sitting = get_sitting(request, pk)
    form = ReopenForm(request.POST or None, now=request.received_at)
    if request.method == "POST" and form.is_valid():
        try:
            sitting.reopen(**form.cleaned_data, actor=request.user, now=request.received_at)
        except NotReopenable as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(
                request,
                _("Reopened. %(learner)s can go on writing.") % {"learner": sitting.learner},
            )
        return redirect("interviews:marking", pk=pk)
    status = 422 if request.method == "POST" else 200
    context = {
        "sitting": sitting,
        "form": form,
        "has_seen_answers": sitting.shown_to(sitting.learner).model_answers,
    }
    return render_page(request, "interviews/reopen.html", context, status=status)
