"""Interviews that give each question its own time: to think, then to answer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviews.deadlines import GRACE
from interviews.models import Blueprint, Item, Response, Sitting
from interviews.models.responses import SaveOutcome
from interviews.sweeping import sweep
from tests import factories

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
MILLISECOND = timedelta(milliseconds=1)
FOLLOW_UP = {"prompt": "And what of its data?", "expect": ["Named volumes keep the data"]}


@pytest.fixture
def clock(now):
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def assignment(alice, ines):
    """Three questions, each with half a minute to think and two minutes to answer."""
    blueprint = factories.make_blueprint(
        owner=ines,
        count=3,
        minutes=None,
        navigation="one_at_a_time",
        think_seconds=30,
        answer_seconds=120,
        has_follow_ups=False,
    )
    for number in range(3):
        factories.make_question(f"What is thing {number}?", follow_ups=(FOLLOW_UP,))
    return factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))


@pytest.fixture
def sitting(assignment, alice, now, clock):
    return assignment.start(alice, now=now)


@pytest.fixture
def asking(assignment, alice, now, clock):
    """The same with follow-ups."""
    assignment.has_follow_ups = True
    assignment.blueprint.has_follow_ups = True
    assignment.blueprint.save()
    assignment.save()
    return assignment.start(alice, now=now)


def url(name, sitting):
    return reverse(f"interviews:{name}", args=[sitting.pk])


def response_at(sitting, position):
    return Response.objects.get(item__sitting=sitting, item__position=position)


def send(client, sitting, text, *, item=1, depth=0, go="next"):
    data = {"item": item, "depth": depth, "number": 0, "text": text, "go": go}
    return client.post(url("room", sitting), data, follow=True).content.decode()


def events(sitting, *kinds):
    found = sitting.events.filter(kind__in=kinds).order_by("at", "pk")
    return [(each.kind, each.reason) for each in found]


def test_first_question_opens_with_the_interview(sitting, now):
    first = response_at(sitting, 0)
    assert (first.opened_at, first.answering_at) == (now, now + 30 * SECOND)
    assert sitting.step_ends_at == now + 150 * SECOND
    assert sitting.deadline_at == now + 3 * 150 * SECOND
    assert response_at(sitting, 1).opened_at is None


def test_time_to_think_shows_the_question_and_nothing_to_write_in(sitting, alice_client):
    page = alice_client.get(url("room", sitting)).content.decode()
    assert sitting.items.first().revision.prompt in page
    assert "Time to think until" in page
    assert "2 minutes to answer" in page
    assert "<textarea" not in page
    assert 'value="begin"' in page


def test_options_can_be_read_while_thinking(alice, ines, now, clock, alice_client):
    question = factories.make_choice_question()
    blueprint = factories.make_blueprint(
        owner=ines,
        count=1,
        minutes=None,
        navigation="one_at_a_time",
        think_seconds=30,
        answer_seconds=60,
    )
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    sitting = assignment.start(alice, now=now)
    page = alice_client.get(url("room", sitting)).content.decode()
    for option in question.current_revision.answers.filter(role="option"):
        assert option.text in page
    assert 'name="choice"' not in page


def test_after_the_thinking_the_answer_may_be_written(sitting, alice_client, clock, now):
    clock.move_to(now + 30 * SECOND)
    page = alice_client.get(url("room", sitting)).content.decode()
    assert "<textarea" in page
    assert 'data-remaining="120000"' in page


def test_answering_may_begin_early_and_the_rest_is_not_added(sitting, alice_client, clock, now):
    clock.move_to(now + 10 * SECOND)
    for _click in range(2):
        alice_client.post(url("room", sitting), {"item": 1, "go": "begin"})
    sitting.refresh_from_db()
    assert response_at(sitting, 0).answering_at == now + 10 * SECOND
    assert sitting.step_ends_at == now + 130 * SECOND
    assert events(sitting, "begun") == [("begun", "1")]
    assert "<textarea" in alice_client.get(url("room", sitting)).content.decode()


def test_who_writes_while_thinking_has_begun(sitting, now):
    response = response_at(sitting, 0)
    outcome = response.save_draft(text="A", base_number=0, now=now + 5 * SECOND)
    sitting.refresh_from_db()
    assert outcome == SaveOutcome.SAVED
    assert sitting.step_ends_at == now + 125 * SECOND


@pytest.mark.parametrize(
    ("after_end", "outcome", "position"),
    [
        (-MILLISECOND, SaveOutcome.SAVED, 0),
        (0 * SECOND, SaveOutcome.SAVED, 0),
        (GRACE, SaveOutcome.SAVED, 0),
        (GRACE + MILLISECOND, SaveOutcome.LATE, 1),
    ],
)
def test_answer_counts_until_its_time_and_grace(sitting, now, after_end, outcome, position):
    at = sitting.step_ends_at + after_end
    assert response_at(sitting, 0).save_draft(text="Just", base_number=0, now=at) == outcome
    sitting.refresh_from_db()
    assert sitting.reached_position == position
    assert response_at(sitting, 0).text == ("Just" if position == 0 else "")


def test_late_answer_to_a_question_is_kept_and_not_counted(sitting, alice_client, clock, now):
    clock.move_to(now + 170 * SECOND)
    page = send(alice_client, sitting, "Too late")
    assert "That question is locked. Your last text is kept" in page
    assert "Question 2 of 3" in page
    late = response_at(sitting, 0)
    assert late.text == ""
    assert (late.revisions.get().kind, late.revisions.get().text) == ("late", "Too late")


def test_next_question_runs_since_the_end_of_the_one_before(sitting, alice_client, clock, now):
    clock.move_to(now + 170 * SECOND)
    for _look in range(2):
        page = alice_client.get(url("room", sitting)).content.decode()
    assert "Question 2 of 3" in page
    assert "Time to think until" in page
    second = response_at(sitting, 1)
    assert (second.opened_at, second.answering_at) == (
        now + 150 * SECOND,
        now + 180 * SECOND,
    )
    assert events(sitting, "lapsed") == [("lapsed", "1")]


def test_going_on_early_opens_the_next_question_then(sitting, alice_client, clock, now):
    clock.move_to(now + 40 * SECOND)
    send(alice_client, sitting, "Soon done")
    sitting.refresh_from_db()
    assert response_at(sitting, 1).opened_at == now + 40 * SECOND
    assert sitting.step_ends_at == now + 190 * SECOND
    assert events(sitting, "asked") == [("asked", "2")]


@pytest.mark.parametrize("seen_after", [8 * MINUTE, 24 * 60 * MINUTE])
def test_who_stays_away_is_handed_in_at_the_end_of_the_last_question(
    sitting, alice_client, clock, now, seen_after
):
    clock.move_to(now + seen_after)
    alice_client.get(url("room", sitting))
    sitting.refresh_from_db()
    assert (sitting.closed_by, sitting.submitted_at) == ("timer", now + 450 * SECOND)
    assert events(sitting, "lapsed") == [("lapsed", "1"), ("lapsed", "2")]


def test_sweeper_asks_the_next_question_and_closes_after_the_last(sitting, now):
    assert sweep(now + 150 * SECOND + GRACE) == 0
    assert sweep(now + 150 * SECOND + GRACE + MILLISECOND) == 0
    sitting.refresh_from_db()
    assert (sitting.is_in_progress, sitting.reached_position) == (True, 1)
    assert sweep(now + 450 * SECOND + GRACE + MILLISECOND) == 1
    sitting.refresh_from_db()
    assert (sitting.closed_by, sitting.submitted_at) == ("sweeper", now + 450 * SECOND)


def test_sweeps_at_any_times_come_to_the_same(sitting, now):
    for minutes in range(9):
        sweep(now + minutes * MINUTE)
    opened = list(
        Response.objects.filter(item__sitting=sitting)
        .order_by("item__position")
        .values_list("opened_at", flat=True)
    )
    assert opened == [now, now + 150 * SECOND, now + 300 * SECOND]
    assert events(sitting, "lapsed") == [("lapsed", "1"), ("lapsed", "2")]


def test_interview_that_closes_ends_the_question_too(assignment, alice, now, clock):
    assignment.closes_at = now + 200 * SECOND
    assignment.close_policy = "hard_close"
    assignment.save()
    sitting = assignment.start(alice, now=now)
    sweep(now + 10 * MINUTE)
    sitting.refresh_from_db()
    assert (sitting.state, sitting.submitted_at) == ("submitted", now + 200 * SECOND)
    assert sitting.reached_position == 1
    assert response_at(sitting, 2).opened_at is None


def test_time_factor_counts_for_each_question(assignment, alice, alice_client, now, clock):
    alice.time_factor = Decimal("1.5")
    alice.save()
    page = " ".join(
        alice_client.get(reverse("interviews:start", args=[assignment.pk])).content.decode().split()
    )
    assert "45 seconds to think about each question, 3 minutes to answer it" in page
    assert "11 minutes 15 seconds at most" in page
    sitting = assignment.start(alice, now=now)
    assert sitting.step_ends_at == now + 225 * SECOND


def test_who_is_untimed_has_no_clock_for_questions_either(assignment, alice, ines, now, clock):
    assignment.extend(alice, terms={"is_untimed": True}, actor=ines, now=now)
    sitting = assignment.start(alice, now=now)
    assert (sitting.deadline_at, sitting.step_ends_at, sitting.pace) == (None, None, None)
    assert sweep(now + 24 * 60 * MINUTE) == 0


def test_more_minutes_go_to_the_question_being_asked(sitting, assignment, alice, ines, now):
    at = now + 170 * SECOND  # the second is being asked
    assert assignment.extend(alice, terms={"extra_minutes": 5}, actor=ines, now=at)
    sitting.refresh_from_db()
    assert (sitting.reached_position, sitting.step_ends_at) == (1, now + 600 * SECOND)
    assert sitting.deadline_at == now + 750 * SECOND
    assert not assignment.extend(alice, terms={"extra_minutes": 5}, actor=ines, now=at)
    sitting.refresh_from_db()
    assert sitting.step_ends_at == now + 600 * SECOND


def test_more_minutes_are_not_lost_by_beginning_early(sitting, assignment, alice, ines, now):
    assignment.extend(alice, terms={"extra_minutes": 5}, actor=ines, now=now + SECOND)
    response_at(sitting, 0).begin(now=now + 10 * SECOND)
    sitting.refresh_from_db()
    assert sitting.step_ends_at == now + 430 * SECOND


def test_limit_lifted_in_mid_question_stops_its_clock(sitting, assignment, alice, ines, now):
    assignment.extend(alice, terms={"is_untimed": True}, actor=ines, now=now + SECOND)
    sitting.refresh_from_db()
    assert (sitting.deadline_at, sitting.step_ends_at) == (None, None)
    assert not response_at(sitting, 0).is_thinking(now + 2 * SECOND)


def test_later_closing_gives_no_question_more_time(assignment, alice, ines, now, clock):
    assignment.closes_at = now + 140 * SECOND
    assignment.close_policy = "hard_close"
    assignment.save()
    sitting = assignment.start(alice, now=now)
    assert sitting.step_ends_at == now + 140 * SECOND
    later = {"closes_at": now + 60 * MINUTE}
    assignment.extend(alice, terms=later, actor=ines, now=now + SECOND)
    sitting.refresh_from_db()
    assert sitting.step_ends_at == now + 150 * SECOND


def test_reopened_the_question_may_take_all_the_new_time(sitting, ines, now):
    sweep(now + 10 * MINUTE)
    sitting.refresh_from_db()
    at = now + 20 * MINUTE
    sitting.reopen(deadline_at=at + 5 * MINUTE, reason="Net was down", actor=ines, now=at)
    sitting.refresh_from_db()
    assert (sitting.is_in_progress, sitting.step_ends_at) == (True, at + 5 * MINUTE)
    response = response_at(sitting, 2)
    assert response.save_draft(text="At last", base_number=0, now=at) == SaveOutcome.SAVED


def test_more_minutes_never_shorten_what_was_reopened(sitting, assignment, alice, ines, now):
    """Its deadline is later than the terms alone would give."""
    sweep(now + 10 * MINUTE)
    sitting.refresh_from_db()
    at = now + 20 * MINUTE
    sitting.reopen(deadline_at=at + 60 * MINUTE, reason="Net was down", actor=ines, now=at)
    assert assignment.extend(alice, terms={"extra_minutes": 5}, actor=ines, now=at)
    sitting.refresh_from_db()
    assert sitting.deadline_at == at + 60 * MINUTE
    event = sitting.events.get(kind="extended")
    assert event.new_deadline_at == event.old_deadline_at == at + 60 * MINUTE


def test_marker_s_look_opens_no_question(sitting, ines_client, clock, now):
    clock.move_to(now + 170 * SECOND)
    ines_client.get(reverse("interviews:marking", args=[sitting.pk]))
    ines_client.get(reverse("interviews:assignment", args=[sitting.assignment_id]))
    sitting.refresh_from_db()
    assert sitting.reached_position == 0


def test_question_not_asked_yet_cannot_be_answered(sitting, alice_client):
    data = {"item": 2, "number": 0, "text": "Ahead"}
    assert alice_client.post(url("save", sitting), data).status_code == 404
    assert alice_client.post(url("room", sitting), data).status_code == 404
    assert response_at(sitting, 1).text == ""


def test_clock_says_where_the_interviewer_is(sitting, alice_client, clock, now):
    def state():
        return alice_client.get(url("clock", sitting)).json()

    assert (state()["place"], state()["remaining_ms"]) == ("1?", 30_000)
    clock.move_to(now + 31 * SECOND)
    assert (state()["place"], state()["remaining_ms"]) == ("1", 119_000)
    clock.move_to(now + 170 * SECOND)
    assert state()["place"] == "2?"


def test_follow_up_has_the_time_of_an_answer_and_none_to_think(asking, alice_client, clock, now):
    clock.move_to(now + 40 * SECOND)
    page = send(alice_client, asking, "A thing.")
    assert FOLLOW_UP["prompt"] in page
    assert "<textarea" in page
    asking.refresh_from_db()
    assert asking.step_ends_at == now + 160 * SECOND
    assert events(asking, "asked") == [("asked", "1.1")]


def test_answer_sent_on_as_its_time_ends_is_still_asked_on(asking, alice_client, clock, now):
    clock.move_to(now + 150 * SECOND + GRACE)
    assert FOLLOW_UP["prompt"] in send(alice_client, asking, "A thing.")


def test_nobody_who_is_away_is_asked_on(asking, alice_client, clock, now):
    response_at(asking, 0).save_draft(text="A thing.", base_number=0, now=now)
    sweep(now + 10 * MINUTE)
    assert not Item.objects.filter(asked_follow_ups__isnull=False).exists()


def test_follow_up_that_lapses_gives_way_to_the_next_question(asking, alice_client, clock, now):
    clock.move_to(now + 40 * SECOND)
    send(alice_client, asking, "A thing.")
    clock.move_to(now + 180 * SECOND)
    page = alice_client.get(url("room", asking)).content.decode()
    assert "Question 2 of 3" in page
    assert events(asking, "lapsed") == [("lapsed", "1.1")]


def test_editing_the_blueprint_changes_no_running_interview(sitting, assignment, now):
    Blueprint.objects.filter(pk=assignment.blueprint_id).update(
        navigation="free", think_seconds=None, answer_seconds=None, minutes=60
    )
    sweep(now + 10 * MINUTE)
    assert Sitting.objects.get().submitted_at == now + 450 * SECOND


def test_questions_have_their_own_time_or_the_whole_has_one(ines):
    with pytest.raises(IntegrityError):
        factories.make_blueprint(owner=ines, minutes=20, answer_seconds=60)


def test_blueprint_form_says_what_does_not_go_together(ines_client):
    form = {
        **{"title": "Quick fire", "minutes": "20", "navigation": "free", "reveal": "on_submit"},
        "speech": "off",
        **{"think_seconds": "30", "answer_seconds": "", "do": "save", "sections": "1"},
        **{"section-0-count": "1", "section-0-points": "10"},
    }
    address = reverse("interviews:blueprint_create")
    refused = ines_client.post(address, form)
    assert refused.status_code == 422
    assert "Say also how long one has to answer" in refused.content.decode()
    refused = ines_client.post(address, {**form, "answer_seconds": "120"})
    assert "leave this empty" in refused.content.decode()
    assert "come one at a time" in refused.content.decode()
    assert not Blueprint.objects.exists()


def test_blueprint_with_think_time_is_built_copied_and_shown(ines_client, ines):
    factories.make_question()
    form = {
        **{"title": "Quick fire", "minutes": "", "navigation": "one_at_a_time"},
        "speech": "off",
        **{"think_seconds": "30", "answer_seconds": "90", "reveal": "on_submit"},
        **{"do": "save", "sections": "1", "section-0-count": "1", "section-0-points": "10"},
    }
    ines_client.post(reverse("interviews:blueprint_create"), form)
    blueprint = Blueprint.objects.get()
    assert (blueprint.think_seconds, blueprint.answer_seconds) == (30, 90)
    page = ines_client.get(reverse("interviews:blueprint", args=[blueprint.pk]))
    said = " ".join(page.content.decode().split())
    assert "30 seconds to think about each question, 1 minute 30 seconds to answer it" in said
    assert blueprint.copy(owner=ines, title="Again").pace == blueprint.pace


def test_minutes_for_the_whole_are_refused_where_questions_have_their_own(ines_client, assignment):
    address = reverse("interviews:assignment_edit", args=[assignment.pk])
    answer = ines_client.post(address, {"minutes": "20", "close_policy": "start_by"})
    assert answer.status_code == 422
    assert "its own time" in answer.content.decode()


def test_start_and_list_say_the_pace_and_queries_do_not_grow(
    assignment, alice, ines, alice_client, clock, django_assert_num_queries
):
    page = alice_client.get(reverse("interviews:list")).content.decode()
    assert "30 seconds to think about each question" in page

    with CaptureQueriesContext(connection) as one:
        alice_client.get(reverse("interviews:list"))
    for _number in range(3):
        more = assignment.blueprint.copy(owner=ines, title="More")
        factories.make_assignment(blueprint=more, instructor=ines, learners=(alice,))
    with django_assert_num_queries(len(one)):
        alice_client.get(reverse("interviews:list"))


@pytest.mark.parametrize(
    ("style", "navigation", "minutes", "ends_after"),
    [
        ("", "free", 20, None),
        ("one_at_a_time", "one_at_a_time", 20, None),
        ("paced", "one_at_a_time", None, 210 * SECOND),
    ],
)
def test_mock_of_ones_own_is_asked_in_the_chosen_style(
    alice_client, clock, now, style, navigation, minutes, ends_after
):
    factories.make_question()
    form = {"id": "6f1f5a54-2b0c-4d0a-9c3e-000000000001", "minutes": "20", "count": "1"}
    alice_client.post(reverse("interviews:quick"), {**form, "style": style})
    sitting = Sitting.objects.get()
    blueprint = sitting.assignment.blueprint
    assert (blueprint.navigation, blueprint.minutes) == (navigation, minutes)
    assert sitting.step_ends_at == (now + ends_after if ends_after else None)
    assert str(blueprint) == ("Everything: 20 minutes" if minutes else "Everything")


def test_invented_style_is_refused(alice_client, clock):
    form = {"id": "6f1f5a54-2b0c-4d0a-9c3e-000000000001", "count": "1", "style": "grilled"}
    assert alice_client.post(reverse("interviews:quick"), form).status_code == 422
    assert not Sitting.objects.exists()
