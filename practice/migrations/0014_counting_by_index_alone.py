"""What is left today is counted without looking a card up."""

from __future__ import annotations

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("practice", "0013_newest_review_by_index"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="card", name="card_due"),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                fields=["user", "due_on", "id", "buried_until", "sibling_seen_on", "question"],
                condition=Q(suspended_at=None),
                name="card_due",
            ),
        ),
    ]
