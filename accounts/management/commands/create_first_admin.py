"""An administrator for a fresh installation, with a password shown once."""

from __future__ import annotations

import os
import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.models import User


class Command(BaseCommand):
    help = "Create an administrator if nobody has an account yet, and print the password once."

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            return
        email = os.environ.get("ADMIN_EMAIL", "admin@localhost")
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(
                f"ADMIN_EMAIL: {email!r} is no e-mail address.", returncode=2
            ) from error
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            admin = User.objects.create_superuser(
                email, password, name="Administrator", is_instructor=True, is_editor=True
            )
            EmailAddress.objects.create(user=admin, email=admin.email, verified=True, primary=True)
        self.stdout.write("\nAn administrator was made. This password is shown only once:\n")
        self.stdout.write(f"  e-mail    {admin.email}\n  password  {password}\n")
