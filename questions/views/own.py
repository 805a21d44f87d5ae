"""One's own questions: the list of them, writing, editing, deleting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, OuterRef, Subquery
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from questions.deleting import consequences_of, delete_or_retire
from questions.formats.document import Kind, QuestionDocument
from questions.formats.publishing import CHOICE_KINDS
from questions.forms.fields import LONGEST_PROSE
from questions.forms.follow_ups import NextQuestions
from questions.forms.own import QuestionEditor, row_with_found
from questions.forms.parts import ROWS, RowChange, typed_rows
from questions.models import Offer, Question, QuestionQuerySet, QuestionRevision
from questions.rendering import render
from questions.revising import document_for, document_of
from questions.searching import Search
from questions.views.question import get_current_revision, with_next
from questions.writing import BrokenThreads, ChangedMeanwhile, create_own, save_own
from studyhub.http import Request, posted, render_page, wants_partial

PER_PAGE = 30
MOST_CHOSEN = 100
MOST_ACCEPTED = 100
LONGEST_SOURCE = 200
TEMPLATE = "questions/edit.html"


def mine(request: Request) -> HttpResponse:
    search = Search.from_query(request.GET)
    state = request.GET.get("state", "")
    offers = Offer.objects.filter(question=OuterRef("pk"))
    found = _in_state(search.chosen(_own(request)), state).annotate(
        point_count=Count("current_revision__key_points", distinct=True),
        review_count=Max("cards__review_count"),
        offer_state=Subquery(offers.values("state")[:1]),
    )
    listed = found.select_related("topic", "current_revision").order_by("-created_at", "-pk")
    context = {
        "search": search,
        "state": state,
        "accepted": Question.objects.filter(
            offers__offered_by=request.user, offers__state=Offer.State.ACCEPTED
        ).select_related("current_revision")[:MOST_ACCEPTED],
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render_page(request, "questions/mine.html", context, partial="results")


@require_http_methods(["GET", "POST"])
def create(request: Request) -> HttpResponse:
    """A new question of one's own, blank or begun as a copy of the one that `copy` names."""
    document = _copied(request) or QuestionDocument(slug="", prompt="")
    if shown := _shown_while_typing(request, document, question=None):
        return shown
    editor = QuestionEditor(document, user=request.user, is_new=True, data=posted(request))
    if not (editor.is_bound and editor.is_valid()):
        return _editor_page(request, editor, question=None)
    try:
        question = create_own(
            editor.document(),
            owner=request.user,
            now=request.received_at,
            kept=editor.next_questions.kept,
        )
    except BrokenThreads as error:
        editor.refuse_threads(error.problems)
        return _editor_page(request, editor, question=None)
    messages.success(request, gettext("Saved. Only you can see it."))
    return redirect("questions:question", question.slug)


def _copied(request: Request) -> QuestionDocument | None:
    """Anything that this person may practise may be copied: they see its answer there."""
    if not (slug := request.GET.get("copy")):
        return None
    revision = get_current_revision(Question.objects.practisable_by(request.user), slug)
    document = document_for(request.user, revision)
    source = document.source if revision.question.private_to_id else _attribution(document)
    return replace(document, slug="", version=1, source=source)


def _attribution(document: QuestionDocument) -> str:
    """The licence of the bank asks to name what a text was made from."""
    after = gettext("After %(slug)s") % {"slug": document.slug}
    return ", ".join(filter(None, [after, document.source]))[:LONGEST_SOURCE]


@require_http_methods(["GET", "POST"])
def edit(request: Request, slug: str) -> HttpResponse:
    revision = get_current_revision(_own(request), slug)
    question, document = revision.question, document_of(revision)
    if shown := _shown_while_typing(request, document, question=question):
        return shown
    editor = QuestionEditor(document, user=request.user, is_new=False, data=posted(request))
    if not (editor.is_bound and editor.is_valid()):
        return _editor_page(request, editor, question=question)
    try:
        save_own(
            question,
            editor.document(),
            based_on=editor.form.cleaned_data["based_on"] or 0,
            author=request.user,
            now=request.received_at,
            change=editor.form.cleaned_data["change"] or QuestionRevision.Change.CLARIFIED,
            change_note=editor.form.cleaned_data["change_note"],
        )
    except Question.DoesNotExist as error:
        raise Http404 from error
    except ChangedMeanwhile:
        return _both_versions(request, question)
    except BrokenThreads as error:
        editor.refuse_threads(error.problems)
        return _editor_page(request, editor, question=question)
    messages.success(request, gettext("Saved."))
    return redirect("questions:question", slug)


@require_safe
def delete(request: Request, slug: str) -> HttpResponse:
    """Says what goes with the question; its form posts to `delete_chosen`."""
    question = get_object_or_404(_own(request), slug=slug)
    return _confirm_page(request, [question])


@require_http_methods(["GET", "POST"])
def delete_chosen(request: Request) -> HttpResponse:
    slugs = (request.POST or request.GET).getlist("question")[:MOST_CHOSEN]
    chosen = list(_own(request).filter(slug__in=slugs).select_related("current_revision"))
    if request.method == "GET" and chosen:
        return _confirm_page(request, chosen)
    deleted, retired = delete_or_retire(chosen, now=request.received_at)
    if deleted:
        text = ngettext("%(count)s question deleted.", "%(count)s questions deleted.", deleted)
        messages.success(request, text % {"count": deleted})
    if retired:
        text = ngettext("%(count)s question retired.", "%(count)s questions retired.", retired)
        messages.success(request, text % {"count": retired})
    return redirect("questions:mine")


