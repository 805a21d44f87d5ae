from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("questions", "0016_origins_of_questions")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="ticks",
            field=models.JSONField(
                editable=False,
                help_text="What was ticked on the pages of its preview, and what was not.",
                null=True,
            ),
        ),
    ]
