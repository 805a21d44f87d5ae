"""What can be done with several questions at once, each in one transaction and fully told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from questions import editing
from questions.exporting import ExportFormat, documents_of
from questions.forms.exports import EXPORTS
from questions.indexing import index
from questions.models import Question, QuestionQuerySet, Tag
from questions.models.topics import validate_slug
from questions.views.exports import download

if TYPE_CHECKING:
    from studyhub.http import Request

MOST_TOLD = 10


class QuestionActionForm(ActionForm):
    tag = forms.CharField(
        label=_("Tag to add:"), required=False, max_length=40, validators=[validate_slug]
    )
    format = forms.ChoiceField(
        label=_("Export as:"),
        required=False,
        choices=EXPORTS,
        initial=ExportFormat.MARKDOWN.value,
    )


class QuestionActions(admin.ModelAdmin):  # type: ignore[type-arg]
    action_form = QuestionActionForm
    actions = ("publish", "mark_reviewed", "add_tag", "retire", "put_back", "export")

    @admin.action(description=_("Publish those that are ready"), permissions=("change",))
    def publish(self, request: Request, questions: QuerySet[Question]) -> None:
        count, refused = editing.publish_questions(
            questions, actor=request.user, now=request.received_at
        )
        said = ngettext(
            "%(count)d question is published.", "%(count)d questions are published.", count
        )
        if count:
            self.message_user(request, said % {"count": count}, messages.SUCCESS)
        if refused:
            said = ngettext(
                "%(count)d question is not published. It needs something first:",
                "%(count)d questions are not published. They need something first:",
                len(refused),
            )
            told = [
                (question, " ".join(in_words(finding.message) for finding in findings))
                for question, findings in refused
            ]
            self.message_user(
                request, listed(said % {"count": len(refused)}, told), messages.WARNING
            )

    @admin.action(description=_("Reviewed today: the text is right"), permissions=("change",))
    def mark_reviewed(self, request: Request, questions: QuerySet[Question]) -> None:
        today = timezone.localdate(request.received_at)
        with transaction.atomic():
            chosen = list(questions)
            count = editing.mark_reviewed(questions_of(chosen), by=request.user, today=today)
            note_review(request, chosen)
        without_text = [each for each in chosen if not each.current_revision_id]
        said = ngettext(
            "%(count)d question is marked as reviewed today.",
            "%(count)d questions are marked as reviewed today.",
            count,
        )
        if count:
            self.message_user(request, said % {"count": count}, messages.SUCCESS)
        if already := len(chosen) - len(without_text) - count:
            said = ngettext(
                "%(count)d question was reviewed today already.",
                "%(count)d questions were reviewed today already.",
                already,
            )
            self.message_user(request, said % {"count": already}, messages.INFO)
        self._tell_without_text(request, without_text)

    @admin.action(description=_("Retire"), permissions=("change",))
    def retire(self, request: Request, questions: QuerySet[Question]) -> None:
        chosen = questions_of(questions)
        total = chosen.count()
        count = editing.retire(chosen, now=request.received_at)
        said = ngettext(
            "%(count)d question is retired. Results that point to it are kept.",
            "%(count)d questions are retired. Results that point to them are kept.",
            count,
        )
        if count:
            self.message_user(request, said % {"count": count}, messages.SUCCESS)
        if already := total - count:
            said = ngettext(
                "%(count)d question was retired already.",
                "%(count)d questions were retired already.",
                already,
            )
            self.message_user(request, said % {"count": already}, messages.INFO)

    @admin.action(description=_("Put back what was retired"), permissions=("change",))
    def put_back(self, request: Request, questions: QuerySet[Question]) -> None:
        published, others = editing.put_back_all(questions, now=request.received_at)
        drafts = [(question, lacks) for question, lacks in others if lacks]
        as_before = [(question, "") for question, lacks in others if not lacks]
        said = ngettext(
            "%(count)d question is published again.",
            "%(count)d questions are published again.",
            published,
        )
        if published:
            self.message_user(request, said % {"count": published}, messages.SUCCESS)
        if drafts:
            said = ngettext(
                "%(count)d question is not ready to be published, so it is back as a draft:",
                "%(count)d questions are not ready to be published, so they are back as drafts:",
                len(drafts),
            )
            told = [
                (question, " ".join(in_words(finding.message) for finding in findings))
                for question, findings in drafts
            ]
            self.message_user(
                request, listed(said % {"count": len(drafts)}, told), messages.WARNING
            )

        if as_before:
            said = ngettext(
                "%(count)d question is back as it was, not published:",
                "%(count)d questions are back as they were, not published:",
                len(as_before),
            )
            said = listed(said % {"count": len(as_before)}, as_before)
            self.message_user(request, said, messages.SUCCESS)

    @admin.action(description=_("Add a tag (write which)"), permissions=("change",))
    def add_tag(self, request: HttpRequest, questions: QuerySet[Question]) -> None:
        """Without a tag the list asks for one before this."""
        with transaction.atomic():
            tag, _made = Tag.objects.get_or_create(slug=request.POST["tag"].strip())
            chosen = list(questions)
            tag.questions.add(*chosen)
            index(question.pk for question in chosen)
        said = ngettext(
            "%(count)d question has the tag %(tag)s.",
            "%(count)d questions have the tag %(tag)s.",
            len(chosen),
        )
        self.message_user(request, said % {"count": len(chosen), "tag": tag}, messages.SUCCESS)

    @admin.action(description=_("Export (choose the format)"), permissions=("view",))
    def export(self, request: Request, questions: QuerySet[Question]) -> HttpResponse | None:
        chosen = list(questions)
        self._tell_without_text(request, [each for each in chosen if not each.current_revision_id])
        with_text = [each for each in chosen if each.current_revision_id]
        if not with_text:
            return None
        format = ExportFormat(request.POST.get("format") or ExportFormat.MARKDOWN)
        documents = documents_of(questions_of(with_text), reader=request.user)
        return download(request, documents, format=format)

    def _tell_without_text(self, request: HttpRequest, questions: Sequence[Question]) -> None:
        if not questions:
            return
        said = ngettext(
            "%(count)d question is left out: it has no published text yet.",
            "%(count)d questions are left out: they have no published text yet.",
            len(questions),
        )
        told = [(question, "") for question in questions]
        self.message_user(request, listed(said % {"count": len(questions)}, told), messages.WARNING)


def questions_of(chosen: Iterable[Question]) -> QuestionQuerySet:
    """Without the annotations of the list."""
    found: QuestionQuerySet = Question.objects.filter(pk__in=[question.pk for question in chosen])
    return found


def note_review(request: Request, questions: Sequence[Question]) -> None:
    """In the admin's history, which says who."""
    if questions:
        LogEntry.objects.log_actions(
            request.user.pk,
            questions_of(questions),
            CHANGE,
            change_message=gettext("Reviewed: the text is right."),
        )


def in_words(message: str) -> str:
    """Messages speak of files, where a correct option is marked with [x]."""
    return message.replace(" with [x]", "")


def listed(said: str, told: Sequence[tuple[Question, str]]) -> SafeString:
    """A sentence and the questions it is about, each with a link; the first ten of many."""
    rows = format_html_join(
        "",
        '<li><a href="{}">{}</a>{}{}</li>',
        (
            (
                reverse("admin:questions_question_change", args=[question.pk]),
                question.slug,
                ": " if words else "",
                words,
            )
            for question, words in told[:MOST_TOLD]
        ),
    )
    if more := len(told) - MOST_TOLD if len(told) > MOST_TOLD else 0:
        text = ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more}
        rows += format_html("<li>{}</li>", text)
    return format_html("{}<ul>{}</ul>", said, rows)
