"""When a link is called broken, and when it is looked at again.

Decision 0045 says why: a false alarm costs an editor more than a dead link that shows a day late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from questions.web import Seen, Verdict

DAY = timedelta(days=1)
# Seen to be gone in two looks at least this far apart.
SURE_AFTER = DAY
# Answers badly, or not at all, for this long and in this many looks.
BROKEN_AFTER, FEWEST_LOOKS = timedelta(days=14), 5
BETWEEN_LOOKS = timedelta(days=7)
# At least this long where a site asks to be left alone, and at most that.
LEAST_WAIT, LONGEST_WAIT = timedelta(hours=1), timedelta(days=30)

GONE = {Verdict.GONE, Verdict.NO_SUCH_HOST}
# Says nothing of the page: sites that let no program in, and addresses that we do not ask.
NEVER_BROKEN = {Verdict.REFUSED, Verdict.BUSY, Verdict.NOT_PUBLIC}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The looks since the page was last there. `gone_since`: the first that found it gone."""

    failing_since: datetime | None = None
    gone_since: datetime | None = None
    failed_looks: int = 0

    def after(self, seen: Seen, *, now: datetime) -> Series:
        """Only a page that is there ends a series."""
        if seen.verdict == Verdict.FINE:
            return Series()
        is_gone = seen.verdict in GONE
        return Series(
            failing_since=self.failing_since or now,
            gone_since=self.gone_since or (now if is_gone else None),
            failed_looks=self.failed_looks + 1,
        )

    def is_broken(self, seen: Seen, *, now: datetime) -> bool:
        """The series ends with this look."""
        if seen.verdict in GONE and self.gone_since:
            return now - self.gone_since >= SURE_AFTER
        if seen.verdict in NEVER_BROKEN or not self.failing_since:
            return False
        return now - self.failing_since >= BROKEN_AFTER and self.failed_looks >= FEWEST_LOOKS


def time_until_next(seen: Seen, *, is_broken: bool) -> timedelta:
    """Weekly, but daily where it is not decided what to call it."""
    if seen.verdict == Verdict.FINE or is_broken or seen.verdict in (NEVER_BROKEN - {Verdict.BUSY}):
        return BETWEEN_LOOKS
    return DAY


def time_to_wait(seen: Seen) -> timedelta | None:
    """How long the whole site is left alone; None if it is not busy."""
    if seen.verdict != Verdict.BUSY and seen.wait is None:
        return None
    return min(max(seen.wait or LEAST_WAIT, LEAST_WAIT), LONGEST_WAIT)
