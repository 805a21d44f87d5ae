"""Questions that people offer to the bank: read, accept, or decline with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from questions import editing, offering
from questions.admin.access import BankAdmin, in_sight
from questions.admin.actions import in_words
from questions.admin.previews import preview_of
from questions.models import Offer, Question
from questions.writing import ChangedMeanwhile
from studyhub.templatetags.text import with_code

if TYPE_CHECKING:
    from studyhub.http import Request


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not?"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_("The author reads it. Say what would help, so that they can offer it again."),
    )


@admin.register(Offer)
class OfferAdmin(BankAdmin):
    """Somebody's private question is open to editors while its offer waits, and not a day longer."""

    question_path = "question__"
    list_display = ("asked", "credited", "offered_at", "decision")
    list_filter = ("state",)
    list_select_related = ("question__current_revision", "offered_by", "decided_by")
    search_fields = ("question__slug", "question__revisions__prompt", "name")
    readonly_fields = (
        "credited",
        "license",
        "offered_at",
        "topic",
        "tags",
        "decision",
        "reason",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        rows: QuerySet[Offer] = admin.ModelAdmin.get_queryset(self, request)
        waiting = Offer.objects.waiting().values("pk")
        return rows.filter(in_sight(request, self.question_path)) | rows.filter(pk__in=waiting)

    def get_fieldsets(self, request: HttpRequest, obj: Offer | None = None) -> Any:
        rows: list[Any] = [("credited", "license", "offered_at"), ("topic", "tags")]
        if obj and not obj.is_waiting:
            rows += ["decision", *(["reason"] if obj.reason else [])]
        return [(None, {"fields": rows})]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Offer | None = None) -> bool:
        """Changed by deciding, never by hand."""
        return False

    def may_decide(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)

    @admin.display(description=_("question"))
    def asked(self, found: Offer) -> SafeString:
        return with_code(found.question)

    @admin.display(description=_("offered by"), ordering="name")
    def credited(self, found: Offer) -> str:
        person = str(found.offered_by or found.name)
        return found.name if person == found.name else f"{found.name} ({person})"

    @admin.display(description=_("topic"))
    def topic(self, found: Offer) -> str:
        topic = found.question.topic
        return topic.path if topic else gettext("None")

    @admin.display(description=_("tags"))
    def tags(self, found: Offer) -> str:
        return ", ".join(tag.slug for tag in offering.tags_offered(found.question))

    @admin.display(description=_("decision"), ordering="state")
    def decision(self, found: Offer) -> str:
        if not found.decided_at:
            return found.get_state_display()
        said = gettext("%(state)s on %(day)s") % {
            "state": found.get_state_display(),
            "day": date_format(found.decided_at, "j M Y"),
        }
        return f"{said}, {found.decided_by}" if found.decided_by else said

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *arguments: Any, **options: Any
    ) -> Any:
        found: Offer = context["original"]
        revision = found.question.current_revision
        context |= {
            "subtitle": None,
            "title": str(found),
            "preview": revision and preview_of(revision),
            "can_decide": found.is_waiting and self.may_decide(request),
            "gaps": [in_words(each.message) for each in editing.gaps_of(revision)],
            "alike": Question.objects.filter(
                private_to=None, fingerprint=found.question.fingerprint
            ).exclude(pk=found.question_id),
            "decline_form": DeclineForm(),
        }
        return super().render_change_form(request, context, *arguments, **options)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        accept, decline = view(require_POST(self.accept)), view(require_POST(self.decline))
        own = [
            path("<path:object_id>/accept/", accept, name="questions_offer_accept"),
            path("<path:object_id>/decline/", decline, name="questions_offer_decline"),
        ]
        return [*own, *super().get_urls()]

    def accept(self, request: Request, object_id: str) -> HttpResponse:
        found = self._get_decidable(request, object_id)
        number = request.POST.get("number", "")
        try:
            question = offering.accept(
                found,
                editor=request.user,
                number=int(number) if number.isdecimal() else 0,
                now=request.received_at,
            )
        except offering.AlreadyDecided as error:
            return self._decided_already(request, error.offer)
        except ChangedMeanwhile:
            said = gettext(
                "The author changed the question while you were reading. Look once more."
            )
            self.message_user(request, said, messages.WARNING)
            return redirect("admin:questions_offer_change", found.pk)
        except editing.NotReady as refused:
            needs = " ".join(in_words(each.message) for each in refused.findings)
            said = gettext("It cannot be published yet. %(needs)s") % {"needs": needs}
            self.message_user(request, said, messages.WARNING)
            return redirect("admin:questions_offer_change", found.pk)
        self.log_change(request, question, gettext("Accepted an offer."))
        said = gettext("It is in the bank, and published. Its author keeps their card and reviews.")
        self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:questions_question_change", question.pk)

    def decline(self, request: Request, object_id: str) -> HttpResponse:
        found = self._get_decidable(request, object_id)
        form = DeclineForm(request.POST)
        if not form.is_valid():
            said = gettext("Nothing is decided. Say in a few words why not: the author reads it.")
            self.message_user(request, said, messages.WARNING)
            return redirect("admin:questions_offer_change", found.pk)
        try:
            offering.decline(
                found,
                editor=request.user,
                reason=form.cleaned_data["reason"],
                now=request.received_at,
            )
        except offering.AlreadyDecided as error:
            return self._decided_already(request, error.offer)
        said = gettext("Declined. The author sees your reason.")
        self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:questions_offer_changelist")

    def _get_decidable(self, request: Request, object_id: str) -> Offer:
        """Also one that was decided a moment ago, as by a double click."""
        known = (
            Offer.objects.filter(pk=object_id) if object_id.isdecimal() else Offer.objects.none()
        )
        found = known.select_related("decided_by").first()
        if found is None or not self.may_decide(request):
            raise Http404
        return found

    def _decided_already(self, request: Request, found: Offer) -> HttpResponse:
        said = gettext("Nothing is changed: this offer is not waiting any more (%(state)s).")
        self.message_user(request, said % {"state": found.get_state_display()}, messages.INFO)
        return redirect("admin:questions_offer_changelist")
