"""What learners say is wrong, to be mended or answered."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from questions.admin.access import BankAdmin, labelled
from questions.models import Report
from studyhub.templatetags.text import with_code


@admin.register(Report)
class ReportAdmin(BankAdmin):
    question_path = "revision__question__"
    list_display = ("text_seen", "reason", "point_in_list", "text", "state", "created_at")
    list_filter = ("state", "reason")
    list_select_related = ("revision", "key_point")
    search_fields = ("text", "revision__prompt", "revision__question__slug")
    fields = (
        "revision_link",
        "point_seen",
        "reason",
        "text",
        "reported_by",
        "created_at",
        "state",
    )
    readonly_fields = fields[:-1]
    actions = ("resolve", "decline")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("question"), ordering="revision__prompt")
    def text_seen(self, report: Report) -> SafeString:
        return with_code(report.revision.prompt)

    @admin.display(description=_("key point"))
    def point_seen(self, report: Report) -> SafeString | None:
        return with_code(report.key_point) if report.key_point else None

    @admin.display(description=_("key point"), ordering="key_point__text")
    def point_in_list(self, report: Report) -> SafeString | str:
        point = self.point_seen(report)
        return labelled(_("key point"), point) if point else ""

    @admin.display(description=_("question"))
    def revision_link(self, report: Report) -> SafeString:
        """The very text they saw, and the question as it is now."""
        revision = report.revision
        return format_html(
            '<a href="{}">{}</a> (<a href="{}">{}</a>)',
            reverse("admin:questions_question_change", args=[revision.question_id]),
            with_code(revision.prompt),
            reverse("admin:questions_questionrevision_change", args=[revision.pk]),
            _("revision %(number)s, which they saw") % {"number": revision.number},
        )

    @admin.display(description=_("reported by"))
    def reported_by(self, report: Report) -> str | None:
        """No link: an editor may not open people's accounts."""
        return str(report.reporter) if report.reporter else None

    @admin.action(description=_("Resolve: it is mended"))
    def resolve(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        count = _close(reports, state=Report.State.RESOLVED)
        said = ngettext("%(count)d report is resolved.", "%(count)d reports are resolved.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Decline: nothing to mend"))
    def decline(self, request: HttpRequest, reports: QuerySet[Report]) -> None:
        count = _close(reports, state=Report.State.DECLINED)
        said = ngettext("%(count)d report is declined.", "%(count)d reports are declined.", count)
        self.message_user(request, said % {"count": count}, messages.SUCCESS)


def _close(reports: QuerySet[Report], *, state: str) -> int:
    return reports.exclude(state=state).update(state=state)
