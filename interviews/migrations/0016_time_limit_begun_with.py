"""A running sitting keeps the time that it was begun with, whatever becomes of its assignment's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interviews", "0015_own_mocks")]

    operations = [
        migrations.AddField(
            model_name="sitting",
            name="time_limit",
            field=models.DurationField(blank=True, editable=False, null=True),
        ),
    ]
