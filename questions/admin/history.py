"""The history of a question: what changed from one revision to another, and putting one back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from questions import editing
from questions.admin.access import BankAdmin
from questions.comparing import differences
from questions.models import Question, QuestionRevision
from questions.naming import PARTS
from questions.revising import document_of, with_parts

if TYPE_CHECKING:
    from studyhub.http import Request


class CompareForm(forms.Form):
    """Two revisions of one question; by itself the newest and the one before it."""

    before = forms.TypedChoiceField(label=_("From"), coerce=int)
    after = forms.TypedChoiceField(label=_("To"), coerce=int)

    def __init__(self, data: Any, *, revisions: list[QuestionRevision]) -> None:
        newest, numbers = revisions[0].number, [revision.number for revision in revisions]
        asked = data.get("after", "")
        after = int(asked) if asked.isdecimal() and int(asked) in numbers else newest
        earlier = [number for number in numbers if number < after]
        chosen = {"before": earlier[0] if earlier else after, "after": after}
        super().__init__({**chosen, **data.dict()})
        for field in self.fields.values():
            field.choices = [(each.number, _name(each)) for each in revisions]  # type: ignore[attr-defined]


class HistoryPages(BankAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        restore = view(require_POST(self.restore))
        own = [
            path(
                "<path:object_id>/compare/", view(self.compare), name="questions_question_compare"
            ),
            path(
                "<path:object_id>/restore/<int:number>/",
                restore,
                name="questions_question_restore",
            ),
        ]
        return [*own, *super().get_urls()]

    def compare(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Also with the draft, so that it can be read once more before it is published."""
        question: Question = self.get_viewable(request, object_id)
        revisions = list(question.revisions.select_related("author").order_by("-number"))
        if not revisions:
            raise Http404
        form = CompareForm(request.GET, revisions=revisions)
        if not form.is_valid():
            raise Http404
        texts = with_parts(question.revisions.all())
        before = texts.get(number=form.cleaned_data["before"])
        after = texts.get(number=form.cleaned_data["after"])
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("What changed"),
            "opts": self.opts,
            "question": question,
            "form": form,
            "before": before,
            "after": after,
            "differences": [
                (PARTS[found.part], found)
                for found in differences(document_of(before), document_of(after))
            ],
            "can_restore": self.has_change_permission(request, question),
        }
        return TemplateResponse(request, "admin/questions/question/compare.html", context)

    def restore(self, request: Request, object_id: str, number: int) -> HttpResponse:
        question = self.get_changeable(request, object_id)
        frozen = question.revisions.exclude(frozen_at=None)
        revision = get_object_or_404(frozen, number=number)
        try:
            draft = editing.restore_revision(revision, author=request.user, now=request.received_at)
        except editing.HasDraft:
            said = gettext(
                "Nothing is changed: this question has a draft. Publish or discard it, then restore."
            )
            self.message_user(request, said, messages.WARNING)
            return redirect("admin:questions_question_change", question.pk)
        said = gettext("This draft says what revision %(number)s said. Publish it to put it back.")
        self.message_user(request, said % {"number": number}, messages.SUCCESS)
        return redirect("admin:questions_questionrevision_change", draft.pk)


def _name(revision: QuestionRevision) -> str:
    if not revision.is_frozen:
        return gettext("%(number)s: the draft") % {"number": revision.number}
    frozen = date_format(timezone.localtime(revision.frozen_at), "j M Y, H:i")
    whose = f", {revision.author}" if revision.author else ""
    return f"{revision.number}: {frozen}{whose}"
