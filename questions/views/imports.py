"""Notes become questions: brought in, looked at and mended, then imported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_noop, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from questions import importing, planning
from questions.findings import Findings
from questions.formats.document import (
    Entry,
    Finding,
    QuestionDocument,
    Reading,
    UnreadableFile,
    place_of,
)
from questions.formats.files import candidates_of, text_of
from questions.forms.notes import MendForm, NotesForm
from questions.mending import NOWHERE, Mends, beginnings, came_as, can_be_split
from questions.models import Import, Question, QuestionRevision
from questions.planning import ImportPlan, Outcome, PlannedEntry
from questions.reimporting import Change, changes, choices_of, further_parts, texts_here
from questions.rendering import render
from questions.ticking import Ticks, keep_ticks
from studyhub.http import Request, posted, render_page

PER_PAGE = 100
MOST_TOLD = 100
MOST_TOLD_OF_ONE = 20
OPEN_UP_TO = 10
LONGEST_TAG = 40
LONGEST_QUOTE = 300
SHOWN_BEFORE = 100  # of a long line, with the words that it is about
CHANGED_MEANWHILE = gettext_noop("The text was changed in another tab. Look once more.")
DECISIONS = ("split", "join", "spell", "unspell", "shorten", "lengthen")


@require_http_methods(["GET", "POST"])
def start(request: Request) -> HttpResponse:
    is_editor = request.user.is_editor or request.user.is_superuser
    into = "bank" if request.GET.get("into") == "bank" else "mine"
    form = NotesForm(
        posted(request), request.FILES or None, for_editor=is_editor, initial={"into": into}
    )
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            file = importing.preview(
                cleaned["data"],
                name=cleaned["name"] or _pasted(request),
                owner=None if form.is_for_bank else request.user,
                now=request.received_at,
                format=cleaned["format"],
            )
        except UnreadableFile as error:
            form.add_error("file" if cleaned["name"] else "text", gettext(str(error)))
        else:
            return redirect("questions:import_preview", file.pk)
    context = {"form": form, "is_for_bank": is_editor and into == "bank"}
    status = 422 if form.is_bound else 200
    return render_page(request, "questions/import.html", context, status=status)


@require_http_methods(["GET", "POST"])
def preview(request: Request, pk: UUID) -> HttpResponse:
    """What the file would bring; posting its text, mended, reads it again."""
    file = get_object_or_404(Import.objects.open_to(request.user), pk=pk)
    if file.confirmed_at:
        return _imported_page(request, file)
    if request.method == "POST":
        form = MendForm(request.POST)
        if form.is_valid() and _read_again(file, form):
            return redirect("questions:import_preview", file.pk)
        context = {"file": file, "form": form}
        return render_page(request, "questions/import_preview.html", context, status=422)
    data = bytes(file.data)
    text, reading = text_of(data), planning.reading_of(file)
    plan = _foreseen(request, file, reading)
    lines, findings = text.split("\n"), Findings(plan.findings)
    page = Paginator(_in_order(plan, findings), PER_PAGE).get_page(request.GET.get("page"))
    told = findings.about_none(planned.entry for planned in plan.entries)
    context = {
        "file": file,
        "mends": _digest(file),
        "form": _mend_form(file, text, reading) if text else None,
        "plan": plan,
        "page": page,
        "rows": _rows(page, plan, findings, lines=lines, file=file),
        "notices": [_notice(found, plan, lines=lines) for found in told[:MOST_TOLD]],
        "untold": len(told[MOST_TOLD:]),
        "missing": plan.missing[:MOST_TOLD],
        "unnamed": len(plan.missing[MOST_TOLD:]),
        "history": _history(plan),
        "with_history": Ticks.of(file).history,
        "is_to_do": plan.to_do or plan.conflicts or (plan.history and plan.history.cards),
    }
    return render_page(request, "questions/import_preview.html", context)


@require_safe
def file(request: Request, pk: UUID) -> HttpResponse:
    """As it came, or as its text was mended before it was imported."""
    kept = get_object_or_404(Import.objects.open_to(request.user), pk=pk)
    headers = {"Content-Disposition": content_disposition_header(True, kept.name) or ""}
    content_type = "application/octet-stream"
    return HttpResponse(bytes(kept.data), content_type=content_type, headers=headers)


@require_POST
def prompt(request: Request, pk: UUID) -> HttpResponse:
    """Splits a prompt or puts it together again, spells a word anew or as it came, takes the number
    of a footnote from a word or puts it back, or turns the page. The ticks of the page are kept.

    Each button sends the key of the entry; `split` may come with the paragraph after which the
    second answer begins, and the words with a colon before them.
    """
    file = get_object_or_404(Import.objects.open_to(request.user), pk=pk)
    if file.confirmed_at or _is_another_text(request, file):
        return redirect("questions:import_preview", file.pk)
    name = next((each for each in DECISIONS if each in request.POST), "")
    if not name:
        keep_ticks(file, _ticks(request, _shown(request)))
        return _preview_again(request, file)
    key, _colon, word = request.POST[name].partition(":")
    plan = planning.plan_of(file)
    keep_ticks(file, _ticks(request, _shown(request) or _keys(plan)))
    planned = next((each for each in plan.entries if str(each.entry.key) == key), None)
    how = _decision(name, planned.entry, plan, request, word=word) if planned else None
    if how:
        importing.decide(file, how)
    return _preview_again(request, file)


def _preview_again(request: Request, file: Import) -> HttpResponse:
    """The browser keeps the place that it was sent from."""
    number = request.POST.get("page", "")
    page = reverse("questions:import_preview", args=[file.pk])
    return redirect(f"{page}?page={number}" if number.isdecimal() else page)


@require_POST
def confirm(request: Request, pk: UUID) -> HttpResponse:
    """With the ticks of this page, and those of others as they were left there."""
    file = get_object_or_404(Import.objects.open_to(request.user), pk=pk)
    if _is_another_text(request, file):
        return redirect("questions:import_preview", file.pk)
    reading = planning.reading_of(file)
    plan = planning.plan_of(file, reading)
    ticks = Ticks.of(file).then(_ticks(request, _shown(request) or _keys(plan)))
    keep_ticks(file, ticks)
    left_out = {p.entry.key for p in plan.to_do if not ticks.has(p)}
    replacing = {p.entry.key for p in plan.conflicts if ticks.has(p)}
    is_empty = len(left_out) == len(plan.to_do) and not replacing and not ticks.history
    if is_empty and not file.confirmed_at:
        if not _tell_edited(request, plan, ticks):
            messages.warning(request, gettext("Nothing is ticked. Tick what you want to import."))
        return redirect("questions:import_preview", file.pk)
    try:
        done = importing.carry_out(
            file,
            now=request.received_at,
            without=left_out,
            replacing=replacing,
            same_as=ticks.same_as,
            tag=_tag(file) if file.owner else "",
            author=request.user,
            history=ticks.history,
            reading=reading,
        )
    except importing.ReadAnew:
        messages.warning(request, gettext(CHANGED_MEANWHILE))
        return redirect("questions:import_preview", file.pk)
    if said := _said(done):
        messages.success(request, said)
    for planned in done.having(Outcome.UNREADY):
        if planned.entry.key in ticks.on | ticks.replacing:
            said = gettext("“%(prompt)s” is published and kept as it is. %(lacks)s")
            told = {"prompt": planned.document.prompt, "lacks": planned.lacks}
            messages.warning(request, said % told)
    _tell_edited(request, done, ticks)
    return redirect("questions:import_preview", file.pk)


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding with the words it is about, as they stand in the file.

    `line` is the row where there is a `sheet`.
    """

    finding: Finding
    quote: str
    sheet: str
    line: int


