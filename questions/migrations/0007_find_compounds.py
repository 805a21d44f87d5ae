from importlib import import_module

from django.db import migrations

index_what_is_there = import_module("questions.migrations.0006_search_index").index_what_is_there


def index_anew(apps, schema_editor):
    """The words of compounds as one: multi-stage is found as multistage."""
    for name in ("SearchEntry", "Spelling"):
        apps.get_model("questions", name).objects.all().delete()
    index_what_is_there(apps, schema_editor)


class Migration(migrations.Migration):

    dependencies = [("questions", "0006_search_index")]

    operations = [migrations.RunPython(index_anew, migrations.RunPython.noop)]
