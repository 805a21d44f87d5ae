"""What a typed answer covers of a question: the one place where the site asks the engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import prefetch_related_objects
from django.utils import timezone

from feedback import engine
from feedback.findings import Feedback, Finding, Method, PointText
from questions.models import QuestionRevision, RevisionVectors

# Vectors of a question are some 200 kB in memory.
KEPT_IN_MEMORY = 64


@dataclass(frozen=True)
class Matched:
    """`by_point`: the primary key of each key point and what was found of it, in their order."""

    feedback: Feedback
    by_point: dict[int, Finding]

    @property
    def is_basic(self) -> bool:
        return self.feedback.method == Method.LEXICAL

    @property
    def numbered(self) -> dict[int, Finding]:
        """The same by the number of the key point, from 1: what `highlighted` takes."""
        return dict(enumerate(self.feedback.findings, 1))


@dataclass(frozen=True)
class Source:
    """All that the engine reads of a revision, and how it would read it now."""

    revision_pk: int
    question: str
    points: tuple[PointText, ...]
    version: str
    method: Method

    def digest(self, method: Method) -> str:
        points = [[point.text, list(point.accept)] for point in self.points]
        text = json.dumps([self.version, method, self.question, points], ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def assess(revision: QuestionRevision, answer: str) -> Matched:
    """What the answer covers of each key point.

    Two queries for key points and phrases unless they are prefetched (`key_points__accept_phrases`)
    and one for the vectors, unless this process has used them before. Where they are missing or
    old they are made, which takes a while, and stored.
    """
    prefetch_related_objects([revision], "key_points__accept_phrases")
    points = list(revision.key_points.all())
    if not points:
        return Matched(Feedback(best_method(), ()), {})
    feedback = engine.assess(_prepared(source_of(revision)), answer)
    pairs = zip(points, feedback.findings, strict=True)
    return Matched(feedback, {point.pk: finding for point, finding in pairs})


def best_method() -> Method:
    return Method.MODEL if engine.is_available() else Method.LEXICAL


def lacking() -> Iterator[QuestionRevision]:
    """Texts in use whose vectors are missing, or from another engine than the one there is.

    Newest first. Each is asked about again before it is given, since others may be at it too.
    """
    kind = (engine.VERSION, best_method())
    for pk in RevisionVectors.objects.lacking(*kind).values_list("pk", flat=True):
        still = RevisionVectors.objects.lacking(*kind).filter(pk=pk)
        yield from still.prefetch_related("key_points__accept_phrases")


def make_vectors(revision: QuestionRevision) -> Method:
    """Makes and stores them, whatever is there; how they were made."""
    return _make(source_of(revision)).method


def source_of(revision: QuestionRevision) -> Source:
    points = tuple(
        PointText(point.text, tuple(phrase.text for phrase in point.accept_phrases.all()))
        for point in revision.key_points.all()
    )
    return Source(revision.pk, revision.prompt, points, engine.VERSION, best_method())


# The source is made of the rows as they are now, so a phrase added anywhere is another key here.
@lru_cache(KEPT_IN_MEMORY)
def _prepared(source: Source) -> engine.Prepared:
    wanted = source.digest(source.method)
    kept = RevisionVectors.objects.filter(revision=source.revision_pk, digest=wanted).first()
    if kept:
        try:
            return engine.Prepared.from_bytes(bytes(kept.data))
        except engine.OutdatedVectors:
            pass
    return _make(source)


def _make(source: Source) -> engine.Prepared:
    """Where the model cannot be loaded they are lexical, and found wanting by other processes."""
    prepared = engine.prepare(source.question, source.points)
    RevisionVectors.objects.update_or_create(
        revision_id=source.revision_pk,
        defaults={
            "version": source.version,
            "method": prepared.method,
            "digest": source.digest(prepared.method),
            "data": prepared.to_bytes(),
            "made_at": timezone.now(),
        },
    )
    return prepared