@dataclass(frozen=True, slots=True)
class Row:
    """`changes` is empty for what is new; `likeness` is what the question suggested for it says
    otherwise. `untold` findings have no room.
    """

    planned: PlannedEntry
    sheet: str
    line: int
    kind: str
    context: SafeString
    answer: SafeString
    options: Sequence[tuple[SafeString, bool]]
    further: Sequence[tuple[str, str]]
    notices: Sequence[Notice]
    untold: int
    changes: Sequence[Change]
    likeness: Sequence[Change]
    is_open: bool
    is_ticked: bool
    same_as: str
    can_be_split: bool
    beginnings: Sequence[tuple[int, str]]


def _foreseen(request: Request, file: Import, reading: Reading) -> ImportPlan:
    plan = planning.plan_of(file, reading)
    now = request.received_at
    return importing.with_history(
        plan, bytes(file.data), owner=file.owner, format=file.format, now=now
    )


def _history(plan: ImportPlan) -> dict[str, object]:
    """What the tick box offers, in words."""
    found = plan.history
    if found is None or not found.cards:
        return {"findings": found.findings if found else ()}
    reviews, cards = found.reviews, found.cards
    text = ngettext("%(count)s review", "%(count)s reviews", reviews)
    return {
        "reviews": text % {"count": number_format(reviews, force_grouping=True)},
        "cards": ngettext("%(count)s card", "%(count)s cards", cards)
        % {"count": number_format(cards, force_grouping=True)},
        "first_on": found.first_on,
        "last_on": found.last_on,
        "findings": found.findings,
    }


