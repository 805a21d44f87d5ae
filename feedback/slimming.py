"""The model's graph, changed so that its table of word vectors stays small in memory.

The table is stored as whole numbers with a factor for each word. The graph as it comes turns all
of it into fractions and then looks up the words of a text, for which onnxruntime keeps 47 MB and
takes twice as much while loading. Looked up first, the same figures come out.
"""

from __future__ import annotations

from collections.abc import Sequence

GRAPH, NODE = 7, 1  # numbers of fields in the messages of ONNX
INPUT, OUTPUT, NAME, KIND, ATTRIBUTE = 1, 2, 3, 4, 5
TABLE = b"inner.embeddings.word_embeddings.weight"
WHOLE, FRACTIONS, FACTORS = TABLE + b"_q", TABLE + b"_f", TABLE + b"_scale"
ROWS, ROW_FRACTIONS, ROW_FACTORS = TABLE + b"_rows", TABLE + b"_rows_f", TABLE + b"_rows_scale"
WORDS, FOUND = b"input_ids", b"embedding"


def slim(model: bytes) -> bytes:
    """The same bytes where the graph is not as we know it."""
    before = [
        node(b"Cast", [WHOLE], FRACTIONS, name=TABLE + b"_cast", attributes=TO_FRACTIONS),
        node(b"Mul", [FRACTIONS, FACTORS], TABLE, name=TABLE + b"_mul"),
        node(b"Gather", [TABLE, WORDS], FOUND, name=b"node_embedding", attributes=BY_ROW),
    ]
    after = [
        node(b"Gather", [WHOLE, WORDS], ROWS, name=ROWS, attributes=BY_ROW)
        + node(b"Gather", [FACTORS, WORDS], ROW_FACTORS, name=ROW_FACTORS, attributes=BY_ROW),
        node(b"Cast", [ROWS], ROW_FRACTIONS, name=ROW_FRACTIONS, attributes=TO_FRACTIONS),
        node(b"Mul", [ROW_FRACTIONS, ROW_FACTORS], FOUND, name=b"node_embedding"),
    ]
    if any(model.count(each) != 1 for each in before):
        return model
    start, end = graph_in(model)
    graph = model[start:end]
    for old, new in zip(before, after, strict=True):
        graph = graph.replace(old, new)
    head = model[: start - len(varint(end - start))]
    return b"".join((head, varint(len(graph)), graph, model[end:]))


def graph_in(model: bytes) -> tuple[int, int]:
    """Where it starts and ends. Before it stand a number and two short texts."""
    at = 0
    while True:
        kind, at = read_varint(model, at)
        value, at = read_varint(model, at)
        if kind == key(GRAPH):
            return at, at + value
        at += value if kind & 7 == MEASURED else 0


def node(
    kind: bytes, inputs: Sequence[bytes], output: bytes, *, name: bytes, attributes: bytes = b""
) -> bytes:
    names = b"".join(field(INPUT, each) for each in inputs) + field(OUTPUT, output)
    return field(NODE, names + field(NAME, name) + field(KIND, kind) + attributes)


def field(number: int, content: bytes) -> bytes:
    return varint(key(number)) + varint(len(content)) + content


MEASURED = 2  # of a kind that begins with its length


def key(number: int) -> int:
    return number << 3 | MEASURED


def varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number and where it ends."""
    number = shift = 0
    while True:
        byte = data[at]
        number, shift, at = number | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return number, at


def whole_number(name: bytes, value: int) -> bytes:
    """An attribute: its value is field 3, and field 20 says that it is a whole number."""
    return field(ATTRIBUTE, field(1, name) + bytes([3 << 3, value]) + varint(20 << 3) + b"\x02")


BY_ROW, TO_FRACTIONS = whole_number(b"axis", 0), whole_number(b"to", 1)
