"""What the engine suggests for a response: made on the first look, then kept."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from accounts.models import User
from feedback.findings import Finding, Status
from interviews.models import Item, Suggestion
from interviews.models.suggestions import row_of
from interviews.scoring import Coverage
from questions.matching import Matched, assess, best_method, text_of
from questions.models import Overrule
from questions.models.overrules import PointRewritten
from questions.overruling import excerpt_of

# Held while answers are read for a page that can be shown without them.
reading = threading.Lock()

# "Not sure" suggests nothing: whoever judges must decide.
SUGGESTED = {
    Status.COVERED: Coverage.COVERED.value,
    Status.NOT_FOUND: Coverage.MISSED.value,
    Status.CHECK: Coverage.MISSED.value,
}


def suggested(finding: Finding | None) -> str:
    """Covered, missed, or nothing."""
    return SUGGESTED.get(finding.status, "") if finding else ""


def suggestions_for(
    items: Iterable[Item], *, now: datetime, as_shown: bool = False
) -> dict[int, Matched]:
    """By the item's primary key, those that have one; see `suggestion_for`."""
    found = ((item.pk, suggestion_for(item, now=now, as_shown=as_shown)) for item in items)
    return {pk: matched for pk, matched in found if matched}


def suggestions_at_hand(items: Sequence[Item], *, now: datetime) -> tuple[dict[int, Matched], bool]:
    """As `suggestions_for`, for a page that need not wait. Says whether some are still to be made.

    Reading an answer takes some 50 ms of a core, and a whole class hands in at once: a process
    reads for one page at a time, and meanwhile gives the others what is kept.
    """
    if reading.acquire(blocking=False):
        try:
            return suggestions_for(items, now=now), False
        finally:
            reading.release()
    kept = {item.pk: kept_for(item) for item in items if is_readable(item)}
    return {pk: matched for pk, matched in kept.items() if matched}, None in kept.values()


def suggestion_for(item: Item, *, now: datetime, as_shown: bool = False) -> Matched | None:
    """None: there are no words to look at, or no key points to look for.

    Asks nothing of the database where all is kept and `response__suggestion`, `marks`,
    `revision__key_points__accept_phrases` and `revision__misconceptions` are read along.
    """
    if not is_readable(item):
        return None
    return kept_for(item, as_shown=as_shown) or make(item, now=now).matched


def is_readable(item: Item) -> bool:
    response, revision = item.response, item.revision
    return bool(revision.kind == "open" and response.text.strip() and revision.key_points.all())


def kept_for(item: Item, *, as_shown: bool = False) -> Matched | None:
    """None: there is none yet, or it is to be made anew.

    So it is when the engine or the question's phrasings have changed, until somebody has marked
    the item: a result is never rewritten. `as_shown`: what the page sent has said.
    """
    kept: Suggestion | None = getattr(item.response, "suggestion", None)
    if kept is None or kept.number != item.response.number:
        return None
    is_final = as_shown or item.newest_mark is not None
    return kept.matched if is_final or kept.digest == digest_now(item) else None


def digest_now(item: Item) -> str:
    return text_of(item.revision).digest(best_method())


def make(item: Item, *, now: datetime) -> Suggestion:
    matched = assess(item.revision, item.response.text)
    suggestion, _is_new = Suggestion.objects.update_or_create(
        response=item.response,
        defaults={
            "number": item.response.number,
            "digest": text_of(item.revision).digest(matched.feedback.method),
            "method": matched.feedback.method,
            "findings": [row_of(pk, finding) for pk, finding in matched.by_point.items()],
            "made_at": now,
        },
    )
    return suggestion


def accept_phrases(
    item: Item, phrases: Mapping[int, str], *, matched: Matched, by: User, now: datetime
) -> int:
    """Confirms at once what a mark has just overruled; how many were. By key point: the words.

    Left out: what is not theirs to decide, what was decided before, and points rewritten since.
    """
    count = 0
    for pk, text in phrases.items():
        excerpt = excerpt_of(item.response.text, matched.by_point[pk])
        waiting = Overrule.objects.decidable_by(by).waiting()
        overrule = waiting.filter(
            key_point=pk, user=item.sitting.learner_id, excerpt=excerpt
        ).first()
        try:
            count += bool(overrule and overrule.accept(by=by, now=now, text=text))
        except PointRewritten:
            continue
    return count
