"""Clicks that come at the very same moment, each in a thread and a transaction of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interviews.models import Assignment, Response, Sitting
from interviews.models.responses import SaveOutcome
from interviews.sweeping import sweep
from tests import factories
from tests.at_once import at_once

pytestmark = pytest.mark.usefixtures("shared_database")

TABS = 6


@pytest.fixture
def learner(shared_database):
    return factories.make_user()


@pytest.fixture
def assignment(learner):
    for _number in range(4):
        factories.make_question()
    return factories.make_assignment(learners=(learner,))


@pytest.fixture
def sitting(assignment, learner, now):
    return assignment.start(learner, now=now)


def test_every_tab_that_starts_gets_the_same_sitting(assignment, learner, now):
    def start() -> Sitting:
        return Assignment.objects.get(pk=assignment.pk).start(learner, now=now)

    sittings = at_once(*[start] * TABS)
    assert len({sitting.pk for sitting in sittings}) == 1
    assert Sitting.objects.count() == 1
    assert Sitting.objects.get().items.count() == 2


def test_handing_in_from_every_tab_hands_in_once(sitting, now):
    def submit() -> bool:
        return Sitting.objects.get(pk=sitting.pk).submit(now=now)

    assert sorted(at_once(*[submit] * TABS)) == [False] * (TABS - 1) + [True]
    assert [event.kind for event in sitting.events.all()] == ["started", "submitted"]


def test_handing_in_while_the_sweeper_comes_closes_once(sitting):
    late = sitting.deadline_at + timedelta(minutes=1)

    def submit() -> bool:
        return Sitting.objects.get(pk=sitting.pk).submit(now=late)

    at_once(submit, lambda: sweep(late), submit, lambda: sweep(late))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.submitted_at) == ("submitted", sitting.deadline_at)
    assert [event.kind for event in sitting.events.all()] == ["started", "closed"]


def test_of_two_tabs_that_save_one_wins_and_both_texts_are_kept(sitting, now):
    pk = Response.objects.filter(item__sitting=sitting).first().pk

    def save(text: str) -> SaveOutcome:
        return Response.objects.get(pk=pk).save_draft(text=text, base_number=0, now=now)

    texts = [f"From tab {tab}" for tab in range(TABS)]
    outcomes = at_once(*[lambda text=text: save(text) for text in texts])
    assert sorted(outcomes) == [SaveOutcome.CONFLICT] * (TABS - 1) + [SaveOutcome.SAVED]
    response = Response.objects.get(pk=pk)
    kept = [revision.text for revision in response.revisions.all()]
    assert sorted([response.text, *kept]) == texts


def test_a_save_beside_handing_in_is_stored_before_it_or_kept_as_late(sitting, now):
    pk = Response.objects.filter(item__sitting=sitting).first().pk

    def save() -> SaveOutcome:
        return Response.objects.get(pk=pk).save_draft(text="My text", base_number=0, now=now)

    outcome, _closed = at_once(save, lambda: Sitting.objects.get(pk=sitting.pk).submit(now=now))
    response = Response.objects.get(pk=pk)
    if outcome == SaveOutcome.SAVED:
        assert (response.text, response.revisions.count()) == ("My text", 0)
    else:
        assert (response.text, response.revisions.get().text) == ("", "My text")
