"""Who is asked one question at a time is asked so to the end, whatever becomes of the blueprint."""

from django.db import migrations, models
from django.db.models import Q


def copy_from_blueprints(apps, schema_editor):
    """A blueprint whose questions have their own time asks one at a time; a constraint holds that."""
    Blueprint, Sitting = (apps.get_model("interviews", each) for each in ("Blueprint", "Sitting"))
    one_at_a_time = Blueprint.objects.filter(navigation="one_at_a_time").values("pk")
    paced = Q(think_time__isnull=False)
    Sitting.objects.filter(Q(assignment__blueprint__in=one_at_a_time) | paced).update(
        is_one_at_a_time=True
    )


class Migration(migrations.Migration):
    dependencies = [("interviews", "0005_think_time_and_predictions")]

    operations = [
        migrations.AddField(
            "sitting",
            "is_one_at_a_time",
            models.BooleanField(
                default=False,
                editable=False,
                help_text="As the blueprint said on the day of the draw.",
            ),
        ),
        migrations.RunPython(copy_from_blueprints, migrations.RunPython.noop),
    ]
