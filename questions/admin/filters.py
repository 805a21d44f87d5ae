"""What the list of questions can be narrowed to, and the order of the tree of topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models import Question, QuestionRevision, Topic
from questions.worklist import piles, questions_in


def tree_order() -> Case:
    """Each topic followed by those below it, siblings by their position."""
    topics = list(Topic.objects.values_list("path", "position", "pk"))
    position_at = {path: position for path, position, _pk in topics}

    def place(path: str) -> list[tuple[int, str]]:
        slugs = path.split("/")
        above = ["/".join(slugs[: depth + 1]) for depth in range(len(slugs))]
        return [(position_at.get(each, 0), each) for each in above]

    topics.sort(key=lambda topic: place(topic[0]))
    places = [When(pk=pk, then=Value(number)) for number, (*_, pk) in enumerate(topics, 1)]
    # Without a topic it would be ORDER BY 0, which PostgreSQL takes for the column of that number.
    places = places or [When(pk=0, then=Value(0))]
    return Case(*places, default=Value(0), output_field=IntegerField())


def indented(topic: Topic) -> str:
    """For select lists, which know no other way to show a tree."""
    return "\N{NO-BREAK SPACE}" * 3 * topic.path.count("/") + topic.title


class PileFilter(SimpleListFilter):
    """A pile of the worklist. Its links stand above the list, so beside it there is nothing."""

    title = _("worklist")
    parameter_name = "pile"
    template = "admin/questions/_nothing.html"

    def __init__(self, request: Any, *arguments: Any) -> None:
        self.today = timezone.localdate(request.received_at)
        super().__init__(request, *arguments)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, pile.title) for name, pile in piles().items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Question]:
        pile = piles().get(self.value() or "")
        found: QuerySet[Question] = queryset
        return found.filter(pk__in=questions_in(pile, self.today).values("pk")) if pile else found


class TopicFilter(SimpleListFilter):
    """The topic, or anything below it."""

    title = _("topic")
    parameter_name = "topic"
    template = "admin/questions/_topics.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        topics = model_admin.admin_site.get_model_admin(Topic).get_queryset(request)
        return [(topic.path, topic.title) for topic in topics.order_by(tree_order())]

    def choices(self, changelist: Any) -> Iterator[Any]:
        everything, *topics = super().choices(changelist)
        yield everything
        for choice, (path, _title) in zip(topics, self.lookup_choices, strict=True):
            yield {**choice, "depth": min(path.count("/"), 4)}

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Question]:
        topic = Topic.objects.filter(path=self.value()).first() if self.value() else None
        found: QuerySet[Question] = queryset.in_topic(topic) if topic else queryset
        return found


class KindFilter(SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in QuestionRevision.Kind.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Question]:
        found: QuerySet[Question] = (
            queryset.filter(shown_kind=self.value()) if self.value() else queryset
        )
        return found


class LevelFilter(SimpleListFilter):
    title = _("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in QuestionRevision.Level.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Question]:
        found: QuerySet[Question] = (
            queryset.filter(shown_level=self.value()) if self.value() else queryset
        )
        return found


class YesFilter(SimpleListFilter):
    """Narrows to the rows that have something, or to those that lack it."""

    conditions: dict[str, dict[str, Any]]
    labels: tuple[tuple[str, Any], ...]

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, Any], ...]:
        return self.labels

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Question]:
        condition = self.conditions.get(self.value() or "", {})
        found: QuerySet[Question] = queryset.filter(**condition)
        return found


class DraftFilter(YesFilter):
    title = _("draft")
    parameter_name = "draft"
    labels = (("yes", _("Has a draft")), ("no", _("No draft")))
    conditions = {"yes": {"draft_pk__isnull": False}, "no": {"draft_pk__isnull": True}}


class ReportFilter(YesFilter):
    title = _("problem reports")
    parameter_name = "reports"
    labels = (("open", _("Open reports")), ("none", _("None open")))
    conditions = {"open": {"open_reports__gt": 0}, "none": {"open_reports": 0}}


class SharingFilter(YesFilter):
    title = _("who sees it")
    parameter_name = "sharing"
    labels = (("shared", _("The bank")), ("private", _("Only me")))
    conditions = {
        "shared": {"private_to__isnull": True},
        "private": {"private_to__isnull": False},
    }
