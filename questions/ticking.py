"""What somebody ticked on the pages of a preview, kept with the file until it is imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from questions.models import Import
from questions.planning import Outcome, PlannedEntry


@dataclass(frozen=True, slots=True)
class Ticks:
    """By the keys of entries; `same_as` has the question that each is the next text of, or "".

    `replacing` were shown as edited here, and are to come in all the same.
    """

    on: frozenset[int] = frozenset()
    off: frozenset[int] = frozenset()
    replacing: frozenset[int] = frozenset()
    same_as: Mapping[int, str] = field(default_factory=dict)
    history: bool = False

    @classmethod
    def of(cls, file: Import) -> Ticks:
        kept = file.ticks or {}
        same_as = {int(key): slug for key, slug in kept.get("same_as", {}).items()}
        on, off, replacing = (frozenset(kept.get(name, ())) for name in ("on", "off", "replacing"))
        return cls(on, off, replacing, same_as, bool(kept.get("history")))

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "on": sorted(self.on),
            "off": sorted(self.off),
            "replacing": sorted(self.replacing),
            "same_as": dict(self.same_as),
            "history": self.history,
        }

    def then(self, later: Ticks) -> Ticks:
        return Ticks(
            (self.on - later.off) | later.on,
            (self.off - later.on) | later.off,
            (self.replacing - later.on - later.off) | later.replacing,
            {**self.same_as, **later.same_as},
            later.history,
        )

    def has(self, planned: PlannedEntry) -> bool:
        """What nobody touched comes in, unless something else would have to go for it."""
        key = planned.entry.key
        is_to_do = planned.outcome in (Outcome.NEW, Outcome.CHANGED)
        return key in self.replacing or (is_to_do and key not in self.off)


@transaction.atomic
def keep_ticks(file: Import, ticks: Ticks) -> None:
    """Unless it is another text now, or was imported meanwhile."""
    waiting = Import.objects.defer("data").select_for_update().filter(pk=file.pk)
    kept = waiting.filter(confirmed_at=None, sha256=file.sha256).first()
    if kept:
        kept.ticks = Ticks.of(kept).then(ticks).as_json
        kept.save(update_fields=["ticks"])
