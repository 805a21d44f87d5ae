"""Requests to the site, and what they cost."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from http.cookies import SimpleCookie
from time import process_time
from types import FrameType
from typing import Any
from urllib.parse import urlencode

TOKEN = "b" * 32

# As startproject writes them: what is bare does not become cheaper because we do.
PLAIN = {
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
}


def milliseconds(work: Callable[[], Any]) -> float:
    began = process_time()
    work()
    return 1000 * (process_time() - began)


def calls(work: Callable[[], Any]) -> int:
    """Of functions, Python's own too: the same on a busy machine as on a quiet one."""
    count = 0

    def counted(_frame: FrameType, event: str, _about: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def statements(work: Callable[[], Any]) -> int:
    """Sent to the database, the bounds of a transaction too."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


OWN_BACKEND = "accounts.backends.RoleBackend"


class Site:
    """A browser in a few lines: a test client's own cost would blur the ratio.

    `is_plain`: the same pages behind nothing but Django's own middleware, sessions and logins.
    """

    def __init__(
        self, user: Any, *, headers: dict[str, str] | None = None, is_plain: bool = False
    ) -> None:
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application
        from django.test import Client, override_settings

        name = "django.contrib.auth.backends.ModelBackend" if is_plain else OWN_BACKEND
        client = Client()
        with override_settings(**(PLAIN if is_plain else {})):
            self.app, self.headers = get_wsgi_application(), headers or {}
            client.force_login(user, backend=name)
        cookies = SimpleCookie({"csrftoken": TOKEN})
        name = settings.SESSION_COOKIE_NAME
        cookies[name] = client.cookies[name].value
        cookies[settings.CSRF_COOKIE_NAME] = TOKEN
        self.cookie = cookies.output(header="", sep=";").strip()

    def ask(self, method: str, address: str, data: dict[str, str] | None = None) -> str:
        path, _mark, query = address.partition("?")
        body = urlencode(data or {}).encode()
        said: list[str] = []
        answer = self.app(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "REMOTE_ADDR": "127.0.0.1",
                "HTTP_HOST": "localhost",
                "HTTP_COOKIE": self.cookie,
                "HTTP_X_CSRFTOKEN": TOKEN,
                **self.headers,
                "CONTENT_TYPE": "application/x-www-form-urlencoded",
                "CONTENT_LENGTH": str(len(body)),
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(body),
                "wsgi.errors": sys.stderr,
            },
            lambda status, headers, exc_info=None: said.append(status),
        )
        content = b"".join(answer).decode()
        answer.close()
        if not said[0].startswith("200"):
            raise RuntimeError(f"{method} {address}: {said[0]}\n{content[:500]}")
        return content
