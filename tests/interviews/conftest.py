"""The engine of these tests matches words as they are; its own tests are elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from questions import matching
from tests import fake_engine


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    matching._prepared.cache_clear()
    monkeypatch.setattr(matching, "engine", fake_engine)
    yield fake_engine
    matching._prepared.cache_clear()
