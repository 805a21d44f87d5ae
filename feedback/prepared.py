"""A question made ready: its key points with their vectors, and how those are stored."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from feedback import lexical
from feedback.encoder import SHA256, WIDTH, Encoded, Encoder, tokens_of
from feedback.findings import Method, PointText
from feedback.phrases import Phrase, phrases_of, stretches_of, telling
from feedback.spelling import Spelling, spelling_of
from feedback.words import words_of

if TYPE_CHECKING:
    from feedback import semantic
    from feedback.encoder import Vectors

METHOD = 2  # counted up whenever what is stored, or how a text is cut into tokens, changes
VERSION = f"{METHOD}-{SHA256[:12]}"
DIGEST = 4  # bytes


class OutdatedVectors(Exception):
    """The bytes were stored by another version, or are damaged: prepare the question anew."""


@dataclass(frozen=True)
class Prepared:
    """`encoded`: the question, then each phrase; empty for the lexical method."""

    question: str
    points: tuple[PointText, ...]
    method: Method
    encoded: tuple[Encoded, ...] = ()

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        return phrases_of(self.points)

    @cached_property
    def by_meaning(self) -> tuple[semantic.Weighed, ...]:
        from feedback import semantic

        question, *phrases = self.encoded
        return tuple(semantic.weighed(phrase, question=question) for phrase in phrases)

    @cached_property
    def by_words(self) -> tuple[lexical.Weighed, ...]:
        question = lexical.Worded.of(self.question)
        return tuple(
            lexical.weighed(
                lexical.Worded.of(phrase.text),
                question=question,
                clauses=lexical.clauses_in(phrase.text),
            )
            for phrase in self.phrases
        )

    @cached_property
    def is_a_word(self) -> tuple[bool, ...]:
        """Of each phrase, whether one word may stand for it: no more of it is news."""
        asked = telling(self.question)
        return tuple(len(telling(phrase.text) - asked) <= 1 for phrase in self.phrases)

    @cached_property
    def asked(self) -> tuple[list[str], ...]:
        return stretches_of(self.question)

    @cached_property
    def spelling(self) -> Spelling:
        texts = (self.question, *(phrase.text for phrase in self.phrases))
        return spelling_of(word.text for text in texts for word in words_of(text))

    def to_bytes(self) -> bytes:
        """A checksum, a line of JSON with the texts, and a byte per figure of each vector."""
        head = json.dumps(
            {
                "version": VERSION,
                "method": self.method,
                "question": self.question,
                "points": [asdict(point) for point in self.points],
            }
        )
        body = head.encode() + b"\n" + b"".join(packed(each) for each in self.encoded)
        return zlib.crc32(body).to_bytes(DIGEST) + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Prepared:
        head, vectors = checked(data)
        points = tuple(PointText(point["text"], tuple(point["accept"])) for point in head["points"])
        method, question = Method(head["method"]), head["question"]
        if method == Method.LEXICAL:
            return cls(question, points, method)
        texts = [question, *(phrase.text for phrase in phrases_of(points))]
        return cls(question, points, method, tuple(unpacked(vectors, texts)))


def checked(data: bytes) -> tuple[dict[str, Any], bytes]:
    body = data[DIGEST:]
    if len(data) <= DIGEST or zlib.crc32(body).to_bytes(DIGEST) != data[:DIGEST]:
        raise OutdatedVectors("The stored vectors are damaged.")
    line, _, vectors = body.partition(b"\n")
    try:
        head = json.loads(line)
    except ValueError as error:
        raise OutdatedVectors("The stored vectors are damaged.") from error
    if not isinstance(head, dict) or head.get("version") != VERSION:
        raise OutdatedVectors("The stored vectors are of another version.")
    return head, vectors


def packed(encoded: Encoded) -> bytes:
    """Whole numbers from -127 to 127: the direction of a vector is kept to a thousandth."""
    import numpy as np

    rows = np.vstack([encoded.whole, encoded.vectors])
    largest = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9)
    return np.rint(rows / largest * 127).astype(np.int8).tobytes()


def unpacked(data: bytes, texts: Sequence[str]) -> list[Encoded]:
    import numpy as np

    from feedback.encoder import unit

    tokens = [tokens_of(text) for text in texts]
    counts = [len(each.ids) + 1 for each in tokens]
    if len(data) != sum(counts) * WIDTH:
        raise OutdatedVectors("The stored vectors are not those of the texts.")
    rows: Vectors = np.frombuffer(data, dtype=np.int8).reshape(-1, WIDTH).astype(np.float32)
    each_text = np.split(unit(rows), np.cumsum(counts)[:-1])
    return [
        Encoded(token, rows_of[1:], rows_of[0])
        for token, rows_of in zip(tokens, each_text, strict=True)
    ]


def make_ready(question: str, points: Sequence[PointText], *, encoder: Encoder | None) -> Prepared:
    """`encoder` None: for the lexical method."""
    points = tuple(points)
    if encoder is None:
        return Prepared(question, points, Method.LEXICAL)
    texts = [question, *(phrase.text for phrase in phrases_of(points))]
    return Prepared(question, points, Method.MODEL, tuple(encoder.encode(texts)))
