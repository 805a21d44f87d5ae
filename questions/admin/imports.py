"""Files that came into the bank, as they came: to read, never to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questions.models import Import


@admin.register(Import)
class ImportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "format", "size", "question_count", "created_at", "confirmed_at")
    list_filter = ("format",)
    search_fields = ("name", "sha256")
    fields = (
        *("name", "format", "sha256", "size", "created_at", "confirmed_at"),
        *("file", "its_questions"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        """Those of the bank; a person's own files are theirs alone."""
        rows: QuerySet[Import] = super().get_queryset(request).filter(owner=None).defer("data")
        return rows.annotate(
            bytes=Length("data", output_field=IntegerField()), brought_in=Count("questions")
        )

    @admin.display(description=_("size"), ordering="bytes")
    def size(self, row: Any) -> str:
        return filesizeformat(row.bytes)

    @admin.display(description=_("questions"), ordering="brought_in")
    def question_count(self, row: Any) -> int:
        count: int = row.brought_in
        return count

    @admin.display(description=_("file"))
    def file(self, row: Any) -> SafeString:
        url = reverse("questions:import_file", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("Download the file"))

    @admin.display(description=_("questions"))
    def its_questions(self, row: Any) -> SafeString:
        url = reverse("admin:questions_question_changelist")
        return format_html('<a href="{}?imported_from={}">{}</a>', url, row.pk, row.brought_in)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False
