"""What the learners see when is promised with the assignment, not with the blueprint of today."""

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def copy_from_blueprints(apps, schema_editor):
    blueprints = apps.get_model("interviews", "Blueprint").objects.filter(pk=OuterRef("blueprint"))
    apps.get_model("interviews", "Assignment").objects.update(
        reveal=Subquery(blueprints.values("reveal")[:1])
    )


class Migration(migrations.Migration):
    dependencies = [("interviews", "0001_initial")]

    operations = [
        migrations.AddField(
            "assignment",
            "reveal",
            models.CharField(
                "reveal",
                max_length=10,
                choices=[
                    ("on_submit", "Model answers as soon as the interview is handed in"),
                    ("on_release", "Marks and model answers when the instructor releases them"),
                ],
                default="on_release",
                editable=False,
            ),
            preserve_default=False,
        ),
        migrations.RunPython(copy_from_blueprints, migrations.RunPython.noop),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=Q(reveal__in=["on_submit", "on_release"]),
                name="assignment_reveal_is_known",
            ),
        ),
    ]
