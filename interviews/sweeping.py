"""Closing the sittings whose time is over, so that it happens also when nobody looks."""

from __future__ import annotations

import logging
from datetime import datetime

from interviews.models import Sitting

logger = logging.getLogger(__name__)


def sweep(now: datetime) -> int:
    """Close every overdue sitting. Returns how many; a broken one is logged, the rest go on."""
    closed = 0
    for sitting in list(Sitting.objects.overdue(now)):
        try:
            closed += sitting.close_if_overdue(now, by=Sitting.ClosedBy.SWEEPER)
        except Exception:
            logger.exception("Sitting %s could not be closed.", sitting.pk)
    return closed
