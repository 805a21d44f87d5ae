"""The people of the tests: alice and bob learn, ines teaches, otto teaches others, edda edits."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

import hypothesis
import pytest
from django.db import connection, connections
from django.test import Client

from accounts.models import User
from feedback import engine
from questions import following_up, matching
from tests import factories, fake_engine

# A busy machine is no bug: speed is measured in benchmarks/, never in a test.
# CI tries the same examples every time; elsewhere they are new each run.
hypothesis.settings.register_profile(
    "studyhub",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("studyhub")


@pytest.fixture
def now() -> datetime:
    return factories.NOON


@pytest.fixture
def alice(db: None) -> User:
    return factories.make_user("alice@example.org", name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return factories.make_user("bob@example.org", name="Bob")


@pytest.fixture
def ines(db: None) -> User:
    return factories.make_user("ines@example.org", name="Ines", is_instructor=True)


@pytest.fixture
def otto(db: None) -> User:
    return factories.make_user("otto@example.org", name="Otto", is_instructor=True)


@pytest.fixture
def edda(db: None) -> User:
    return factories.make_user("edda@example.org", name="Edda", is_editor=True)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client


@pytest.fixture
def alice_client(alice: User) -> Client:
    return client_of(alice)


@pytest.fixture
def bob_client(bob: User) -> Client:
    return client_of(bob)


@pytest.fixture
def ines_client(ines: User) -> Client:
    return client_of(ines)


@pytest.fixture
def otto_client(otto: User) -> Client:
    return client_of(otto)


@pytest.fixture
def edda_client(edda: User) -> Client:
    return client_of(edda)


@pytest.fixture
def shared_database(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """PostgreSQL as it is; SQLite as in production: a file in WAL mode, copied from the tests' one.

    Threads that share an in-memory SQLite take no turns, so nothing would be tested there.
    """
    if connection.vendor != "sqlite":
        yield
        return
    path = tmp_path / "shared.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    in_memory, settings = connections["default"], connections.settings["default"]
    name, settings["NAME"] = settings["NAME"], str(path)
    connections["default"] = connections.create_connection("default")
    yield
    connections["default"].close()
    connections["default"], settings["NAME"] = in_memory, name


@pytest.fixture
def plain_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The site asks an engine that matches words as they are: quick, and the same everywhere."""
    matching._prepared.cache_clear()
    for module in (matching, following_up):
        monkeypatch.setattr(module, "engine", fake_engine)
    monkeypatch.setattr(engine, "warm", lambda: None)
    yield fake_engine
    matching._prepared.cache_clear()
