"""The log says nothing of interviews, and never did."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practice", "0016_time_to_answer"),
    ]

    operations = [
        migrations.AlterField(
            model_name="review",
            name="kind",
            field=models.CharField(
                choices=[
                    ("learn", "First time"),
                    ("review", "Review"),
                    ("relearn", "Again the same day"),
                    ("cram", "Cramming"),
                ],
                max_length=7,
            ),
        ),
    ]
