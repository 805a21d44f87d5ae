"""The blueprints that come with Studyhub, brought into the database as often as one likes."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from interviews.models import Blueprint
from interviews.models.blueprints import SectionPlan
from questions.models import Topic

# Known by their ids, so a blueprint that was renamed here is not added again.
SCREENING = UUID("6f1f5a54-2b0c-4d0a-9c3e-7d1f0c6a2b10")
WARM_UP = UUID("6f1f5a54-2b0c-4d0a-9c3e-7d1f0c6a2b11")

SCREENING_TOPICS = {
    "docker/containers-images": "Containers and images",
    "docker/dockerfile-builds": "Dockerfile and builds",
    "docker/networking": "Networking",
    "docker/storage": "Storage",
    "docker/operations": "Operations",
}
QUICK_KINDS = ("single", "multiple", "boolean", "output")


def seed_blueprints() -> int:
    """How many were new. What is there already is left as it is."""
    return sum(ship() for ship in (ship_screening, ship_warm_up))


def ship_screening() -> bool:
    sections = [
        SectionPlan(
            title=title,
            count=1,
            topic_pks=[Topic.objects.at(path).pk],
            levels=["junior"],
            kinds=["open"],
        )
        for path, title in SCREENING_TOPICS.items()
    ]
    docker = Topic.objects.at("docker").pk
    quick = SectionPlan(
        title="Quick questions",
        count=3,
        points=5,
        topic_pks=[docker],
        levels=["junior"],
        kinds=QUICK_KINDS,
    )
    blueprint = Blueprint(
        pk=SCREENING,
        title="Docker screening, junior",
        description="Five open questions across Docker and three quick ones, as a first call asks.",
        minutes=20,
    )
    return ship_once(blueprint, [*sections, quick])


def ship_warm_up() -> bool:
    questions = SectionPlan(title="Warm-up", count=3, levels=["junior", "mid"], kinds=["open"])
    blueprint = Blueprint(
        pk=WARM_UP,
        title="Ten-minute warm-up",
        description="Three open questions, one at a time. Best said aloud before you type.",
        minutes=10,
        navigation=Blueprint.Navigation.ONE_AT_A_TIME,
    )
    return ship_once(blueprint, [questions])


@transaction.atomic
def ship_once(blueprint: Blueprint, sections: list[SectionPlan]) -> bool:
    if Blueprint.objects.filter(pk=blueprint.pk).exists():
        return False
    blueprint.save(force_insert=True)
    blueprint.arrange(sections)
    return True
