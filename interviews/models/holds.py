"""Holds: who is marking a response now, so that two do not do the same work unknowingly."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from interviews.models.items import Item

if TYPE_CHECKING:
    from accounts.models import User

# Without a beat of the open page in between it runs out; the page beats every minute.
LASTS = timedelta(minutes=3)


class HoldQuerySet(models.QuerySet["Hold"]):
    def lasting(self, now: datetime) -> HoldQuerySet:
        """Not run out, nor given back. At `ends_at` it is over."""
        return self.filter(ends_at__gt=now)

    def of_others(self, user: User) -> HoldQuerySet:
        return self.exclude(marker=user)

    def take(self, item: Item, *, marker: User, now: datetime, by_force: bool = False) -> bool:
        """Whether the marker has it now. With `by_force` it is taken from whoever had it.

        One conditional UPDATE, or the one INSERT of the item that does not conflict: of two who
        come at once one has it. Never raises on a race.
        """
        is_mine, is_over = Q(marker=marker), Q(ends_at__lte=now)
        rows = self.filter(item=item)
        if not by_force:
            rows = rows.filter(is_mine | is_over)
        goes_on = When(is_mine & ~is_over, then=F("taken_at"))
        ends_at = now + LASTS
        if rows.update(marker=marker, taken_at=Case(goes_on, default=Value(now)), ends_at=ends_at):
            return True
        first = Hold(item=item, marker=marker, taken_at=now, ends_at=ends_at)
        self.bulk_create([first], ignore_conflicts=True)
        return self.lasting(now).filter(item=item, marker=marker).exists()

    def renew(self, item: Item, *, marker: User, now: datetime) -> bool:
        """False: somebody else has taken it since, and only the holder renews."""
        return bool(self.filter(item=item, marker=marker).update(ends_at=now + LASTS))

    def give_back(self, *, marker: User, now: datetime) -> None:
        """What the marker holds of these. The rows stay, and are replaced by whoever comes next."""
        self.lasting(now).filter(marker=marker).update(ends_at=now)


class Hold(models.Model):
    """The item is being marked by `marker`, since `taken_at`; from `ends_at` on it is free.

    It stops nobody: who saves second is shown both marks, whoever holds the item.
    """

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="hold")
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="holds"
    )
    taken_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects: ClassVar[HoldQuerySet] = HoldQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")

    def __str__(self) -> str:
        return f"{self.item}: {self.marker}"

    def is_lasting(self, now: datetime) -> bool:
        return self.ends_at > now
