"""The bytes of recordings: one file each in a private folder, named by the recording's id.

The database decides what exists. A file is whole before a row names it, and a file that no row
names is never served; `tidy` removes it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from interviews.audio import ByteRange

logger = logging.getLogger(__name__)

PIECE = 64 * 1024
PART = ".part"
# Whatever is younger may be about to get its row.
SETTLED = timedelta(hours=1)


def folder() -> Path:
    """Only the server's own user may look into it."""
    path = Path(settings.RECORDINGS_DIR)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(pk: UUID) -> Path:
    return Path(settings.RECORDINGS_DIR) / str(pk)


def write(pk: UUID, pieces: Iterable[bytes]) -> int:
    """Whole and on the disk, or not there at all. Returns the size."""
    home, size = folder(), 0
    part = home / f"{pk}{PART}"
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                size += file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        part.replace(home / str(pk))
        sync(home)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return size


def sync(home: Path) -> None:
    """The new name too must outlive a power cut."""
    handle = os.open(home, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(pks: Iterable[UUID]) -> None:
    """What is gone already is no error; what cannot be removed now, `tidy` tries again."""
    for pk in pks:
        try:
            path_of(pk).unlink(missing_ok=True)
        except OSError:
            logger.exception("Recording %s could not be removed.", pk)


def read(file: BinaryIO, part: ByteRange) -> Iterator[bytes]:
    """Closes the file at the end."""
    with file:
        file.seek(part.start)
        left = part.length
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def found(now: datetime) -> Iterator[tuple[Path, UUID | None, bool]]:
    """Every file, the recording it is named for, and whether it is old enough to be settled."""
    with os.scandir(folder()) as entries:
        for entry in entries:
            try:
                changed_at = datetime.fromtimestamp(entry.stat().st_mtime, tz=now.tzinfo)
            except FileNotFoundError:
                continue  # another worker was quicker
            yield Path(entry.path), id_in(entry.name), changed_at < now - SETTLED


def id_in(name: str) -> UUID | None:
    """None: the name is not one that we give to what is whole."""
    try:
        pk = UUID(name)
    except ValueError:
        return None
    return pk if str(pk) == name else None
