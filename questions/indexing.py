"""Keeps the search index as the questions are, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched, chain

from django.db import DatabaseError, connection, transaction
from django.db.models import Prefetch, Q, QuerySet

from questions.locking import lock_questions
from questions.models import Answer, Question, SearchEntry, Spelling, Topic
from questions.wording import indexed_words, marks_of, spellings_among, trigrams, words_in

BATCH = 500
# Made in the migration; how is read from the database, so that it is written once.
TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'questions_searchentry'"
INDEX = (
    "SELECT indexname, indexdef FROM pg_indexes"
    " WHERE schemaname = current_schema() AND indexname = 'questions_search_index'"
)
COPIED = ("private_to_id", "is_listed", "topic_id", "level", "kind", "tags", "words")


def index(pks: Iterable[int]) -> None:
    """Reads these questions and writes their entries anew; those without text have none."""
    questions = _with_words(Question.objects.filter(pk__in=list(pks)))
    _write(list(questions))


@transaction.atomic
def rebuild() -> int:
    """Everything anew, with the spellings that no question has any more gone. The number indexed.

    On PostgreSQL searches wait until it is done.
    """
    lock_questions(None)
    with _engine_set_aside():
        SearchEntry.objects.all().delete()
        Spelling.objects.all().delete()
        count = 0
        words: dict[int | None, set[str]] = {None: set()}
        for questions in _all_questions():
            SearchEntry.objects.bulk_create(_entries(questions, words))
            count += len(questions)
        for private_to_id in words:
            known = words[None] if private_to_id else set()
            new = spellings_among(words[private_to_id] - known)
            _put_in(new, private_to_id=private_to_id)
    return count


@contextmanager
def _engine_set_aside() -> Iterator[None]:
    """The database's own index is made in one go after all rows, not row by row: far quicker."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS if is_sqlite else INDEX)
        made_by = cursor.fetchall()
        _settle_rows()
        for name, _sql in made_by:
            cursor.execute(f"DROP {'TRIGGER' if is_sqlite else 'INDEX'} {name}")
        yield
        _settle_rows()
        if is_sqlite:
            _tell_sqlite("rebuild")
            _tell_sqlite("optimize")
        for _name, sql in made_by:
            cursor.execute(sql)


def _settle_rows() -> None:
    """PostgreSQL changes no index of a table with foreign keys that are still to be checked."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def differences() -> Iterator[tuple[str, str]]:
    """The id of each question that the index has wrong, and how: a word for each way."""
    left = dict(SearchEntry.objects.values_list("question_id", "question__slug"))
    above = _topics_above()
    for questions in _all_questions():
        stored = SearchEntry.objects.in_bulk([question.pk for question in questions])
        for question in questions:
            left.pop(question.pk, None)
            entry = stored.get(question.pk)
            if entry is None:
                yield question.slug, "missing"
            elif _copied(entry) != _copied(_entry(question, _words(question), above)):
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


def _topics_above() -> dict[int | None, list[int]]:
    """Of each topic, those above it, the nearest first."""
    parents = dict(Topic.objects.order_by().values_list("pk", "parent"))

    def above(topic: int) -> list[int]:
        parent = parents[topic]
        return [parent, *above(parent)] if parent else []

    return {topic: above(topic) for topic in parents}


def _entry(
    question: Question, words: Sequence[Iterable[str]], above: dict[int | None, list[int]]
) -> SearchEntry:
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
        words=indexed_words(
            words,
            marks_of(
                revision.level,
                revision.kind,
                topic=question.topic_id,
                owner=question.private_to_id,
                above=above.get(question.topic_id, ()),
            ),
        ),
    )


def _entries(questions: list[Question], words: dict[int | None, set[str]]) -> list[SearchEntry]:
    """Their entries; the words a misspelt one may be meant to be are added to those of the owner."""
    entries = []
    above = _topics_above()
    for question in questions:
        parts = _words(question)
        entries.append(_entry(question, parts, above))
        words.setdefault(question.private_to_id, set()).update(chain.from_iterable(parts))
    return entries


def _words(question: Question) -> list[list[str]]:
    """Of prompt, tags, key points and answers, as the parts of the index have it."""
    revision = question.current_revision
    if revision is None:
        return [[], [], [], []]
    texts = (
        revision.prompt,
        " ".join(sorted(tag.slug for tag in question.tags.all())),
        "\n".join(point.text for point in revision.key_points.all()),
        "\n".join(answer.text for answer in revision.answers.all()),
    )
    return [words_in(text) for text in texts]


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
    words: dict[int | None, set[str]] = {}
    SearchEntry.objects.bulk_create(
        _entries(questions, words),
        update_conflicts=True,
        unique_fields=["question"],
        update_fields=[name.removesuffix("_id") for name in COPIED],
    )
    for private_to_id in words:
        _learn(spellings_among(words[private_to_id]), private_to_id=private_to_id)


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
    _put_in(new, private_to_id=private_to_id)


def _put_in(words: Iterable[str], *, private_to_id: int | None) -> None:
    for some in batched(sorted(words), BATCH):
        Spelling.objects.bulk_create(
            [
                Spelling(private_to_id=private_to_id, trigram=trigram, word=word)
                for word in some
                for trigram in sorted(trigrams(word))
            ],
            ignore_conflicts=True,
        )


def _tell_sqlite(command: str) -> None:
    rank = 1 if command == "integrity-check" else None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO questions_search_index (questions_search_index, rank) VALUES (%s, %s)",
            [command, rank],
        )
