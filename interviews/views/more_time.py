"""More minutes for one, some or all learners of an assignment."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from interviews.access import instructor_page
from interviews.forms.more_time import MoreTimeForm
from interviews.models import Assignment
from interviews.more_time import Addition, Effect, Effects, NotInvolved, TooManyMinutes, add_minutes
from interviews.roster import Place, Standing, roster
from interviews.views.extending import new_deadlines
from interviews.views.teaching import get_assignment
from studyhub.http import Request, posted, render_page

# Of these not all that was asked came about.
FELL_SHORT = (Effect.CUT, Effect.TOO_LATE)
CAN_BE_REOPENED = (Standing.TIME_UP, Standing.SUBMITTED, Standing.MARKED)


@never_cache
@instructor_page
def extend_many(request: Request, pk: UUID) -> HttpResponse:
    assignment = get_assignment(request, pk)
    places = roster(assignment, now=request.received_at)
    form = MoreTimeForm(posted(request), places=places)
    if form.is_valid():
        effects = carry_out(request, assignment, form)
        if effects is not None:
            report(request, effects, minutes=form.cleaned_data["minutes"])
            return redirect("interviews:assignment", pk=pk)
    asked = request.GET.getlist("learner")
    context = {
        "assignment": assignment,
        "form": form,
        "token": form.next_token,
        "offered": [
            (place, form.is_ticked(place, asked=asked)) for place in places if place.can_use_minutes
        ],
        **too_late(places),
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "interviews/extend_many.html", context, status=status)


def too_late(places: Iterable[Place]) -> dict[str, list[Place]]:
    """Those whom minutes cannot help, by what can."""
    late = [place for place in places if not place.can_use_minutes]
    return {
        "to_reopen": [place for place in late if place.standing in CAN_BE_REOPENED],
        "released": [place for place in late if place.standing == Standing.RELEASED],
        "missed": [place for place in late if place.standing in (Standing.MISSED, Standing.VOIDED)],
    }


def carry_out(request: Request, assignment: Assignment, form: MoreTimeForm) -> Effects | None:
    """None: nobody was given anything, and the form says why."""
    said = form.cleaned_data
    addition = Addition(
        minutes=said["minutes"],
        reason=said["reason"],
        token=said["token"],
        actor=request.user,
        now=request.received_at,
    )
    try:
        return add_minutes(assignment, said["learners"], addition)
    except NotInvolved:
        form.refuse_strangers()
    except TooManyMinutes as too_many:
        form.refuse_minutes(too_many.place)
    return None


def report(request: Request, effects: Effects, *, minutes: int) -> None:
    later, waiting = effects.get(Effect.LATER, []), effects.get(Effect.WAITING, [])
    if later or waiting:
        messages.success(request, in_words(len(later), len(later + waiting), minutes=minutes))
    sentences = {
        Effect.CUT: _(
            "The interview closes before %(learners)s could use all of it. Move the closing time "
            "with “Extend”; the minutes are kept for it."
        ),
        Effect.TOO_LATE: _(
            "Too late for %(learners)s: the interview has ended. To give more time, reopen it or "
            "set other dates."
        ),
        Effect.UNTIMED: _("No time limit, so nothing to add to: %(learners)s."),
        Effect.REPEATED: _(
            "This was saved before, and is not added twice. They have it: %(learners)s."
        ),
    }
    for effect, sentence in sentences.items():
        if effects.get(effect):
            say = messages.warning if effect in FELL_SHORT else messages.info
            say(request, sentence % {"learners": names(effects[effect])})


def in_words(later: int, total: int, *, minutes: int) -> str:
    given = ngettext(
        "+%(minutes)d min for %(count)d learner.", "+%(minutes)d min for %(count)d learners.", total
    ) % {"minutes": minutes, "count": total}
    if not later:
        return given
    return f"{given} {new_deadlines(later)}"


def names(places: Iterable[Place]) -> str:
    return ", ".join(str(place.learner) for place in places)
