"""What the search reads: the words of each question, and the spellings that occur."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q

if TYPE_CHECKING:
    from questions.wording import Wanted

OLD = 2_000  # a key up to which questions are looked through at first
COMMON = 10  # a word is, if so small a part of what is wanted is among them
MARGIN = 2  # the next look goes so much further than should be enough
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

    def oldest(self, wanted: Wanted, *fields: str, most: int) -> list[tuple[Any, ...]]:
        """So many rows that match, oldest question first; the first field is the key.

        PostgreSQL sorts all that match before it takes the first, so it is asked for the oldest
        keys alone, then, of words that are common there, for as many more as should hold enough,
        then for all the others: at most three queries. SQLite stops by itself.
        """
        rows = self.matching(wanted).values_list(*fields)
        if connection.vendor != "postgresql":
            return list(rows[:most])
        upto = OLD
        found = list(rows.filter(pk__lte=upto)[:most])
        if found and most // COMMON <= len(found) < most:
            upto = OLD * MARGIN * most // len(found)
            found += rows.filter(pk__gt=OLD, pk__lte=upto)[: most - len(found)]
        if len(found) < most:
            found += rows.filter(pk__gt=upto)[: most - len(found)]
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
