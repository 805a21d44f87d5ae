"""The pile of links to mend: which reference, what was found and since when, and what to do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Max, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from questions import links, tasks, worklist
from questions.admin.access import BankAdmin
from questions.models import LinkCheck, Question, QuestionRevision

if TYPE_CHECKING:
    from datetime import datetime

    from studyhub.http import Request

PER_PAGE = 25
MOST_UNREACHABLE = 50


class LinkPages(BankAdmin):
    """Where links are not looked at, there are no such pages."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("links/", require_safe(self.links), "links"),
            ("links/<int:pk>/again/", require_POST(self.look_again), "look_again"),
            (
                "<path:object_id>/links/<int:pk>/new-address/",
                require_POST(self.use_new_address),
                "new_address",
            ),
        ]
        view = self.admin_site.admin_view
        return [
            *(
                path(route, view(_if_on(of)), name=f"questions_question_{name}")
                for route, of, name in own
            ),
            *super().get_urls(),
        ]

    def links(self, request: Request) -> HttpResponse:
        """Asks the database the same, however many questions and links there are."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = request.received_at
        page = Paginator(_waiting(timezone.localdate(now)), PER_PAGE).get_page(
            request.GET.get("page")
        )
        unreachable = LinkCheck.objects.filter(outcome=LinkCheck.Outcome.UNREACHABLE)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Broken or moved links"),
            "opts": self.opts,
            "page": page,
            "rows": _with_what_was_found(page.object_list),
            "unreachable": unreachable.order_by("failing_since", "url")[:MOST_UNREACHABLE],
            "may_change": self.has_change_permission(request),
            **_progress(now),
        }
        context["unreachable_left_out"] = max(context["unreachable_count"] - MOST_UNREACHABLE, 0)
        return TemplateResponse(request, "admin/questions/question/links.html", context)

    def look_again(self, request: Request, pk: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        link = get_object_or_404(LinkCheck, pk=pk)
        if link.ask_again(now=request.received_at):
            if link.asked_at is None:
                transaction.on_commit(partial(tasks.check_links.enqueue))
            said = gettext("The worker looks at %(url)s next. Load this page again in a minute.")
            self.message_user(request, said % {"url": link.url}, messages.SUCCESS)
        else:
            until = timezone.localtime(link.wait_until)
            said = gettext("Nothing is changed: %(host)s asks to be left alone until %(time)s.")
            told = {"host": link.host, "time": date_format(until, "j F, H:i")}
            self.message_user(request, said % told, messages.WARNING)
        return _back(request)

    def use_new_address(self, request: Request, object_id: str, pk: int) -> HttpResponse:
        """In a draft, which the editor reads once more and publishes."""
        question: Question = self.get_changeable(request, object_id)
        link = get_object_or_404(LinkCheck, pk=pk)
        draft = links.use_new_address(question, link, author=request.user, now=request.received_at)
        if draft is None:
            said = gettext("Nothing is changed: the text does not lead to this address any more.")
            self.message_user(request, said, messages.WARNING)
            return _back(request)
        said = gettext(
            "The draft has the new address. Publish it, if nothing else is to be mended."
        )
        self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:questions_questionrevision_change", draft.pk)


def _if_on(view: Any) -> Any:
    def shown(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if not settings.CHECK_LINKS:
            raise Http404
        response: HttpResponse = view(request, **arguments)
        return response

    return shown


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of the pile that it was asked from."""
    number = request.GET.get("page", "")
    pile = reverse("admin:questions_question_links")
    return redirect(f"{pile}?page={number}" if number.isdecimal() else pile)


def _waiting(today: Any) -> QuerySet[Any]:
    """What is broken comes first."""
    broken = LinkCheck.objects.filter(outcome=LinkCheck.Outcome.BROKEN)
    questions = worklist.questions_in(worklist.PILES["links"], today)
    drafts = QuestionRevision.objects.filter(frozen_at=None).prefetch_related("references")
    return (
        questions.annotate(has_broken=links.leads_to(broken, revision="current_revision"))
        .select_related("current_revision")
        .prefetch_related(Prefetch("revisions", queryset=drafts, to_attr="drafts"))
        .order_by("-has_broken", "slug")
    )


def _with_what_was_found(questions: Any) -> list[dict[str, Any]]:
    found = links.found_in(question.current_revision_id for question in questions)
    rows = []
    for question in questions:
        draft = question.drafts[0] if question.drafts else None
        pages = {links.page_of(each.url) for each in draft.references.all()} if draft else set()
        rows.append(
            {
                "question": question,
                "draft": draft,
                "found": [
                    (each, draft is not None and each.link.url not in pages)
                    for each in found[question.current_revision_id]
                ],
            }
        )
    return rows


def _progress(now: datetime) -> dict[str, Any]:
    """How far the worker has come, and whether it still works at all.

    What a site asked to leave alone is late only long after that is over.
    """
    long_ago = now - links.LATE_AFTER
    may_be_asked = Q(wait_until=None) | Q(wait_until__lt=long_ago)
    is_late = Q(may_be_asked, next_look_at__lt=long_ago)
    return LinkCheck.objects.aggregate(
        total=Count("pk"),
        seen=Count("looked_at"),
        last_look_at=Max("looked_at"),
        late=Count("pk", filter=is_late),
        unreachable_count=Count("pk", filter=Q(outcome=LinkCheck.Outcome.UNREACHABLE)),
    )
