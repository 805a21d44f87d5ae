"""The language model is loaded once for all tests that ask for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from feedback import engine
from feedback.findings import Feedback, Method, PointText

Assess = Callable[..., Feedback]

QUESTION = "What is the difference between a Docker image and a container?"
POINTS = (
    PointText("An image is a read-only template"),
    PointText("A container is a running instance of an image"),
    PointText("A container adds a thin writable layer on top of the image layers"),
)


@pytest.fixture(scope="session")
def model() -> None:
    assert engine.is_available()
    engine.encoder.loaded()


@pytest.fixture(params=[Method.MODEL, Method.LEXICAL])
def assess(request: pytest.FixtureRequest, model: None) -> Assess:
    """An answer's feedback, once by either method."""

    def by_method(
        answer: str, *, question: str = QUESTION, points: Sequence[PointText] = POINTS
    ) -> Feedback:
        prepared = engine.prepare(question, points, method=request.param)
        return engine.assess(prepared, answer)

    return by_method
