"""What a typed answer covers of a question: the one place where the site asks the engine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db.models import prefetch_related_objects
from django.utils import timezone

from feedback import engine
from feedback.findings import Feedback, Finding, Method, PointText, Span, Status
from questions.models import QuestionRevision, RevisionVectors

# Vectors of a question are some 90 kB stored and 400 kB in memory.
KEPT_IN_MEMORY = 64
# Read by meaning while somebody waits for the next page: some 100 ms of one core.
QUICK_WORDS = 200
# By so much a sentence must fit a misconception better than the key point to be held for it:
# below, paraphrases of the key point were held for its misconception now and then.
CLEARLY = 0.1
READ = ("key_points__accept_phrases", "misconceptions")


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
class Text:
    """All that the engine reads of a question. Misconceptions are read as points of their own."""

    question: str
    points: tuple[PointText, ...]
    misconceptions: tuple[str, ...] = ()

    def prepared(self, method: Method | None = None) -> engine.Prepared:
        points = (*self.points, *map(PointText, self.misconceptions))
        return engine.prepare(self.question, points, method=method)

    def digest(self, method: Method) -> str:
        points = [[point.text, list(point.accept)] for point in self.points]
        content = [engine.VERSION, method, self.question, points, list(self.misconceptions)]
        text = json.dumps(content, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def assess(revision: QuestionRevision, answer: str) -> Matched:
    """What the answer covers of each key point.

    Three queries for the texts unless they are prefetched (`key_points__accept_phrases`,
    `misconceptions`) and one for the vectors, unless this process has used them before. Where they
    are missing or old they are made, which takes a while, and stored.
    """
    prefetch_related_objects([revision], *READ)
    points = list(revision.key_points.all())
    if not points:
        return Matched(Feedback(best_method(), ()), {})
    text = text_of(revision)
    prepared = _prepared(revision.pk, text, engine.VERSION, best_method())
    feedback = feedback_on(answer, text=text, prepared=prepared)
    pairs = zip(points, feedback.findings, strict=True)
    return Matched(feedback, {point.pk: finding for point, finding in pairs})


def assess_quickly(revision: QuestionRevision, answer: str) -> Matched:
    """As `assess`, but by words alone where meaning would keep somebody waiting.

    So it is while the model loads, before the vectors are made, and for long answers. Nothing is
    stored.
    """
    prefetch_related_objects([revision], *READ)
    text = text_of(revision)
    is_short = len(answer.split()) <= QUICK_WORDS
    if is_short and engine.is_loaded() and _has_vectors(revision.pk, text):
        return assess(revision, answer)
    feedback = feedback_on(answer, text=text, prepared=text.prepared(Method.LEXICAL))
    pairs = zip(revision.key_points.all(), feedback.findings, strict=True)
    return Matched(feedback, {point.pk: finding for point, finding in pairs})


def _has_vectors(revision_pk: int, text: Text) -> bool:
    digest = text.digest(best_method())
    return RevisionVectors.objects.filter(revision=revision_pk, digest=digest).exists()


def feedback_on(answer: str, *, text: Text, prepared: engine.Prepared) -> Feedback:
    """For the key points alone. Asks no database."""
    found = engine.assess(prepared, answer)
    points = found.findings[: len(text.points)]
    beliefs = found.findings[len(text.points) :]
    return Feedback(found.method, tuple(_without_beliefs(point, beliefs) for point in points))


def _without_beliefs(finding: Finding, beliefs: tuple[Finding, ...]) -> Finding:
    """To be checked if the sentence says rather what people often believe, and is not so.

    A sentence in which other words speak for the key point may well say both.
    """
    if finding.status not in (Status.COVERED, Status.NOT_SURE):
        return finding
    is_believed = any(
        belief.status == Status.COVERED
        and belief.sentence == finding.sentence
        and belief.score > finding.score + CLEARLY
        and _words(finding) <= _words(belief)
        for belief in beliefs
    )
    return replace(finding, status=Status.CHECK, reason="misconception") if is_believed else finding


def _words(finding: Finding) -> set[Span]:
    return {match.said for match in finding.matches}


def best_method() -> Method:
    return Method.MODEL if engine.is_available() else Method.LEXICAL


def lacking() -> Iterator[QuestionRevision]:
    """Texts in use whose vectors are missing, or from another engine than the one there is.

    Newest first. Each is asked about again before it is given, since others may be at it too.
    """
    kind = (engine.VERSION, best_method())
    for pk in RevisionVectors.objects.lacking(*kind).values_list("pk", flat=True):
        still = RevisionVectors.objects.lacking(*kind).filter(pk=pk)
        yield from still.prefetch_related(*READ)


def make_vectors(revision: QuestionRevision) -> Method:
    """Makes and stores them, whatever is there; how they were made."""
    return _make(revision.pk, text_of(revision)).method


def text_of(revision: QuestionRevision) -> Text:
    points = tuple(
        PointText(point.text, tuple(phrase.text for phrase in point.accept_phrases.all()))
        for point in revision.key_points.all()
    )
    beliefs = tuple(misconception.text for misconception in revision.misconceptions.all())
    return Text(revision.prompt, points, beliefs)


# The text is made of the rows as they are now, so a phrase added anywhere is another key here.
@lru_cache(KEPT_IN_MEMORY)
def _prepared(revision_pk: int, text: Text, version: str, method: Method) -> engine.Prepared:
    kept = RevisionVectors.objects.filter(revision=revision_pk, digest=text.digest(method)).first()
    if kept:
        try:
            return engine.Prepared.from_bytes(bytes(kept.data))
        except engine.OutdatedVectors:
            pass
    return _make(revision_pk, text)


def _make(revision_pk: int, text: Text) -> engine.Prepared:
    """Where the model cannot be loaded they are lexical, and found wanting by other processes."""
    prepared = text.prepared()
    RevisionVectors.objects.update_or_create(
        revision_id=revision_pk,
        defaults={
            "version": engine.VERSION,
            "method": prepared.method,
            "digest": text.digest(prepared.method),
            "data": prepared.to_bytes(),
            "made_at": timezone.now(),
        },
    )
    return prepared
