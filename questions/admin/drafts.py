"""The page of a revision: the draft to edit, preview and publish; frozen ones to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from questions import editing, links
from questions.admin import draft_forms as forms
from questions.admin.access import BankAdmin
from questions.admin.actions import in_words
from questions.admin.previews import preview_of
from questions.formats.publishing import CHOICE_KINDS
from questions.forms.follow_ups import BankQuestions
from questions.models import (
    Answer,
    FollowUp,
    Hint,
    KeyPoint,
    Misconception,
    QuestionRevision,
    Reference,
)
from questions.rendering import render
from questions.searching.asked import LONGEST_WORDS

if TYPE_CHECKING:
    from studyhub.http import Request

LONGEST_TEXT = 20_000
LONGEST_ROW = 40
ROW_KEY = re.compile(r"-\d+-id$")


def small_text(*, markdown: bool = False) -> dict[str, Any]:
    """A field of few lines on the page: Markdown, or else a statement."""
    look = "markdown" if markdown else "lines"
    widget = forms.growing(look, rows=2)
    return {"widget": widget, "form_class": forms.ProseField if markdown else forms.LineField}


class PartInline(admin.TabularInline):  # type: ignore[type-arg]
    form: Any = forms.PartForm
    formset = forms.PartFormSet
    template = "admin/questions/_rows.html"
    extra = 1
    kinds: tuple[str, ...] = ()  # those the part is for; empty for all
    texts: dict[str, Any] = {}  # noqa: RUF012

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.texts:
            options |= self.texts[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **options)


class OptionInline(PartInline):
    model = Answer
    form = forms.OptionForm
    formset = forms.OptionFormSet
    fields = ("text", "is_correct", "because", "position")
    verbose_name = _("option")
    verbose_name_plural = _("options")
    kinds = tuple(CHOICE_KINDS)
    texts = {"text": small_text(markdown=True), "because": small_text()}  # noqa: RUF012

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        return super().get_queryset(request).filter(role=Answer.Role.OPTION)


class StepInline(PartInline):
    model = Answer
    form = forms.StepForm
    formset = forms.StepFormSet
    fields = ("text", "position")
    verbose_name = _("step")
    verbose_name_plural = _("steps, in their right order")
    kinds = ("ordering",)
    texts = {"text": small_text(markdown=True)}  # noqa: RUF012

    def get_queryset(self, request: HttpRequest) -> QuerySet[Answer]:
        return super().get_queryset(request).filter(role=Answer.Role.STEP)


class KeyPointInline(PartInline):
    model = KeyPoint
    form = forms.KeyPointForm
    fields = ("text", "weight", "accept", "position")
    verbose_name_plural = _("key points: one idea each, as a full statement")
    texts = {"text": small_text()}  # noqa: RUF012

    def get_queryset(self, request: HttpRequest) -> QuerySet[KeyPoint]:
        return super().get_queryset(request).prefetch_related("accept_phrases")


class MisconceptionInline(PartInline):
    model = Misconception
    fields = ("text", "why", "position")
    texts = {"text": small_text(), "why": small_text()}  # noqa: RUF012


class HintInline(PartInline):
    model = Hint
    fields = ("text", "position")
    texts = {"text": small_text()}  # noqa: RUF012


class FollowUpInline(admin.StackedInline):  # type: ignore[type-arg]
    model = FollowUp
    form = forms.FollowUpForm
    formset = forms.FollowUpFormSet
    extra = 1
    kinds: tuple[str, ...] = ()
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "prompt",
                    ("expect", "strong", "weak"),
                    ("condition", "position"),
                    "next_slug",
                    ("words", "searched"),
                )
            },
        ),
    )

    def get_formset(self, request: Any, obj: Any = None, **options: Any) -> Any:
        made: Any = super().get_formset(request, obj, **options)
        made.user = request.user
        return made


class ReferenceInline(PartInline):
    model = Reference
    form = forms.ReferenceForm
    fields = ("title", "url", "position")


OUTPUT: Any = (_("Output"), {"fields": ("expected_output",)})
OUTPUT_FOLDED: Any = (OUTPUT[0], {**OUTPUT[1], "classes": ("collapse",)})
OUTPUT_KINDS = ("output",)


@admin.register(QuestionRevision)
class RevisionAdmin(BankAdmin):
    """Reached from its question. Every change happens under the question's lock."""

    form = forms.DraftForm
    question_path = "question__"
    list_select_related = ("question",)
    change_form_template = "admin/questions/questionrevision/change_form.html"
    inlines = (
        OptionInline,
        StepInline,
        KeyPointInline,
        MisconceptionInline,
        HintInline,
        FollowUpInline,
        ReferenceInline,
    )
    draft_fieldsets = (
        (None, {"fields": ("prompt", ("kind", "level", "speak_seconds"), "stamp", "seen")}),
        (_("Text"), {"fields": ("context", "answer", "interviewer_notes")}),
        OUTPUT,
        (
            _("Where it comes from"),
            {
                "classes": ("collapse",),
                "fields": (("reviewed_on", "applies_to"), ("license", "source"), "authors"),
            },
        ),
        (_("This change"), {"fields": ("change", "change_note")}),
    )
    frozen_fields = (
        "kind",
        "level",
        "speak_seconds",
        "applies_to",
        "reviewed",
        "license",
        "source",
        "credited",
        "kind_of_change",
        "change_note",
    )
    readonly_fields = ("reviewed", "credited", "kind_of_change")

    # Who may do what

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: QuestionRevision | None = None
    ) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_frozen)

    def changelist_view(
        self, request: HttpRequest, *arguments: Any, **options: Any
    ) -> HttpResponse:
        return redirect("admin:questions_question_changelist")

    # What is on the page

    def get_fieldsets(self, request: HttpRequest, obj: QuestionRevision | None = None) -> Any:
        if obj and obj.is_frozen:
            return [(None, {"fields": self.frozen_fields})]
        is_needed = obj is None or obj.expected_output or _kind(request, obj) in OUTPUT_KINDS
        if is_needed:
            return self.draft_fieldsets
        return [OUTPUT_FOLDED if each is OUTPUT else each for each in self.draft_fieldsets]

    def get_inline_instances(
        self, request: HttpRequest, obj: QuestionRevision | None = None
    ) -> list[Any]:
        """Parts that the kind has no use for are folded, unless they hold something."""
        if obj is None or obj.is_frozen:
            return []
        inlines: list[Any] = super().get_inline_instances(request, obj)
        for inline in inlines:
            is_foreign = bool(inline.kinds) and _kind(request, obj) not in inline.kinds
            rows = inline.get_queryset(request).filter(revision=obj)
            inline.classes = ("collapse",) if is_foreign and not rows.exists() else ()
        return inlines

    @admin.display(description=_("reviewed"))
    def reviewed(self, revision: QuestionRevision) -> str:
        day = date_format(revision.reviewed_on, "j F Y") if revision.reviewed_on else ""
        return f"{day}, {revision.reviewed_by}" if revision.reviewed_by else day

    @admin.display(description=_("authors"))
    def credited(self, revision: QuestionRevision) -> str:
        return ", ".join(revision.authors)

    @admin.display(description=_("kind of change"))
    def kind_of_change(self, revision: QuestionRevision) -> str:
        earlier = revision.question.revisions.filter(number__lt=revision.number)
        is_first = not earlier.exclude(frozen_at=None).exists()
        return gettext("First text") if is_first else revision.get_change_display()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *arguments: Any, **options: Any
    ) -> Any:
        revision: QuestionRevision = context["original"]
        question = revision.question
        context |= {
            "subtitle": None,
            "title": _heading(revision),
            "question": question,
            "preview": preview_of(revision),
            "is_overtaken_by_revision": not revision.is_frozen
            and editing.is_overtaken(revision, question.current_revision),
        }
        if not revision.is_frozen:
            form = context["adminform"].form
            context |= {
                "gaps": [] if context["errors"] else _shown_gaps(context, revision),
                "preview_url": reverse("admin:questions_questionrevision_preview"),
                "dead_links": _dead_links(revision),
                "parts_of_kinds": _parts_of_kinds(context),
                "find_url": reverse("admin:questions_questionrevision_find", args=[revision.pk]),
                "overtaken_by": form.newest_stamp if form.is_overtaken else "",
                "differing": _differing(context) if form.is_overtaken else [],
            }
        return super().render_change_form(request, context, *arguments, **options)

    # Saving

    def changeform_view(
        self, request: Any, object_id: str | None = None, *arguments: Any, **options: Any
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, *arguments, **options)
        with transaction.atomic():
            revision = self.get_object(request, unquote(object_id or ""))
            if revision is None:
                raise Http404
            editing.locked(revision.question_id)
            if request.POST.get("_replace"):
                request.POST = _as_new_rows(request.POST)
            return super().changeform_view(request, object_id, *arguments, **options)

    def save_model(self, request: Any, obj: QuestionRevision, form: Any, change: bool) -> None:
        obj.author = request.user
        if "reviewed_on" in form.changed_data:
            obj.reviewed_by = request.user if obj.reviewed_on else None
        obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if request.POST.get("_replace"):
            for part in editing.PARTS:
                part._base_manager.filter(revision=form.instance).delete()
        form.save_answer()
        super().save_related(request, form, formsets, change)

    def response_change(self, request: Any, obj: QuestionRevision) -> HttpResponse:
        if "_publish" in request.POST:
            return self._publish(request, obj)
        page = reverse("admin:questions_questionrevision_change", args=[obj.pk])
        if "_preview" in request.POST:
            return redirect(f"{page}#preview")
        said = gettext("The draft is saved. Learners do not see it until you publish it.")
        self.message_user(request, said, messages.SUCCESS)
        return redirect(page)

    def _publish(self, request: Request, draft: QuestionRevision) -> HttpResponse:
        try:
            current = editing.publish_draft(draft, actor=request.user, now=request.received_at)
        except editing.NotReady:
            said = gettext("The draft is saved, but it cannot be published yet. See what it needs.")
            self.message_user(request, said, messages.WARNING)
            return redirect("admin:questions_questionrevision_change", draft.pk)
        said = gettext("The draft says the same as what is published, so nothing was changed.")
        if current.pk == draft.pk:
            said = gettext("It is published.")
            self.log_change(request, draft.question, self._told_of(current))
        self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:questions_question_change", draft.question_id)

    def _told_of(self, published: QuestionRevision) -> str:
        said = gettext("Published revision %(number)s. %(kind)s.")
        told = said % {"number": published.number, "kind": self.kind_of_change(published)}
        return f"{told} {published.change_note}".rstrip()

    # Beside the form

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(
                "preview/",
                view(require_POST(self.preview)),
                name="questions_questionrevision_preview",
            ),
            path(
                "<path:object_id>/find/",
                view(require_safe(self.find)),
                name="questions_questionrevision_find",
            ),
            path(
                "<path:object_id>/discard/",
                view(require_http_methods(["GET", "POST"])(self.discard)),
                name="questions_questionrevision_discard",
            ),
        ]
        return [*own, *super().get_urls()]

    def preview(self, request: HttpRequest) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return HttpResponse(render(request.POST.get("text", "")[:LONGEST_TEXT]))

    def find(self, request: Request, object_id: str) -> HttpResponse:
        """The questions that a follow-up may lead on to, by the words typed in its row."""
        draft = self.get_changeable(request, object_id)
        asked = {name: request.GET.get(name, "") for name in ("words", "next_slug")}
        row = forms.FollowUpForm(
            initial={**asked, "words": asked["words"][:LONGEST_WORDS]},
            prefix=request.GET.get("row", "")[:LONGEST_ROW],
        )
        row.look_for_next(BankQuestions(request.user, slug=draft.question.slug))
        return JsonResponse({"choices": str(row["next_slug"]), "said": row.said_of_found()})

    def discard(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Asks first, and says whose work it is."""
        revision = self.get_object(request, unquote(object_id))
        if revision is None:
            raise Http404
        if not self.has_change_permission(request, revision):
            raise PermissionDenied
        if request.method != "POST":
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Discard the draft?"),
                "draft": revision,
                "question": revision.question,
            }
            page = "admin/questions/questionrevision/discard.html"
            return TemplateResponse(request, page, context)
        editing.discard_draft(revision)
        said = gettext("The draft is discarded. What is published stays as it is.")
        self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:questions_question_change", revision.question_id)


def _dead_links(draft: QuestionRevision) -> list[links.Found]:
    return links.found_in([draft.pk])[draft.pk] if settings.CHECK_LINKS else []


def _kind(request: HttpRequest, draft: QuestionRevision) -> str:
    """As it is chosen on the page."""
    return request.POST.get("kind", draft.kind)


def _parts_of_kinds(context: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Where the parts are on the page that only some kinds have a use for."""
    inlines = {
        f"#{each.formset.prefix}-group": each.opts.kinds
        for each in context["inline_admin_formsets"]
    }
    return {
        ".field-expected_output": OUTPUT_KINDS,
        **{place: kinds for place, kinds in inlines.items() if kinds},
    }


def _heading(revision: QuestionRevision) -> str:
    id = revision.question.slug
    if revision.is_frozen:
        return gettext("Revision %(number)s of %(id)s") % {"number": revision.number, "id": id}
    return gettext("Edit the text of %(id)s") % {"id": id}


def _shown_gaps(context: dict[str, Any], revision: QuestionRevision) -> list[tuple[str, str]]:
    """Where each gap is on the page, and its words, which then also stand beside the field."""
    fields = context["adminform"].form.fields
    inlines = {each.formset.prefix: each for each in context["inline_admin_formsets"]}
    gaps: dict[str, list[str]] = {}
    for part, message in editing.gaps_by_part_of(revision):
        gaps.setdefault(part, []).append(in_words(message))
    shown = []
    for part, said in gaps.items():
        words = " ".join(said)
        if field := fields.get(part):
            place = f"#id_{part}"
            field.help_text = format_html(
                '<strong class="gap">{}</strong> {}', words, field.help_text
            )
        elif inline := inlines.get(part):
            place = f"#{part}-group"
            title = capfirst(inline.opts.verbose_name_plural)
            told = {"part": title, "gap": words}
            inline.opts.verbose_name_plural = gettext("%(part)s. %(gap)s") % told
        else:
            place = reverse("admin:questions_question_change", args=[revision.question_id])
        shown += [(place, each) for each in said]
    return shown


def _as_new_rows(posted: Any) -> Any:
    """All parts are written anew, since the rows this page knew may be gone by now."""
    rows = posted.copy()
    for name in posted:
        if name.endswith("-INITIAL_FORMS"):
            rows[name] = "0"
        elif ROW_KEY.search(name):
            rows[name] = ""
    return rows


def _differing(context: dict[str, Any]) -> list[str]:
    """What the person wrote that differs from what is saved now, by its label."""
    form = context["adminform"].form
    names = [name for name in form.changed_data if name not in ("stamp", "seen")]
    parts = [
        str(inline.opts.verbose_name_plural)
        for inline in context["inline_admin_formsets"]
        if inline.formset.has_changed()
    ]
    return [*(str(form.fields[name].label) for name in names), *parts]