def _mend_form(file: Import, text: str, reading: Reading) -> MendForm:
    counts = candidates_of(bytes(file.data), read_as=file.format, reading=reading)
    return MendForm(initial={"text": text, "format": file.format}, counts=counts)


def _shown(request: Request) -> set[int]:
    """The keys of the entries whose ticks the page has."""
    written = request.POST.get("shown", "").split(",")
    return {int(key) for key in written[:PER_PAGE] if key.isdecimal()}


def _keys(plan: ImportPlan) -> set[int]:
    return {planned.entry.key for planned in plan.entries}


def _ticks(request: Request, shown: Collection[int]) -> Ticks:
    on, replacing = (
        frozenset(key for key in shown if str(key) in request.POST.getlist(name))
        for name in ("line", "replace")
    )
    chosen = {key: request.POST.get(f"same-{key}") for key in shown}
    same_as = {key: slug for key, slug in chosen.items() if slug is not None}
    return Ticks(on, frozenset(shown) - on, replacing, same_as, "history" in request.POST)


def _decision(
    name: str, entry: Entry, plan: ImportPlan, request: Request, *, word: str
) -> Callable[[Mends], Mends] | None:
    """None if the page offers no such thing."""
    if name == "split" and can_be_split(entry):
        chosen = request.POST.get(f"begin-{entry.key}", "")
        offered = {str(after): after for after, _words in beginnings(entry)}
        after = offered.get(chosen, NOWHERE)
        return lambda mends: mends.with_split(entry.as_it_came or entry.prompt, after=after)
    if name == "join" and entry.of_prompt:
        return lambda mends: mends.with_split(entry.of_prompt, after=None)
    for found in plan.findings:
        if (found.words, found.part) == (word, entry.part) and (
            entry.line <= found.line <= entry.end_line
        ):
            if name == "shorten" and found.code == "W-FOOTNOTE":
                return lambda mends: mends.with_number(came_as(entry), word, instead=found.instead)
            if name == "lengthen" and found.code == "I-FOOTNOTE":
                return lambda mends: mends.with_number(came_as(entry), word, instead=None)
        is_told = (found.line, found.part, found.words) == (entry.line, entry.part, word)
        if name == "spell" and is_told and found.code == "I-SPELLING":
            came = entry.as_it_came or entry.prompt
            return lambda mends: mends.with_word(came, word, instead=found.instead)
        if name == "unspell" and is_told and found.code == "I-SPELT":
            came = next(each.prompt for each in entry.spelt if each.word == word)
            return lambda mends: mends.with_word(came, word, instead=None)
    return None


def _in_order(plan: ImportPlan, findings: Findings) -> list[PlannedEntry]:
    """As in the file; where there are pages, what somebody may want to decide is on the first."""
    if len(plan.entries) <= PER_PAGE:
        return list(plan.entries)
    return sorted(plan.entries, key=lambda planned: _urgency(planned, findings))


def _urgency(planned: PlannedEntry, findings: Findings) -> int:
    if planned.outcome in (Outcome.CHANGED, Outcome.CONFLICT, Outcome.UNREADY):
        return 0
    return 1 if planned.suggestion else 2 if findings.about(planned.entry) else 3


def _rows(
    page: Page[PlannedEntry],
    plan: ImportPlan,
    findings: Findings,
    *,
    lines: Sequence[str],
    file: Import,
) -> list[Row]:
    ticks = Ticks.of(file)
    saved = texts_here(replace(plan, entries=tuple(page.object_list)))
    is_open = len(plan.entries) <= OPEN_UP_TO
    rows = []
    for planned in page.object_list:
        told = findings.about(planned.entry)
        row = _row(
            planned,
            place=place_of(planned.entry.line, plan.sheets),
            saved=saved,
            file=file,
            notices=[_notice(found, plan, lines=lines) for found in told[:MOST_TOLD_OF_ONE]],
            untold=len(told[MOST_TOLD_OF_ONE:]),
            is_open=is_open,
            is_ticked=ticks.has(planned),
            same_as=ticks.same_as.get(planned.entry.key, ""),
        )
        rows.append(row)
    return rows


