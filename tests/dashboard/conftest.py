"""A visitor's trial is tested with an engine that matches words as they are."""

from __future__ import annotations

from types import ModuleType

import pytest


@pytest.fixture(autouse=True)
def engine(plain_engine: ModuleType) -> ModuleType:
    return plain_engine
