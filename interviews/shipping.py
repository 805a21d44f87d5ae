"""The blueprints that come with Studyhub, brought into the database as often as one likes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from interviews.models import Blueprint
from interviews.models.blueprints import SectionPlan
from questions.models import Question, Topic

OPEN = ("open",)
QUICK = ("single", "multiple", "boolean", "output")
JUNIOR, MID, SENIOR = ("junior",), ("mid",), ("senior",)


@dataclass(frozen=True)
class Part:
    """A section by paths of topics, or by the slugs of questions. Without a title: the topic's."""

    topics: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = OPEN
    count: int = 1
    points: int = 10
    title: str = ""
    slugs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shipped:
    """Known by its `pk`, so one that was renamed here is not added again."""

    pk: UUID
    title: str
    description: str
    minutes: int
    parts: tuple[Part, ...]
    is_one_at_a_time: bool = False
    speech: Blueprint.Speech = Blueprint.Speech.OFF
    leans_to_weak: bool = False


SHIPPED = (
    Shipped(
        pk=UUID("6f1f5a54-2b0c-4d0a-9c3e-7d1f0c6a2b10"),
        title="Docker screening, junior",
        description="Five open questions across Docker and three quick ones, as a first call asks.",
        minutes=20,
        parts=(
            Part(("docker/containers-images",), JUNIOR),
            Part(("docker/dockerfile-builds",), JUNIOR),
            Part(("docker/networking",), JUNIOR),
            Part(("docker/storage",), JUNIOR),
            Part(("docker/operations",), JUNIOR),
            Part(("docker",), JUNIOR, QUICK, count=3, points=5, title="Quick questions"),
        ),
    ),
    Shipped(
        pk=UUID("6f1f5a54-2b0c-4d0a-9c3e-7d1f0c6a2b12"),
        title="Docker in depth, mid",
        description="Six open questions, one at a time, and a command or file to read at the end.",
        minutes=40,
        is_one_at_a_time=True,
        parts=(
            Part(("docker/dockerfile-builds",), MID),
            Part(("docker/networking",), MID),
            Part(("docker/security",), MID),
            Part(("docker/runtime-internals",), MID),
            Part(("docker/operations",), MID),
            Part(("docker",), MID, title="From anywhere in Docker"),
            Part(("docker",), MID, ("output",), points=5, title="Something to read"),
        ),
    ),
    Shipped(
        pk=UUID("6f1f5a54-2b0c-4d0a-9c3e-7d1f0c6a2b13"),
        title="Container platform, senior",
        description="Security and supply chain, internals and operations, Kubernetes, and a design.",
        minutes=60,
        parts=(
            Part(
                ("docker/security", "docker/registries-supply-chain"),
                SENIOR,
                count=2,
                title="Security and supply chain",
            ),
            Part(
                ("docker/runtime-internals", "docker/operations"),
                SENIOR,
                count=2,
                title="Internals and operations",
            ),
            Part(("kubernetes",), SENIOR),
            Part(("cloud-system-design",), SENIOR, points=20, title="A design"),
        ),
    ),
    Shipped(
        pk=UUID("6f1f5a54-2b0c-4d0a-9c3e-7d1f0c6a2b14"),
        title="DevOps generalist, mid",
        description="One open question each from seven fields, as a broad interview goes.",
        minutes=45,
        parts=(
            Part(("docker/operations",), MID),
            Part(("kubernetes",), MID),
            Part(("linux",), MID),
            Part(("git-cicd",), MID),
            Part(("networking-fundamentals",), MID),
            Part(("iac",), MID),
            Part(("observability",), MID),
        ),
    ),
    Shipped(
        pk=UUID("6f1f5a54-2b0c-4d0a-9c3e-7d1f0c6a2b15"),
        title="Incident drill",
        description="Three systems that do not do what they should. One at a time, under pressure.",
        minutes=30,
        is_one_at_a_time=True,
        parts=(
            Part(
                slugs=("docker-container-exits", "k8s-crashloopbackoff", "linux-df-du-differ"),
                title="What do you do?",
            ),
        ),
    ),
    Shipped(
        pk=UUID("6f1f5a54-2b0c-4d0a-9c3e-7d1f0c6a2b11"),
        title="Ten-minute warm-up",
        description="Three open questions, weak ones first, one at a time, answered aloud.",
        minutes=10,
        is_one_at_a_time=True,
        speech=Blueprint.Speech.ONLY,
        leans_to_weak=True,
        parts=(Part(levels=(*JUNIOR, *MID), count=3, title="Warm-up"),),
    ),
)


def seed_blueprints() -> int:
    """How many were new. What is there already is left as it is."""
    return sum(map(ship, SHIPPED))


@transaction.atomic
def ship(shipped: Shipped) -> bool:
    """Not before the questions that it picks by hand are there."""
    if Blueprint.objects.filter(pk=shipped.pk).exists():
        return False
    picked = {slug for part in shipped.parts for slug in part.slugs}
    if Question.objects.shared().filter(slug__in=picked).count() < len(picked):
        return False
    navigation = Blueprint.Navigation
    blueprint = Blueprint.objects.create(
        pk=shipped.pk,
        title=shipped.title,
        description=shipped.description,
        minutes=shipped.minutes,
        navigation=navigation.ONE_AT_A_TIME if shipped.is_one_at_a_time else navigation.FREE,
        speech=shipped.speech,
        leans_to_weak=shipped.leans_to_weak,
    )
    blueprint.arrange([planned(part) for part in shipped.parts])
    return True


def planned(part: Part) -> SectionPlan:
    topics = [Topic.objects.at(path) for path in part.topics]
    pks = dict(Question.objects.filter(slug__in=part.slugs).values_list("slug", "pk"))
    return SectionPlan(
        title=part.title or topics[0].title,
        count=part.count,
        points=part.points,
        topic_pks=[topic.pk for topic in topics],
        levels=part.levels,
        kinds=() if part.slugs else part.kinds,
        question_pks=[pks[slug] for slug in part.slugs],
    )
