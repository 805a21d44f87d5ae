"""The list of questions and each question's page: where it is found, who sees it, its revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from questions import editing, worklist
from questions.admin import filters
from questions.admin.access import labelled
from questions.admin.actions import QuestionActions, in_words, note_review, questions_of
from questions.admin.draft_forms import LineField, prompt_widget
from questions.admin.history import HistoryPages
from questions.admin.links import LinkPages
from questions.admin.previews import preview_of
from questions.indexing import index
from questions.models import (
    KeyPoint,
    Offer,
    Overrule,
    Question,
    QuestionRevision,
    Report,
    SearchEntry,
    Topic,
)
from questions.searching import Search
from questions.wording import Wanted
from studyhub.templatetags.text import with_code

if TYPE_CHECKING:
    from studyhub.http import Request


class TagsWidget(AutocompleteSelectMultiple):
    """Without the button that takes all tags away: each has one of its own."""

    def build_attrs(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        return {**super().build_attrs(*arguments, **options), "data-allow-clear": "false"}


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where a question is found, and its status."""

    def clean_status(self) -> str:
        status: str = self.cleaned_data["status"]
        is_new = status == Question.Status.PUBLISHED != self.instance.status
        draft = editing.draft_of(self.instance)
        if is_new and draft and not self.instance.current_revision_id:
            page = reverse("admin:questions_questionrevision_change", args=[draft.pk])
            said = gettext('It has no published text yet. <a href="{}">Publish its draft.</a>')
            raise ValidationError(format_html(said, page))
        if is_new and (findings := editing.gaps_of(self.instance.current_revision)):
            raise ValidationError(
                [_("It cannot be published yet."), *(in_words(each.message) for each in findings)]
            )
        return status


class NewQuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a question begins with; the rest is written in its draft."""

    prompt = LineField(
        label=_("Question"),
        max_length=300,
        help_text=_("One line, at most 300 characters."),
        widget=prompt_widget(),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionRevision.Kind.choices)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = gettext(
            "Permanent, such as docker-add-vs-copy. Leave it empty to make it from the question."
        )


@admin.register(Question)
class QuestionAdmin(QuestionActions, HistoryPages, LinkPages):
    form = QuestionForm
    list_display = (
        "prompt_and_id",
        "kind_and_level",
        "status_and_draft",
        "key_points",
        "reports",
        "reviewed",
        "updated",
    )
    list_display_links = ("prompt_and_id",)
    list_filter = (
        filters.PileFilter,
        "status",
        filters.DraftFilter,
        filters.ReportFilter,
        filters.KindFilter,
        filters.LevelFilter,
        filters.SharingFilter,
        filters.TopicFilter,
    )
    list_select_related = ("topic", "current_revision")
    list_per_page = 50
    search_fields = ("slug", "revisions__prompt", "tags__slug")
    search_help_text = _("Words of a question or its answer, its id, or a tag")
    ordering = ("-updated_at", "slug")
    autocomplete_fields = ("tags",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        drafts = QuestionRevision.objects.filter(question=OuterRef("pk"), frozen_at=None)
        rows: QuerySet[Question] = (
            super()
            .get_queryset(request)
            .annotate(
                draft_pk=Subquery(drafts.values("pk")[:1]),
                shown_prompt=Coalesce("current_revision__prompt", drafts.values("prompt")[:1]),
                shown_kind=Coalesce("current_revision__kind", drafts.values("kind")[:1]),
                shown_level=Coalesce("current_revision__level", drafts.values("level")[:1]),
                key_point_count=_counted(
                    KeyPoint.objects.filter(revision=OuterRef("current_revision")), by="revision"
                ),
                open_reports=_counted(
                    Report.objects.filter(
                        revision__question=OuterRef("pk"), state=Report.State.OPEN
                    ),
                    by="revision__question",
                ),
            )
        )
        return rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Question], search_term: str
    ) -> tuple[QuerySet[Question], bool]:
        """Ids and drafts too, beside what the bank's own search finds; in the order of the list."""
        by_fields, repeats = super().get_search_results(request, queryset, search_term)
        if not (words := Search(words=search_term).wanted):
            return by_fields, repeats
        by_words = SearchEntry.objects.filter(words__matches=Wanted(words))
        either = Q(pk__in=by_fields.values("pk")) | Q(pk__in=by_words.values("pk"))
        return queryset.filter(either), False

    @admin.display(description=_("question"), ordering="shown_prompt")
    def prompt_and_id(self, question: Any) -> SafeString:
        return format_html(
            '{}<span class="question-id">{}</span><span class="beneath">{}</span>',
            with_code(question.shown_prompt or gettext("(no text yet)")),
            question.slug,
            question.topic or gettext("(no topic)"),
        )

    @admin.display(description=_("kind"), ordering="shown_kind")
    def kind_and_level(self, question: Any) -> SafeString:
        kinds, levels = QuestionRevision.Kind.choices, QuestionRevision.Level.choices
        return format_html(
            '{}<span class="beneath">{}</span>',
            dict(kinds).get(question.shown_kind, ""),
            dict(levels).get(question.shown_level, ""),
        )

    @admin.display(description=_("status"), ordering="status")
    def status_and_draft(self, question: Any) -> SafeString:
        notes = [
            gettext("has a draft") if question.draft_pk else "",
            gettext("only I see it") if question.private_to_id else "",
            gettext("for everyone") if question.is_shared else "",
        ]
        return format_html(
            '{}<span class="beneath">{}</span>',
            question.get_status_display(),
            ", ".join(filter(None, notes)),
        )

    @admin.display(description=_("points"), ordering="key_point_count")
    def key_points(self, question: Any) -> SafeString:
        return labelled(_("points"), question.key_point_count)

    @admin.display(description=_("reports"), ordering="open_reports")
    def reports(self, question: Any) -> SafeString:
        return labelled(_("reports"), question.open_reports)

    @admin.display(description=_("reviewed"), ordering="current_revision__reviewed_on")
    def reviewed(self, question: Question) -> SafeString | str:
        revision = question.current_revision
        day = revision.reviewed_on if revision else None
        return labelled(_("reviewed"), date_format(day, "j M Y")) if day else ""

    @admin.display(description=_("updated"), ordering="updated_at")
    def updated(self, question: Question) -> SafeString:
        return labelled(_("updated"), date_format(question.updated_at, "j M Y"))

    # One question

    def get_form(
        self,
        request: HttpRequest,
        obj: Question | None = None,
        change: bool = False,
        **options: Any,
    ) -> Any:
        if obj is None:
            options["form"] = NewQuestionForm
        return super().get_form(request, obj, change=change, **options)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **options)
        if db_field.name == "topic" and field:
            topics = self.admin_site.get_model_admin(Topic).get_queryset(request)
            field.queryset = topics.order_by(filters.tree_order())
            field.label_from_instance = filters.indented  # type: ignore[assignment, method-assign]
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        options["widget"] = TagsWidget(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **options)

    def get_fieldsets(self, request: HttpRequest, obj: Question | None = None) -> Any:
        fields = ("topic", "tags", "status") if obj else ("prompt", "kind", "slug", "topic", "tags")
        return [(None, {"fields": ("slug", *fields) if obj else fields})]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Question | None = None
    ) -> tuple[str, ...]:
        return ("slug",) if obj else ()

    def is_deletable(self, obj: Question) -> bool:
        return not editing.is_used(obj)

    def save_form(self, request: Request, form: Any, change: bool) -> Question:  # type: ignore[override]
        """A new question and its draft come into being together."""
        if change:
            question: Question = super().save_form(request, form, change)
            question.status = form.initial["status"]
            question.become(form.cleaned_data["status"])
            question.updated_at = request.received_at
            return question
        given = form.cleaned_data
        return editing.begin_question(
            given["prompt"],
            slug=given["slug"],
            topic=given["topic"],
            tags=given["tags"],
            kind=given["kind"],
            author=request.user,
            now=request.received_at,
        )

    def save_model(self, request: HttpRequest, obj: Question, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["topic", "status", "retired_from", "updated_at"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if change:
            super().save_related(request, form, formsets, change)
            index([form.instance.pk])

    def response_add(
        self, request: HttpRequest, obj: Question, post_url_continue: Any = None
    ) -> HttpResponse:
        said = gettext("The question is made. Write its text here, then publish it.")
        self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:questions_questionrevision_change", editing.draft_of(obj).pk)  # type: ignore[union-attr]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *arguments: Any, **options: Any
    ) -> Any:
        question = context.get("original")
        context["show_save_and_add_another"] = False
        if question:
            context |= {
                "subtitle": None,
                "title": str(question) if question.current_revision else question.slug,
                "preview": question.current_revision and preview_of(question.current_revision),
                "draft": editing.draft_of(question),
                "revisions": question.revisions.select_related("author"),
                "open_reports": Report.objects.filter(
                    revision__question=question, state=Report.State.OPEN
                ).select_related("key_point", "revision"),
                "waiting_overrules": Overrule.objects.waiting()
                .filter(key_point__revision__question=question)
                .count(),
                "is_used": editing.is_used(question),
            }
        return super().render_change_form(request, context, *arguments, **options)

    def get_urls(self) -> list[URLPattern]:
        start = self.admin_site.admin_view(require_POST(self.start_draft))
        reviewed = self.admin_site.admin_view(require_POST(self.reviewed_today))
        own = [
            path("<path:object_id>/draft/", start, name="questions_question_draft"),
            path("<path:object_id>/reviewed/", reviewed, name="questions_question_reviewed"),
        ]
        return [*own, *super().get_urls()]

    def reviewed_today(self, request: Request, object_id: str) -> HttpResponse:
        """Back to the list it was opened from, for the next one."""
        question = self.get_changeable(request, object_id)
        today = timezone.localdate(request.received_at)
        with transaction.atomic():
            if editing.mark_reviewed(questions_of([question]), by=request.user, today=today):
                note_review(request, [question])
        said = gettext("Marked as reviewed today: %(id)s.") % {"id": question.slug}
        self.message_user(request, said, messages.SUCCESS)
        kept = self.get_preserved_filters(request)
        page = reverse("admin:questions_question_changelist")
        return redirect(add_preserved_filters({"preserved_filters": kept, "opts": self.opts}, page))

    def start_draft(self, request: Request, object_id: str) -> HttpResponse:
        question = self.get_changeable(request, object_id)
        draft = editing.start_draft(question, author=request.user, now=request.received_at)
        return redirect("admin:questions_questionrevision_change", draft.pk)

    # The list

    def changelist_view(
        self, request: Any, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An invalid tag would make the whole action form invalid without a word."""
        if request.method == "POST" and (refusal := self._refusal_of_tag(request)):
            self.message_user(request, refusal, messages.WARNING)
            return self._asked_again(request, extra_context)
        context = {
            "title": gettext("Questions"),
            "piles": worklist.counts(timezone.localdate(request.received_at)),
            "pile": request.GET.get("pile", ""),
            "offers": Offer.objects.waiting().count(),
        }
        return super().changelist_view(request, context | (extra_context or {}))

    def _refusal_of_tag(self, request: HttpRequest) -> str:
        tag, action = request.POST.get("tag", "").strip(), request.POST.get("action")
        if not tag and action == "add_tag":
            return gettext("Nothing is changed. Write the tag, then run the action again.")
        errors = self.action_form({"tag": tag, "action": "add_tag"}).errors.get("tag", ())
        said = gettext("Nothing is changed: “%(tag)s” cannot be a tag. %(error)s")
        return said % {"tag": tag, "error": " ".join(map(str, errors))} if errors else ""

    def _asked_again(self, request: Any, extra_context: dict[str, Any] | None) -> HttpResponse:
        """The list with what was chosen and typed; “all of all pages” is to be chosen again."""
        posted, request.POST = request.POST, QueryDict()
        response = self.changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is None:  # the filters of its address make no sense
            return response
        chosen = set(posted.getlist(ACTION_CHECKBOX_NAME))
        for question in context["cl"].result_list:
            question.is_chosen = str(question.pk) in chosen
        if context["action_form"]:
            context["action_form"].initial = posted.dict() | {"select_across": 0}
        return response

    def action_checkbox(self, obj: Any) -> SafeString:
        box = super().action_checkbox(obj)
        if not getattr(obj, "is_chosen", False):
            return box
        return mark_safe(box.replace("<input", "<input checked", 1))  # noqa: S308 (a widget's own)


def _counted(rows: QuerySet[Any], *, by: str) -> Coalesce:
    counts = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)
