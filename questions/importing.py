"""Brings somebody's file in: keeps it as it came, and carries out once what is planned of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from time import sleep

from django.db import transaction

from accounts.models import User
from questions import histories
from questions.formats.document import QuestionDocument, Reading
from questions.formats.files import AUTO
from questions.formats.readers import Format
from questions.identifying import NAME_LENGTH
from questions.locking import lock_questions
from questions.mending import Mends
from questions.models import Import, Question, QuestionRevision
from questions.origins import facts_hash, file_names, with_origin
from questions.planning import (
    ImportPlan,
    Outcome,
    PlannedEntry,
    plan,
    plan_of,
    read,
    reading_of,
    text_here,
    unless_unready,
)
from questions.revising import (
    NextText,
    add_revisions,
    change_between,
    content_hash,
    create_questions,
    locked_current,
    new_slugs,
    place_all,
)

BATCH = 500
# Between two of them: who waits for SQLite looks every tenth of a second whether it is free.
PAUSE = 0.15
# Of one part, before it is left to the person: each means that somebody else wrote meanwhile.
MOST_PLANS = 5
ORIGIN = (
    *("origin_hash", "origin_facts", "external_key"),
    *("imported_from", "imported_line", "imported_end_line"),
)
WRITTEN_BY_OTHERS = ("current_revision", "status", "topic", "external_key")


class ReadAnew(Exception):
    """The text, or what was decided about it, is no longer what somebody looked at; or what is here
    does not stay the same for long enough."""


def preview(
    data: bytes, *, name: str, owner: User | None, now: datetime, format: str = AUTO
) -> Import:
    """Keeps the file as it came, not yet confirmed. Raises UnreadableFile, and then keeps nothing."""
    format_used, _reading = read(data, format=format)
    return _keep(data, name=name, owner=owner, now=now, format=format_used)


@transaction.atomic
def decide(file: Import, how: Callable[[Mends], Mends]) -> bool:
    """Keeps a decision about its prompts. False if the file was imported meanwhile."""
    waiting = Import.objects.select_for_update().filter(pk=file.pk, confirmed_at=None).first()
    if waiting is None:
        return False
    waiting.mends = how(Mends.from_json(waiting.mends)).as_json
    waiting.save(update_fields=["mends"])
    return True


def with_history(
    planned: ImportPlan, data: bytes, *, owner: User | None, format: str, now: datetime
) -> ImportPlan:
    """And what importing would bring of the owner's learning. Writes nothing."""
    if owner is None or format not in histories.CARRIED_BY:
        return planned
    questions = {each.entry.key: each.question for each in planned.entries if each.is_asked_here}
    brought = histories.keeper().foresee(data, user=owner, questions=questions, now=now)
    return replace(planned, history=brought)


def _bring(
    done: ImportPlan,
    data: bytes,
    *,
    questions: Mapping[int, Question],
    owner: User | None,
    format: str,
    now: datetime,
) -> ImportPlan:
    if owner is None or format not in histories.CARRIED_BY:
        return done
    brought = histories.keeper().bring(data, user=owner, questions=questions, now=now)
    return replace(done, history=brought)


