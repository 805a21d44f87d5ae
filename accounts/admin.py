"""People, their roles and cohorts: for superusers only."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Cohort, Membership, User

admin.site.unregister(Group)  # roles are flags on the person: see accounts.backends


class SuperusersOnly:
    """RoleBackend gives editors nothing here; this says so where it matters."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return is_superuser(request)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


def is_superuser(request: HttpRequest) -> bool:
    return request.user.is_active and bool(getattr(request.user, "is_superuser", False))


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"
    flags: ClassVar[dict[str, str]] = {
        "instructor": "is_instructor",
        "editor": "is_editor",
        "administrator": "is_superuser",
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("learner", _("Learners only")),
            ("instructor", _("Instructors")),
            ("editor", _("Editors")),
            ("administrator", _("Administrators")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() == "learner":
            return queryset.filter(is_instructor=False, is_editor=False, is_superuser=False)
        flag = self.flags.get(self.value() or "")
        return queryset.filter(**{flag: True}) if flag else queryset


class PersonForm(forms.ModelForm[User]):
    def clean_email(self) -> str:
        """One address in two cases is one person, as the database holds too."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody has this address already."))
        return email


@admin.register(User)
class UserAdmin(SuperusersOnly, admin.ModelAdmin[User]):
    form = PersonForm
    list_display = ("email", "name", "roles", "is_active", "time_factor", "joined_at")
    list_filter = (RoleFilter, "is_active")
    search_fields = ("email", "name")
    date_hierarchy = "joined_at"
    readonly_fields = ("how_to_log_in", "joined_at", "last_login")
    fieldsets = (
        (None, {"fields": ("email", "name", "is_active", "how_to_log_in")}),
        (_("Roles"), {"fields": ("is_instructor", "is_editor", "is_superuser")}),
        (
            _("Preferences"),
            {"fields": ("time_zone", "day_start_hour", "theme", "time_factor")},
        ),
        (_("Dates"), {"fields": ("joined_at", "last_login")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:3]

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        claims = (
            (person.is_superuser, gettext("administrator")),
            (person.is_instructor, gettext("instructor")),
            (person.is_editor, gettext("editor")),
        )
        return ", ".join(role for claim, role in claims if claim) or gettext("learner")

    @admin.display(description=_("how to log in"))
    def how_to_log_in(self, person: User) -> SafeString | str:
        """Nobody but the person sets a password, so nobody else can know one."""
        if person.pk and person.has_usable_password():
            return gettext("With a password, which is not shown to anybody.")
        url = reverse("account_reset_password")
        return format_html(
            gettext(
                "There is no password yet. Ask the person to choose one by “Forgot your password?”"
                ' with this address: <a href="{}">{}</a>.'
            ),
            url,
            url,
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new person starts without a password; a new address replaces the old ones."""
        with transaction.atomic():
            if not change:
                obj.set_unusable_password()
            super().save_model(request, obj, form, change)
            if "email" in form.changed_data:
                EmailAddress.objects.filter(user=obj).delete()
                EmailAddress.objects.create(user=obj, email=obj.email, primary=True)
        if not change:
            messages.info(request, self.how_to_log_in(obj))

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """People delete themselves; an administrator takes away `active` instead."""
        return False


class MembershipInline(admin.TabularInline[Membership, Cohort]):
    model = Membership
    extra = 0
    autocomplete_fields = ("user",)
    fields = ("user", "role", "joined_at", "left_at")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return is_superuser(request)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(Cohort)
class CohortAdmin(SuperusersOnly, admin.ModelAdmin[Cohort]):
    list_display = ("name", "learners", "is_open", "created_at", "archived_at")
    list_filter = ("is_open", ("archived_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "invite_code", "memberships__user__email")
    readonly_fields = ("invite_code", "created_at")
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        return super().get_queryset(request).with_learner_count()  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("learners"), ordering="learner_count")
    def learners(self, cohort: Cohort) -> int:
        return cohort.learner_count  # type: ignore[attr-defined,no-any-return]
