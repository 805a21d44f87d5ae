"""The blueprints that come with Studyhub."""

from __future__ import annotations

from django.core.management import call_command

from interviews.models import Blueprint
from interviews.shipping import SHIPPED, seed_blueprints
from tests.factories import make_assignment, make_question


def test_shipped_blueprints_are_added_once_and_left_alone(db: None) -> None:
    for slug in ("docker-container-exits", "k8s-crashloopbackoff", "linux-df-du-differ"):
        make_question(f"What of {slug}?", slug=slug)
    assert seed_blueprints() == 6
    screening = Blueprint.objects.get(title="Docker screening, junior")
    assert (screening.owner, screening.minutes) == (None, 20)
    assert sum(section.count for section in screening.sections.all()) == 8
    Blueprint.objects.filter(pk=screening.pk).update(title="Renamed here")
    assert seed_blueprints() == 0
    assert Blueprint.objects.filter(title="Renamed here").exists()
    assert Blueprint.objects.count() == 6


def test_blueprint_waits_for_the_questions_it_picks(db: None) -> None:
    assert seed_blueprints() == 5
    assert not Blueprint.objects.filter(title="Incident drill").exists()


def test_every_shipped_blueprint_can_be_sat_on_the_shipped_bank(ines, alice, now) -> None:
    call_command("seed_questions", verbosity=0)
    seed_blueprints()
    for shipped in SHIPPED:
        blueprint = Blueprint.objects.get(pk=shipped.pk)
        assignment = make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
        sitting = assignment.start(alice, now=now, number=1)
        assert sitting.items.count() == sum(s.count for s in blueprint.sections.all())
