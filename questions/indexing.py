"""Keeps the search index as the questions are, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import batched

from django.db import DatabaseError, connection, transaction
from django.db.models import Prefetch, Q, QuerySet

from questions.locking import lock_questions
from questions.models import Answer, Question, SearchEntry, Spelling
from questions.wording import indexed, marks_of, spellings_in, trigrams

BATCH = 500
COPIED = ("private_to_id", "is_listed", "topic_id", "level", "kind", "tags", "words")


def index(pks: Iterable[int]) -> None:
    """Reads these questions and writes their entries anew; those without text have none."""
    questions = _with_words(Question.objects.filter(pk__in=list(pks)))
    _write(list(questions))


@transaction.atomic
def rebuild() -> int:
    """Everything anew, with the spellings that no question has any more gone. The number indexed."""
    lock_questions(None)
    SearchEntry.objects.all().delete()
    Spelling.objects.all().delete()
    if connection.vendor == "sqlite":
        _tell_sqlite("rebuild")
    count = 0
    for questions in _all_questions():
        _write(questions)
        count += len(questions)
    return count


def differences() -> Iterator[tuple[str, str]]:
    """The id of each question that the index has wrong, and how: a word for each way."""
    left = dict(SearchEntry.objects.values_list("question_id", "question__slug"))
    for questions in _all_questions():
        stored = SearchEntry.objects.in_bulk([question.pk for question in questions])
        for question in questions:
            left.pop(question.pk, None)
            entry = stored.get(question.pk)
            if entry is None:
                yield question.slug, "missing"
            elif _copied(entry) != _copied(entry_of(question)):
                yield question.slug, "outdated"
    for slug in left.values():
        yield slug, "left over"


def is_sound() -> bool:
    """Whether the database's own index says what its table says."""
    if connection.vendor != "sqlite":
        return True
    try:
        with transaction.atomic():
            _tell_sqlite("integrity-check")
    except DatabaseError:
        return False
    return True


def entry_of(question: Question) -> SearchEntry:
    revision = question.current_revision
    if revision is None:
        raise ValueError("A question without text is not indexed.")
    tags = sorted(tag.slug for tag in question.tags.all())
    return SearchEntry(
        question_id=question.pk,
        private_to_id=question.private_to_id,
        is_listed=question.is_listed,
        topic_id=question.topic_id,
        level=revision.level,
        kind=revision.kind,
        tags=f" {' '.join(tags)} " if tags else "",
        words=indexed(
            _texts(question, tags),
            marks_of(
                revision.level,
                revision.kind,
                topic=question.topic_id,
                owner=question.private_to_id,
            ),
        ),
    )


def _texts(question: Question, tags: list[str]) -> tuple[str, str, str, str]:
    """Prompt, tags, key points and answers, as the parts of the index have it."""
    revision = question.current_revision
    if revision is None:
        return ("", "", "", "")
    return (
        revision.prompt,
        " ".join(tags),
        "\n".join(point.text for point in revision.key_points.all()),
        "\n".join(answer.text for answer in revision.answers.all()),
    )


def _with_words(questions: QuerySet[Question]) -> QuerySet[Question]:
    return (
        questions.filter(current_revision__isnull=False)
        .select_related("current_revision")
        .prefetch_related(
            "tags",
            "current_revision__key_points",
            Prefetch(
                "current_revision__answers", Answer.objects.order_by("role", "position", "id")
            ),
        )
        .order_by("pk")
    )


def _all_questions() -> Iterator[list[Question]]:
    last = 0
    while True:
        found = list(_with_words(Question.objects.filter(pk__gt=last))[:BATCH])
        if not found:
            return
        yield found
        last = found[-1].pk


def _copied(entry: SearchEntry) -> list[object]:
    return [getattr(entry, name) for name in COPIED]


def _write(questions: list[Question]) -> None:
    if not questions:
        return
    SearchEntry.objects.bulk_create(
        [entry_of(question) for question in questions],
        update_conflicts=True,
        unique_fields=["question"],
        update_fields=[name.removesuffix("_id") for name in COPIED],
    )
    spellings: dict[int | None, set[str]] = {}
    for question in questions:
        texts = _texts(question, [tag.slug for tag in question.tags.all()])
        spellings.setdefault(question.private_to_id, set()).update(spellings_in(texts))
    for private_to_id, words in spellings.items():
        _learn(words, private_to_id=private_to_id)


def _learn(words: set[str], *, private_to_id: int | None) -> None:
    """In one order for everyone, so that two who learn the same words do not lock each other out."""
    # The first trigram of a word stands for its first letter: one row for each known word.
    firsts = {word: f"  {word[0]}" for word in words}
    # What the bank says need not be kept for each person again.
    whose = Q(private_to=None) | Q(private_to=private_to_id)
    known = Spelling.objects.filter(whose, trigram__in=set(firsts.values()))
    new = words.difference(
        *(
            known.filter(word__in=some).values_list("word", flat=True)
            for some in batched(sorted(words), BATCH)
        )
    )
    Spelling.objects.bulk_create(
        [
            Spelling(private_to_id=private_to_id, trigram=trigram, word=word)
            for word in sorted(new)
            for trigram in sorted(trigrams(word))
        ],
        ignore_conflicts=True,
        batch_size=5_000,
    )


def _tell_sqlite(command: str) -> None:
    rank = 1 if command == "integrity-check" else None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO questions_search_index (questions_search_index, rank) VALUES (%s, %s)",
            [command, rank],
        )
