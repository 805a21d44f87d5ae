"""What the search reads: the words of each question, and the spellings that occur."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, models
from django.db.models import Q

from questions.wording import Wanted

type Row = tuple[Any, ...]

NARROWING = "topic_id, level, kind, tags, private_to_id"
# On SQLite the index comes first, so that a limit ends the look early.
MATCHING = (
    "FROM questions_search_index CROSS JOIN questions_searchentry"
    " ON questions_searchentry.question_id = questions_search_index.rowid"
    " WHERE questions_search_index MATCH %s"
    " AND is_listed AND (private_to_id IS NULL OR private_to_id = %s)"
)
LOOK = f"SELECT question_id, {NARROWING} {MATCHING}"
# On PostgreSQL functions look: see the migrations 0009 and 0015.
LOOK_DOWN = (
    "SELECT * FROM questions_looked_down("
    "%s::tsquery[], %s::tsquery, %s::tsquery[], %s::bigint[], %s, %s, %s, %s, %s)"
)


class Looked(NamedTuple):
    """What was found, list by list; of everything None if it was not looked for."""

    above: list[list[Row]]
    everything: list[Row] | None
    below: list[list[Row]]


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


class SearchEntryManager(models.Manager["SearchEntry"]):
    def looks(
        self,
        above: Sequence[Wanted],
        everything: Wanted | None = None,
        below: Sequence[Wanted] = (),
        *,
        known: Iterable[int] = (),
        little: int = 0,
        seen_by: int | None,
        tags: Sequence[str] = (),
        at_once: bool = False,
        most: int,
    ) -> Looked:
        """Of each that is asked for, at most so many rows that this person may see, oldest first.

        One after the other, each only while fewer keys than the most are known: there may be fewer
        lists than asked for. If little is known after those above, everything is looked for, and
        unless it is less than the most, what is below. PostgreSQL may look for that first, and for
        everything only if none of these has the most. Of tags one is enough. What is wanted
        `at_once` will be little.

        PostgreSQL gives keys alone, as all columns take longer to write than to find, SQLite what
        narrows a search as well: `completed` makes both the same.
        """
        tagged = [f"% {tag} %" for tag in tags]
        if connection.vendor == "postgresql":
            asked = [
                [each.for_postgresql for each in above],
                everything and everything.for_postgresql,
                [each.for_postgresql for each in below],
                f"{{{_written(known)}}}",
            ]
            rows = _read(LOOK_DOWN, [*asked, little, seen_by, tagged or None, at_once, most])
            found = {number: [(key,) for key in keys] for number, keys in rows}
            all_found, lists = found.pop(0, None), list(found.values())
            return Looked(lists[: len(above)], all_found, lists[len(above) :])
        having = f" AND ({' OR '.join(['tags LIKE %s'] * len(tagged))})" if tagged else ""
        sql = f"{LOOK}{having} ORDER BY questions_search_index.rowid LIMIT %s"
        found_keys = set(known)

        def look(each: Wanted) -> list[Row]:
            return _read(sql, [each.for_sqlite, seen_by, *tagged, most])

        def look_in_turn(asked: Sequence[Wanted]) -> list[list[Row]]:
            lists = []
            for each in asked:
                if len(found_keys) >= most:
                    break
                lists.append(look(each))
                found_keys.update([row[0] for row in lists[-1]])
            return lists

        looked = Looked(look_in_turn(above), None, [])
        if everything is None or len(found_keys) >= little:
            return looked
        all_found = look(everything)
        is_more = len(all_found) >= most
        return looked._replace(everything=all_found, below=look_in_turn(below) if is_more else [])

    def tally(self, wanted: Sequence[Wanted], *, seen_by: int | None, most: int) -> list[int]:
        """Of each that is wanted how much of it this person may see, up to so many. One query."""
        if not wanted:
            return []
        if connection.vendor == "postgresql":
            asked = [[each.for_postgresql for each in wanted], seen_by, most]
            [[counts]] = _read("SELECT questions_tally(%s::tsquery[], %s, %s)", asked)
            return list(counts)
        one = f"(SELECT COUNT(*) FROM (SELECT 1 {MATCHING} LIMIT %s))"  # noqa: S608  # places alone
        params = [param for each in wanted for param in (each.for_sqlite, seen_by, most)]
        return list(_read(f"SELECT {', '.join([one] * len(wanted))}", params)[0])

    def completed(self, rows: Sequence[Row], *, worded: int) -> list[Row]:
        """What was found with what narrows a search and, of the first `worded`, the words."""
        keys = [row[0] for row in rows]
        if connection.vendor == "sqlite" or not keys:
            words = self.words_by_key(keys[:worded])
            return [(*row, words.get(row[0])) for row in rows]
        if_first = f"CASE WHEN question_id {_among(keys[:worded])} THEN words END"
        sql = f"SELECT question_id, {NARROWING}, {if_first} FROM questions_searchentry WHERE question_id"  # noqa: S608  # whole numbers
        known = {row[0]: row for row in _read(f"{sql} {_among(keys)}")}
        return [known[key] for key in keys if key in known]

    def values_of(self, rows: Sequence[Row], column: str) -> list[Any]:
        """What was found has in a column that narrows a search."""
        if not rows or len(rows[0]) > 1:
            place = 1 + NARROWING.split(", ").index(column)
            return [row[place] for row in rows]
        among = _among([row[0] for row in rows])
        sql = f"SELECT {column} FROM questions_searchentry WHERE question_id {among}"  # noqa: S608  # whole numbers
        return [value for (value,) in _read(sql)]

    def words_by_key(self, keys: Iterable[int]) -> dict[int, str]:
        keys = list(keys)
        if not keys:
            return {}
        sql = (
            f"SELECT question_id, words FROM questions_searchentry WHERE question_id {_among(keys)}"  # noqa: S608  # whole numbers
        )
        return dict(_read(sql))


def _among(keys: Iterable[int]) -> str:
    written = _written(keys)
    return f"= ANY('{{{written}}}')" if connection.vendor == "postgresql" else f"IN ({written})"


def _written(keys: Iterable[int]) -> str:
    """As a text: psycopg and PostgreSQL look at each place and number of a list several times."""
    return ",".join([str(int(key)) for key in keys])


def _read(sql: str, params: Sequence[Any] | None = None) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
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

    objects = SearchEntryManager()

    class Meta:
        verbose_name = "search entry"
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return str(self.words)[:80]


class SpellingManager(models.Manager["Spelling"]):
    def lists(
        self, asked: Sequence[tuple[int | None, Sequence[str], range | None]]
    ) -> list[list[str]]:
        """Of each, whose words they are and some groups of three letters, the words that have these.

        If lengths are given, those of other lengths are left out. A word comes once for each group.
        One query.
        """
        if not asked:
            return []
        together = "STRING_AGG" if connection.vendor == "postgresql" else "GROUP_CONCAT"
        columns: list[str] = []
        params: list[Any] = []
        for owner, groups, lengths in asked:
            whose = "IS NULL" if owner is None else "= %s"
            params += [*([] if owner is None else [owner]), *groups]
            among = f"trigram IN ({', '.join(['%s'] * len(groups))})"
            if lengths:
                among += f" AND LENGTH(word) BETWEEN {lengths[0]} AND {lengths[-1]}"
            columns.append(
                f"(SELECT {together}(word, ' ') FROM questions_spelling"  # noqa: S608  # places alone
                f" WHERE private_to_id {whose} AND {among})"
            )
        [found] = _read(f"SELECT {', '.join(columns)}", params)
        return [(words or "").split() for words in found]


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
