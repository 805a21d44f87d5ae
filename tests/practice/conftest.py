"""Practice is tested with an engine that matches words as they are."""

from __future__ import annotations

import pytest

from questions import following_up, matching
from tests import fake_engine


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch):
    matching._prepared.cache_clear()
    for module in (matching, following_up):
        monkeypatch.setattr(module, "engine", fake_engine)
    yield fake_engine
    matching._prepared.cache_clear()
