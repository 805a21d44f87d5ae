"""An instructor stops the clock, and lets it go on with the time that was left."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from interviews.deadlines import GRACE
from interviews.models import Response, Sitting
from interviews.models.responses import SaveOutcome
from interviews.roster import Standing, roster
from interviews.sweeping import sweep
from interviews.timeline import answer_times
from tests import factories

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def sitting(alice, ines, clock):
    """Until twenty past; one question."""
    cohort = factories.make_cohort(instructor=ines, learners=(alice,))
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    question = factories.make_question("What is an image?")
    return factories.make_sitting(assignment, alice, questions=(question,))


@pytest.fixture
def paced(alice, ines, now, clock):
    """Two questions, each with half a minute to think and two minutes to answer."""
    for _number in range(2):
        factories.make_question()
    times = {"minutes": None, "think_seconds": 30, "answer_seconds": 120}
    blueprint = factories.make_blueprint(owner=ines, navigation="one_at_a_time", **times)
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    return assignment.start(alice, now=now)


def url(name, sitting):
    return reverse(f"interviews:{name}", args=[sitting.pk])


def pause(sitting, ines, now):
    return sitting.pause(reason="Fire alarm", actor=ines, now=now)


def resume(sitting, ines, now):
    return sitting.resume(reason="All clear", actor=ines, now=now)


def test_a_pause_takes_no_time_from_the_learner(sitting, ines, now):
    assert pause(sitting, ines, now + 5 * MINUTE)
    for minutes in (5, 10, 300):
        assert sitting.remaining(now + minutes * MINUTE) == 15 * MINUTE
    assert resume(sitting, ines, now + 65 * MINUTE)
    assert sitting.remaining(now + 65 * MINUTE) == 15 * MINUTE
    assert Sitting.objects.get().deadline_at == now + 80 * MINUTE


def test_nothing_closes_a_paused_interview(sitting, alice, ines, now):
    pause(sitting, ines, now + 5 * MINUTE)
    late = now + 60 * MINUTE
    assert sweep(late) == 0
    assert not sitting.close_if_overdue(late)
    assert sitting.assignment.start(alice, now=late) == sitting
    assert Sitting.objects.get().state == "in_progress"


def test_after_the_pause_the_timer_is_as_strict_as_before(sitting, ines, now):
    pause(sitting, ines, now + 5 * MINUTE)
    resume(sitting, ines, now + 10 * MINUTE)
    end = now + 25 * MINUTE
    assert sweep(end + GRACE) == 0
    assert sweep(end + GRACE + SECOND) == 1
    assert Sitting.objects.get().submitted_at == end


def test_each_leaves_one_event_that_says_why(sitting, ines, now):
    for _click in range(2):
        pause(sitting, ines, now + 5 * MINUTE)
    for _click in range(2):
        resume(sitting, ines, now + 7 * MINUTE)
    found = sitting.events.values_list("kind", "reason", "actor", "old_deadline_at")
    old = now + 20 * MINUTE
    assert list(found) == [
        ("paused", "Fire alarm", ines.pk, old),
        ("resumed", "All clear", ines.pk, old),
    ]
    assert sitting.events.last().new_deadline_at == now + 22 * MINUTE


def test_what_the_timer_has_claimed_cannot_be_paused(sitting, ines, now):
    assert not pause(sitting, ines, now + 20 * MINUTE + GRACE + SECOND)
    sitting.submit(now=now + 30 * MINUTE)
    assert not pause(sitting, ines, now + 31 * MINUTE)
    assert not resume(sitting, ines, now + 31 * MINUTE)


def test_a_text_on_its_way_is_saved_in_a_pause(sitting, ines, now):
    pause(sitting, ines, now + 5 * MINUTE)
    response = Response.objects.get()
    saved = response.save_draft(text="A template", base_number=0, now=now + 6 * MINUTE)
    assert saved == SaveOutcome.SAVED
    assert Response.objects.get().text == "A template"


def test_a_learner_may_hand_in_in_a_pause(sitting, ines, now):
    pause(sitting, ines, now + 5 * MINUTE)
    assert sitting.submit(now=now + 90 * MINUTE)
    assert Sitting.objects.get().closed_by == "learner"
    assert not Sitting.objects.get().is_paused


def test_more_time_counts_on_top_of_what_was_paused(sitting, alice, ines, now):
    pause(sitting, ines, now + 5 * MINUTE)
    resume(sitting, ines, now + 15 * MINUTE)
    sitting.assignment.extend(alice, terms={"extra_minutes": 5}, actor=ines, now=now + 16 * MINUTE)
    assert Sitting.objects.get().deadline_at == now + 35 * MINUTE


def test_an_untimed_interview_can_be_paused_too(sitting, ines, now):
    Sitting.objects.update(deadline_at=None)
    sitting.refresh_from_db()
    assert pause(sitting, ines, now)
    assert resume(sitting, ines, now + MINUTE)
    assert Sitting.objects.get().deadline_at is None


@pytest.mark.parametrize("seconds", [10, 60])
def test_time_of_a_question_stands_too(paced, ines, now, seconds):
    """In the time to think, and in that to answer."""
    paused_at, resumed_at = now + seconds * SECOND, now + 10 * MINUTE
    pause(paced, ines, paused_at)
    assert sweep(now + 9 * MINUTE) == 0
    resume(paced, ines, resumed_at)
    left = (150 - seconds) * SECOND
    assert paced.remaining(resumed_at) == left
    assert not paced.is_lapsed(resumed_at + left + GRACE)
    assert paced.is_lapsed(resumed_at + left + GRACE + SECOND)


def test_nothing_is_asked_while_the_clock_stands(paced, alice_client, ines, now, clock):
    pause(paced, ines, now + 40 * SECOND)
    clock.move_to(now + 5 * MINUTE)
    data = {"item": 1, "number": 0, "text": "A stage.", "go": "next"}
    page = alice_client.post(url("room", paced), data, follow=True).content.decode()
    assert "The clock stands" in page
    assert Sitting.objects.get().reached_position == 0
    assert Response.objects.get(item__position=0).text == "A stage."


def test_the_timeline_counts_no_pause(paced, ines, now):
    pause(paced, ines, now + 40 * SECOND)
    resume(paced, ines, now + 10 * MINUTE)
    paced.move_on(position=0, now=now + 11 * MINUTE)
    paced.submit(now=now + 12 * MINUTE)
    times = answer_times(paced, list(paced.items.all()))
    spent = [times[item.response.pk].spent for item in paced.items.all()]
    assert spent == [100 * SECOND, 60 * SECOND]


def test_a_paused_room_shows_no_question_and_says_why(sitting, alice_client, ines, now):
    pause(sitting, ines, now)
    page = alice_client.get(url("room", sitting)).content.decode()
    assert "What is an image?" not in page
    assert "Fire alarm" in page
    assert "20 minutes left" in page
    state = alice_client.get(url("clock", sitting)).json()
    assert (state["place"], state["remaining_ms"]) == ("paused", 20 * 60_000)


def test_an_open_page_is_told_at_its_next_save_and_that_it_goes_on(
    sitting, alice_client, ines, now
):
    assert alice_client.get(url("clock", sitting)).json()["place"] == ""
    pause(sitting, ines, now)
    draft = {"item": 1, "number": 0, "text": "A template"}
    saved = alice_client.post(url("save", sitting), draft).json()
    assert (saved["outcome"], saved["place"]) == ("saved", "paused")
    resume(sitting, ines, now)
    assert alice_client.get(url("clock", sitting)).json()["place"] == ""


def test_an_instructor_pauses_and_lets_go_on(sitting, ines, ines_client, now, clock):
    answer = ines_client.post(url("pause", sitting), {"reason": "Fire alarm", "go": "pause"})
    assert answer.url == url("marking", sitting)
    page = ines_client.get(url("marking", sitting)).content.decode()
    assert "Paused since" in page
    assert [each.standing for each in roster(sitting.assignment, now=now)] == [Standing.PAUSED]
    clock.move_to(now + 2 * MINUTE)
    ines_client.post(url("pause", sitting), {"reason": "All clear", "go": "resume"})
    assert Sitting.objects.get().deadline_at == now + 22 * MINUTE


def test_a_second_click_on_an_old_page_pauses_nothing_again(sitting, ines, ines_client, now):
    pause(sitting, ines, now)
    again = {"reason": "Again", "go": "pause"}
    page = ines_client.post(url("pause", sitting), again, follow=True).content.decode()
    assert "Somebody did that meanwhile" in page
    assert Sitting.objects.get().events.count() == 1


@pytest.mark.parametrize("reason", ["", " ", "x" * 201])
def test_a_pause_needs_a_reason(sitting, ines_client, reason):
    answer = ines_client.post(url("pause", sitting), {"reason": reason, "go": "pause"})
    assert answer.status_code == 422
    assert not Sitting.objects.get().is_paused
