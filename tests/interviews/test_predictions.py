"""What learners expect of their answers before they see the result, and what came of it."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from interviews.models import Sitting
from interviews.predictions import Comparison, Outcome, Verdict
from tests import factories

MODEL = "Several FROM lines in one Dockerfile."
POINT = "Smaller image"


@pytest.fixture
def sitting(alice, now):
    """Two answers of a mock of her own, handed in and not looked at yet."""
    assignment = factories.make_assignment(instructor=alice, learners=(alice,))
    questions = (factories.make_question(), factories.make_question())
    sitting = factories.make_sitting(
        assignment, alice, questions=questions, answers=("My words", ""), predicted_at=None
    )
    sitting.submit(now=now)
    return sitting


def url(name, sitting):
    return reverse(f"interviews:{name}", args=[sitting.pk])


def said(client, address):
    return " ".join(client.get(address).content.decode().split())


def ticks(sitting, state):
    return {f"point-{item.pk}-{key}": state for item in sitting.items.all() for key in item.judged}


def expected(sitting):
    return list(sitting.items.order_by("position").values_list("predicted_percent", flat=True))


def test_learner_is_asked_before_anything_is_shown(sitting, alice_client):
    for name in ("result", "scorecard"):
        page = alice_client.get(url(name, sitting), follow=True)
        assert page.redirect_chain[-1][0] == url("predict", sitting)
        assert "My words" in page.content.decode()
        assert MODEL not in page.content.decode()
        assert POINT not in page.content.decode()


def test_nobody_marks_themselves_before_they_were_asked(sitting, alice_client):
    answer = alice_client.post(url("self_mark", sitting), ticks(sitting, "covered"))
    assert answer.url == url("predict", sitting)
    assert not sitting.items.filter(marks__isnull=False).exists()


def test_prediction_is_kept_and_leads_to_the_result(sitting, alice_client):
    answer = alice_client.post(url("predict", sitting), {"predicted-1": "75", "predicted-2": "0"})
    assert answer.url == url("result", sitting)
    assert expected(sitting) == [75, 0]
    page = said(alice_client, url("result", sitting))
    assert MODEL in page
    assert "expected 75 %" in page
    assert [event.kind for event in sitting.events.all()] == ["submitted", "predicted"]


def test_what_is_not_said_is_skipped(sitting, alice_client):
    alice_client.post(url("predict", sitting), {"predicted-2": "25"})
    assert expected(sitting) == [None, 25]


def test_all_of_it_can_be_skipped(sitting, alice_client):
    alice_client.post(url("predict", sitting), {"go": "skip", "predicted-1": "25"})
    assert expected(sitting) == [None, None]
    assert MODEL in said(alice_client, url("result", sitting))


def test_prediction_is_made_once(sitting, alice_client, now):
    alice_client.post(url("predict", sitting), {"predicted-1": "75"})
    again = alice_client.post(url("predict", sitting), {"predicted-1": "0"})
    assert again.url == url("result", sitting)
    assert not Sitting.objects.get().predict({0: 0}, now=now)
    assert expected(sitting) == [75, None]


def test_nobody_predicts_while_it_runs(alice, now, alice_client):
    assignment = factories.make_assignment(learners=(alice,))
    running = factories.make_sitting(assignment, alice, deadline_at=None, predicted_at=None)
    assert not running.predict({0: 50}, now=now)
    page = alice_client.get(url("predict", running), follow=True)
    assert page.redirect_chain[-1][0] == url("room", running)


def test_invented_prediction_is_refused(sitting, alice_client):
    answer = alice_client.post(url("predict", sitting), {"predicted-1": "110"})
    assert answer.status_code == 422
    sitting.refresh_from_db()
    assert sitting.predicted_at is None


def test_only_the_learner_predicts(sitting, bob_client, ines_client):
    for client in (bob_client, ines_client):
        assert client.get(url("predict", sitting)).status_code == 404
        assert client.post(url("predict", sitting), {}).status_code == 404


def test_voided_sitting_asks_for_no_prediction(sitting, ines, alice_client, now):
    sitting.void(reason="Fire alarm", actor=ines, now=now)
    assert "voided" in said(alice_client, url("result", sitting))


def test_released_marks_wait_for_the_prediction_everywhere(alice, ines, alice_client, now):
    assignment = factories.make_assignment(instructor=ines, learners=(alice,))
    sitting = factories.make_sitting(
        assignment, alice, questions=(factories.make_question(),), predicted_at=None
    )
    sitting.submit(now=now)
    item = sitting.items.get()
    item.mark(points=dict.fromkeys(item.judged, "partly"), base_number=0, marker=ines, now=now)
    Sitting.objects.get().release(actor=ines, now=now)
    pages = [reverse("interviews:list"), reverse("dashboard:today"), reverse("dashboard:progress")]
    for address in pages:
        assert "50 %" not in said(alice_client, address)
    alice_client.post(url("predict", sitting), {"predicted-1": "100"})
    assert "50 %" in said(alice_client, reverse("interviews:list"))
    page = said(alice_client, url("result", sitting))
    assert "You expected 100 %, and it is 50 %" in page
    assert "surer than your answers bear out" in page
    assert '<td class="align-end">100 %</td><td class="align-end">50 %</td>' in page


def test_comparison_appears_when_own_marks_are_saved(sitting, alice_client):
    alice_client.post(url("predict", sitting), {"predicted-1": "50", "predicted-2": "100"})
    assert "What you expected" not in said(alice_client, url("result", sitting))
    alice_client.post(url("self_mark", sitting), ticks(sitting, "covered"))
    page = said(alice_client, url("result", sitting))
    assert "You expected 75 %, and it is 100 %" in page
    assert "You know more than you think" in page
    assert "A single answer was 25 percentage points out" in page


def test_predictions_are_in_the_export_of_all_my_data(sitting, alice_client):
    alice_client.post(url("predict", sitting), {"predicted-1": "75"})
    exported = b"".join(alice_client.post(reverse("dashboard:export")).streaming_content)
    assert b'"predicted_percent": 75' in exported


def outcome(expected_, got, points=10):
    return Outcome(number=1, expected=expected_, got=got, points=points)


@pytest.mark.parametrize(
    ("outcomes", "verdict", "distance"),
    [
        ([outcome(50, 50)], Verdict.CLOSE, 0),
        ([outcome(60, 50)], Verdict.CLOSE, 10),
        ([outcome(61, 50)], Verdict.TOO_HIGH, 11),
        ([outcome(39, 50)], Verdict.TOO_LOW, 11),
        ([outcome(100, 0), outcome(0, 100)], Verdict.CLOSE, 100),
        ([outcome(100, 0, points=30), outcome(0, 0, points=10)], Verdict.TOO_HIGH, 75),
    ],
)
def test_expected_and_reached_are_weighed_by_points(outcomes, verdict, distance):
    comparison = Comparison(outcomes=outcomes)
    assert (comparison.verdict, comparison.distance) == (verdict, distance)


percents = st.integers(0, 100)


@given(st.lists(st.builds(outcome, percents, percents, st.integers(0, 100)), min_size=1))
def test_means_stay_between_the_least_and_the_most(outcomes):
    comparison = Comparison(outcomes=outcomes)
    assert 0 <= comparison.expected <= 100
    assert abs(comparison.expected - comparison.got) <= max(comparison.distance, 0) + 1


def test_who_handed_in_before_this_was_asked_is_not_asked_now(sitting, alice, now):
    running = factories.make_sitting(
        factories.make_assignment(learners=(alice,)), alice, predicted_at=None
    )
    migration = import_module("interviews.migrations.0005_think_time_and_predictions")
    migration.ask_nobody_twice(apps, None)
    sitting.refresh_from_db()
    running.refresh_from_db()
    assert (sitting.predicted_at, running.predicted_at) == (now, None)
