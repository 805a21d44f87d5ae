"""Messages of protobuf, as far as a model of ONNX needs them: read from bytes and written."""

from __future__ import annotations

import struct
from collections.abc import Iterator

NUMBER, EIGHT_BYTES, MEASURED, FOUR_BYTES = 0, 1, 2, 5  # how a field's content is written


class Unreadable(ValueError):
    """The bytes are no message."""


def fields_of(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """The number of each field, and its content."""
    at = 0
    while at < len(message):
        key, at = read_number(message, at)
        way = key & 7
        if way == NUMBER:
            number, at = read_number(message, at)
            yield key >> 3, number
            continue
        size = {EIGHT_BYTES: 8, FOUR_BYTES: 4}.get(way)
        if way == MEASURED:
            size, at = read_number(message, at)
        if size is None or at + size > len(message):
            raise Unreadable
        yield key >> 3, message[at : at + size]
        at += size


def read_number(message: memoryview, at: int) -> tuple[int, int]:
    """The number and where it ends: seven bits a byte, the lowest first."""
    number = shift = 0
    while at < len(message) and shift < 64:
        byte = message[at]
        number, shift, at = number | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return number, at
    raise Unreadable


def number(field: int, value: int) -> bytes:
    return as_number(field << 3 | NUMBER) + as_number(value)


def fraction(field: int, value: float) -> bytes:
    return as_number(field << 3 | FOUR_BYTES) + struct.pack("<f", value)


def part(field: int, content: bytes) -> bytes:
    return as_number(field << 3 | MEASURED) + as_number(len(content)) + content


def as_number(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
