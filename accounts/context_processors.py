"""What every page knows of accounts."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def signup(request: HttpRequest) -> dict[str, bool]:
    """Whether anybody may make an account."""
    return {"signup_is_open": settings.SIGNUP_OPEN}
