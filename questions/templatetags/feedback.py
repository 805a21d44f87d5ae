"""How the engine's findings are shown beside the answer they are about."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString

from feedback.findings import Finding
from questions.highlighting import highlighted

register = template.Library()


@register.filter(name="highlighted")
def highlight(answer: str, findings: Mapping[int, Finding]) -> SafeString:
    """`{{ answer|highlighted:matched.numbered }}`"""
    return highlighted(answer, findings)


@register.filter
def sentence_in(finding: Finding, answer: str) -> str:
    """On one line; empty when nothing was found."""
    return " ".join(finding.sentence.of(answer).split()) if finding.sentence else ""


@register.filter
def words_in(finding: Finding, answer: str) -> list[tuple[str, str]]:
    """The words that matched with what they stand for, which is empty if it is the same word."""
    pairs: dict[str, str] = {}
    for match in finding.matches:
        said = match.said.of(answer)
        pairs.setdefault(said, "" if said.casefold() == match.meant.casefold() else match.meant)
    return list(pairs.items())
