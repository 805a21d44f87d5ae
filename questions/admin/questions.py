"""The list of questions and each question's page: where it is found, who sees it, its revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from questions import editing
from questions.admin import filters
from questions.admin.access import BankAdmin
from questions.admin.previews import preview_of
from questions.models import KeyPoint, Overrule, Question, QuestionRevision, Report, Tag, Topic
from questions.models.topics import validate_slug

if TYPE_CHECKING:
    from studyhub.http import Request


class QuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Where a question is found, and its status."""

    def clean_status(self) -> str:
        status: str = self.cleaned_data["status"]
        is_new = status == Question.Status.PUBLISHED != self.instance.status
        if is_new and (findings := editing.gaps_of(self.instance.current_revision)):
            raise ValidationError([_("It cannot be published yet."), *map(in_words, findings)])
        return status


class NewQuestionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a question begins with; the rest is written in its draft."""

    prompt = forms.CharField(
        label=_("Question"),
        max_length=300,
        help_text=_("One line, at most 300 characters."),
        widget=forms.TextInput(attrs={"class": "vTextField prompt-field"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionRevision.Kind.choices)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = gettext(
            "Permanent, such as docker-add-vs-copy. Leave it empty to make it from the question."
        )


class QuestionActionForm(ActionForm):
    tag = forms.CharField(
        label=_("Tag to add:"), required=False, max_length=40, validators=[validate_slug]
    )


@admin.register(Question)
class QuestionAdmin(BankAdmin):
    form = QuestionForm
    action_form = QuestionActionForm
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
    search_help_text = _("Words of a question, its id, or a tag")
    ordering = ("-updated_at", "slug")
    autocomplete_fields = ("tags",)
    actions = ("publish", "retire", "put_back", "add_tag")

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

    @admin.display(description=_("question"), ordering="shown_prompt")
    def prompt_and_id(self, question: Any) -> SafeString:
        return format_html(
            '{}<span class="question-id">{}</span><span class="beneath">{}</span>',
            question.shown_prompt or gettext("(no text yet)"),
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
            gettext("only I see it") if question.private_to_id else gettext("for everyone"),
        ]
        return format_html(
            '{}<span class="beneath">{}</span>',
            question.get_status_display(),
            ", ".join(filter(None, notes)),
        )

    @admin.display(description=_("points"), ordering="key_point_count")
    def key_points(self, question: Any) -> int:
        count: int = question.key_point_count
        return count

    @admin.display(description=_("reports"), ordering="open_reports")
    def reports(self, question: Any) -> int:
        count: int = question.open_reports
        return count

    @admin.display(description=_("reviewed"), ordering="current_revision__reviewed_on")
    def reviewed(self, question: Question) -> str:
        revision = question.current_revision
        return (
            date_format(revision.reviewed_on, "j M Y") if revision and revision.reviewed_on else ""
        )

    @admin.display(description=_("updated"), ordering="updated_at")
    def updated(self, question: Question) -> str:
        return date_format(question.updated_at, "j M Y")

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
            obj.save(update_fields=["topic", "status", "updated_at"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if change:
            super().save_related(request, form, formsets, change)

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
        own = [path("<path:object_id>/draft/", start, name="questions_question_draft")]
        return [*own, *super().get_urls()]

    def start_draft(self, request: Request, object_id: str) -> HttpResponse:
        question = self.get_object(request, unquote(object_id))
        if question is None:
            raise Http404
        if not self.has_change_permission(request, question):
            raise PermissionDenied
        draft = editing.start_draft(question, author=request.user, now=request.received_at)
        return redirect("admin:questions_questionrevision_change", draft.pk)

    # Several questions

    @admin.action(description=_("Publish those that are ready"), permissions=("change",))
    def publish(self, request: Request, questions: QuerySet[Question]) -> None:
        count = 0
        for question in questions:
            try:
                editing.publish_question(question, actor=request.user, now=request.received_at)
            except editing.NotReady as refused:
                needs = " ".join(in_words(finding) for finding in refused.findings)
                said = gettext("Not published: %(id)s. %(needs)s")
                self.message_user(
                    request, said % {"id": question.slug, "needs": needs}, messages.WARNING
                )
            else:
                count += 1
        said = ngettext(
            "%(count)d question is published.", "%(count)d questions are published.", count
        )
        if count:
            self.message_user(request, said % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Retire"), permissions=("change",))
    def retire(self, request: Request, questions: QuerySet[Question]) -> None:
        chosen = Question.objects.filter(pk__in=questions.values("pk"))
        count = editing.retire(chosen, now=request.received_at)
        said = ngettext(
            "%(count)d question is retired. Results that point to it are kept.",
            "%(count)d questions are retired. Results that point to them are kept.",
            count,
        )
        self.message_user(request, said % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Put back what was retired"), permissions=("change",))
    def put_back(self, request: Request, questions: QuerySet[Question]) -> None:
        retired = questions.filter(status=Question.Status.RETIRED)
        ready = [editing.put_back(question, now=request.received_at) for question in retired]
        said = ngettext(
            "%(count)d question is published again.",
            "%(count)d questions are published again.",
            sum(ready),
        )
        self.message_user(request, said % {"count": sum(ready)}, messages.SUCCESS)
        if waiting := len(ready) - sum(ready):
            said = ngettext(
                "%(count)d question is not ready to be published, so it is back as a draft.",
                "%(count)d questions are not ready to be published, so they are back as drafts.",
                waiting,
            )
            self.message_user(request, said % {"count": waiting}, messages.WARNING)

    @admin.action(description=_("Add a tag (write it beside)"), permissions=("change",))
    def add_tag(self, request: HttpRequest, questions: QuerySet[Question]) -> None:
        slug = request.POST.get("tag", "").strip()
        if not slug:
            said = gettext(
                "Nothing is changed. Write the tag beside the action, then run it again."
            )
            return self.message_user(request, said, messages.WARNING)
        tag, _made = Tag.objects.get_or_create(slug=slug)
        chosen = list(questions)
        tag.questions.add(*chosen)
        said = ngettext(
            "%(count)d question has the tag %(tag)s.",
            "%(count)d questions have the tag %(tag)s.",
            len(chosen),
        )
        self.message_user(request, said % {"count": len(chosen), "tag": tag}, messages.SUCCESS)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """An invalid tag would make the whole action form invalid without a word."""
        tag = request.POST.get("tag", "").strip()
        form = self.action_form({"tag": tag, "action": "add_tag"})
        if request.method == "POST" and tag and "tag" in form.errors:
            for error in form.errors["tag"]:
                self.message_user(request, str(error), messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())
        titled = {"title": gettext("Questions"), **(extra_context or {})}
        return super().changelist_view(request, titled)


def in_words(finding: Any) -> str:
    """Findings speak of files, where a correct option is marked with [x]."""
    message: str = finding.message
    return message.replace(" with [x]", "")


def _counted(rows: QuerySet[Any], *, by: str) -> Coalesce:
    counts = rows.order_by().values(by).annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)
