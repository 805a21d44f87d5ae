"""Where allauth asks us: may a stranger sign up here, and how do we say what went wrong?"""

from __future__ import annotations

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages: ClassVar[dict[str, object]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not fit together."),
        "email_taken": _("There is an account with this e-mail address already. Log in instead."),
        "too_many_login_attempts": _(
            "Too many tries with a wrong password. Wait five minutes, or reset your password."
        ),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code is not right. Look at the newest e-mail."),
        "account_inactive": _("This account is switched off. Ask your administrator."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_OPEN)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """allauth looks only at confirmed addresses, but every person's address is theirs alone."""
        others = User.objects.exclude(pk=email_address.user_id)
        if others.filter(email__iexact=email_address.email).exists():
            template = "account/messages/email_confirmation_failed.txt"
            self.add_message(request, messages.ERROR, template, {"email": email_address.email})
            return False
        return bool(super().confirm_email(request, email_address))
