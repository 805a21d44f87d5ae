"""From documents to questions and back: each change of the text is a new revision, whole at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet, prefetch_related_objects
from django.utils.text import slugify

from accounts.models import User
from questions.formats.document import (
    FollowUpText,
    KeyPointText,
    Kind,
    Level,
    MisconceptionText,
    OptionText,
    QuestionDocument,
    ReferenceText,
    Status,
)
from questions.formats.notes import fingerprint
from questions.indexing import index
from questions.models import (
    AcceptPhrase,
    Answer,
    FollowUp,
    Hint,
    KeyPoint,
    Misconception,
    Question,
    QuestionRevision,
    Reference,
    Tag,
    Topic,
)
from questions.rendering import RENDER_VERSION, render
from studyhub.codes import readable_code

# These change without a new text, so they live on the question.
OUTSIDE_REVISION = {"slug", "version", "status", "topic", "tags"}
# These are kept with each revision, but a reader learns nothing new from them.
PROVENANCE = {"reviewed_on", "license", "source", "authors", "extra"}

LONGEST_SLUG = 80
SUFFIX_LENGTH = 8


def content_hash(document: QuestionDocument) -> str:
    """Covers what a reader sees and what scores; neither topic, tags and status nor provenance.

    Empty fields are left out, so that a new kind of part does not change the hash of old content.
    """
    content = {
        name: value
        for name, value in asdict(document).items()
        if name not in OUTSIDE_REVISION | PROVENANCE
    }
    text = json.dumps(_filled(content), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint_hash(prompt: str) -> str:
    """Equal for prompts that differ in case, punctuation and spacing only."""
    return hashlib.sha256(fingerprint(prompt).encode()).hexdigest()


def new_slug(prompt: str, *, is_private: bool) -> str:
    """An id for a new question. A private one ends at random: it must never take a name from
    the bank, nor tell that somebody else has the same question."""
    return new_slugs([prompt], is_private=is_private)[0]


def new_slugs(prompts: Sequence[str], *, is_private: bool) -> list[str]:
    """One for each, all different. One query at most."""
    slugs = [_slug_of(prompt) for prompt in prompts]
    taken = set(slugs)
    if not is_private:
        here = Question.objects.filter(slug__in=taken).values_list("slug", flat=True)
        taken = set(here)
    found = []
    for slug in slugs:
        found.append(f"{slug}-{readable_code(SUFFIX_LENGTH)}" if slug in taken else slug)
        taken.add(slug)
    return found


def _slug_of(prompt: str) -> str:
    words = slugify(prompt)[: LONGEST_SLUG - SUFFIX_LENGTH - 1].strip("-_").replace("_", "-")
    return "-".join(filter(None, words.split("-"))) or "question"


def with_parts(revisions: QuerySet[QuestionRevision]) -> QuerySet[QuestionRevision]:
    """Ready for `document_of`, which then asks the database nothing."""
    return revisions.select_related("question__topic").prefetch_related(
        "question__tags",
        "answers",
        "key_points__accept_phrases",
        "misconceptions",
        "hints",
        "follow_ups",
        "references",
    )


def document_of(revision: QuestionRevision, *, as_written: bool = False) -> QuestionDocument:
    """The revision as plain data. Nine queries, or none after `with_parts`.

    `as_written`: without the phrases that were learned since.
    """
    question = revision.question
    answers = list(revision.answers.all())
    return QuestionDocument(
        slug=question.slug,
        prompt=revision.prompt,
        kind=Kind(revision.kind),
        version=revision.number,
        level=Level(revision.level) if revision.level else None,
        topic=question.topic.path if question.topic else "",
        tags=tuple(tag.slug for tag in question.tags.all()),
        speak_seconds=revision.speak_seconds,
        status=Status(question.status),
        reviewed_on=revision.reviewed_on.isoformat() if revision.reviewed_on else None,
        applies_to=revision.applies_to,
        license=revision.license,
        source=revision.source,
        authors=tuple(revision.authors),
        extra=dict(revision.extra),
        context=revision.context,
        answer="".join(a.text for a in answers if a.role == Answer.Role.MODEL),
        options=tuple(
            OptionText(a.text, a.is_correct, a.because)
            for a in answers
            if a.role == Answer.Role.OPTION
        ),
        steps=tuple(a.text for a in answers if a.role == Answer.Role.STEP),
        expected_output=revision.expected_output,
        interviewer_notes=revision.interviewer_notes,
        key_points=tuple(_key_point_texts(revision, as_written=as_written)),
        misconceptions=tuple(
            MisconceptionText(m.text, m.why) for m in revision.misconceptions.all()
        ),
        hints=tuple(hint.text for hint in revision.hints.all()),
        follow_ups=tuple(_follow_up_texts(revision)),
        references=tuple(ReferenceText(r.title, r.url) for r in revision.references.all()),
    )


def document_for(reader: User, revision: QuestionRevision) -> QuestionDocument:
    """The revision as this person may take it along."""
    document = document_of(revision)
    return document if revision.question.shows_notes_to(reader) else without_notes(document)


def without_notes(document: QuestionDocument) -> QuestionDocument:
    return replace(document, interviewer_notes="")


@dataclass(frozen=True, slots=True)
class NextText:
    """What a question is to say from now on. `change` is what a learner has to know of it."""

    question: Question
    document: QuestionDocument
    change: str = QuestionRevision.Change.CLARIFIED
    change_note: str = ""


def create_question(
    document: QuestionDocument,
    *,
    owner: User | None,
    private_to: User | None,
    now: datetime,
    status: str | None = None,
) -> Question:
    """A question with its first revision, frozen and current. `private_to` None: in the bank."""
    question = Question(slug=document.slug, owner=owner, private_to=private_to)
    question.become(status or document.status)
    create_questions([(question, document)], author=owner, now=now)
    return question


@transaction.atomic
def create_questions(
    new: Sequence[tuple[Question, QuestionDocument]], *, author: User | None, now: datetime
) -> None:
    """Questions that are not saved yet, each with its first revision, frozen and current.

    As many statements for hundreds as for one, unless they name topics that are new.
    """
    topics = _topics(document.topic for _question, document in new)
    for question, document in new:
        question.topic = topics.get(document.topic)
        question.fingerprint = fingerprint_hash(document.prompt)
        question.created_at = question.updated_at = now
    questions = [question for question, _document in new]
    Question.objects.bulk_create(questions)
    _tag([(question, document.tags) for question, document in new])
    written = [
        _revision(
            question,
            document,
            number=max(1, document.version),
            author=author,
            created_at=now,
            frozen_at=now,
        )
        for question, document in new
    ]
    QuestionRevision.objects.bulk_create(written)
    _write_parts(list(zip(written, (document for _, document in new), strict=True)))
    for question, revision in zip(questions, written, strict=True):
        question.current_revision = revision
    Question.objects.bulk_update(questions, ["current_revision"])
    index([question.pk for question in questions])


def add_revision(
    question: Question,
    document: QuestionDocument,
    *,
    author: User | None,
    now: datetime,
    change: str = QuestionRevision.Change.CLARIFIED,
    change_note: str = "",
    keeps_learned: bool = True,
) -> QuestionRevision:
    """The document as the current revision, frozen at once; the one there is if it says the same.

    Locks the question. Topic, tags and status are the question's own and stay as they are.
    `keeps_learned` False: the author saw the phrases people taught, so what is not there is gone.
    """
    text = NextText(question, document, change, change_note)
    return add_revisions([text], author=author, now=now, keeps_learned=keeps_learned)[0]


def locked_current(questions: Sequence[Question]) -> dict[int, QuestionRevision | None]:
    """By question, with all parts. Locks the questions until the end of the transaction; which
    revision they say is current may be older, and is mended."""
    locked = Question.objects.select_for_update(no_key=True).order_by("pk").only("current_revision")
    here = {each.pk: each for each in locked.filter(pk__in=[each.pk for each in questions])}
    if len(here) < len(questions):
        raise Question.DoesNotExist("It was deleted meanwhile.")
    for question in questions:
        question.current_revision_id = here[question.pk].current_revision_id
    pks = [each.current_revision_id for each in here.values() if each.current_revision_id]
    current = with_parts(QuestionRevision.objects.all()).in_bulk(pks)
    return {
        each.pk: current[each.current_revision_id] if each.current_revision_id else None
        for each in here.values()
    }


@transaction.atomic
def add_revisions(
    texts: Sequence[NextText],
    *,
    author: User | None,
    now: datetime,
    keeps_learned: bool = True,
    before: Mapping[int, QuestionRevision | None] | None = None,
) -> list[QuestionRevision]:
    """As `add_revision`, of questions that are all different. As many statements for hundreds as
    for one, unless people taught them phrases.

    `before` is what `locked_current` said of them in the same transaction, if it was asked.
    """
    if before is None:
        before = locked_current([text.question for text in texts])
    changed = [text for text in texts if not _is_said(text.document, before[text.question.pk])]
    latest = _latest_numbers([text.question.pk for text in changed])
    written = [
        _revision(
            text.question,
            text.document,
            number=max(latest.get(text.question.pk, 0) + 1, text.document.version),
            author=author,
            change=text.change,
            change_note=text.change_note,
            created_at=now,
            frozen_at=now,
            reviewed_by=_reviewer(before[text.question.pk], text.document),
        )
        for text in changed
    ]
    QuestionRevision.objects.bulk_create(written)
    _write_parts(list(zip(written, (text.document for text in changed), strict=True)))
    for text, revision in zip(changed, written, strict=True):
        question, old = text.question, before[text.question.pk]
        if old and keeps_learned:
            _keep_learned_phrases(old, revision)
        question.current_revision = revision
        question.fingerprint = fingerprint_hash(text.document.prompt)
        question.updated_at = now
    questions = [text.question for text in changed]
    Question.objects.bulk_update(questions, ["current_revision", "fingerprint", "updated_at"])
    index([question.pk for question in questions])
    current = {**before, **{revision.question_id: revision for revision in written}}
    return [said for text in texts if (said := current[text.question.pk])]


def place(
    question: Question, *, topic: str, tags: Iterable[str], status: str, now: datetime
) -> None:
    """Where it is found, and who finds it: all that may change without a new revision."""
    wanted = set(tags)
    if status == question.status and not _is_elsewhere(question, topic, wanted):
        return
    with transaction.atomic():
        question.topic = Topic.objects.at(topic) if topic else None
        question.become(status)
        question.updated_at = now
        question.save(update_fields=["topic", "status", "retired_from", "updated_at"])
        question.tags.set([Tag.objects.get_or_create(slug=slug)[0] for slug in wanted])
        index([question.pk])


@transaction.atomic
def place_all(placed: Sequence[tuple[Question, str, Sequence[str]]], *, now: datetime) -> None:
    """As `place`, of questions with their topics and tags; their status stays. As many statements
    for hundreds as for one, unless they name topics that are new."""
    moved = [each for each in placed if _is_elsewhere(*each)]
    if not moved:
        return
    topics = _topics(topic for _question, topic, _tags in moved)
    for question, topic, _tags in moved:
        question.topic = topics.get(topic)
        question.updated_at = now
    questions = [question for question, _topic, _tags in moved]
    Question.objects.bulk_update(questions, ["topic", "updated_at"])
    Question.tags.through.objects.filter(question__in=questions).delete()
    _tag([(question, tags) for question, _topic, tags in moved])
    index([question.pk for question in questions])


def says_the_same(one: QuestionDocument, other: QuestionDocument) -> bool:
    """Alike in everything a revision holds, provenance included."""
    return _revised(one) == _revised(other)


def change_between(
    revision: QuestionRevision | None, document: QuestionDocument
) -> QuestionRevision.Change:
    """A cautious guess where nobody was asked: what scores has changed, or the words, or neither."""
    before = document_of(revision) if revision else document
    if _scoring(before) != _scoring(document):
        return QuestionRevision.Change.CHANGED
    if content_hash(before) != content_hash(document):
        return QuestionRevision.Change.CLARIFIED
    return QuestionRevision.Change.TYPO


def render_revision(revision: QuestionRevision) -> None:
    """Renders the stored HTML anew; the text stays."""
    revision.context_html = render(revision.context)
    revision.render_version = RENDER_VERSION
    answers = list(revision.answers.all())
    for answer in answers:
        answer.html = render(answer.text)
    with transaction.atomic():
        Answer.objects.bulk_update(answers, ["html"])
        revision.save(update_fields=["context_html", "render_version"])


def _filled(value: Any) -> Any:
    """The same without empty fields, at any depth."""
    if isinstance(value, dict):
        return {name: _filled(inner) for name, inner in value.items() if inner}
    return [_filled(inner) for inner in value] if isinstance(value, list | tuple) else value


def _revised(document: QuestionDocument) -> dict[str, Any]:
    return {name: value for name, value in asdict(document).items() if name not in OUTSIDE_REVISION}


def _scoring(document: QuestionDocument) -> tuple[object, ...]:
    points = [(point.text, point.weight) for point in document.key_points]
    options = [(option.text, option.is_correct) for option in document.options]
    return document.kind, points, options, document.steps, document.expected_output


def _key_point_texts(revision: QuestionRevision, *, as_written: bool) -> Iterator[KeyPointText]:
    points = list(revision.key_points.all())
    prefetch_related_objects(points, "accept_phrases")
    for point in points:
        phrases = tuple(
            phrase.text
            for phrase in point.accept_phrases.all()
            if not (as_written and phrase.added_by_id)
        )
        yield KeyPointText(point.text, point.weight, accept=phrases)


def _follow_up_texts(revision: QuestionRevision) -> Iterator[FollowUpText]:
    for follow_up in revision.follow_ups.all():
        yield FollowUpText(
            follow_up.prompt,
            expect=tuple(follow_up.expect),
            strong=tuple(follow_up.strong),
            weak=tuple(follow_up.weak),
            condition=follow_up.condition,
            next_slug=follow_up.next_slug,
        )


def _is_elsewhere(question: Question, topic: str, tags: Iterable[str]) -> bool:
    here = (
        question.topic.path if question.topic else "",
        {tag.slug for tag in question.tags.all()},
    )
    return here != (topic, set(tags))


def _topics(paths: Iterable[str]) -> dict[str, Topic]:
    return {path: Topic.objects.at(path) for path in sorted(set(paths) - {""})}


def _is_said(document: QuestionDocument, current: QuestionRevision | None) -> bool:
    return current is not None and says_the_same(document_of(current), document)


def _latest_numbers(pks: Sequence[int]) -> dict[int, int]:
    numbers = QuestionRevision.objects.filter(question__in=pks).order_by().values_list("question")
    return dict(numbers.annotate(latest=Max("number")))


def _reviewer(current: QuestionRevision | None, document: QuestionDocument) -> User | None:
    """Who stood by the text on the day that the document names, if it was here."""
    if current is None or current.reviewed_on is None:
        return None
    return current.reviewed_by if current.reviewed_on.isoformat() == document.reviewed_on else None


def _tag(tagged: Sequence[tuple[Question, Sequence[str]]]) -> None:
    """Questions without tags. Somebody else may make one of the same tags meanwhile."""
    wanted = sorted({slug for _question, slugs in tagged for slug in slugs})
    if not wanted:
        return
    named = Tag.objects.filter(slug__in=wanted)
    here = set(named.values_list("slug", flat=True))
    new = [Tag(slug=slug) for slug in wanted if slug not in here]
    Tag.objects.bulk_create(new, ignore_conflicts=True)
    tags = {tag.slug: tag for tag in named.all()}
    Tagged = Question.tags.through
    Tagged.objects.bulk_create(
        Tagged(question=question, tag=tags[slug])
        for question, slugs in tagged
        for slug in dict.fromkeys(slugs)
    )


def _revision(question: Question, document: QuestionDocument, **fields: Any) -> QuestionRevision:
    return QuestionRevision(
        question=question,
        kind=document.kind,
        level=document.level or "",
        prompt=document.prompt,
        context=document.context,
        context_html=render(document.context),
        expected_output=document.expected_output,
        interviewer_notes=document.interviewer_notes,
        speak_seconds=document.speak_seconds,
        applies_to=document.applies_to,
        reviewed_on=date.fromisoformat(document.reviewed_on) if document.reviewed_on else None,
        license=document.license,
        source=document.source,
        authors=list(document.authors),
        extra=document.extra,
        content_hash=content_hash(document),
        render_version=RENDER_VERSION,
        **fields,
    )


type Written = Sequence[tuple[QuestionRevision, QuestionDocument]]


def _write_parts(written: Written) -> None:
    Answer.objects.bulk_create(
        answer for revision, document in written for answer in _answers(revision, document)
    )
    _write_key_points(written)
    _write_other_parts(written)


def _answers(revision: QuestionRevision, document: QuestionDocument) -> list[Answer]:
    answers = [
        Answer(revision=revision, role=Answer.Role.MODEL, text=text)
        for text in [document.answer]
        if text
    ]
    answers += [
        Answer(
            revision=revision,
            role=Answer.Role.OPTION,
            text=option.text,
            is_correct=option.is_correct,
            because=option.because,
            position=position,
        )
        for position, option in enumerate(document.options)
    ]
    answers += [
        Answer(revision=revision, role=Answer.Role.STEP, text=text, position=position)
        for position, text in enumerate(document.steps)
    ]
    for answer in answers:
        answer.html = render(answer.text)
    return answers


def _write_key_points(written: Written) -> None:
    said = [
        (KeyPoint(revision=revision, text=point.text, weight=point.weight, position=place), point)
        for revision, document in written
        for place, point in enumerate(document.key_points)
    ]
    KeyPoint.objects.bulk_create(point for point, _text in said)
    AcceptPhrase.objects.bulk_create(
        AcceptPhrase(
            key_point=point, text=text, position=position, added_at=point.revision.created_at
        )
        for point, written_point in said
        for position, text in enumerate(written_point.accept)
    )


def _write_other_parts(written: Written) -> None:
    Misconception.objects.bulk_create(
        Misconception(revision=revision, text=each.text, why=each.why, position=position)
        for revision, document in written
        for position, each in enumerate(document.misconceptions)
    )
    Hint.objects.bulk_create(
        Hint(revision=revision, text=text, position=position)
        for revision, document in written
        for position, text in enumerate(document.hints)
    )
    FollowUp.objects.bulk_create(
        FollowUp(
            revision=revision,
            prompt=each.prompt,
            condition=each.condition,
            expect=list(each.expect),
            strong=list(each.strong),
            weak=list(each.weak),
            next_slug=each.next_slug,
            position=position,
        )
        for revision, document in written
        for position, each in enumerate(document.follow_ups)
    )
    Reference.objects.bulk_create(
        Reference(revision=revision, title=each.title, url=each.url, position=position)
        for revision, document in written
        for position, each in enumerate(document.references)
    )


def _keep_learned_phrases(before: QuestionRevision, after: QuestionRevision) -> None:
    """What people taught a key point stays with it while its statement is the same."""
    if not any(
        p.added_by_id for point in before.key_points.all() for p in point.accept_phrases.all()
    ):
        return
    points = {point.text: point for point in after.key_points.prefetch_related("accept_phrases")}
    for old in before.key_points.all():
        point = points.get(old.text)
        known = {phrase.text for phrase in point.accept_phrases.all()} if point else set()
        for phrase in old.accept_phrases.all():
            if point and phrase.added_by_id and phrase.text not in known:
                AcceptPhrase.objects.create(
                    key_point=point,
                    text=phrase.text,
                    position=len(known),
                    added_by_id=phrase.added_by_id,
                    added_at=phrase.added_at,
                )
