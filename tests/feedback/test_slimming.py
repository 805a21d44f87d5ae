"""The model's graph as it is run: smaller in memory, and no figure another."""

from __future__ import annotations

import numpy as np
import pytest

from feedback.encoder import Encoder, model_file
from feedback.slimming import slim


@pytest.fixture(scope="module")
def model_bytes(model: None) -> bytes:
    path = model_file()
    assert path
    return path.read_bytes()


def test_slim_graph_gives_the_same_vectors(model: None, model_bytes: bytes) -> None:
    texts = ["A container runs.", "x", "", "Naïve 容器 [PAD] 128 " * 30]
    encoder, plain = Encoder(), Encoder()
    plain.session = plain.session_of(model_bytes)
    for one, other in zip(encoder.encode(texts), plain.encode(texts), strict=True):
        assert np.array_equal(one.vectors, other.vectors)
        assert np.array_equal(one.whole, other.whole)


def test_table_of_words_is_looked_up_before_it_is_made_fractions(model_bytes: bytes) -> None:
    slimmed = slim(model_bytes)
    assert slimmed != model_bytes
    assert abs(len(slimmed) - len(model_bytes)) < 1_000
    assert slim(slimmed) == slimmed


@pytest.mark.parametrize("data", [b"", b"no model", b"\xff" * 100])
def test_graph_that_is_not_known_stays_as_it_is(data: bytes) -> None:
    assert slim(data) == data
