"""Whether a learner gave an assignment to themselves is kept with it, not told from its blueprint."""

from django.db import migrations, models


def mark_own(apps, schema_editor):
    """Until now each mock of one's own had a blueprint of its own."""
    apps.get_model("interviews", "Assignment").objects.filter(blueprint__is_quick=True).update(
        is_own=True
    )


class Migration(migrations.Migration):
    dependencies = [("interviews", "0014_holds")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="is_own",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(mark_own, migrations.RunPython.noop, elidable=True),
    ]
