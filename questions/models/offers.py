"""Somebody offers a question of their own to the bank; an editor takes it or says why not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models.questions import Question

LICENSE = "CC-BY-4.0"


class OfferQuerySet(models.QuerySet["Offer"]):
    def waiting(self) -> OfferQuerySet:
        """For an editor to decide. What its author retired meanwhile does not wait."""
        retired = Question.Status.RETIRED
        return self.filter(state=Offer.State.WAITING).exclude(question__status=retired)


class Offer(models.Model):
    """`name` is credited, and `license` granted, if the offer is accepted."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="offers", verbose_name=_("question")
    )
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("offered by"),
    )
    name = models.CharField(_("credited to"), max_length=80)
    license = models.CharField(_("licence"), max_length=60, default=LICENSE)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    offered_at = models.DateTimeField(_("offered"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(
        _("reason"), max_length=1_000, blank=True, help_text=_("The author reads it.")
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ("-offered_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("question",),
                condition=Q(state="waiting"),
                name="one_waiting_offer_per_question",
            ),
        )

    def __str__(self) -> str:
        return str(self.question)

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
