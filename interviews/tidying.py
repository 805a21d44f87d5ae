"""Removing files of recordings that nothing names any more."""

from __future__ import annotations

from datetime import datetime
from itertools import batched

from interviews import recording_files
from interviews.models import Recording

AT_ONCE = 200


def tidy(now: datetime) -> int:
    """Remove what a crash left: halves, files without a row, files of what was taken back.

    Any number may run at once, beside uploads: what is young and unknown is left alone.
    Returns how many were removed.
    """
    removed = 0
    for files in batched(recording_files.found(now), AT_ONCE):
        rows = Recording.objects.filter(pk__in=[pk for _path, pk, _is_settled in files if pk])
        kept = {str(each.pk): each.is_kept for each in rows}
        for path, _pk, is_settled in files:
            if not kept.get(path.name, not is_settled):
                path.unlink(missing_ok=True)
                removed += 1
    return removed
