"""Recordings as bytes: which container they are in, and which part of them was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

# Enough of the beginning to know the container by.
HEAD = 64
EBML = b"\x1a\x45\xdf\xa3"
RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.ASCII)


class AudioType(StrEnum):
    """What browsers record into, and all play that can."""

    WEBM = "audio/webm"
    OGG = "audio/ogg"
    MP4 = "audio/mp4"

    @property
    def suffix(self) -> str:
        return self.value.rpartition("/")[2]


class NotSatisfiable(Exception):
    """The part that was asked for lies beyond the end, or is none."""


@dataclass(frozen=True)
class ByteRange:
    """From `start` to `stop`, which is not in it."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start


def sniff(head: bytes) -> AudioType | None:
    """By what the container begins with; nobody is believed who only says so. None: neither."""
    if head.startswith(EBML) and b"webm" in head[:HEAD]:
        return AudioType.WEBM
    if head.startswith(b"OggS"):
        return AudioType.OGG
    if head[4:8] == b"ftyp":
        return AudioType.MP4
    return None


def byte_range(header: str, size: int) -> ByteRange | None:
    """Of a Range header; None: all of it, as for several parts at once or what is no range.

    Raises NotSatisfiable.
    """
    asked = RANGE.fullmatch(header.strip())
    if asked is None:
        return None
    first, last = asked.groups()
    if not first and not last:
        raise NotSatisfiable
    if not first:
        start, stop = max(size - int(last), 0), size
    else:
        start, stop = int(first), min(int(last) + 1, size) if last else size
    if start >= stop:
        raise NotSatisfiable
    return ByteRange(start, stop)
