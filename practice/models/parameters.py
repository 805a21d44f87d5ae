"""The numbers FSRS works with: its defaults, or fitted to the reviews of the site or of a learner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from practice.scheduling import DEFAULT_PARAMETER_VERSION, DEFAULT_PARAMETERS, PARAMETER_VERSION
from studyhub.statements import objects

if TYPE_CHECKING:
    from accounts.models import User

_PREFIX = f"{PARAMETER_VERSION}-"


def in_use_by(user_pk: int | OuterRef) -> models.QuerySet[Parameters]:
    found = Parameters.objects.filter(Q(user=user_pk) | Q(user=None), is_in_use=True)
    return found.order_by(F("user").asc(nulls_last=True))[:1]


class ParametersManager(models.Manager["Parameters"]):
    def in_use_by(self, user: User) -> Parameters:
        """The learner's own, else the site's, else the defaults, unsaved."""
        found = objects(in_use_by, user.pk)
        return found[0] if found else Parameters()

    def of_site(self) -> Parameters:
        """The site's, or the defaults, unsaved."""
        return self.filter(user=None, is_in_use=True).first() or Parameters()

    def named(self, versions: Iterable[str]) -> dict[str, Parameters]:
        """By the versions that reviews bear; one that is not known is left out. One query."""
        pks = {version.removeprefix(_PREFIX) for version in versions}
        found = self.filter(pk__in=[pk for pk in pks if pk.isascii() and pk.isdigit()])
        return {each.version: each for each in found}

    @transaction.atomic
    def replace(self, user: User | None, fitted: Parameters | None) -> None:
        """What was in use rests, as reviews name it; `fitted`, unsaved, takes its place."""
        self.filter(user=user, is_in_use=True).update(is_in_use=False)
        if fitted:
            fitted.user, fitted.is_in_use = user, True
            fitted.save(force_insert=True)


class Parameters(models.Model):
    """One fit; `user` None is the whole site. A row without a key stands for the defaults.

    The losses are log losses on the newest fifth of the reviews, from a fit to the older ones.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="parameters",
    )
    numbers = models.JSONField(default=list)
    review_count = models.PositiveIntegerField(default=0)
    log_loss = models.FloatField(null=True)
    log_loss_before = models.FloatField(null=True)
    fitted_at = models.DateTimeField()
    is_in_use = models.BooleanField(default=True)

    objects = ParametersManager()

    class Meta:
        verbose_name = _("parameters")
        verbose_name_plural = _("parameters")
        constraints = (
            models.UniqueConstraint(
                fields=("user",), condition=Q(is_in_use=True), name="one_fit_in_use_per_learner"
            ),
            models.UniqueConstraint(
                fields=("is_in_use",),
                condition=Q(is_in_use=True, user=None),
                name="one_fit_in_use_for_the_site",
            ),
        )

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """What reviews bear that were scheduled by these."""
        return f"{_PREFIX}{self.pk}" if self.pk else DEFAULT_PARAMETER_VERSION

    @property
    def values(self) -> Sequence[float]:
        return tuple(self.numbers) if self.pk else DEFAULT_PARAMETERS

    @property
    def is_own(self) -> bool:
        return self.user_id is not None

    @property
    def is_default(self) -> bool:
        return self.pk is None


class FitAttempt(models.Model):
    """When a log was last tried, whatever came of it; `user` None is the whole site.

    `log_count` is how many reviews counted for fitting then, also where a fit took fewer.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="fit_attempt",
    )
    log_count = models.PositiveIntegerField()
    tried_at = models.DateTimeField()

    class Meta:
        verbose_name = _("attempt to fit")
        verbose_name_plural = _("attempts to fit")
        constraints = (
            models.UniqueConstraint(
                Coalesce("user", 0, output_field=models.BigIntegerField()),
                name="one_last_attempt_to_fit",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or 'site'}: {self.log_count}"
