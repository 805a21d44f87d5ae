"""What people say otherwise than the engine, kept so that it can learn from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from feedback.findings import Finding, Status
from questions.matching import Matched
from questions.models import Overrule, PointTally, QuestionRevision
from questions.models.overrules import LONGEST_EXCERPT

# Partly is no contradiction, whatever the engine said.
TEACHING = {
    (Status.NOT_FOUND, Overrule.Said.COVERED),
    (Status.NOT_SURE, Overrule.Said.COVERED),
    (Status.CHECK, Overrule.Said.COVERED),
    (Status.COVERED, Overrule.Said.MISSED),
}


@transaction.atomic
def record(
    *,
    user: User,
    revision: QuestionRevision,
    answer: str,
    matched: Matched,
    said: Mapping[int, str],
    source: str,
    now: datetime,
) -> int:
    """How many points were overruled for the first time with these words.

    Call it once per judged answer, also where nothing is overruled: it counts the answers.
    `user` wrote the answer, whoever judges it: the words go when their account goes.
    `said` maps the primary key of a key point to covered, partly or missed.
    """
    if not answer.strip():
        return 0
    judged = [pk for pk in said if pk in matched.by_point]
    if judged:
        PointTally.objects.add_one(judged)
    overrules = [
        Overrule(
            key_point_id=pk,
            user=user,
            excerpt=excerpt_of(answer, finding),
            status=finding.status,
            score=finding.score,
            method=matched.feedback.method,
            said=said[pk],
            source=source,
            created_at=now,
        )
        for pk, finding in _overruled(matched, said)
    ]
    if not overrules:
        return 0
    before = Overrule.objects.filter(user=user, key_point__in=judged).count()
    Overrule.objects.bulk_create(overrules, ignore_conflicts=True)
    return Overrule.objects.filter(user=user, key_point__in=judged).count() - before


@transaction.atomic
def take_back(*, user: User, judged: Iterable[int], made_at: datetime) -> None:
    """The judgement of these key points at that moment was undone; what was decided stays."""
    pks = list(judged)
    PointTally.objects.take_one(pks)
    theirs = Overrule.objects.waiting().filter(user=user, key_point__in=pks)
    theirs.filter(source=Overrule.Source.PRACTICE, created_at=made_at).delete()


def excerpt_of(answer: str, finding: Finding) -> str:
    """The sentence it is about, or the beginning of the answer, on one line."""
    words = finding.sentence.of(answer) if finding.sentence else answer
    text = " ".join(words.replace("\0", "").split())
    return text if len(text) <= LONGEST_EXCERPT else text[: LONGEST_EXCERPT - 1] + "…"


def _overruled(matched: Matched, said: Mapping[int, str]) -> Iterator[tuple[int, Finding]]:
    for pk, finding in matched.by_point.items():
        if (finding.status, said.get(pk)) in TEACHING:
            yield pk, finding
