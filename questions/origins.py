"""What a question file says besides the text: who changed it since the file last came.

Topic and tags change without a new revision, so no version tells whose are newer; the hash of what
the file said last does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from enum import StrEnum

from django.db.models import QuerySet

from questions.formats.document import UNKNOWN_LICENSE, QuestionDocument
from questions.models import Question
from questions.revising import content_hash

# What their owner finds the questions of a file by; no tag of the bank begins so.
TAGS_OF_FILES = "from-"
LARGEST_NAME_IN_SOURCE = 160  # leaves room for the lines


class Facts(StrEnum):
    SAME = "same"
    OURS = "ours"  # the file says what it said last
    THEIRS = "theirs"  # here they are as they last came
    BOTH = "both"  # changed on both sides, or nobody knows


def with_origin(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Ready for the functions below and for what a plan asks, none of which then ask the database
    anything."""
    related = questions.select_related("current_revision", "topic", "imported_from")
    return related.defer("imported_from__data").prefetch_related(
        "tags", "current_revision__follow_ups"
    )


def is_place(source: str, *file_names: str) -> bool:
    """Whether the source only says where in one of these files a text stood."""
    return source.startswith(
        tuple(f"{name[-LARGEST_NAME_IN_SOURCE:]}: " for name in file_names if name)
    )


def file_names(question: Question, name: str) -> tuple[str, str]:
    """Of a file that it comes in, and of the one that it came from: an export says where its text
    stood in that."""
    return name, question.imported_from.name if question.imported_from else ""


def facts_hash(document: QuestionDocument, *file_names: str) -> str:
    """Where in these files it stood is none of its facts."""
    said = [
        *(document.topic, sorted(tag for tag in document.tags if not _is_of_file(tag))),
        *(document.license, document.authors, document.extra, document.reviewed_on),
        "" if is_place(document.source, *file_names) else document.source,
    ]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def facts_of(question: Question, document: QuestionDocument, *, file_name: str) -> Facts:
    """Of a document that is to follow the current text."""
    here, names = _as_here(question, document), file_names(question, file_name)
    ours = facts_hash(here, *names)
    if ours == facts_hash(_with_newer_review(question, document), *names):
        return Facts.SAME
    if facts_hash(document, *names) == question.origin_facts:
        return Facts.OURS
    # The version says whose licence and source are newer, and nothing of topic and tags.
    is_next = (document.slug, document.version) == (question.slug, _number(question))
    stays = (document.topic, set(document.tags)) == (here.topic, set(here.tags))
    return Facts.THEIRS if ours == question.origin_facts or (is_next and stays) else Facts.BOTH


def placed(question: Question, document: QuestionDocument, *, file_name: str) -> QuestionDocument:
    """With the facts that it would have here; where it stands in a file is no news."""
    facts = facts_of(question, document, file_name=file_name)
    document, here = _with_newer_review(question, document), _as_here(question, document)
    names = file_names(question, file_name)
    if facts is Facts.OURS:
        # Who reviewed the text here did not see another one.
        return replace(here, reviewed_on=document.reviewed_on)
    if is_place(document.source, *names) and is_place(here.source, *names):
        document = replace(document, source=here.source)
    of_files = {tag for tag in here.tags if _is_of_file(tag)}
    return replace(document, tags=tuple(sorted({*document.tags, *of_files})))


def signed_as_here(
    question: Question, document: QuestionDocument, *, file_name: str
) -> QuestionDocument:
    """A file that says nothing of licence, source and authors takes none of them away; who reviewed
    the text here did not see another one. Topic and tags stay in any case."""
    here, document = _as_here(question, document), as_placed_here(question, document)
    names = file_names(question, file_name)
    is_said = document.source and not is_place(document.source, *names)
    is_known = here.source and not is_place(here.source, *names)
    return replace(
        document,
        license=here.license if document.license == UNKNOWN_LICENSE else document.license,
        source=here.source if is_known and not is_said else document.source,
        authors=document.authors or here.authors,
        extra=document.extra or here.extra,
    )


def as_placed_here(question: Question, document: QuestionDocument) -> QuestionDocument:
    here = _as_here(question, document)
    return replace(document, topic=here.topic, tags=here.tags)


def _as_here(question: Question, document: QuestionDocument) -> QuestionDocument:
    revision = question.current_revision
    if revision is None:
        return document
    return replace(
        document,
        topic=question.topic.path if question.topic else "",
        tags=tuple(sorted(tag.slug for tag in question.tags.all())),
        license=revision.license,
        source=revision.source,
        authors=tuple(revision.authors),
        extra=dict(revision.extra),
        reviewed_on=revision.reviewed_on.isoformat() if revision.reviewed_on else None,
    )


def _with_newer_review(question: Question, document: QuestionDocument) -> QuestionDocument:
    """Somebody here may have stood by the same text since, which makes no new revision."""
    revision = question.current_revision
    if not revision or not revision.reviewed_on or content_hash(document) != revision.content_hash:
        return document
    newest = max(document.reviewed_on or "", revision.reviewed_on.isoformat())
    return replace(document, reviewed_on=newest)


def _number(question: Question) -> int:
    return question.current_revision.number if question.current_revision else 0


def _is_of_file(tag: str) -> bool:
    return tag.startswith(TAGS_OF_FILES)
