"""What editors see: the bank and what is their own, never what others keep to themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from questions.models import Question, RevisionVectors, SearchEntry
from studyhub.http import Request


def in_sight(request: HttpRequest, path: str = "") -> Q:
    """`path` leads from the rows to their question, such as `question__`."""
    return Q(**{f"{path}private_to": None}) | Q(**{f"{path}private_to": request.user})


# What the site keeps for itself: nobody misses it, and it is made anew.
INTERNAL: tuple[type[Model], ...] = (SearchEntry, RevisionVectors, Question.tags.through)


def _plural(models: Iterable[type[Model]]) -> set[str]:
    return {str(model._meta.verbose_name_plural) for model in models}


def _without_internal(rows: Sequence[Any]) -> list[Any]:
    """Django's nested list: what goes along with a row is a list that follows it."""
    starts = tuple(f"{capfirst(model._meta.verbose_name)}: " for model in INTERNAL)
    kept: list[Any] = []
    is_internal = False
    for row in rows:
        if not isinstance(row, list):
            is_internal = row.startswith(starts)
        if not is_internal:
            kept.append(_without_internal(row) if isinstance(row, list) else row)
    return kept


def labelled(label: Any, value: Any) -> SafeString:
    """On a phone a row is taken apart, so its cells bring their label, hidden elsewhere."""
    return format_html('<span class="cell-label">{}</span> {}', capfirst(label), value)


class BankAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Deleting is for what nothing points to, one by one, so the bulk action is never offered."""

    question_path = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(in_sight(request, self.question_path))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (
            obj is not None
            and super().has_delete_permission(request, obj)
            and self.is_deletable(obj)
        )

    def get_viewable(self, request: HttpRequest, object_id: str) -> Any:
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        return found

    def get_changeable(self, request: HttpRequest, object_id: str) -> Any:
        found = self.get_viewable(request, object_id)
        if not self.has_change_permission(request, found):
            raise PermissionDenied
        return found

    def is_deletable(self, obj: Any) -> bool:
        return False

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """`is_deletable` has decided already, so the rows that go along ask for nothing more."""
        to_delete, counts, _needed, protected = super().get_deleted_objects(objs, request)
        told = {name: count for name, count in counts.items() if name not in _plural(INTERNAL)}
        return _without_internal(to_delete), told, set(), protected

    def _get_obj_does_not_exist_redirect(self, request: Request, *_details: Any) -> NoReturn:
        raise Http404
