"""What the search reads: the words of each question, and the spellings that occur."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from operator import itemgetter
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q

from questions.wording import Wanted

type Row = tuple[Any, ...]
type Statement = tuple[str, tuple[Any, ...]]


class Look(Protocol):
    """Finds rows by what is wanted and the key of the person who looks, who stands as SOMEBODY."""

    def __call__(self, wanted: Wanted, seen_by: int | None, at_once: bool = False) -> list[Row]: ...


class Tally(Protocol):
    """Counts rows in the same way, for several that are wanted at once."""

    def __call__(self, wanted: Sequence[Wanted], seen_by: int | None) -> list[int]: ...


# That a question's key is below one of these is a word of PostgreSQL's index, so it can be asked for
# the older ones alone. As in the migration, which a change has to make anew.
BOUNDS = [2_000, 2_800, 4_000, 5_600, 8_000, 11_000, 16_000, 22_000, 32_000, 45_000, 64_000, 90_000]
COMMON = 16  # a word is, if so small a part of what is wanted is below the first bound
MARGIN = 1.5  # the next look goes so much further than should be enough
# Kept in the SQL of a search for what is asked for; nothing else there is like these.
PLACE, OLDEST, AFTER, SOMEBODY = Wanted(("place",)), Wanted(("oldest",)), -7_777_777, -7_777_779
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
        the first, so it is asked for the oldest alone and, in the same query, for all the others
        if these are few. Of words that are common there, as many more are asked for as should hold
        enough, and then all the others: at most three queries. What is wanted `at_once`, as there
        will be little, is one look at the index and not two.
        """
        if connection.vendor != "postgresql":
            statement = _written(self.matching(PLACE).values_list(*fields)[:most])
            return lambda wanted, seen_by, at_once=False: _read(statement, _asked(wanted, seen_by))
        later, further = self.filter(pk__gte=BOUNDS[0]), self.filter(pk__gt=AFTER)
        oldest, others, go_on = (
            _written(rows.values_list(*fields)[:most])
            for rows in (self.matching(OLDEST), later.matching(PLACE), further.matching(PLACE))
        )
        by_age = (
            f"WITH oldest AS MATERIALIZED ({oldest[0]}) SELECT * FROM oldest"  # noqa: S608  # places alone
            f" UNION ALL SELECT * FROM ({others[0]}) AS others"
            f" WHERE {COMMON} * (SELECT COUNT(*) FROM oldest) < {most}",
            (*oldest[1], *others[1]),
        )

        def look(wanted: Wanted, seen_by: int | None, at_once: bool = False) -> list[Row]:
            if at_once:
                return _read(go_on, {**_asked(wanted, seen_by), AFTER: 0})
            found = sorted(_read(by_age, _asked(wanted, seen_by)), key=itemgetter(0))
            old = bisect_left(found, BOUNDS[0], key=itemgetter(0))
            if old < most <= old * COMMON:
                enough = bisect_left(BOUNDS, BOUNDS[0] * MARGIN * most / old)
                for bound in (*BOUNDS[enough : enough + 1], None):
                    asked = _asked(wanted.below(bound) if bound else wanted, seen_by)
                    if len(found) < most:
                        found += _read(go_on, {**asked, AFTER: found[-1][0]})
            return found[:most]

        return look

    def counts(self, *, most: int) -> Tally:
        """What counts the rows that match, of each that is wanted, up to so many. One query."""
        if connection.vendor == "postgresql":
            rows = self.values_list("pk")
            oldest = _written(rows.filter(words__matches=OLDEST))
            others = _written(rows.filter(words__matches=PLACE, pk__gte=BOUNDS[0]))
            sql, params = f"{oldest[0]} UNION ALL {others[0]}", (*oldest[1], *others[1])
        else:
            sql, params = _written(self.matching(PLACE).values_list("pk"))
        one = f"(SELECT COUNT(*) FROM ({sql} LIMIT {most}) AS found)"  # noqa: S608  # places alone

        def count(wanted: Sequence[Wanted], seen_by: int | None) -> list[int]:
            if not wanted:
                return []
            asked = [_filled(params, _asked(each, seen_by)) for each in wanted]
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {', '.join([one] * len(wanted))}", list(chain(*asked)))
                return list(cursor.fetchone())

        return count

    def words_by_key(self, keys: Iterable[int]) -> dict[int, str]:
        """As a lookup by `pk__in`, which looks at each key several times, as does psycopg at places."""
        written = ", ".join([str(int(key)) for key in keys])
        if not written:
            return {}
        sql = (
            f"SELECT question_id, words FROM questions_searchentry WHERE question_id IN ({written})"  # noqa: S608  # whole numbers
        )
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return dict(cursor.fetchall())


def _written(rows: models.QuerySet[Any, Any]) -> Statement:
    return rows.query.sql_with_params()


def _asked(wanted: Wanted, seen_by: int | None) -> dict[Any, Any]:
    if connection.vendor == "sqlite":
        return {PLACE.for_sqlite: wanted.for_sqlite, SOMEBODY: seen_by}
    return {
        PLACE.for_postgresql: wanted.for_postgresql,
        OLDEST.for_postgresql: wanted.below(BOUNDS[0]).for_postgresql,
        SOMEBODY: seen_by,
    }


def _filled(params: Iterable[Any], asked: dict[Any, Any]) -> list[Any]:
    """What is asked for in the places that were kept for it."""
    return [asked.get(param, param) for param in params]


def _read(statement: Statement, asked: dict[Any, Any]) -> list[Row]:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(sql, _filled(params, asked))
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


class SpellingManager(models.Manager["Spelling"]):
    def lists(self, asked: Sequence[tuple[int | None, Sequence[str]]]) -> list[list[str]]:
        """Of each, whose words they are and some groups of three letters, the words that have these.

        A word comes once for each group. One query.
        """
        if not asked:
            return []
        together = "STRING_AGG" if connection.vendor == "postgresql" else "GROUP_CONCAT"
        columns: list[str] = []
        params: list[Any] = []
        for owner, groups in asked:
            whose = "IS NULL" if owner is None else "= %s"
            params += [*([] if owner is None else [owner]), *groups]
            columns.append(
                f"(SELECT {together}(word, ' ') FROM questions_spelling"  # noqa: S608  # places alone
                f" WHERE private_to_id {whose} AND trigram IN ({', '.join(['%s'] * len(groups))}))"
            )
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(columns)}", params)
            return [(words or "").split() for words in cursor.fetchone()]


class Spelling(models.Model):
    """Three letters of a word that occurs, to find the word that a misspelt one was meant to be.

    Whose words they are matters: nobody is shown a word of another person's questions.
    """

    private_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    trigram = models.CharField(max_length=3)
    word = models.CharField(max_length=40)

    objects = SpellingManager()

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
