"""Notes become questions: brought in, looked at and mended, then imported."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from questions import importing
from questions.formats.detection import detect
from questions.formats.document import Finding, UnreadableFile
from questions.formats.text_files import decode
from questions.forms import MendForm, NotesForm
from questions.importing import ImportPlan, Outcome, PlannedEntry
from questions.models import Answer, Import
from questions.rendering import render
from studyhub.http import Request, posted, render_page

MOST_RENDERED = 100
OPEN_UP_TO = 10
LONGEST_TAG = 40
LONGEST_QUOTE = 300


@require_http_methods(["GET", "POST"])
def start(request: Request) -> HttpResponse:
    form = NotesForm(posted(request), request.FILES or None)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            file = importing.preview(
                cleaned["data"],
                name=cleaned["name"] or _pasted(request),
                owner=request.user,
                now=request.received_at,
                format=cleaned["format"],
            )
        except UnreadableFile as error:
            form.add_error("file" if cleaned["name"] else "text", gettext(str(error)))
        else:
            return redirect("questions:import_preview", file.pk)
    return render_page(
        request, "questions/import.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
def preview(request: Request, pk: UUID) -> HttpResponse:
    """What the file would bring; posting its text, mended, reads it again."""
    file = get_object_or_404(Import, pk=pk, owner=request.user)
    if file.confirmed_at:
        return _imported_page(request, file)
    if request.method == "POST":
        form = MendForm(request.POST)
        if form.is_valid() and _read_again(file, form):
            return redirect("questions:import_preview", file.pk)
        context = {"file": file, "form": form}
        return render_page(request, "questions/import_preview.html", context, status=422)
    text, _findings = decode(bytes(file.data))
    plan = importing.plan_of(file)
    context = {
        "file": file,
        "form": MendForm(initial={"text": text, "format": file.format}, counts=detect(text)),
        "plan": plan,
        "rows": _rows(plan, lines=text.split("\n")),
        "notices": _notices(plan, lines=text.split("\n")),
    }
    return render_page(request, "questions/import_preview.html", context)


@require_POST
def confirm(request: Request, pk: UUID) -> HttpResponse:
    file = get_object_or_404(Import, pk=pk, owner=request.user)
    if request.POST.get("sha256") != file.sha256:
        messages.warning(request, gettext("The text was changed in another tab. Look once more."))
        return redirect("questions:import_preview", file.pk)
    chosen = set(request.POST.getlist("line"))
    plan = importing.plan_of(file)
    left_out = {p.entry.line for p in plan.to_do if str(p.entry.line) not in chosen}
    if len(left_out) == len(plan.to_do) and not file.confirmed_at:
        messages.warning(request, gettext("Nothing is ticked. Tick what you want to import."))
        return redirect("questions:import_preview", file.pk)
    done = importing.carry_out(file, now=request.received_at, without=left_out, tag=_tag(file))
    if done.to_do:
        messages.success(request, _said(done))
    return redirect("questions:import_preview", file.pk)


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding with the words it is about, as they stand in the file."""

    finding: Finding
    quote: str


@dataclass(frozen=True, slots=True)
class Row:
    """`answer` is None where the page would get too long; `difference` is empty for what is new."""

    planned: PlannedEntry
    answer: SafeString | None
    notices: Sequence[Notice]
    difference: Sequence[tuple[str, str]]
    is_open: bool


def _rows(plan: ImportPlan, *, lines: Sequence[str]) -> list[Row]:
    saved = _saved_answers(plan)
    is_open = len(plan.entries) <= OPEN_UP_TO
    rows = []
    for place, planned in enumerate(plan.entries):
        before = saved.get(planned.question.pk, "") if planned.question else ""
        differs = planned.outcome in (Outcome.CHANGED, Outcome.CONFLICT)
        rows.append(
            Row(
                planned,
                answer=render(planned.document.answer) if place < MOST_RENDERED else None,
                notices=[
                    _notice(found, lines=lines) for found in plan.findings if _is_in(found, planned)
                ],
                difference=_difference(before, planned.document.answer) if differs else (),
                is_open=is_open,
            )
        )
    return rows


def _notices(plan: ImportPlan, *, lines: Sequence[str]) -> list[Notice]:
    """What belongs to no entry: lines not understood, and words about the file as a whole."""
    return [
        _notice(found, lines=lines)
        for found in plan.findings
        if not any(_is_in(found, planned) for planned in plan.entries)
    ]


def _is_in(found: Finding, planned: PlannedEntry) -> bool:
    return planned.entry.line <= found.line <= planned.entry.end_line


def _notice(found: Finding, *, lines: Sequence[str]) -> Notice:
    quote = lines[found.line - 1] if found.line <= len(lines) else ""
    return Notice(found, quote.strip()[:LONGEST_QUOTE])


def _saved_answers(plan: ImportPlan) -> dict[int, str]:
    """By question, the model answer as it is here. One query."""
    pks = [planned.question.pk for planned in plan.entries if planned.question]
    answers = Answer.objects.filter(
        revision__question__in=pks,
        revision=F("revision__question__current_revision"),
        role=Answer.Role.MODEL,
    )
    return dict(answers.values_list("revision__question", "text"))


def _difference(before: str, after: str) -> list[tuple[str, str]]:
    """Each line with "same", "out" or "in"."""
    marks = {" ": "same", "-": "out", "+": "in"}
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [(marks[line[0]], line[2:]) for line in lines if line[0] in marks]


def _read_again(file: Import, form: MendForm) -> bool:
    """False, with the reason in the form, if the mended text cannot be read: the old one stays."""
    data = form.data_read
    try:
        file.format, _reading = importing.read(
            data, name=file.name, format=form.cleaned_data["format"]
        )
    except UnreadableFile as error:
        form.add_error("text", gettext(str(error)))
        return False
    file.data, file.sha256 = data, hashlib.sha256(data).hexdigest()
    Import.objects.filter(pk=file.pk, confirmed_at=None).update(
        data=file.data, sha256=file.sha256, format=file.format
    )
    return True


def _imported_page(request: Request, file: Import) -> HttpResponse:
    count = file.questions.count()
    context = {"file": file, "count": count, "tag": _tag(file)}
    return render_page(request, "questions/imported.html", context)


def _said(done: ImportPlan) -> str:
    new, changed = len(done.having(Outcome.NEW)), len(done.having(Outcome.CHANGED))
    parts = []
    if new:
        parts.append(ngettext("%(count)s question imported.", "%(count)s questions imported.", new))
        parts[-1] %= {"count": new}
    if changed:
        text = ngettext("%(count)s question updated.", "%(count)s questions updated.", changed)
        parts.append(text % {"count": changed})
    return " ".join(parts)


def _pasted(request: Request) -> str:
    """A name of its own for each paste, so that none is taken for a later version of another."""
    moment = timezone.localtime(request.received_at)
    return gettext("Pasted %(moment)s") % {"moment": f"{moment:%Y-%m-%d %H.%M.%S}"}


def _tag(file: Import) -> str:
    """What the questions of a file are found and practised by; no tag of the bank begins so."""
    path = PurePath(file.name)
    # A paste is named for its moment, whose seconds are no suffix.
    stem = file.name if path.suffix[1:].isdecimal() else path.stem
    words = slugify(stem.replace(".", "-")).replace("_", "-")
    name = "-".join(filter(None, words.split("-"))) or "notes"
    return f"from-{name}"[:LONGEST_TAG].rstrip("-")
