"""What a blueprint might ask: a draw that starts nothing, for the person who builds it."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from interviews.drawing import Candidate, Pool, draw
from interviews.models import Blueprint, Section
from interviews.models.blueprints import named
from questions.models import Question


@dataclass(frozen=True)
class SampledSection:
    section: Section
    name: str
    available: int
    is_picked: bool
    questions: list[Question]


def sample(blueprint: Blueprint, *, viewer: User, seed: int) -> list[SampledSection]:
    """As for a learner who has seen no question yet. Raises PoolTooSmall. Two queries a section."""
    sections = list(blueprint.sections.all())
    candidates = {
        section.pk: list(
            section.candidates(viewer, with_private=False).values_list("pk", flat=True)
        )
        for section in sections
    }
    pools = [
        Pool(
            section_id=section.pk,
            name=name,
            count=section.count,
            candidates=[Candidate(pk, last_used_at=None) for pk in candidates[section.pk]],
            fixed=section.hand_picked.exists(),
        )
        for section, name in named(sections)
    ]
    drawn = draw(pools, seed)
    questions = Question.objects.select_related("current_revision", "topic").in_bulk(
        pk for pks in drawn.values() for pk in pks
    )
    return [
        SampledSection(
            section=section,
            name=name,
            available=len(candidates[section.pk]),
            is_picked=pool.fixed,
            questions=[questions[pk] for pk in drawn[section.pk]],
        )
        for (section, name), pool in zip(named(sections), pools, strict=True)
    ]
