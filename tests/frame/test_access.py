"""Every address of the site, whoever asks: closed by default, and never an internal error."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

APPS = ("accounts", "dashboard", "interviews", "practice", "questions")
PUBLIC = {
    "accounts:join",
    "dashboard:today",
    "dashboard:trial_answer",
    "dashboard:trial_tick",
    "questions:bank",
    "questions:question",
}
VALUES = {"uuid": uuid.UUID(int=7), "int": 7, "slug": "nothing-here", "str": "nothing", "path": "x"}


def named_patterns() -> Iterator[tuple[str, URLPattern]]:
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and resolver.app_name in APPS:
            yield from patterns_below(resolver, resolver.app_name)


def patterns_below(resolver: URLResolver, app: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns_below(pattern, app)
        elif pattern.name:
            yield f"{app}:{pattern.name}", pattern


PATTERNS = dict(named_patterns())


def address(name: str) -> str:
    converters = PATTERNS[name].pattern.converters
    kinds = {
        argument: type(converter)
        .__name__.removesuffix("Converter")
        .lower()
        .replace("string", "str")
        for argument, converter in converters.items()
    }
    return reverse(name, kwargs={argument: VALUES[kind] for argument, kind in kinds.items()})


def test_the_list_of_public_pages_names_pages_that_exist():
    assert set(PATTERNS) >= PUBLIC


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(set(PATTERNS) - PUBLIC))
def test_a_visitor_is_sent_to_log_in(client, db, name, method):
    response = getattr(client, method)(address(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_what_is_not_there_is_no_internal_error(alice, ines, edda, name, method):
    for person in (alice, ines, edda):
        client = Client(raise_request_exception=False)
        client.force_login(person, backend="accounts.backends.RoleBackend")
        response = getattr(client, method)(address(name))
        assert response.status_code < 500, (name, person.name)
        if PATTERNS[name].pattern.converters:
            assert response.status_code in {302, 404, 405, 410, 422}, (name, person.name)
