from django.db import migrations, models


class Migration(migrations.Migration):

    # 0013 was there first.
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
