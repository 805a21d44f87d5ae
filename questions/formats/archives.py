"""Zip files from strangers: nothing is written to a path they name, nothing grows without bound."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from questions.formats.document import UnreadableFile

MOST_ENTRIES = 20_000
# What is stored is text and databases: nothing real shrinks to less than a hundredth.
MOST_RATIO = 200
SMALL = 1024 * 1024
CHUNK = 256 * 1024
ENTRY_MARK = b"PK\x01\x02"


def is_archive(data: bytes) -> bool:
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def opened(data: bytes) -> ZipFile:
    """Counts the entries before each of them becomes an object: none is one without its mark."""
    if data.count(ENTRY_MARK) > MOST_ENTRIES:
        raise UnreadableFile(
            f"This archive holds more than {MOST_ENTRIES:,} files. Export it without its media.",
            code="E-TOO-LARGE",
        )
    try:
        return ZipFile(io.BytesIO(data))
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _broken() from error


def copy_entry(
    archive: ZipFile, entry: ZipInfo, *, to: Callable[[bytes], object], most: int
) -> None:
    """In pieces, and never more than `most` bytes, whatever the archive says of its size."""
    if entry.flag_bits & 1:
        raise UnreadableFile("This archive has a password. Save it without one.", code="E-ARCHIVE")
    if entry.file_size > max(SMALL, entry.compress_size * MOST_RATIO):
        raise _too_large(entry.filename, most)
    try:
        with archive.open(entry) as file:
            copy_bounded(file, to=to, most=most, name=entry.filename)
    except UnreadableFile:
        raise
    except Exception as error:  # zlib's, bz2's and lzma's errors have no common parent
        raise _broken() from error


def copy_bounded(file: IO[bytes], *, to: Callable[[bytes], object], most: int, name: str) -> None:
    total = 0
    while piece := file.read(CHUNK):
        total += len(piece)
        if total > most:
            raise _too_large(name, most)
        to(piece)


def read_entry(archive: ZipFile, entry: ZipInfo, *, most: int) -> bytes:
    pieces: list[bytes] = []
    copy_entry(archive, entry, to=pieces.append, most=most)
    return b"".join(pieces)


def _too_large(name: str, most: int) -> UnreadableFile:
    return UnreadableFile(
        f"“{name[-80:]}” in this archive unpacks to more than {most // SMALL} MB, or is packed "
        "more tightly than any real file.",
        code="E-TOO-LARGE",
    )


def _broken() -> UnreadableFile:
    return UnreadableFile("This archive is damaged. Export or pack it anew.", code="E-ARCHIVE")
