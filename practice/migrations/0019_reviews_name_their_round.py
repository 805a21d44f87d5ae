"""Two open rounds over the same cards took each other's reviews for their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_rounds(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """What was crammed since a round began is of the round that began last."""
    reviews = apps.get_model("practice", "Review").objects.filter(kind="cram", round=None)
    rounds = apps.get_model("practice", "Round").objects.order_by("-started_at")
    for begun in rounds.iterator():
        mine = reviews.filter(card__in=begun.cards, reviewed_at__gte=begun.started_at)
        mine.filter(user=begun.user_id).update(round=begun)


class Migration(migrations.Migration):
    dependencies = [
        ("practice", "0018_catching_up_and_fitting"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="round",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="practice.round",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=Q(("round__isnull", False)), fields=["round"], name="review_of_round"
            ),
        ),
        migrations.RunPython(name_rounds, migrations.RunPython.noop, elidable=True),
    ]
