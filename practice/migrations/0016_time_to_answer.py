"""How long it took to answer, apart from the time spent reading the answer."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practice", "0015_fewer_indexes_of_reviews"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="seconds_to_answer",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
