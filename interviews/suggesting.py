"""What the engine suggests for a response: made on the first look, then kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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


def suggestion_for(item: Item, *, now: datetime, as_shown: bool = False) -> Matched | None:
    """None: there are no words to look at, or no key points to look for.

    Made anew when the engine or the question's phrasings have changed, until somebody has
    marked the item: a result is never rewritten. `as_shown`: what the page sent has said.
    Asks nothing of the database where all is kept and `response__suggestion`, `marks`,
    `revision__key_points__accept_phrases` and `revision__misconceptions` are read along.
    """
    response, revision = item.response, item.revision
    if revision.kind != "open" or not response.text.strip() or not revision.key_points.all():
        return None
    kept: Suggestion | None = getattr(response, "suggestion", None)
    if kept and kept.number == response.number:
        is_final = as_shown or item.newest_mark is not None
        if is_final or kept.digest == digest_now(item):
            return kept.matched
    return make(item, now=now).matched


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
