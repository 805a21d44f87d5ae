from importlib import import_module

from django.db import migrations
from django.db.models import Case, Value, When
from django.db.models.functions import Concat

first = import_module("questions.migrations.0006_search_index")
before = import_module("questions.migrations.0007_find_compounds")

# On PostgreSQL a word of the prompt is also one of the tags (2), of the key points (3) and of the
# answer (4), one of the tags also of those below and so on: a look at all parts down to one asks
# for a single word. The words stand part by part, so what is before the first of a part is above it.
TEXT = "' ' || words"
ABOVE_4 = f"split_part({TEXT}, ' 4', 1)"
ABOVE_3 = f"split_part({ABOVE_4}, ' 3', 1)"
ABOVE_2 = f"split_part({ABOVE_3}, ' 2', 1)"


def moved(above, *, to):
    """The words of the parts above, as words of this part; by way of dots, as 12 may be part 1's 2."""
    for part in range(1, to):
        above = f"replace({above}, ' {part}', ' .')"
    return f"string_to_array(substr(replace({above}, ' .', ' {to}'), 2), ' ')"


def begun(letters):
    """The beginnings of the prompt's words, as 5ne, 5net: all words that begin so need no reading."""
    pattern = f" 1(\\S{{{letters}}})\\S*"
    return f"string_to_array(substr(regexp_replace({ABOVE_2}, '{pattern}', ' 5\\1', 'g'), 2), ' ')"


WORDS = " || ".join(
    [
        before.WORDS,
        moved(ABOVE_2, to=2),
        moved(ABOVE_3, to=3),
        moved(ABOVE_4, to=4),
        *(begun(letters) for letters in range(2, 12)),
        before.AGE,
    ]
)

UNWATCHED = "DROP TRIGGER questions_search_changed"
WATCHED = first.TRIGGERS[2].format(put_in=first.PUT_IN, take_out=first.TAKE_OUT)
OPTIMIZE = before.REBUILD.replace("'rebuild'", "'optimize'")

DROP, *MADE = before.VECTOR
BEFORE = f"{before.WORDS} || {before.AGE}"


def mark_topics_above(apps, schema_editor):
    """The topics above a question's own as words too: to narrow by one topic asks for one word.

    At one go, so that on PostgreSQL the rows stay in the order of their keys.
    """
    parents = dict(apps.get_model("questions", "Topic").objects.values_list("pk", "parent"))
    marks = {}
    for topic, parent in parents.items():
        while parent:
            marks[topic] = f"{marks.get(topic, '')} 0topic{parent}"
            parent = parents[parent]
    if marks:
        above = Case(*(When(topic=topic, then=Value(text)) for topic, text in marks.items()))
        entries = apps.get_model("questions", "SearchEntry").objects
        entries.filter(topic__in=marks).update(words=Concat("words", above))


class Migration(migrations.Migration):

    dependencies = [("questions", "0007_find_compounds")]

    operations = [
        # Without what keeps the index the table is changed quickly.
        first.OnlyOn("sqlite", [UNWATCHED], [WATCHED]),
        first.OnlyOn("postgresql", [DROP], [sql.format(words=BEFORE) for sql in MADE]),
        migrations.RunPython(mark_topics_above, migrations.RunPython.noop),
        first.OnlyOn("postgresql", [sql.format(words=WORDS) for sql in MADE], [DROP]),
        first.OnlyOn("sqlite", [before.REBUILD, OPTIMIZE, WATCHED], [UNWATCHED]),
    ]
