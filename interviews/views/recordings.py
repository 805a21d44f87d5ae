"""Spoken answers: sent by the room, heard by whoever may, taken back by whoever spoke."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from interviews import recording_files
from interviews.answering import why_closed
from interviews.audio import ByteRange, NotSatisfiable, byte_range
from interviews.following_up import Step
from interviews.forms.recordings import TOO_LARGE, RecordingForm
from interviews.models import Recording
from interviews.models.recordings import LARGEST, Kept
from interviews.speaking import is_refused, receive
from interviews.views.sittings import get_items, get_sitting, state_of, step_sent
from studyhub.http import Request

# Of the other fields of the form, and what parts them.
BESIDES = 64 * 1024

STATUSES = {Kept.SAVED: 200, Kept.LATE: 409, Kept.FULL: 413, Kept.NOT_AGREED: 403}


@csrf_exempt  # `upload_within` asks for the token: looking for it reads the whole body
@never_cache
@require_POST
def upload(request: Request, pk: UUID) -> HttpResponse:
    """What is too large is refused before it is read."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > LARGEST + BESIDES:
        return JsonResponse({"outcome": "refused", "message": str(TOO_LARGE)}, status=413)
    return upload_within(request, pk)


@csrf_protect
def upload_within(request: Request, pk: UUID) -> HttpResponse:
    """Every answer says which recording is kept now, and the time left."""
    sitting = get_sitting(request, pk)
    form = RecordingForm(request.POST, request.FILES)
    step = step_sent(get_items(sitting), form)
    if not step.may_be_spoken:
        raise Http404
    if not form.is_valid():
        errors = [str(error) for errors in form.errors.values() for error in errors]
        body = {"outcome": "refused", "message": " ".join(errors), **state_of(sitting, request)}
        return JsonResponse(body, status=form.status)
    kept = keep_sent(request, step, form)
    if kept == Kept.LATE:
        messages.warning(request, said_of(kept, step))
    body = {
        "outcome": kept,
        "message": said_of(kept, step),
        "recording": row_of(step.response.recording),
        **state_of(sitting, request),
    }
    return JsonResponse(body, status=STATUSES[kept])


def keep_sent(request: Request, step: Step, form: RecordingForm) -> Kept:
    data = form.cleaned_data
    if is_refused(step.response, data["upload"]):
        return Kept.LATE
    return receive(
        step.response,
        data["audio"].chunks(),
        upload=data["upload"],
        audio_type=form.audio_type,
        duration_ms=data["duration_ms"],
        has_agreed=data["agreed"],
        now=request.received_at,
    )


def said_of(kept: Kept, step: Step) -> str:
    if kept == Kept.FULL:
        return _("This interview holds as much as it may. Type this answer, or delete another.")
    if kept == Kept.NOT_AGREED:
        return _("You have not agreed to be recorded, so nothing was stored.")
    if kept == Kept.LATE:
        return " ".join(late_and_what_is_kept(step))
    return ""


def late_and_what_is_kept(step: Step) -> list[str]:
    is_running = step.item.sitting.is_in_progress
    said = [
        _("That question is locked.") if is_running else why_closed(step.item.sitting),
        _("Your last recording came too late, and is not stored."),
    ]
    recording = step.response.recording
    if recording:
        moment = date_format(localtime(recording.received_at), "H:i:s")
        said.append(_("The one of %(moment)s is kept, and counts.") % {"moment": moment})
    if step.response.text.strip():
        said.append(_("What you typed is kept, and counts."))
    return said


def row_of(recording: Recording | None) -> dict[str, Any] | None:
    if recording is None:
        return None
    return {
        "url": reverse("interviews:recording", args=[recording.pk]),
        "delete_url": reverse("interviews:recording_delete", args=[recording.pk]),
        "saved_at": date_format(localtime(recording.received_at), "H:i:s"),
        "duration_ms": recording.duration_ms,
    }


@require_safe
def recording(request: Request, pk: UUID) -> HttpResponseBase:
    """The sound, or the part of it that a player asks for."""
    found = get_object_or_404(Recording.objects.kept().select_related("sitting__assignment"), pk=pk)
    if not found.sitting.shown_to(request.user).recordings:
        raise Http404
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="{found.file_name}"',
        "X-Content-Type-Options": "nosniff",
    }
    try:
        part = part_asked(request, found.size)
    except NotSatisfiable:
        headers["Content-Range"] = f"bytes */{found.size}"
        return HttpResponse(status=416, headers=headers, content_type=found.mime_type)
    whole = ByteRange(0, found.size)
    if part:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{found.size}"
    headers["Content-Length"] = str((part or whole).length)
    try:
        file = recording_files.path_of(found.pk).open("rb")
    except FileNotFoundError:
        recording_files.logger.error("The file of recording %s is missing.", found.pk)
        raise Http404 from None
    body = recording_files.read(file, part or whole) if request.method == "GET" else ()
    if request.method == "HEAD":
        file.close()
    return StreamingHttpResponse(
        body, status=206 if part else 200, headers=headers, content_type=found.mime_type
    )


def part_asked(request: Request, size: int) -> ByteRange | None:
    """None: all of it. We name no version of a file, so "if it is still this one" means all too."""
    asked = request.headers.get("Range", "")
    if not asked or "If-Range" in request.headers:
        return None
    return byte_range(asked, size)


@never_cache
@require_POST
def recording_delete(request: Request, pk: UUID) -> HttpResponse:
    """By whoever spoke, while it runs or at any time after it."""
    own = Recording.objects.filter(sitting__learner=request.user)
    found = get_object_or_404(
        own.select_related("sitting__assignment", "response__item", "response__asked__item"), pk=pk
    )
    found.delete_by(request.user, now=request.received_at)
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"outcome": "deleted"})
    messages.success(request, _("The recording is deleted."))
    return redirect(place_of(found))


def place_of(found: Recording) -> str:
    """Where the question stands: in the room, else on the result page."""
    sitting, number = found.sitting, found.response.step[0] + 1
    if not sitting.is_in_progress:
        return f"{reverse('interviews:result', args=[sitting.pk])}#question-{number}"
    room = reverse("interviews:room", args=[sitting.pk])
    return room if sitting.is_one_at_a_time else f"{room}?item={number}"
