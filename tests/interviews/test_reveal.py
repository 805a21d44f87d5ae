"""What learners were promised to see stays promised, whatever becomes of the blueprint."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.urls import reverse

from interviews.models import Assignment
from tests import factories

MODEL = "Several FROM lines in one Dockerfile."


@pytest.mark.parametrize(
    ("then", "now_", "is_shown"),
    [("on_release", "on_submit", False), ("on_submit", "on_release", True)],
)
def test_editing_the_blueprint_changes_nothing_for_what_was_given(
    alice, ines, alice_client, now, then, now_, is_shown
):
    blueprint = factories.make_blueprint(owner=ines, reveal=then)
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    sitting = factories.make_sitting(assignment, alice, questions=(factories.make_question(),))
    sitting.submit(now=now)
    blueprint.reveal = now_
    blueprint.save()
    page = alice_client.get(reverse("interviews:result", args=[sitting.pk])).content.decode()
    assert (MODEL in page) is is_shown
    start = alice_client.get(reverse("interviews:start", args=[assignment.pk])).content.decode()
    assert ("Model answers as soon as you hand in" in start) is is_shown


def test_an_assignment_takes_the_policy_of_its_blueprint(alice, ines, ines_client):
    factories.make_question()
    blueprint = factories.make_blueprint(owner=ines, count=1, reveal="on_release")
    cohort = factories.make_cohort(instructor=ines, learners=(alice,))
    ines_client.post(
        reverse("interviews:assign"),
        {"blueprint": blueprint.pk, "cohorts": [cohort.pk], "close_policy": "start_by"},
    )
    assignment = Assignment.objects.get()
    assert assignment.reveal == "on_release"
    page = ines_client.get(reverse("interviews:assignment", args=[assignment.pk]))
    assert "Marks and model answers when the instructor releases them" in page.content.decode()


def test_no_assignment_is_without_a_policy(ines):
    blueprint = factories.make_blueprint(owner=ines)
    with pytest.raises(IntegrityError):
        Assignment.objects.create(blueprint=blueprint, assigned_by=ines)


def test_assignments_from_before_take_what_their_blueprint_says_today(ines):
    for reveal in ("on_submit", "on_release"):
        blueprint = factories.make_blueprint(owner=ines, reveal=reveal)
        factories.make_assignment(blueprint=blueprint, instructor=ines, reveal="on_release")
    import_module("interviews.migrations.0002_reveal_frozen").copy_from_blueprints(apps, None)
    found = Assignment.objects.values_list("reveal", "blueprint__reveal")
    assert sorted(found) == [("on_release", "on_release"), ("on_submit", "on_submit")]
