"""What went out of here as a file and comes back is known again, whatever was learned since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from questions.formats.document import KeyPointText, QuestionDocument
from questions.models import Question, QuestionRevision
from questions.revising import content_hash, document_of, with_parts, without_notes


def in_the_bank(documents: Sequence[QuestionDocument]) -> dict[int, Question]:
    """By place, the bank's question whose text a document still is.

    Interviewers' notes do not go out to everybody, so the text may come back without them.
    """
    slugs = {document.slug for document in documents if document.slug}
    shared = Question.objects.all().shared().filter(slug__in=slugs)
    by_slug = {each.slug: each for each in shared.select_related("current_revision")}
    # An older text of the same question may stand in the file too.
    places = [place for place, document in enumerate(documents) if document.slug in by_slug]
    pairs = [(documents[place], by_slug[documents[place].slug]) for place in places]
    same = texts_that_stand(pairs, may_lack_notes=True)
    return {places[each]: pairs[each][1] for each in same}


def texts_that_stand(
    pairs: Sequence[tuple[QuestionDocument, Question]], *, may_lack_notes: bool = False
) -> set[int]:
    """The places of those documents that are the current text of the question beside them.

    They may have phrases that were learned here, as these are no part of what was written. Texts
    are read only where the hashes differ and there may be such a thing: nine queries at most.
    """
    same: set[int] = set()
    others: dict[int, int] = {}
    for place, (document, question) in enumerate(pairs):
        current = question.current_revision
        if current and content_hash(document) == current.content_hash:
            same.add(place)
        elif current and (document.key_points or may_lack_notes):
            others[place] = current.pk
    if not others:
        return same
    revisions = with_parts(QuestionRevision.objects.filter(pk__in=set(others.values()))).in_bulk()
    return same | {
        place
        for place, pk in others.items()
        if _is_text_of(pairs[place][0], revisions[pk], may_lack_notes=may_lack_notes)
    }


def _is_text_of(
    document: QuestionDocument, revision: QuestionRevision, *, may_lack_notes: bool
) -> bool:
    ours = document_of(revision)
    if may_lack_notes and not document.interviewer_notes:
        ours = without_notes(ours)
    learned = _learned(revision)
    return content_hash(_without(learned, document)) == content_hash(_without(learned, ours))


def without_learned(
    revision: QuestionRevision, document: QuestionDocument
) -> tuple[QuestionDocument, QuestionDocument]:
    """The revision, and the document that is to follow it, without the phrases that were learned of
    key points which stay: these stay too, whether a file has them or not."""
    staying = {point.text for point in document.key_points}
    learned = {text: found for text, found in _learned(revision).items() if text in staying}
    return _without(learned, document_of(revision)), _without(learned, document)


def _learned(revision: QuestionRevision) -> Mapping[str, set[str]]:
    """By the text of each key point."""
    return {
        point.text: {phrase.text for phrase in point.accept_phrases.all() if phrase.added_by_id}
        for point in revision.key_points.all()
    }


def _without(learned: Mapping[str, set[str]], document: QuestionDocument) -> QuestionDocument:
    return replace(document, key_points=tuple(_as_written(learned, document.key_points)))


def _as_written(
    learned: Mapping[str, set[str]], points: Sequence[KeyPointText]
) -> list[KeyPointText]:
    return [
        replace(
            point,
            accept=tuple(text for text in point.accept if text not in learned.get(point.text, ())),
        )
        for point in points
    ]
