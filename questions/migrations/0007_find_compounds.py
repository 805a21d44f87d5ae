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
        migrations.RunPython(index_anew, migrations.RunPython.noop),
    ]