@require_POST
def restore(request: Request, slug: str) -> HttpResponse:
    question = get_object_or_404(_own(request), slug=slug)
    question.restore(now=request.received_at)
    messages.success(request, gettext("It is back among your questions."))
    return redirect("questions:question", slug)


def _own(request: Request) -> QuestionQuerySet:
    own: QuestionQuerySet = Question.objects.filter(
        private_to=request.user, current_revision__isnull=False
    )
    return own


def _in_state(questions: QuestionQuerySet, state: str) -> QuestionQuerySet:
    """What is retired shows only when asked for."""
    if state == "retired":
        return questions.filter(status=Question.Status.RETIRED)
    questions = questions.exclude(status=Question.Status.RETIRED)
    if state == "no-key-points":
        return questions.filter(current_revision__kind="open", current_revision__key_points=None)
    if state == "offered":
        return questions.filter(offers__state=Offer.State.WAITING)
    if state == "not-practised":
        return questions.exclude(cards__review_count__gt=0)
    return questions


def _shown_while_typing(
    request: Request, document: QuestionDocument, *, question: Question | None
) -> HttpResponse | None:
    """The preview, or other rows, or questions found: nothing is checked and nothing is saved."""
    action = request.POST.get("action", "")
    change = RowChange.asked_by(action)
    is_new = question is None
    if action == "preview":
        editor = QuestionEditor.typed(document, user=request.user, is_new=is_new, data=request.POST)
        preview = _preview(request.POST, reader=request.user)
        context = {"editor": editor, "question": question, "preview": preview}
        return render_page(request, TEMPLATE, context, partial="preview")
    if change and change.verb == "find" and wants_partial(request):
        row = row_with_found(document, change.number, user=request.user, data=request.POST)
        return render_page(request, "questions/_next.html", {"row": row, "is_swapped": True})
    if change:
        editor = QuestionEditor.typed(
            document, user=request.user, is_new=is_new, data=request.POST, change=change
        )
        context = {"editor": editor, "question": question}
        return render_page(request, TEMPLATE, context, partial="editor")
    return None


def _preview(data: QueryDict, *, reader: User) -> dict[str, Any]:
    """What was typed as others would see it, as far as it goes: nothing is checked."""
    kind = data.get("kind", "")
    options = _filled(data, "options") if kind in CHOICE_KINDS else []
    return {
        "prompt": data.get("prompt", "")[:300],
        "context": _rendered(data, "context"),
        "answer": _rendered(data, "answer"),
        "options": [(render(row["text"][:LONGEST_PROSE]), row) for row in options],
        "steps": _lines(data.get("steps", "")) if kind == Kind.ORDERING else [],
        "output": data.get("expected_output", "") if kind == Kind.OUTPUT else "",
        "points": _filled(data, "points"),
        "misconceptions": _filled(data, "misconceptions"),
        "follow_ups": _follow_ups_typed(data, reader=reader),
        "hints": _lines(data.get("hints", "")),
        "references": _filled(data, "references"),
    }


def _filled(data: QueryDict, prefix: str) -> list[dict[str, str]]:
    lead = ROWS[prefix].lead
    return [row for row in typed_rows(data, prefix).values() if row[lead]]


def _follow_ups_typed(
    data: QueryDict, *, reader: User
) -> list[tuple[dict[str, Any], Question | None]]:
    """Each with the question it leads on to, if the reader may open it. One query."""
    rows = _filled(data, "follow_ups")
    questions = NextQuestions(reader, slug="", kept=frozenset())
    named = questions.named([row["next_slug"] for row in rows])
    lists = ("expect", "strong", "weak")
    return [
        ({**row, **{name: _lines(row[name]) for name in lists}}, named.get(row["next_slug"]))
        for row in rows
    ]


def _rendered(data: QueryDict, name: str) -> SafeString:
    return render(data.get(name, "")[:LONGEST_PROSE])


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _editor_page(
    request: Request, editor: QuestionEditor, *, question: Question | None, **context: Any
) -> HttpResponse:
    context |= {"editor": editor, "question": question}
    return render_page(request, TEMPLATE, context, status=422 if editor.is_bound else 200)


def _both_versions(request: Request, question: Question) -> HttpResponse:
    """What was typed stays in the form; what somebody saved meanwhile stands above it."""
    saved = get_current_revision(_own(request), question.slug)
    document = document_of(saved)
    editor = QuestionEditor.typed(
        replace(document, version=saved.number),
        user=request.user,
        is_new=False,
        data=request.POST,
    )
    editor.form.initial["based_on"] = saved.number
    follow_ups = with_next(saved, Question.objects.visible_to(request.user))
    context = {"editor": editor, "question": question, "saved": saved, "follow_ups": follow_ups}
    return render_page(request, TEMPLATE, context, status=422)


def _confirm_page(request: Request, questions: Sequence[Question]) -> HttpResponse:
    context = {"questions": questions, "consequences": consequences_of(questions)}
    return render_page(request, "questions/delete.html", context)