def _row(
    planned: PlannedEntry,
    *,
    place: tuple[str, int],
    saved: dict[int, QuestionRevision],
    file: Import,
    notices: Sequence[Notice],
    untold: int,
    is_open: bool,
    is_ticked: bool,
    same_as: str,
) -> Row:
    document = planned.document
    differs = planned.outcome in (Outcome.CHANGED, Outcome.CONFLICT, Outcome.UNREADY)
    return Row(
        planned,
        *place,
        kind=str(QuestionRevision.Kind(document.kind).label),
        context=render(document.context),
        answer=render(document.answer),
        options=[(render(text), is_correct) for text, is_correct in choices_of(document)],
        further=further_parts(document),
        notices=notices,
        untold=untold,
        changes=_changes(planned.question, document, saved, file) if differs else (),
        likeness=_changes(planned.suggestion, document, saved, file),
        is_open=is_open,
        is_ticked=is_ticked,
        same_as=same_as,
        can_be_split=can_be_split(planned.entry),
        beginnings=beginnings(planned.entry) if can_be_split(planned.entry) else (),
    )


def _changes(
    question: Question | None,
    document: QuestionDocument,
    saved: dict[int, QuestionRevision],
    file: Import,
) -> list[Change]:
    return changes(question, document, here=saved, format=file.format, name=file.name)


def _notice(found: Finding, plan: ImportPlan, *, lines: Sequence[str]) -> Notice:
    line = lines[found.line - 1].strip() if found.line <= len(lines) else ""
    place = line.find(found.words) + len(found.words) if found.words else 0
    start = line.find(" ", place - SHOWN_BEFORE) + 1 if place > SHOWN_BEFORE else 0
    quote = f"{'…' if start else ''}{line[start : start + LONGEST_QUOTE]}"
    return Notice(found, quote, *place_of(found.line, plan.sheets))


def _read_again(file: Import, form: MendForm) -> bool:
    """False, with the reason in the form, if the mended text cannot be read: the old one stays."""
    data = form.data_read
    try:
        format, _reading = planning.read(data, format=form.cleaned_data["format"])
    except UnreadableFile as error:
        form.add_error("text", gettext(str(error)))
        return False
    _keep_text(file, data, format=format)
    return True


def _keep_text(file: Import, data: bytes, *, format: str) -> None:
    """Unless it was imported meanwhile."""
    digest = hashlib.sha256(data).hexdigest()
    waiting = Import.objects.filter(pk=file.pk, confirmed_at=None)
    # The keys of what was ticked are lines of the text before.
    waiting.update(data=data, sha256=digest, format=format, ticks=None)


def _is_another_text(request: Request, file: Import) -> bool:
    """Than the one that was on the page; then it says so."""
    if request.POST.get("sha256") == file.sha256 and (
        request.POST.get("mends", "") == _digest(file)
    ):
        return False
    messages.warning(request, gettext(CHANGED_MEANWHILE))
    return True


def _digest(file: Import) -> str:
    """Of what was decided about its prompts; "" if nothing was."""
    if not file.mends:
        return ""
    return hashlib.sha256(json.dumps(file.mends, sort_keys=True).encode()).hexdigest()


def _imported_page(request: Request, file: Import) -> HttpResponse:
    count = file.questions.count()
    context = {"file": file, "count": count, "tag": _tag(file)}
    return render_page(request, "questions/imported.html", context)


def _tell_edited(request: Request, plan: ImportPlan, ticks: Ticks) -> int:
    """How many were to be imported, and are not what they were on the page."""
    count = sum(planned.entry.key in ticks.on for planned in plan.conflicts)
    if count:
        text = ngettext(
            "%(count)s question was edited here meanwhile, and stays as it is.",
            "%(count)s questions were edited here meanwhile, and stay as they are.",
            count,
        )
        messages.warning(request, text % {"count": count})
    return count


def _said(done: ImportPlan) -> str:
    new = len(done.having(Outcome.NEW))
    live = sum(planned.is_live for planned in done.entries)
    changed = len(done.having(Outcome.CHANGED)) - live
    parts = []
    if new:
        parts.append(ngettext("%(count)s question imported.", "%(count)s questions imported.", new))
        parts[-1] %= {"count": new}
    if changed:
        text = ngettext("%(count)s question updated.", "%(count)s questions updated.", changed)
        parts.append(text % {"count": changed})
    if live:
        text = ngettext(
            "%(count)s question updated: learners see the new text now.",
            "%(count)s questions updated: learners see the new texts now.",
            live,
        )
        parts.append(text % {"count": live})
    if done.history and done.history.reviews:
        count = done.history.reviews
        text = ngettext("%(count)s review came along.", "%(count)s reviews came along.", count)
        parts.append(text % {"count": number_format(count, force_grouping=True)})
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
