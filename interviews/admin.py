"""Interviews in the admin: to look, never to touch. Changes are made by the pages, with events."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from interviews.models import Assignment, Blueprint, Item, Mark, Section, Sitting, SittingEvent


class ReadOnly(admin.options.BaseModelAdmin[Any]):
    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class SectionInline(ReadOnly, admin.TabularInline[Section, Blueprint]):
    model = Section
    fields = ("title", "count", "points", "levels", "kinds")


class ItemInline(ReadOnly, admin.TabularInline[Item, Sitting]):
    model = Item
    fields = ("position", "revision", "points")


class EventInline(ReadOnly, admin.TabularInline[SittingEvent, Sitting]):
    model = SittingEvent
    fields = ("at", "kind", "actor", "old_deadline_at", "new_deadline_at", "reason")


@admin.register(Blueprint)
class BlueprintAdmin(ReadOnly, admin.ModelAdmin[Blueprint]):
    list_display = ("title", "owner", "minutes", "is_quick", "archived_at")
    list_filter = ("is_quick",)
    list_select_related = ("owner",)
    search_fields = ("title",)
    inlines = (SectionInline,)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnly, admin.ModelAdmin[Assignment]):
    list_display = ("blueprint", "assigned_by", "opens_at", "closes_at", "withdrawn_at")
    list_select_related = ("blueprint", "assigned_by")
    search_fields = ("blueprint__title", "assigned_by__email")


@admin.register(Sitting)
class SittingAdmin(ReadOnly, admin.ModelAdmin[Sitting]):
    list_display = ("assignment", "learner", "state", "started_at", "deadline_at", "score")
    list_filter = ("state",)
    list_select_related = ("assignment__blueprint", "learner")
    search_fields = ("learner__email", "learner__name", "assignment__blueprint__title")
    inlines = (ItemInline, EventInline)


@admin.register(Mark)
class MarkAdmin(ReadOnly, admin.ModelAdmin[Mark]):
    list_display = ("item", "number", "score", "marker", "marked_at")
    list_select_related = ("item__revision", "marker")
    exclude = ("comment_html",)
