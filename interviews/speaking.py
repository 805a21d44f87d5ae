"""A spoken answer comes in: its bytes first, then its row, so that a row never lacks its bytes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from interviews import recording_files
from interviews.audio import AudioType
from interviews.models import Recording, Response
from interviews.models.recordings import Kept, keep


def receive(
    response: Response,
    pieces: Iterable[bytes],
    *,
    upload: UUID,
    audio_type: AudioType,
    duration_ms: int | None,
    has_agreed: bool,
    now: datetime,
) -> Kept:
    """Written before the transaction, which nobody need wait for; unwritten where it is refused."""
    pk = uuid.uuid4()
    size = recording_files.write(pk, pieces)
    try:
        kept = keep(
            response,
            pk=pk,
            upload=upload,
            has_agreed=has_agreed,
            now=now,
            mime_type=audio_type.value,
            size=size,
            duration_ms=duration_ms,
        )
    except BaseException:
        recording_files.remove([pk])
        raise
    if not Recording.objects.filter(pk=pk).exists():
        recording_files.remove([pk])
    return kept


def is_refused(response: Response, upload: UUID) -> bool:
    """Too late already, so that nothing need be written; what was stored before may come again."""
    sitting = response.sitting
    is_open = sitting.is_in_progress and not response.is_locked
    return not is_open and not response.recordings.filter(upload=upload).exists()