def carry_out(
    file: Import,
    *,
    now: datetime,
    without: Collection[int] = (),
    replacing: Collection[int] = (),
    same_as: Mapping[int, str] | None = None,
    tag: str = "",
    author: User | None = None,
    history: bool = False,
    reading: Reading | None = None,
) -> ImportPlan:
    """Imports a kept file and says what was done: nothing, if it was confirmed before.

    With `history` the reviews in the file become the owner's, also of questions that are here
    already.

    `author` is who brings it into the bank; a file of a person is that person's.

    The entries of the keys `without` are left out. Those of the keys `replacing` are imported
    although the question was edited here. `same_as` names, by key, the suggestion that a new entry
    is the next text of. `tag` is put on those imported.
    Locks the owner (or the bank) and the questions that it changes, and makes the plan anew if
    anything changed since it was made: what somebody saw as a preview may have come in by another
    tab. Raises ReadAnew if the file itself is another one now than `file`, whose lines the keys
    are, or if others write faster than it plans.

    Of thousands, some hundreds come in at a time, so that others can write in between. Broken off,
    it is finished by carrying it out again: what is here is unchanged then.
    """
    reading = reading or reading_of(file)

    def planned_anew() -> ImportPlan:
        return _with_decisions(
            plan_of(file, reading),
            file,
            without=without,
            replacing=replacing,
            same_as=same_as or {},
        )

    brought: dict[int, PlannedEntry] = {}
    questions: dict[int, Question] = {}
    seen, done = _state(file.owner), planned_anew()
    rest, is_finished = done.to_do, False
    while not is_finished:
        with transaction.atomic():
            lock_questions(file.owner)
            _check(file)
            if file.confirmed_at:
                return replace(done, entries=tuple(brought.values()))
            for _attempt in range(MOST_PLANS):
                here = _locked_state(file.owner, rest[:BATCH])
                if here == seen and _has_tags_as_planned(rest[:BATCH]):
                    break
                seen, done = here, planned_anew()
                rest = done.to_do
            else:
                raise ReadAnew
            some, rest = rest[:BATCH], rest[BATCH:]
            is_finished = not rest
            if is_finished:
                _keep_origins(done.entries, format=file.format, name=file.name)
            written = _import(some, file=file, author=file.owner or author, now=now, tag=tag)
            questions |= dict(written)
            brought |= {planned.entry.key: planned for planned in some}
            if is_finished:
                done = _finish(done, file, questions, history=history, now=now)
            # Of all others as they were before: what somebody wrote meanwhile is seen next time.
            seen |= _state(file.owner, among=[question for _key, question in written])
        if rest:
            sleep(PAUSE)
    return replace(done, entries=tuple(brought.get(p.entry.key, p) for p in done.entries))


def _finish(
    done: ImportPlan,
    file: Import,
    brought: Mapping[int, Question],
    *,
    history: bool,
    now: datetime,
) -> ImportPlan:
    if history:
        here = {each.entry.key: each.question for each in done.entries if each.question}
        questions = {**here, **brought}
        data, owner, format = bytes(file.data), file.owner, file.format
        done = _bring(done, data, questions=questions, owner=owner, format=format, now=now)
    file.confirmed_at = now
    file.save(update_fields=["confirmed_at"])
    return done


type State = dict[int, tuple[object, ...]]


def _state(owner: User | None, *, among: Collection[Question] | None = None) -> State:
    """By question, what a plan looks at and others may write: another one as soon as they do."""
    questions = Question.objects.filter(private_to=owner).order_by()
    if among is not None:
        questions = questions.filter(pk__in=[question.pk for question in among])
    return {pk: tuple(rest) for pk, *rest in questions.values_list("pk", *WRITTEN_BY_OTHERS)}


def _locked_state(owner: User | None, some: Sequence[PlannedEntry]) -> State:
    """Of these it stays as it is until the end of the transaction, on PostgreSQL too."""
    pks = [planned.question.pk for planned in some if planned.question]
    locked = Question.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    if pks:
        list(locked.values_list("pk"))
    return _state(owner)


def _has_tags_as_planned(some: Sequence[PlannedEntry]) -> bool:
    """Others may tag a question without writing anything of its own."""
    questions = {planned.question for planned in some if planned.question}
    planned = {(each.pk, tag.slug) for each in questions for tag in each.tags.all()}
    tagged = Question.tags.through.objects.filter(question__in=questions)
    here = set(tagged.values_list("question_id", "tag__slug")) if questions else set()
    return here == planned


def _check(file: Import) -> None:
    """Locks it. Raises ReadAnew if somebody looked at another text, or at other decisions."""
    kept = Import.objects.defer("data").select_for_update().get(pk=file.pk)
    file.confirmed_at = kept.confirmed_at
    if not kept.confirmed_at and not _is_as_seen(file, kept):
        raise ReadAnew


