"""What the search reads: the words of each question, and the spellings that occur."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q

from questions.wording import Wanted

type Row = tuple[Any, ...]


class Look(Protocol):
    """Finds rows by what is wanted and the key of the person who looks, who stands as SOMEBODY."""

    def __call__(self, wanted: Wanted, seen_by: int | None, at_once: bool = False) -> list[Row]: ...


# That a question's key is below one of these is a word of PostgreSQL's index, so it can be asked for
# the older ones alone. As in the migration, which a change has to make anew.
BOUNDS = [2_000, 2_800, 4_000, 5_600, 8_000, 11_000, 16_000, 22_000, 32_000, 45_000, 64_000, 90_000]
COMMON = 10  # a word is, if so small a part of what is wanted is below the first bound
MARGIN = 1.5  # the next look goes so much further than should be enough
# Kept in the SQL of a search for what is asked for; nothing else there is like these.
PLACE, AFTER, SOMEBODY = Wanted(("place",)), -7_777_777, -7_777_779
# Until the end of the transaction.
SCANS = "SELECT set_config('enable_seqscan', %s, true), set_config('enable_indexscan', %s, true)"


@contextmanager
def by_index() -> Iterator[None]:
    """Inside, PostgreSQL looks words up before it looks at rows.

    It takes looking into a row's words for cheap, and would go through the whole table for a
    rare word. SQLite has no such choice.
    """
    if connection.vendor != "postgresql":
        yield
        return
    goes_on = connection.in_atomic_block
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(SCANS, ["off", "off"])
        yield
        if goes_on:
            cursor.execute(SCANS, ["on", "on"])


@contextmanager
def by_plan() -> Iterator[None]:
    """Inside `by_index`, for what is no search of words: PostgreSQL chooses as it is used to."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(SCANS, ["on", "on"])
        yield
        cursor.execute(SCANS, ["off", "off"])


class Words(models.TextField):  # type: ignore[type-arg]
    """Words separated by single spaces, indexed by the database's own full-text search."""


@Words.register_lookup
class Matches(models.Lookup[Any]):
    """`words__matches` takes a wording.Wanted; each engine has its own way to write it."""

    lookup_name = "matches"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        found = "SELECT rowid FROM questions_search_index WHERE questions_search_index MATCH %s"
        return f'"{self.lhs.alias}"."question_id" IN ({found})', [self.rhs.for_sqlite]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[str]]:
        return f'"{self.lhs.alias}"."vector" @@ %s::tsquery', [self.rhs.for_postgresql]


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def matching(self, wanted: Wanted) -> SearchEntryQuerySet:
        """Oldest question first. On SQLite the index comes first, so that a limit ends it early."""
        if connection.vendor != "sqlite":
            return self.filter(words__matches=wanted).order_by("pk")
        return self.extra(  # type: ignore[return-value]
            tables=["questions_search_index"],
            where=[
                "questions_search_index.rowid = questions_searchentry.question_id",
                "questions_search_index MATCH %s",
            ],
            params=[wanted.for_sqlite],
            order_by=["questions_search_index.rowid"],
        )

    def looks(self, *fields: str, most: int) -> Look:
        """What finds at most so many of these rows that match, the oldest question first.

        The SQL is written once for all looks: to write it takes longer than SQLite takes to find
        the rows. The first field is the key.

        SQLite stops by itself when it has enough. PostgreSQL finds all that match before it takes
        the first, so it is asked for the oldest alone, then, of words that are common there, for
        as many more as should hold enough, then for all the others: at most three queries, or
        one for what is wanted `at_once`, as there will be little.
        """
        rows = self.matching(PLACE)
        if connection.vendor != "postgresql":
            statement = rows.values_list(*fields)[:most].query.sql_with_params()
            return lambda wanted, seen_by, at_once=False: _read(statement, _asked(wanted, seen_by))
        rows = rows.filter(pk__gt=AFTER)
        statement = rows.values_list(*fields)[:most].query.sql_with_params()

        def look(wanted: Wanted, seen_by: int | None, at_once: bool = False) -> list[Row]:
            found: list[Row] = []

            def go_on(bound: int | None = None) -> None:
                after = found[-1][0] if found else 0
                asked = _asked(wanted.below(bound) if bound else wanted, seen_by)
                found.extend(_read(statement, {**asked, AFTER: after}))

            if not at_once:
                go_on(BOUNDS[0])
                if most <= len(found) * COMMON < most * COMMON:
                    enough = bisect_left(BOUNDS, BOUNDS[0] * MARGIN * most / len(found))
                    go_on(BOUNDS[enough] if enough < len(BOUNDS) else None)
            if len(found) < most:
                go_on()
            return found[:most]

        return look

    def words_by_key(self, keys: Iterable[int]) -> dict[int, str]:
        """As a lookup by `pk__in`, which looks at each key several times before it asks."""
        keys = [int(key) for key in keys]
        if not keys:
            return {}
        places = ", ".join(["%s"] * len(keys))
        sql = (
            f"SELECT question_id, words FROM questions_searchentry WHERE question_id IN ({places})"  # noqa: S608  # places alone
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, keys)
            return dict(cursor.fetchall())


def _asked(wanted: Wanted, seen_by: int | None) -> dict[Any, Any]:
    if connection.vendor == "sqlite":
        return {PLACE.for_sqlite: wanted.for_sqlite, SOMEBODY: seen_by}
    return {PLACE.for_postgresql: wanted.for_postgresql, SOMEBODY: seen_by}


def _read(statement: tuple[str, tuple[Any, ...]], asked: dict[Any, Any]) -> list[Row]:
    """With what is asked for in the places that were kept for it."""
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(sql, [asked.get(param, param) for param in params])
        found: list[Row] = cursor.fetchall()
    return found


class SearchEntry(models.Model):
    """The current text of a question as words, with what narrows a search: a copy, never the truth.

    SQLite's FTS5 index follows by triggers, and PostgreSQL's tsvector is a generated column:
    both are made in the migration, so one that alters this table on SQLite makes the triggers anew.
    `tags` are slugs between spaces, with one at both ends.
    """

    question = models.OneToOneField(
        "questions.Question",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="search_entry",
    )
    private_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    is_listed = models.BooleanField()
    topic = models.ForeignKey(
        "questions.Topic", on_delete=models.CASCADE, null=True, related_name="+"
    )
    level = models.CharField(max_length=6)
    kind = models.CharField(max_length=8)
    tags = models.TextField()
    words = Words()

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "search entry"
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return str(self.words)[:80]


class Spelling(models.Model):
    """Three letters of a word that occurs, to find the word that a misspelt one was meant to be.

    Whose words they are matters: nobody is shown a word of another person's questions.
    """

    private_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    trigram = models.CharField(max_length=3)
    word = models.CharField(max_length=40)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("trigram", "word"),
                condition=Q(private_to=None),
                name="shared_spelling_once",
            ),
            models.UniqueConstraint(
                fields=("private_to", "trigram", "word"), name="own_spelling_once"
            ),
        )

    def __str__(self) -> str:
        return self.word
