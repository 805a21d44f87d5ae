"""What was found at the addresses that references lead to, one row for each page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from questions.dead_links import Series, time_to_wait, time_until_next
from questions.web import Seen, Verdict

LONGEST_URL = 500  # as that of a reference


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def free(self, now: datetime) -> LinkCheckQuerySet:
        """At hosts that nobody asks right now, and that did not ask to be left alone."""
        busy = LinkCheck.objects.filter(Q(claimed_until__gt=now) | Q(wait_until__gt=now))
        return self.exclude(host__in=busy.values("host"))

    def due(self, now: datetime) -> LinkCheckQuerySet:
        """To be looked at now; first what somebody asked for."""
        return (
            self.free(now)
            .filter(next_look_at__lte=now)
            .order_by(F("asked_at").asc(nulls_last=True), "next_look_at", "pk")
        )

    def lock(self) -> None:
        """All of them until the end of the transaction: whoever locks several comes by their keys,
        so that no two wait for each other."""
        list(self.select_for_update().order_by("pk").values_list("pk"))

    def to_mend(self) -> LinkCheckQuerySet:
        """What an editor can do something about: broken, or moved for good."""
        return self.filter(outcome__in=(LinkCheck.Outcome.BROKEN, LinkCheck.Outcome.MOVED))


class LinkCheck(models.Model):
    """`url` is without its fragment. The rest follows from the looks, see `dead_links.Series`.

    `claimed_until`: somebody is looking at it, or died over it. `wait_until`: its host asked to be
    left alone. `asked_at`: an editor wants it looked at again.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Not looked at yet")
        FINE = "fine", _("There")
        MOVED = "moved", _("Moved for good")
        BROKEN = "broken", _("Broken")
        UNREACHABLE = "unreachable", _("Not reachable")

    class Reason(models.TextChoices):
        """Why the last look found no page; the words of a Verdict for people."""

        GONE = Verdict.GONE.value, _("The page is not there")
        NO_SUCH_HOST = Verdict.NO_SUCH_HOST.value, _("There is no site of this name")
        REFUSED = (
            Verdict.REFUSED.value,
            _("The site lets no program in, though it may let people in"),
        )
        BUSY = Verdict.BUSY.value, _("The site is busy and asks to be left alone for now")
        SERVER_ERROR = Verdict.SERVER_ERROR.value, _("The site has a fault of its own")
        TIMEOUT = Verdict.TIMEOUT.value, _("The site did not answer in time")
        NO_CONNECTION = Verdict.NO_CONNECTION.value, _("No connection to the site came about")
        CERTIFICATE = Verdict.CERTIFICATE.value, _("The site's certificate is not valid")
        TOO_MANY_REDIRECTS = (
            Verdict.TOO_MANY_REDIRECTS.value,
            _("The address leads on and on, more than five times"),
        )
        NOT_UNDERSTOOD = Verdict.NOT_UNDERSTOOD.value, _("The site's answer cannot be read")
        NOT_PUBLIC = (
            Verdict.NOT_PUBLIC.value,
            _("It is not the address of a public page, so nobody looks there"),
        )

    url = models.CharField(max_length=LONGEST_URL, unique=True)
    host = models.CharField(max_length=255, db_index=True)
    outcome = models.CharField(max_length=11, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(max_length=18, choices=Reason, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    moved_to = models.CharField(max_length=LONGEST_URL, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    gone_since = models.DateTimeField(null=True, blank=True)
    failed_looks = models.PositiveIntegerField(default=0)
    next_look_at = models.DateTimeField()
    wait_until = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("looked-at link")
        verbose_name_plural = _("looked-at links")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=("broken", "unreachable"), failing_since__isnull=False)
                | Q(outcome__in=("waiting", "fine", "moved"), failing_since=None),
                name="link_fails_since_it_failed",
            ),
            models.CheckConstraint(
                condition=Q(outcome="moved") ^ Q(moved_to=""), name="link_moved_somewhere"
            ),
        )
        indexes = (models.Index(fields=("next_look_at",), name="link_next_look"),)

    def __str__(self) -> str:
        return self.url

    @property
    def is_broken(self) -> bool:
        return self.outcome == self.Outcome.BROKEN

    @property
    def is_moved(self) -> bool:
        return self.outcome == self.Outcome.MOVED

    @property
    def leads_home(self) -> bool:
        """Moved to the start of a site, which is how many sites say that a page is no more."""
        return self.is_moved and _is_home(self.moved_to) and not _is_home(self.url)

    @transaction.atomic
    def note(self, seen: Seen, *, now: datetime) -> bool:
        """What the look that it was claimed for has found. False: the claim was over already."""
        series = Series(
            failing_since=self.failing_since,
            gone_since=self.gone_since,
            failed_looks=self.failed_looks,
        ).after(seen, now=now)
        is_broken = series.is_broken(seen, now=now)
        moved_to = _usable(seen.moved_to, instead_of=self.url)
        found: dict[str, Any] = {
            "outcome": self._outcome(seen, is_broken=is_broken, moved_to=moved_to),
            "reason": "" if seen.verdict == Verdict.FINE else seen.verdict.value,
            "status": seen.status,
            "moved_to": moved_to,
            "looked_at": now,
            "failing_since": series.failing_since,
            "gone_since": series.gone_since,
            "failed_looks": series.failed_looks,
            "next_look_at": now + time_until_next(seen, is_broken=is_broken),
            "asked_at": None,
            "claimed_until": None,
        }
        wait = time_to_wait(seen)
        whole_site = LinkCheck.objects.filter(host=self.host)
        if wait:
            whole_site.lock()
        mine = LinkCheck.objects.filter(pk=self.pk, claimed_until=self.claimed_until)
        if not mine.update(**found):
            return False
        for name, value in found.items():
            setattr(self, name, value)
        if wait:
            whole_site.update(wait_until=now + wait)
        return True

    def _outcome(self, seen: Seen, *, is_broken: bool, moved_to: str) -> str:
        if seen.verdict == Verdict.FINE:
            return self.Outcome.MOVED if moved_to else self.Outcome.FINE
        return self.Outcome.BROKEN if is_broken else self.Outcome.UNREACHABLE

    def ask_again(self, *, now: datetime) -> bool:
        """The next to be looked at. False: its host asked to be left alone for longer."""
        if self.wait_until and self.wait_until > now:
            return False
        LinkCheck.objects.filter(pk=self.pk).update(asked_at=now, next_look_at=now)
        return True


def _is_home(url: str) -> bool:
    return not urlsplit(url).path.strip("/")


def _usable(moved_to: str, *, instead_of: str) -> str:
    """An address that a reference can have, or empty. Nothing is made less safe by moving."""
    page = moved_to.partition("#")[0]
    is_worse = instead_of.startswith("https:") and not moved_to.startswith("https:")
    if page == instead_of or is_worse or len(moved_to) > LONGEST_URL:
        return ""
    try:
        URLValidator(schemes=["http", "https"])(moved_to)
    except ValidationError:
        return ""
    return moved_to