def _with_decisions(
    planned: ImportPlan,
    file: Import,
    *,
    without: Collection[int],
    replacing: Collection[int],
    same_as: Mapping[int, str],
) -> ImportPlan:
    decided = [
        unless_unready(
            _decided(each, replacing=replacing, same_as=same_as), format=file.format, name=file.name
        )
        for each in planned.entries
        if each.entry.key not in without
    ]
    continued = {each.question for each in decided}
    missing = tuple(question for question in planned.missing if question not in continued)
    return replace(planned, entries=tuple(decided), missing=missing)


def _is_as_seen(seen: Import, kept: Import) -> bool:
    return (seen.sha256, seen.format, seen.mends) == (kept.sha256, kept.format, kept.mends)


def _decided(
    planned: PlannedEntry, *, replacing: Collection[int], same_as: Mapping[int, str]
) -> PlannedEntry:
    key, suggestion = planned.entry.key, planned.suggestion
    if planned.outcome is Outcome.NEW and suggestion and same_as.get(key) == suggestion.slug:
        return replace(planned, outcome=Outcome.CHANGED, question=suggestion)
    if planned.outcome is Outcome.CONFLICT and key in replacing:
        return replace(planned, outcome=Outcome.CHANGED)
    return planned


def import_file(
    data: bytes,
    *,
    name: str,
    owner: User | None,
    now: datetime,
    format: str = AUTO,
    history: bool = False,
    reading: Reading | None = None,
) -> ImportPlan:
    """Preview and carrying out in one go. A file that brings no new question is not kept again, nor
    is one that came in by half: that import is finished.

    With a `reading` the file was read already, as `format`.
    """
    format_used, reading = (format, reading) if reading else read(data, format=format)
    if len(reading.entries) > BATCH:
        # No transaction around those of its parts.
        planned = plan(reading, owner=owner, name=name, format=format_used)
        if len(planned.to_do) > BATCH:
            file = _begun(data, name=name, owner=owner, format=format_used) or _keep(
                data, name=name, owner=owner, now=now, format=format_used
            )
            return carry_out(file, now=now, history=history, reading=reading)
    with transaction.atomic():
        lock_questions(owner)
        planned = plan(reading, owner=owner, name=name, format=format_used)
        begun = _begun(data, name=name, owner=owner, format=format_used)
        if planned.to_do or begun:
            file = begun or _keep(data, name=name, owner=owner, now=now, format=format_used)
            return carry_out(file, now=now, history=history, reading=reading)
        _keep_origins(planned.entries, format=format_used, name=name)
        if not history:
            return planned
        questions = {each.entry.key: each.question for each in planned.entries if each.question}
        return _bring(planned, data, questions=questions, owner=owner, format=format_used, now=now)


def _keep(data: bytes, *, name: str, owner: User | None, now: datetime, format: str) -> Import:
    return Import.objects.create(
        owner=owner,
        name=name[-NAME_LENGTH:],
        format=format,
        sha256=_sha256(data),
        data=data,
        created_at=now,
    )


def _begun(data: bytes, *, name: str, owner: User | None, format: str) -> Import | None:
    """The same file, if it was broken off between two of its parts, and nothing decided about it."""
    same = Import.objects.filter(owner=owner, name=name[-NAME_LENGTH:], sha256=_sha256(data))
    waiting = same.filter(format=format, confirmed_at=None, mends__isnull=True)
    return waiting.exclude(questions=None).first()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _import(
    to_do: Sequence[PlannedEntry], *, file: Import, author: User | None, now: datetime, tag: str
) -> list[tuple[int, Question]]:
    """Each question with the key of its entry; those of a file in one line have the same."""
    brought: list[tuple[int, Question]] = []
    for some in _batches(to_do):
        new = [planned for planned in some if planned.question is None]
        created = _create(new, file=file, author=author, now=now, tag=tag)
        changed = [planned for planned in some if planned.question]
        updated = _update(changed, file=file, author=author, now=now, tag=tag)
        keys = [planned.entry.key for planned in (*new, *changed)]
        brought += zip(keys, (*created, *updated), strict=True)
    return brought


