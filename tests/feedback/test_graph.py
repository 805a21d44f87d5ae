"""The model as it is run: quicker than the file's own graph, and of one mind with it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from feedback.encoder import Encoded, Encoder, ModelMissing, checked, model_file, tokens_of
from feedback.graph import quick
from feedback.messages import Unreadable, as_number, fields_of, fraction, number, part, read_number

TEXTS = (
    "A container runs.",
    "x",
    "",
    "An image is a read-only template, from which containers are started.",
    "Naïve 容器 [PAD] 128 " * 30,
    "TCP confirms what arrived and sends again what was lost.",
)


@pytest.fixture(scope="module")
def encoder(model: None) -> Encoder:
    encoder = Encoder()
    encoder.loaded()
    return encoder


def plainly_run(encoder: Encoder, text: str) -> tuple[np.ndarray, np.ndarray]:
    """By the graph that the file brings: a vector per token, and one for the text."""
    path = model_file()
    assert path
    session = encoder.session_of(checked(path))
    ids = np.array([[101, *tokens_of(text).ids, 102]])
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": 0 * ids}
    (output,) = session.run(None, given)
    return output[0, 1:-1], output[0].mean(axis=0)


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    return (one * other).sum(axis=-1) / lengths


def test_vectors_point_where_the_file_s_own_do(encoder: Encoder) -> None:
    for text, found in zip(TEXTS, encoder.encode(TEXTS), strict=True):
        vectors, whole = plainly_run(encoder, text)
        assert cosines(found.whole, whole) > 0.985
        if text:
            assert cosines(found.vectors, vectors).min() > 0.98
            assert cosines(found.vectors, vectors).mean() > 0.995


def test_text_means_the_same_whatever_is_read_beside_it(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    for text, found in zip(TEXTS, together, strict=True):
        (alone,) = encoder.encode([text])
        assert np.allclose(alone.vectors, found.vectors, atol=1e-3)
        assert np.allclose(alone.whole, found.whole, atol=1e-3)
        assert same(found, encoder.encode([text, *TEXTS])[0])


def same(one: Encoded, other: Encoded) -> bool:
    return one.tokens == other.tokens and np.allclose(one.vectors, other.vectors, atol=1e-3)


def test_long_answer_is_read_in_several_rows(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["A container is a running instance of an image."] * 60
    whole = encoder.encode(texts)
    monkeypatch.setattr("feedback.encoder.MOST_IN_A_ROW", 1)
    for found, alone in zip(whole, encoder.encode(texts), strict=True):
        assert np.allclose(found.vectors, alone.vectors, atol=1e-3)


@pytest.mark.parametrize("data", [b"", b"no model", b"\xff" * 100, part(7, b"")])
def test_file_that_is_no_such_model_is_refused(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises((KeyError, ValueError, StopIteration)):
        quick(data)
    monkeypatch.setattr("feedback.encoder.checked", Path.read_bytes)
    path = tmp_path / "model.onnx"
    path.write_bytes(data)
    encoder = Encoder(path=path)
    with pytest.raises(ModelMissing):
        encoder.loaded()
    assert not encoder.is_available()


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**32, 2**64 - 1])
def test_number_is_read_as_it_was_written(value: int) -> None:
    written = as_number(value)
    assert read_number(memoryview(written), 0) == (value, len(written))


def test_fields_are_read_as_they_were_written() -> None:
    message = number(1, 300) + part(2, b"text") + fraction(3, 0.5)
    assert [(field, content) for field, content in fields_of(memoryview(message))] == [
        (1, 300),
        (2, b"text"),
        (3, b"\x00\x00\x00\x3f"),
    ]


@pytest.mark.parametrize("message", [b"\x0a\x05ab", b"\x0b", b"\x08", b"\x08" + b"\xff" * 20])
def test_message_cut_short_is_unreadable(message: bytes) -> None:
    with pytest.raises(Unreadable):
        list(fields_of(memoryview(message)))
