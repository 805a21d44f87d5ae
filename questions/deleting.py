"""Deleting questions: what goes with them, and what keeps them from going."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import NestedObjects
from django.db import DEFAULT_DB_ALIAS, models, transaction

from questions.models import Question

# Of all that goes, what a person would miss.
COUNTED = ("card", "review")


@dataclass(frozen=True, slots=True)
class Consequences:
    """`going` can be deleted, with `lost` (name and count); `kept` have results that stay."""

    going: list[Question] = field(default_factory=list)
    kept: list[Question] = field(default_factory=list)
    lost: list[tuple[str, int]] = field(default_factory=list)


def consequences_of(questions: Iterable[Question]) -> Consequences:
    """Reads everything that hangs on each question: for a page of them, not for the bank."""
    going, kept = [], []
    lost: dict[Any, int] = {}
    for question in questions:
        collector = NestedObjects(using=DEFAULT_DB_ALIAS, origin=question)
        collector.collect([question])
        if collector.protected:
            kept.append(question)
            continue
        going.append(question)
        collected: dict[Any, set[models.Model]] = collector.model_objs
        for model, found in collected.items():
            if model._meta.model_name in COUNTED:
                lost[model] = lost.get(model, 0) + len(found)
    return Consequences(
        going, kept, [(_name(model, count), count) for model, count in lost.items()]
    )


@transaction.atomic
def delete_or_retire(questions: Iterable[Question], *, now: datetime) -> tuple[int, int]:
    """Deletes what can go and retires the rest; the numbers of both. Locks each.

    What has another owner since it was read, or went to the bank, is left alone.
    """
    deleted = retired = 0
    for read in questions:
        same = Question.objects.filter(pk=read.pk, private_to=read.private_to_id)
        question = same.order_by("pk").select_for_update().first()
        if question is None:
            continue
        try:
            with transaction.atomic():
                question.delete()
            deleted += 1
        except (models.ProtectedError, models.RestrictedError):
            question.retire(now=now)
            retired += 1
    return deleted, retired


def _name(model: type[models.Model], count: int) -> str:
    return str(model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural)
