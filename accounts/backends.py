"""What a role permits: editors may do everything with questions, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from studyhub.statements import objects

if TYPE_CHECKING:
    from accounts.models import User

EDITED_APP = "questions"


class RoleBackend(ModelBackend):
    """Roles are two flags on the person, so there are no groups to keep in step with them."""

    def get_user(self, user_id: int) -> User | None:
        """As Django does it, by a statement that was written once: every page asks for it."""
        found = objects(_person, user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if is_active_editor(user_obj) and perm.startswith(f"{EDITED_APP}."):
            return True
        return super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        if is_active_editor(user_obj) and app_label == EDITED_APP:
            return True
        return super().has_module_perms(user_obj, app_label)


def _person(pk: int) -> QuerySet[User]:
    return get_user_model().objects.filter(pk=pk)


def is_active_editor(user: User) -> bool:
    return user.is_active and getattr(user, "is_editor", False)
