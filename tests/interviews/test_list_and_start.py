"""What a learner finds to do, the start page, and the mock they set up themselves."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interviews.models import Assignment, Blueprint, Sitting
from tests import factories

HOUR = timedelta(hours=1)
LIST = reverse("interviews:list")
QUICK = reverse("interviews:quick")


@pytest.fixture(autouse=True)
def clock(now):
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def assignment(alice, ines):
    for _number in range(3):
        factories.make_question("What is a secret prompt?")
    return factories.make_assignment(instructor=ines, learners=(alice,))


def start_url(assignment):
    return reverse("interviews:start", args=[assignment.pk])


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_visitors_log_in_first(client, assignment):
    for url in (LIST, QUICK, start_url(assignment)):
        assert client.get(url).status_code == 302


def test_an_empty_list_says_the_next_step(alice_client):
    page = text_of(alice_client.get(LIST))
    assert "No interviews yet" in page
    assert QUICK in page


def test_the_list_says_what_waits_runs_and_is_done(alice, alice_client, assignment, now):
    later = factories.make_assignment(learners=(alice,), opens_at=now + HOUR)
    later.blueprint.title = "Later"
    later.blueprint.save()
    running = factories.make_assignment(learners=(alice,))
    factories.make_sitting(running, alice)
    own = factories.make_assignment(instructor=alice, learners=(alice,))
    factories.make_sitting(
        own, alice, state="marked", submitted_at=now, score=Decimal("7"), number=1
    )
    Sitting.objects.filter(assignment=own).update(points=10)
    page = text_of(alice_client.get(LIST))
    assert "20 minutes left" in page
    assert "not open yet" in page
    assert "70 %" in page
    assert start_url(assignment) in page


def test_marks_that_are_not_released_are_not_in_the_list(alice, alice_client, assignment, now):
    factories.make_sitting(assignment, alice, state="marked", submitted_at=now, score=Decimal("7"))
    Sitting.objects.update(points=10)
    page = text_of(alice_client.get(LIST))
    assert "waiting for marks" in page
    assert "70 %" not in page


def test_looking_at_the_list_closes_what_is_overdue(alice, alice_client, assignment, clock):
    sitting = factories.make_sitting(assignment, alice)
    clock.shift(HOUR)
    assert "Running" not in text_of(alice_client.get(LIST))
    sitting.refresh_from_db()
    assert (sitting.closed_by, sitting.submitted_at) == ("timer", sitting.deadline_at)


def test_a_missed_interview_is_said_to_be_missed(alice_client, assignment, now):
    Assignment.objects.update(closes_at=now - HOUR)
    page = text_of(alice_client.get(LIST))
    assert "1 missed interview" in page


def test_a_list_of_missed_ones_alone_is_not_called_empty(alice_client, assignment, now):
    Assignment.objects.update(closes_at=now - HOUR)
    assert "No interviews yet" not in text_of(alice_client.get(LIST))


def test_the_list_promises_no_more_time_than_the_start_page(alice_client, assignment, now):
    Assignment.objects.update(closes_at=now + 12 * HOUR / 60, close_policy="hard_close")
    page = text_of(alice_client.get(LIST))
    assert "12 minutes" in page
    assert "20 minutes" not in page.split("Ready-made")[0]
    Blueprint.objects.update(minutes=None)
    Assignment.objects.update(closes_at=now + 7 * 24 * HOUR)
    assert "until it closes, 30 Nov 2026, 12:00" in text_of(alice_client.get(LIST))


def test_a_deadline_on_another_day_is_said_with_its_day(alice, alice_client, assignment, now):
    sitting = factories.make_sitting(
        assignment,
        alice,
        questions=(factories.make_question(),),
        deadline_at=now + 7 * 24 * HOUR,
    )
    page = text_of(alice_client.get(LIST))
    assert "7 days left" in page
    assert "until 30 Nov 2026, 12:00" in page
    room = alice_client.get(reverse("interviews:room", args=[sitting.pk]))
    assert "until 30 Nov 2026, 12:00" in text_of(room)
    hand_in = alice_client.get(reverse("interviews:submit", args=[sitting.pk]))
    assert "You have 7 days left, until 30 Nov 2026, 12:00." in text_of(hand_in)


def test_the_start_page_names_the_day_of_a_closing_that_is_not_today(alice_client, now, alice):
    factories.make_question()
    blueprint = factories.make_blueprint(count=1, minutes=480)
    assignment = factories.make_assignment(
        blueprint=blueprint,
        learners=(alice,),
        close_policy="hard_close",
        closes_at=now.replace(hour=23) + 3 * HOUR,
        opens_at=now,
    )
    with time_machine.travel(now.replace(hour=23), tick=False):
        page = text_of(alice_client.get(start_url(assignment)))
    assert "180 minutes, not 480, because the interview closes at 24 Nov 2026, 02:00" in page


@pytest.mark.parametrize(("ahead", "is_soon"), [(24, True), (24.01, False), (None, False)])
@pytest.mark.parametrize("bound", ["start_by", "closes_at"])
def test_what_must_be_started_within_a_day_is_due_soon(
    alice_client, assignment, now, bound, ahead, is_soon
):
    Assignment.objects.update(**{bound: ahead and now + ahead * HOUR})
    assert ("due soon" in text_of(alice_client.get(LIST))) is is_soon
    Assignment.objects.update(opens_at=now + HOUR)
    assert "due soon" not in text_of(alice_client.get(LIST))


@pytest.mark.parametrize("is_own", [True, False])
def test_who_is_still_to_say_how_it_went_is_told_so(alice, alice_client, ines, now, is_own):
    giver = alice if is_own else ines
    assignment = factories.make_assignment(instructor=giver, learners=(alice,), is_own=is_own)
    factories.make_sitting(
        assignment, alice, state="submitted", submitted_at=now, predicted_at=None
    )
    page = text_of(alice_client.get(LIST))
    assert "say how you did" in page
    assert "waiting for marks" not in page


def test_a_voided_sitting_stays_in_the_list_and_says_so(alice, alice_client, assignment):
    sitting = factories.make_sitting(assignment, alice, state="voided")
    page = text_of(alice_client.get(LIST))
    assert reverse("interviews:result", args=[sitting.pk]) in page
    assert '<span class="chip">voided</span>' in page


@pytest.mark.parametrize("reason", ["withdrawn", "left"])
def test_what_one_has_sat_stays_to_look_at_when_it_is_taken_back(
    alice, alice_client, ines, now, reason
):
    factories.make_question()
    cohort = factories.make_cohort(instructor=ines, learners=(alice,))
    assignment = factories.make_assignment(
        instructor=ines, cohorts=(cohort,), sittings_allowed=None
    )
    sitting = factories.make_sitting(assignment, alice, state="submitted", submitted_at=now)
    if reason == "withdrawn":
        assignment.withdraw(now=now)
    else:
        cohort.memberships.filter(user=alice).update(left_at=now)
    page = alice_client.get(start_url(assignment))
    said = "It was withdrawn on" if reason == "withdrawn" else "You are no longer in a cohort"
    assert page.status_code == 200
    assert said in text_of(page)
    assert reverse("interviews:result", args=[sitting.pk]) in text_of(page)
    assert "Start now" not in text_of(page)
    assert alice_client.post(start_url(assignment)).status_code == 422
    assert Sitting.objects.count() == 1


def test_the_lists_queries_do_not_grow(alice, alice_client, now):
    def add():
        factories.make_assignment(learners=(alice,))
        running = factories.make_assignment(learners=(alice,))
        factories.make_sitting(running, alice)
        done = factories.make_assignment(learners=(alice,))
        factories.make_sitting(done, alice, state="submitted", submitted_at=now)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            alice_client.get(LIST)
        return len(captured)

    add()
    few = queries()
    for _number in range(5):
        add()
    assert queries() == few


def test_the_start_page_shows_the_rules_and_nothing_of_the_questions(alice_client, assignment):
    page = text_of(alice_client.get(start_url(assignment)))
    assert "20 minutes" in page
    assert "Start now" in page
    assert "secret prompt" not in page


def test_the_start_page_says_why_the_time_is_short(alice_client, assignment, now):
    Assignment.objects.update(closes_at=now + 12 * HOUR / 60, close_policy="hard_close")
    page = text_of(alice_client.get(start_url(assignment)))
    assert "12 minutes, not 20, because the interview closes at" in page
    alice_client.post(start_url(assignment))
    assert Sitting.objects.get().deadline_at == now + 12 * HOUR / 60


def test_the_start_page_counts_the_time_factor(alice, alice_client, assignment):
    alice.time_factor = Decimal("1.50")
    alice.save()
    page = text_of(alice_client.get(start_url(assignment)))
    assert "30 minutes" in page
    assert "with your time factor of 1.5" in page


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"opens_at": HOUR}, "It opens on"),
        ({"start_by": -HOUR}, "It had to be started by"),
        ({"closes_at": -HOUR}, "It closed on"),
    ],
)
def test_outside_the_window_nothing_starts_and_nothing_leaks(
    alice_client, assignment, now, dates, said
):
    Assignment.objects.update(**{name: now + delta for name, delta in dates.items()})
    for answer in (
        alice_client.get(start_url(assignment)),
        alice_client.post(start_url(assignment)),
    ):
        assert said in text_of(answer)
        assert "secret prompt" not in text_of(answer)
    assert answer.status_code == 422
    assert not Sitting.objects.exists()


def test_strangers_find_no_start_page(bob_client, assignment):
    assert bob_client.get(start_url(assignment)).status_code == 404
    assert bob_client.post(start_url(assignment)).status_code == 404


def test_starting_twice_leads_to_the_same_room(alice_client, assignment):
    first = alice_client.post(start_url(assignment), {"number": "1"})
    second = alice_client.post(start_url(assignment), {"number": "1"})
    assert first.url == second.url == reverse("interviews:room", args=[Sitting.objects.get().pk])


def test_a_pool_too_small_is_named(alice_client, assignment):
    assignment.blueprint.sections.update(count=9)
    answer = alice_client.post(start_url(assignment))
    assert answer.status_code == 422
    assert "“Docker” is to ask 9, but 3 questions are there for it." in text_of(answer)


def test_sections_without_a_title_are_told_apart_by_their_number(alice_client, assignment):
    blueprint = assignment.blueprint
    blueprint.sections.update(title="", count=1)
    blueprint.sections.create(position=1, count=9)
    assert "(Section 1: 1, Section 2: 9)" in text_of(alice_client.get(start_url(assignment)))
    answer = alice_client.post(start_url(assignment))
    assert "“Section 2” is to ask 9, but 2 questions are there for it." in text_of(answer)
    blueprint.sections.filter(position=1).update(count=3)
    blueprint.sections.filter(position=0).update(count=2)
    answer = alice_client.post(start_url(assignment))
    assert "but 1 question is there for it." in text_of(answer)


def quick_data(**fields):
    return {"id": str(uuid.uuid4()), "minutes": 20, "count": 2, **fields}


def test_a_quick_mock_starts_at_once(alice, alice_client, assignment, now):
    answer = alice_client.post(QUICK, quick_data(topic=["docker"]))
    sitting = Sitting.objects.get()
    assert answer.url == reverse("interviews:room", args=[sitting.pk])
    assert sitting.assignment.blueprint.title == "Docker: 20 minutes"
    assert (sitting.is_own_mock, sitting.deadline_at) == (True, now + HOUR / 3)
    assert sitting.items.count() == 2


def test_a_quick_mock_posted_twice_is_one(alice_client, assignment):
    data = quick_data()
    first, second = alice_client.post(QUICK, data), alice_client.post(QUICK, data)
    assert first.url == second.url
    assert Blueprint.objects.filter(is_quick=True).count() == 1


def test_somebody_elses_id_starts_nothing(alice_client, bob_client, assignment):
    data = quick_data()
    alice_client.post(QUICK, data)
    assert bob_client.post(QUICK, data).url == QUICK
    assert Sitting.objects.count() == 1


def test_too_few_questions_are_said_and_nothing_is_left_behind(alice_client, assignment):
    answer = alice_client.post(QUICK, quick_data(count=40))
    assert answer.status_code == 422
    assert "Only 3 questions match" in text_of(answer)
    assert not Blueprint.objects.filter(is_quick=True).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"count": 0},
        {"count": 51},
        {"minutes": 481},
        {"minutes": "long"},
        {"tag": "no-such-tag"},
        {"topic": ["no/such"]},
        {"level": ["guru"]},
        {"kind": ["riddle"]},
        {"id": "x"},
    ],
)
def test_bad_wishes_are_refused(alice_client, assignment, fields):
    assert alice_client.post(QUICK, quick_data(**fields)).status_code == 422
    assert not Sitting.objects.exists()


def test_the_quick_page_begins_with_what_its_link_says(alice_client, assignment):
    factories.make_question(topic="git", tags=("rebase",))
    page = text_of(alice_client.get(QUICK, {"topic": "git", "minutes": "30", "tag": "rebase"}))
    assert "1 question matches" in page
    assert 'value="30"' in page
    assert 'value="rebase"' in page
    assert alice_client.get(QUICK, {"minutes": "x", "topic": "?", "count": "²"}).status_code == 200


def test_htmx_gets_the_count_alone(alice_client, assignment):
    answer = alice_client.get(QUICK, quick_data(topic=["docker"]), headers={"HX-Request": "true"})
    assert text_of(answer).startswith('<p id="matches"')
    assert "3 questions match" in text_of(answer)


def test_the_quick_page_says_what_the_time_factor_gives(alice, alice_client):
    alice.time_factor = Decimal("1.25")
    alice.save()
    assert "you have 25 minutes" in text_of(alice_client.get(QUICK))
