from importlib import import_module

from django.db import migrations

before = import_module("questions.migrations.0006_search_index")

# As 0006 made it, and with lists of what begins alike, so that a beginning is looked up as quickly
# as a word: else all words that begin so are read to their ends. A token is a digit and a word.
TABLE = (
    "CREATE VIRTUAL TABLE questions_search_index USING fts5("
    "words, content='questions_searchentry', content_rowid='question_id',"
    " detail=none, columnsize=0,{prefix} tokenize='unicode61 remove_diacritics 0')"
)
PREFIX = " prefix='3 4 5 6 7 8 9 10 11 12',"
REBUILD = "INSERT INTO questions_search_index (questions_search_index) VALUES ('rebuild')"
DROP = "DROP TABLE questions_search_index"

# PostgreSQL's index gives all questions with a word or none, so that a key is below a bound is a
# word too: 0below2000, 0below2800 and so on. Searches look the bounds up in questions.models.search.
VECTOR = (
    "ALTER TABLE questions_searchentry DROP COLUMN filler, DROP COLUMN vector",
    "ALTER TABLE questions_searchentry ADD COLUMN vector tsvector GENERATED ALWAYS AS"
    " (array_to_tsvector({words})) STORED",
    "ALTER TABLE questions_searchentry ADD COLUMN filler text GENERATED ALWAYS AS"
    " (repeat(' ', 2100)) STORED",
    "CREATE INDEX questions_search_index ON questions_searchentry"
    " USING gin (vector) WITH (fastupdate = off)",
)
WORDS = "string_to_array(NULLIF(words, ''), ' ')"
BOUNDS = (2000, 2800, 4000, 5600, 8000, 11000, 16000, 22000, 32000, 45000, 64000, 90000)
AGE = (
    f"(ARRAY{[f'0below{bound}' for bound in BOUNDS]})"
    f"[width_bucket(question_id, ARRAY{list(BOUNDS)}::bigint[]) + 1:]"
)


def empty_index(apps, schema_editor):
    for name in ("SearchEntry", "Spelling"):
        apps.get_model("questions", name).objects.all().delete()


def index_anew(apps, schema_editor):
    """The words of compounds as one: multi-stage is found as multistage."""
    before.index_what_is_there(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [("questions", "0006_search_index")]

    operations = [
        # The triggers are the table's of entries, which is empty while the index is none.
        migrations.RunPython(empty_index, migrations.RunPython.noop),
        before.OnlyOn(
            "sqlite",
            [DROP, TABLE.format(prefix=PREFIX)],
            [DROP, TABLE.format(prefix=""), REBUILD],
        ),
        before.OnlyOn(
            "postgresql",
            [sql.format(words=f"{WORDS} || {AGE}") for sql in VECTOR],
            [sql.format(words=WORDS) for sql in VECTOR],
        ),
        migrations.RunPython(index_anew, migrations.RunPython.noop),
    ]
