from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("questions", "0013_link_checks")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="mends",
            field=models.JSONField(
                editable=False,
                help_text="Prompts that were split, and words spelt anew.",
                null=True,
            ),
        ),
    ]
