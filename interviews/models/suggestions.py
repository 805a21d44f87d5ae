"""Suggestions: what the engine said of a response, kept as it was shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.findings import Feedback, Finding, Match, Method, Span, Status
from interviews.models.responses import Response

if TYPE_CHECKING:
    from questions.matching import Matched


class Suggestion(models.Model):
    """Findings for one text of a response: its `number` of saves says which.

    `digest`: what the engine read of the question, and which engine it was.
    """

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="suggestion")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    method = models.CharField(max_length=8)
    findings = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")

    def __str__(self) -> str:
        return str(self.response)

    @property
    def matched(self) -> Matched:
        from questions.matching import Matched

        by_point = {row["point"]: finding_of(row) for row in self.findings}
        return Matched(Feedback(Method(self.method), tuple(by_point.values())), by_point)


def row_of(point: int, finding: Finding) -> dict[str, Any]:
    sentence = finding.sentence
    return {
        "point": point,
        "status": finding.status.value,
        "score": round(finding.score, 4),
        "sentence": [sentence.start, sentence.end] if sentence else None,
        "matches": [[each.said.start, each.said.end, each.meant] for each in finding.matches],
        "reason": finding.reason,
    }


def finding_of(row: dict[str, Any]) -> Finding:
    return Finding(
        status=Status(row["status"]),
        score=row["score"],
        sentence=Span(*row["sentence"]) if row["sentence"] else None,
        matches=tuple(Match(Span(start, end), meant) for start, end, meant in row["matches"]),
        reason=row["reason"],
    )