def _batches(to_do: Sequence[PlannedEntry]) -> Iterator[list[PlannedEntry]]:
    """Of some hundreds at most, in which no question comes twice."""
    batch: list[PlannedEntry] = []
    seen: set[Question] = set()
    for planned in to_do:
        if len(batch) == BATCH or planned.question in seen:
            yield batch
            batch, seen = [], set()
        batch.append(planned)
        seen |= {planned.question} if planned.question else set()
    if batch:
        yield batch


def _create(
    new: Sequence[PlannedEntry], *, file: Import, author: User | None, now: datetime, tag: str
) -> list[Question]:
    is_private = file.owner is not None
    words = [planned.document.slug or planned.document.prompt for planned in new]
    questions, texts = [], []
    for planned, slug in zip(new, new_slugs(words, is_private=is_private), strict=True):
        question = Question(slug=slug, owner=author, private_to=file.owner)
        _mark_origin(question, planned, file=file)
        questions.append(question)
        tags = _tags(planned.document, tag)
        texts.append(replace(planned.document, slug=slug, tags=tags))
    create_questions(list(zip(questions, texts, strict=True)), author=author, now=now)
    return questions


def _update(
    changed: Sequence[PlannedEntry], *, file: Import, author: User | None, now: datetime, tag: str
) -> list[Question]:
    """Reads the questions anew: they are locked by now, and the same may come twice in a file."""
    pks = [planned.question.pk for planned in changed if planned.question]
    here = with_origin(Question.objects.all()).in_bulk(pks)
    questions = [here[pk] for pk in pks]
    before = locked_current(questions)
    pairs, texts = [], []
    for each, question in zip(changed, questions, strict=True):
        question.current_revision = current = before[question.pk]
        planned = replace(each, question=question)
        document = text_here(planned, format=file.format, name=file.name)
        change = QuestionRevision.Change.CHANGED
        if file.owner is None or (current and content_hash(document) == current.content_hash):
            change = change_between(current, document)
        pairs.append((planned, question))
        texts.append(NextText(question, document, change))
    add_revisions(texts, author=author, now=now, before=before)
    place_all(
        [(text.question, text.document.topic, _tags(text.document, tag)) for text in texts], now=now
    )
    for planned, question in pairs:
        _mark_origin(question, planned, file=file)
    Question.objects.bulk_update(questions, ORIGIN)
    return questions


def _tags(document: QuestionDocument, tag: str) -> tuple[str, ...]:
    return (*document.tags, tag) if tag else document.tags


def _mark_origin(question: Question, planned: PlannedEntry, *, file: Import) -> None:
    question.origin_hash = content_hash(planned.document)
    question.imported_from = file
    question.imported_line = planned.entry.line
    question.imported_end_line = planned.entry.end_line
    if planned.document.slug != question.slug:
        question.external_key = planned.external_key or question.external_key
    if file.format == Format.MARKDOWN:
        question.origin_facts = facts_hash(planned.document, file.name)


def _keep_origins(planned: Sequence[PlannedEntry], *, format: str, name: str) -> None:
    """Of what came before these were kept, or by another way, and stays as it is."""
    found = []
    for each in planned:
        question = each.question
        if not question or each.outcome is Outcome.CHANGED:
            continue
        key = each.external_key if each.document.slug != question.slug else ""
        is_same = format == Format.MARKDOWN and each.outcome is Outcome.UNCHANGED
        facts = facts_hash(each.document, *file_names(question, name)) if is_same else ""
        if (key and not question.external_key) or (facts and not question.origin_facts):
            question.external_key = question.external_key or key
            question.origin_facts = question.origin_facts or facts
            found.append(question)
    if found:
        Question.objects.bulk_update(found, ["external_key", "origin_facts"])
