"""The tree of topics, and the flat tags with a way to merge them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import Case, Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from questions.admin.access import BankAdmin, in_sight, labelled
from questions.admin.filters import tree_order
from questions.editing import merge_tags
from questions.indexing import index
from questions.models import Tag, Topic
from studyhub.http import Request


class FoundByAdmin(BankAdmin):
    """Topics and tags that only other people's private questions have are theirs to know."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = admin.ModelAdmin.get_queryset(self, request)
        in_bank = Count("questions", filter=Q(questions__private_to=None), distinct=True)
        found: QuerySet[Any] = self.visible(rows, request).annotate(question_count=in_bank)
        return found

    def visible(self, rows: Any, request: Any) -> QuerySet[Any]:
        """Those of the rows that the person may know of: topics and tags say it each for itself."""
        raise NotImplementedError

    @admin.display(description=_("questions"), ordering="question_count")
    def questions_in_bank(self, row: Any) -> SafeString:
        return labelled(_("questions"), row.question_count)


class TopicForm(forms.ModelForm):  # type: ignore[type-arg]
    """The parent follows from the path; the path is permanent, since files name it."""

    def clean_path(self) -> str:
        path: str = self.cleaned_data["path"]
        above = path.rpartition("/")[0]
        parent = Topic.objects.filter(path=above).first() if above else None
        if above and parent is None:
            raise ValidationError(_("Make the topic “%(path)s” first."), params={"path": above})
        self.instance.parent = parent
        return path


@admin.register(Topic)
class TopicAdmin(FoundByAdmin):
    form = TopicForm
    fields = ("path", "title", "position")
    list_display = ("in_tree", "path", "place", "questions_in_bank")
    search_fields = ("path", "title")
    list_per_page = 500

    def visible(self, rows: Any, request: Request) -> QuerySet[Any]:
        visible: QuerySet[Any] = rows.filter(pk__in=Topic.objects.visible_to(request.user))
        return visible

    def get_ordering(self, request: HttpRequest) -> tuple[Case]:
        return (tree_order(),)

    @admin.display(description=_("topic"))
    def in_tree(self, topic: Topic) -> SafeString:
        depth = topic.path.count("/")
        return format_html('<span class="depth-{}">{}</span>', min(depth, 4), topic.title)

    @admin.display(description=_("position"), ordering="position")
    def place(self, topic: Topic) -> SafeString:
        return labelled(_("position"), topic.position)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Topic | None = None
    ) -> tuple[str, ...]:
        return ("path",) if obj else ()

    def is_deletable(self, obj: Topic) -> bool:
        return not obj.questions.exists() and not obj.children.exists()


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(label=_("Keep this tag"), queryset=Tag.objects.none())

    def __init__(self, *arguments: Any, choices: QuerySet[Tag], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["into"].queryset = choices  # type: ignore[attr-defined]


@admin.register(Tag)
class TagAdmin(FoundByAdmin):
    fields = ("slug",)
    list_display = ("slug", "questions_in_bank")
    search_fields = ("slug",)
    ordering = ("slug",)
    actions = ("merge",)

    def visible(self, rows: Any, request: Request) -> QuerySet[Any]:
        visible: QuerySet[Any] = rows.alias(
            uses=Count("questions", distinct=True),
            uses_in_sight=Count(
                "questions", filter=in_sight(request, "questions__"), distinct=True
            ),
        ).filter(Q(uses=0) | Q(uses_in_sight__gt=0))
        return visible

    def is_deletable(self, obj: Tag) -> bool:
        return not any(
            relation.related_model._base_manager.filter(**{relation.field.name: obj}).exists()
            for relation in Tag._meta.related_objects
        )

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        index(obj.questions.values_list("pk", flat=True))

    @admin.action(description=_("Merge into one tag…"), permissions=("change",))
    def merge(self, request: HttpRequest, tags: QuerySet[Tag]) -> HttpResponse:
        """Asks which tag stays; what had another one of them has it then."""
        form = MergeForm(
            request.POST if "merge" in request.POST else None, choices=self.get_queryset(request)
        )
        if form.is_valid():
            return self._merge(request, tags, into=form.cleaned_data["into"])
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Merge tags"),
            "opts": self.opts,
            "form": form,
            "tags": tags,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/questions/tag/merge.html", context)

    def _merge(self, request: HttpRequest, tags: QuerySet[Tag], *, into: Tag) -> HttpResponse:
        others = [tag for tag in tags if tag.pk != into.pk]
        merge_tags(others, into=into)
        said = ngettext(
            "%(count)d tag was merged into %(tag)s.",
            "%(count)d tags were merged into %(tag)s.",
            len(others),
        )
        self.message_user(request, said % {"count": len(others), "tag": into}, messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())
