"""The graph by which the model is run: the installed file's figures, computed in a quicker way.

The file keeps its weights as whole numbers with a factor for each column, and its graph turns all
of them into fractions before it multiplies. This graph multiplies whole numbers, which takes a
third of the time and a quarter of the memory. What is multiplied with the weights is rounded to
eight bits for it, each token by a factor of its own: so no token's vector depends on the others
that are computed beside it, and vectors differ from the file's own by a cosine of about 0.998.

A text is a stretch of one long row of tokens: nothing is spent on padding. `apart` keeps the
tokens of different texts from looking at each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from feedback.messages import fields_of, fraction, number, part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

LAYERS, HEADS, WIDTH = 6, 12, 384
MOST_TOKENS = 128  # the length that the model was trained with: it knows no place beyond
APART = -60.0  # less than any token looks at another, and not so little that it makes tiny figures
OURS = "com.microsoft"  # the name under which onnxruntime keeps its own kinds of nodes

# Fields of the messages of ONNX, and numbers of its types.
GRAPH, OPERATORS = 7, 8
NODE, STORED, GIVEN, FOUND = 1, 5, 11, 12
DIMENSION, TYPE, NAME, RAW = 1, 2, 8, 9
FRACTIONS, BYTES, SIGNED_BYTES, WHOLES = 1, 2, 3, 7
TYPES: dict[int, str] = {FRACTIONS: "<f4", BYTES: "u1", SIGNED_BYTES: "i1", WHOLES: "<i8"}

# A token's figures are shared out over 255 steps. Those of GELU are never below -0.17: nearly all
# steps are for what is above zero, and the largest is taken for at least 1.7 so that they reach.
MIDDLE, STEPS = 128, 127
GELU_ZERO, GELU_STEPS, GELU_LEAST = 23, 232, 1.7

WORDS = "inner.embeddings.word_embeddings.weight"
PLACES = "inner.embeddings.position_embeddings.weight"
KIND_OF_TEXT = "inner.embeddings.token_type_embeddings.weight"
MATRIX = re.compile(r"val_(\d+)_q")


def quick(model: bytes) -> bytes:
    """A model of ONNX that takes `ids` and `places` of tokens and what keeps them `apart`."""
    stored = stored_in(model)
    graph = Graph()
    token = embedded(graph, stored)
    matrices = sorted(int(found[1]) for name in stored if (found := MATRIX.fullmatch(name)))
    for layer in range(LAYERS):
        names = [f"val_{each}" for each in matrices[6 * layer : 6 * layer + 6]]
        token = understood(graph, stored, token, layer=layer, matrices=names)
    return graph.to_bytes(found=token)


def stored_in(model: bytes) -> dict[str, Array]:
    """The figures that the file keeps, by their names."""
    found: dict[str, Array] = {}
    for field, graph in fields_of(memoryview(model)):
        if field == GRAPH and isinstance(graph, memoryview):
            tensors = [content for number, content in fields_of(graph) if number == STORED]
            found |= dict(tensor(each) for each in tensors if isinstance(each, memoryview))
    return found


def tensor(message: memoryview) -> tuple[str, Array]:
    """Where figures are not kept as raw bytes, there are none: the model keeps all that way."""
    shape: list[int] = []
    kind, name, raw = 0, "", memoryview(b"")
    for field, content in fields_of(message):
        if isinstance(content, int):
            if field == DIMENSION:
                shape.append(content)
            elif field == TYPE:
                kind = content
        elif field == DIMENSION:
            shape.extend(content)
        elif field == NAME:
            name = str(content, "utf-8")
        elif field == RAW:
            raw = content
    if kind not in TYPES:
        return name, np.zeros(0, dtype=np.float32)
    return name, np.frombuffer(raw, dtype=TYPES[kind]).reshape(shape)


class Graph:
    """Nodes and stored figures, as they are written down."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.count = 0
        self.shared: dict[str, str] = {}

    def new_name(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def store(self, figures: Array) -> str:
        kind = next(kind for kind, name in TYPES.items() if figures.dtype == np.dtype(name))
        name = self.new_name()
        shape = b"".join(number(DIMENSION, size) for size in figures.shape)
        content = part(NAME, name.encode()) + part(RAW, figures.tobytes())
        self.parts.append(part(STORED, shape + number(TYPE, kind) + content))
        return name

    def share(self, name: str, figures: Array) -> str:
        """Figures that many nodes take, stored once."""
        if name not in self.shared:
            self.shared[name] = self.store(figures)
        return self.shared[name]

    def add(
        self, kind: str, *inputs: str, domain: str = "", **settings: int | float | Sequence[int]
    ) -> str:
        (name,) = self.add_many(kind, *inputs, count=1, domain=domain, **settings)
        return name

    def add_many(
        self,
        kind: str,
        *inputs: str,
        count: int,
        domain: str = "",
        **settings: int | float | Sequence[int],
    ) -> list[str]:
        names = [self.new_name() for _ in range(count)]
        content = [part(1, each.encode()) for each in inputs]
        content += [part(2, each.encode()) for each in names]
        content += [part(3, names[0].encode()), part(4, kind.encode())]
        content += [part(5, setting(name, value)) for name, value in settings.items()]
        content += [part(7, domain.encode())]
        self.parts.append(part(NODE, b"".join(content)))
        return names

    def to_bytes(self, *, found: str) -> bytes:
        inputs = (
            described("ids", WHOLES, ["tokens"]),
            described("places", WHOLES, ["tokens"]),
            described("apart", FRACTIONS, ["tokens", "tokens"]),
        )
        graph = b"".join(
            [
                *self.parts,
                part(2, b"minilm"),
                *(part(GIVEN, each) for each in inputs),
                part(FOUND, described(found, FRACTIONS, ["tokens", WIDTH])),
            ]
        )
        operators = (part(1, b"") + number(2, 18), part(1, OURS.encode()) + number(2, 1))
        head = number(1, 10) + b"".join(part(OPERATORS, each) for each in operators)
        return head + part(GRAPH, graph)


def setting(name: str, value: int | float | Sequence[int]) -> bytes:
    """Its name, its value, and in field 20 which kind of value it is."""
    start = part(1, name.encode())
    if isinstance(value, float):
        return start + fraction(2, value) + number(20, 1)
    if isinstance(value, int):
        return start + number(3, value % 2**64) + number(20, 2)
    return start + b"".join(number(8, each) for each in value) + number(20, 7)


def described(name: str, kind: int, shape: Sequence[str | int]) -> bytes:
    """An input or an output: a size that is not known yet has a name instead."""
    sizes = [part(2, each.encode()) if isinstance(each, str) else number(1, each) for each in shape]
    tensor = number(1, kind) + part(2, b"".join(part(1, size) for size in sizes))
    return part(1, name.encode()) + part(2, part(1, tensor))


def embedded(graph: Graph, stored: Mapping[str, Array]) -> str:
    """What a word means anywhere, and where it stands. Its row alone is made fractions."""
    rows = graph.add("Gather", graph.store(stored[f"{WORDS}_q"]), "ids", axis=0)
    factors = graph.add("Gather", graph.store(stored[f"{WORDS}_scale"]), "ids", axis=0)
    word = graph.add("Mul", graph.add("Cast", rows, to=FRACTIONS), factors)
    known = stored[f"{PLACES}_q"].astype(np.float32) * stored[f"{PLACES}_scale"]
    places = (known[:MOST_TOKENS] + stored[KIND_OF_TEXT][0]).astype(np.float32)
    place = graph.add("Gather", graph.store(places), "places", axis=0)
    return normed(graph, stored, graph.add("Add", word, place), "inner.embeddings.LayerNorm")


def normed(graph: Graph, stored: Mapping[str, Array], token: str, name: str) -> str:
    weights = [graph.store(stored[f"{name}.{each}"]) for each in ("weight", "bias")]
    return graph.add("LayerNormalization", token, *weights, axis=-1, epsilon=1e-12)


def understood(
    graph: Graph, stored: Mapping[str, Array], token: str, *, layer: int, matrices: Sequence[str]
) -> str:
    """One layer: each token looks at the others of its text, then thinks about what it saw."""
    name = f"inner.encoder.layer.{layer}"
    *looks, seen, thought, told = matrices
    biases = [stored[f"{name}.attention.self.{each}.bias"] for each in ("query", "key", "value")]
    looked = attended(
        graph, multiplied(graph, token, weights_of(stored, looks), np.concatenate(biases))
    )
    bias = stored[f"{name}.attention.output.dense.bias"]
    looked = multiplied(graph, looked, weights_of(stored, [seen]), bias)
    token = graph.add("Add", looked, token)
    token = normed(graph, stored, token, f"{name}.attention.output.LayerNorm")
    bias = stored[f"{name}.intermediate.dense.bias"]
    inner = multiplied(graph, token, weights_of(stored, [thought]), bias)
    inner = graph.add("Gelu", inner, domain=OURS)
    bias = stored[f"{name}.output.dense.bias"]
    inner = multiplied(graph, inner, weights_of(stored, [told]), bias, is_gelu=True)
    return normed(graph, stored, graph.add("Add", inner, token), f"{name}.output.LayerNorm")


def weights_of(stored: Mapping[str, Array], names: Sequence[str]) -> tuple[Array, Array]:
    """Matrices side by side, and a factor for each column."""
    whole = [stored[f"{name}_q"] for name in names]
    factors = [
        np.broadcast_to(stored[f"{name}_scale"].reshape(-1), each.shape[1:])
        for name, each in zip(names, whole, strict=True)
    ]
    return np.concatenate(whole, axis=1), np.concatenate(factors).astype(np.float32)


def multiplied(
    graph: Graph, token: str, weights: tuple[Array, Array], bias: Array, *, is_gelu: bool = False
) -> str:
    """Each token is rounded by its largest figure, and the product is made as large again."""
    steps, middle = (GELU_STEPS, GELU_ZERO) if is_gelu else (STEPS, MIDDLE)
    step = graph.share(f"1/{steps}", np.array(1 / steps, dtype=np.float32))
    zero = graph.share(f"{middle}", np.array(middle, dtype=np.uint8))
    last = graph.share("last", np.array([-1], dtype=np.int64))
    if is_gelu:
        least = graph.share("least", np.array(GELU_LEAST, dtype=np.float32))
        largest = graph.add("Max", graph.add("ReduceMax", token, last, keepdims=1), least)
    else:
        largest = graph.add("ReduceMax", graph.add("Abs", token), last, keepdims=1)
    rounded = graph.add("QuantizeLinear", graph.add("Div", token, largest), step, zero)
    whole, factors = (graph.store(each) for each in weights)
    inputs = (rounded, whole, step, factors, zero)
    product = graph.add("MatMulIntegerToFloat", *inputs, domain=OURS)
    return graph.add("Add", graph.add("Mul", product, largest), graph.store(bias))


def attended(graph: Graph, queries_keys_values: str) -> str:
    """By how much each token looks at each other, and what it sees there."""
    by_head = graph.share("by head", np.array([-1, HEADS, WIDTH // HEADS], dtype=np.int64))
    flat = graph.share("flat", np.array([-1, WIDTH], dtype=np.int64))
    root = graph.share("root", np.array((WIDTH // HEADS) ** -0.5, dtype=np.float32))
    parts = graph.add_many("Split", queries_keys_values, count=3, axis=-1, num_outputs=3)
    query, key, value = (
        graph.add("Transpose", graph.add("Reshape", each, by_head), perm=order)
        for each, order in zip(parts, ((1, 0, 2), (1, 2, 0), (1, 0, 2)), strict=True)
    )
    alike = graph.add("Mul", graph.add("MatMul", query, key), root)
    looks = graph.add("Softmax", graph.add("Add", alike, "apart"), axis=-1)
    seen = graph.add("Transpose", graph.add("MatMul", looks, value), perm=(1, 0, 2))
    return graph.add("Reshape", seen, flat)
