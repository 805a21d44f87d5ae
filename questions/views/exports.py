"""Questions to take along: one's own, or what the bank shows, in a format of one's choice."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from questions import exporting
from questions.exporting import CONTENT_TYPES, SUFFIXES, ExportFormat
from questions.formats.document import QuestionDocument
from questions.forms.exports import ExportForm
from questions.models import Question, QuestionQuerySet
from questions.searching import Search
from studyhub.http import Request, posted, render_page

MOST_TOLD = 10


@require_http_methods(["GET", "POST"])
def export(request: Request) -> HttpResponse:
    """The search of the bank, in the address, says which; posting downloads the file."""
    search = Search.from_query(request.GET)
    questions = search.chosen(_on_offer(request))
    form = ExportForm(posted(request), initial={"format": ExportFormat.MARKDOWN})
    if form.is_valid() and questions.exists():
        format = ExportFormat(form.cleaned_data["format"])
        documents = exporting.documents_of(questions, reader=request.user)
        return download(request, documents, format=format)
    context = {"form": form, "search": search, "count": questions.count()}
    return render_page(
        request, "questions/export.html", context, status=422 if form.is_bound else 200
    )


def _on_offer(request: Request) -> QuestionQuerySet:
    """One's own and the shared bank; for editors all of the bank."""
    user = request.user
    questions: QuestionQuerySet = Question.objects.filter(current_revision__isnull=False)
    if user.is_editor or user.is_superuser:
        return questions.filter(Q(private_to=user) | Q(private_to=None))
    shared = Q(private_to=None, status=Question.Status.PUBLISHED)
    return questions.filter(Q(private_to=user) | shared)


def download(
    request: Request, documents: Sequence[QuestionDocument], *, format: ExportFormat
) -> HttpResponse:
    """What the format has no place for is told on the next page: a file leaves this one as it is."""
    done = exporting.export(documents, format=format, now=request.received_at)
    if done.lost:
        messages.warning(request, _not_whole(done.lost))
    name = f"questions{SUFFIXES[format]}"
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(done.data, content_type=CONTENT_TYPES[format], headers=headers)


def _not_whole(lost: Sequence[str]) -> str:
    said = ngettext(
        "%(count)d question is not whole in the file that you downloaded.",
        "%(count)d questions are not whole in the file that you downloaded.",
        len(lost),
    ) % {"count": len(lost)}
    more = len(lost) - MOST_TOLD
    rest = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
    return " ".join([said, *lost[:MOST_TOLD], *([rest] if more > 0 else [])])
