"""What the feedback engine made of a question's text, kept so that an answer is matched at once."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from questions.models.parts import KeyPoint
from questions.models.questions import Question
from questions.models.revisions import QuestionRevision


class VectorsQuerySet(models.QuerySet["RevisionVectors"]):
    def made_with(self, version: str, method: str) -> VectorsQuerySet:
        return self.filter(version=version, method=method)

    def lacking(self, version: str, method: str) -> models.QuerySet[QuestionRevision]:
        """Texts now in use that have key points and no vectors of this kind, newest first."""
        ready = self.made_with(version, method).filter(revision=OuterRef("pk"))
        points = KeyPoint.objects.filter(revision=OuterRef("pk"))
        in_use = Question.objects.exclude(status=Question.Status.RETIRED)
        return QuestionRevision.objects.filter(
            ~Exists(ready), Exists(points), pk__in=in_use.values("current_revision")
        ).order_by("-frozen_at", "-pk")


class RevisionVectors(models.Model):
    """Derived from the text alone, so any row may be deleted: it is made again when needed.

    `digest` covers all that was read and the engine's version: where it differs, the row is old.
    """

    revision = models.OneToOneField(
        QuestionRevision, on_delete=models.CASCADE, primary_key=True, related_name="vectors"
    )
    version = models.CharField(max_length=100)
    method = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    data = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = VectorsQuerySet.as_manager()

    class Meta:
        verbose_name = _("vectors of a revision")
        verbose_name_plural = _("vectors of revisions")

    def __str__(self) -> str:
        return f"{self.method} {self.digest[:8]}"
