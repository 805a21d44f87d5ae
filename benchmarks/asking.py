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


class Site:
    """A browser in a few lines: a test client's own cost would blur the ratio."""

    def __init__(self, user: Any, *, headers: dict[str, str] | None = None) -> None:
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application
        from django.test import Client

        self.app, self.headers = get_wsgi_application(), headers or {}
        client = Client()
        client.force_login(user, backend="accounts.backends.RoleBackend")
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
