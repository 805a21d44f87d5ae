"""Interviews in the admin can be looked at and not changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from interviews.models import Sitting
from tests import factories


@pytest.fixture
def sitting(alice: User, ines: User, now: datetime) -> Sitting:
    assignment = factories.make_assignment(instructor=ines, learners=(alice,))
    overdue = now - timedelta(days=1)
    questions = (factories.make_question(),)
    sitting = factories.make_sitting(assignment, alice, questions=questions, deadline_at=overdue)
    sitting.note("started", at=now, actor=alice)
    return sitting


def test_looking_changes_nothing(sitting: Sitting, admin_client: Client) -> None:
    before = Sitting.objects.values().get()
    for model, pk in (
        ("sitting", sitting.pk),
        ("assignment", sitting.assignment_id),
        ("blueprint", sitting.assignment.blueprint_id),
    ):
        listed = admin_client.get(reverse(f"admin:interviews_{model}_changelist"))
        assert listed.status_code == 200
        url = reverse(f"admin:interviews_{model}_change", args=[pk])
        assert admin_client.get(url).status_code == 200
        assert admin_client.post(url, {}).status_code == 403
    assert Sitting.objects.values().get() == before


def test_editors_see_no_interviews(sitting: Sitting, edda_client: Client) -> None:
    url = reverse("admin:interviews_sitting_change", args=[sitting.pk])
    assert edda_client.get(url).status_code in (302, 403)
