"""More minutes for one, some or all: who can use them, what comes of them, and only once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Cohort, User
from interviews.models import Assignment, Extension, Grant, Sitting, SittingEvent
from interviews.more_time import Addition, Effect, Effects, NotInvolved, add_minutes
from tests import factories

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False) as travelling:
        yield travelling


@pytest.fixture
def carol(db: None) -> User:
    return factories.make_user("carol@example.org", name="Carol")


@pytest.fixture
def cohort(ines: User, alice: User, bob: User, carol: User) -> Cohort:
    return factories.make_cohort(instructor=ines, learners=(alice, bob, carol))


@pytest.fixture
def assignment(ines: User, cohort: Cohort) -> Assignment:
    for _number in range(2):
        factories.make_question()
    return factories.make_assignment(instructor=ines, cohorts=(cohort,))


def url_of(assignment: Assignment) -> str:
    return reverse("interviews:extend_many", args=[assignment.pk])


def form_of(*learners: User, **fields: Any) -> dict[str, Any]:
    chosen = [str(learner.pk) for learner in learners]
    said = {"token": str(uuid4()), "minutes": "5", "reason": "Fire alarm", "learners": chosen}
    return {**said, **fields}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def give(client: Client, assignment: Assignment, *learners: User, **fields: Any) -> str:
    """The page that follows."""
    response = client.post(url_of(assignment), form_of(*learners, **fields), follow=True)
    assert response.redirect_chain
    return text_of(response)


def add(
    assignment: Assignment, *learners: User, actor: User, now: datetime, token: UUID | None = None
) -> Effects:
    addition = Addition(
        minutes=5, reason="Fire alarm", token=token or uuid4(), actor=actor, now=now
    )
    return add_minutes(assignment, [learner.pk for learner in learners], addition)


def minutes_of(learner: User) -> int | None:
    return Extension.objects.get(learner=learner).extra_minutes


def test_a_running_interview_ends_later_with_an_event_and_another_begins_longer(
    assignment: Assignment, alice: User, bob: User, ines: User, ines_client: Client, now: datetime
) -> None:
    sitting = assignment.start(alice, now=now)
    page = give(ines_client, assignment, alice, bob)
    assert "+5 min for 2 learners. 1 running interview has its new deadline already." in page
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 25 * MINUTE
    event = sitting.events.get(kind=SittingEvent.Kind.EXTENDED)
    assert (event.old_deadline_at, event.new_deadline_at) == (now + 20 * MINUTE, now + 25 * MINUTE)
    assert (event.actor, event.reason, event.at) == (ines, "Fire alarm", now)
    assert assignment.start(bob, now=now).deadline_at == now + 25 * MINUTE
    assert Extension.objects.count() == 2


def test_the_learners_clock_shows_it_at_the_next_beat(
    assignment: Assignment, alice: User, alice_client: Client, ines_client: Client, now: datetime
) -> None:
    sitting = assignment.start(alice, now=now)
    beat = reverse("interviews:clock", args=[sitting.pk])
    assert alice_client.get(beat).json()["remaining_ms"] == 20 * 60_000
    give(ines_client, assignment, alice)
    assert alice_client.get(beat).json()["remaining_ms"] == 25 * 60_000


def test_minutes_are_added_to_what_each_has_by_now(
    assignment: Assignment,
    cohort: Cohort,
    alice: User,
    bob: User,
    carol: User,
    ines_client: Client,
) -> None:
    assignment.extensions.create(cohort=cohort, extra_minutes=10)
    assignment.extensions.create(learner=alice, extra_minutes=2)
    assignment.extensions.create(learner=bob, sittings_allowed=3)
    give(ines_client, assignment, alice, bob, carol)
    assert [minutes_of(learner) for learner in (alice, bob, carol)] == [7, 15, 15]


def test_whatever_else_an_extension_says_stays(
    assignment: Assignment, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    dates = {"opens_at": now, "start_by": now + 50 * MINUTE, "closes_at": now + 60 * MINUTE}
    assignment.extensions.create(
        learner=alice, **dates, sittings_allowed=3, reason="Was ill", granted_by=None
    )
    give(ines_client, assignment, alice)
    extension = Extension.objects.get()
    assert {name: getattr(extension, name) for name in dates} == dates
    assert (extension.sittings_allowed, extension.is_untimed) == (3, False)
    assert (extension.extra_minutes, extension.reason) == (5, "Was ill")
    grant = extension.grants.get()
    assert (grant.minutes, grant.reason, grant.granted_by) == (5, "Fire alarm", ines)


def test_untimed_ones_stay_untimed_and_it_is_said(
    assignment: Assignment, alice: User, bob: User, ines_client: Client, now: datetime
) -> None:
    for learner in (alice, bob):
        assignment.extensions.create(learner=learner, is_untimed=True)
    sitting = assignment.start(alice, now=now)
    page = give(ines_client, assignment, alice, bob)
    assert "No time limit, so nothing to add to: Alice, Bob." in page
    assert "+5 min" not in page
    sitting.refresh_from_db()
    assert sitting.deadline_at is None
    assert [each.extra_minutes for each in Extension.objects.all()] == [None, None]


def test_a_paused_interview_gets_its_minutes_and_stays_paused(
    assignment: Assignment, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    sitting = assignment.start(alice, now=now)
    sitting.pause(reason="Fire alarm", actor=ines, now=now)
    give(ines_client, assignment, alice)
    sitting.refresh_from_db()
    assert (sitting.paused_at, sitting.deadline_at) == (now, now + 25 * MINUTE)


def test_a_reopened_interview_counts_on_from_its_own_deadline(
    assignment: Assignment, alice: User, ines: User, ines_client: Client, now: datetime
) -> None:
    sitting = assignment.start(alice, now=now)
    sitting.submit(now=now)
    sitting.reopen(deadline_at=now + 60 * MINUTE, reason="Slip", actor=ines, now=now)
    give(ines_client, assignment, alice)
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 65 * MINUTE


@pytest.mark.parametrize(("closes_in", "ends_in"), [(22, 22), (20, 20), (15, 15)])
def test_a_hard_close_still_ends_what_runs_and_it_is_said(
    assignment: Assignment,
    alice: User,
    ines_client: Client,
    now: datetime,
    closes_in: int,
    ends_in: int,
) -> None:
    assignment.close_policy, assignment.closes_at = "hard_close", now + closes_in * MINUTE
    assignment.save()
    sitting = assignment.start(alice, now=now)
    page = give(ines_client, assignment, alice)
    assert "The interview closes before Alice could use all of it." in page
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + ends_in * MINUTE


def test_the_question_being_asked_gets_the_minutes_where_each_has_its_own_time(
    ines: User, alice: User, now: datetime
) -> None:
    for _number in range(2):
        factories.make_question()
    times = {"minutes": None, "think_seconds": 30, "answer_seconds": 120}
    blueprint = factories.make_blueprint(owner=ines, navigation="one_at_a_time", **times)
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    sitting = assignment.start(alice, now=now)
    before = sitting.deadline_at
    add(assignment, alice, actor=ines, now=now)
    sitting.refresh_from_db()
    assert sitting.step_ends_at == now + 5 * MINUTE + timedelta(seconds=150)
    assert sitting.deadline_at == before + 5 * MINUTE


def test_a_last_question_whose_time_is_over_is_too_late(
    ines: User, alice: User, now: datetime
) -> None:
    factories.make_question()
    times = {"minutes": None, "think_seconds": 30, "answer_seconds": 120}
    blueprint = factories.make_blueprint(owner=ines, count=1, navigation="one_at_a_time", **times)
    assignment = factories.make_assignment(blueprint=blueprint, instructor=ines, learners=(alice,))
    sitting = assignment.start(alice, now=now)
    Sitting.objects.filter(pk=sitting.pk).update(deadline_at=now + 60 * MINUTE)
    effects = add(assignment, alice, actor=ines, now=now + 3 * MINUTE)
    assert list(effects) == [Effect.TOO_LATE]
    assert not Extension.objects.exists()


def test_the_same_form_sent_again_adds_once(
    assignment: Assignment, alice: User, bob: User, ines_client: Client, now: datetime
) -> None:
    sitting = assignment.start(alice, now=now)
    token = str(uuid4())
    give(ines_client, assignment, alice, token=token)
    give(ines_client, assignment, alice)
    page = give(ines_client, assignment, alice, bob, token=token)
    assert "is not added twice. They have it: Alice." in page
    assert "+5 min for 1 learner." in page
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 30 * MINUTE
    assert (minutes_of(alice), minutes_of(bob)) == (10, 5)
    assert sitting.events.filter(kind="extended").count() == 2


def test_bulk_extension_with_foreign_ids(
    assignment: Assignment,
    cohort: Cohort,
    alice: User,
    bob: User,
    otto: User,
    ines_client: Client,
    now: datetime,
) -> None:
    """Of strangers, of who left, of another assignment's people, and of nobody."""
    sitting = assignment.start(alice, now=now)
    cohort.memberships.filter(user=bob).update(left_at=now)
    other = factories.make_user()
    factories.make_cohort(instructor=otto, learners=(other,))
    for foreign in (str(otto.pk), str(other.pk), str(bob.pk), "999999", "-1", "x", "1 OR 1=1"):
        form = form_of(alice, learners=[str(alice.pk), foreign])
        response = ines_client.post(url_of(assignment), form)
        assert response.status_code == 422, foreign
        assert "Somebody you chose has left, or was never given this interview." in text_of(
            response
        )
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 20 * MINUTE
    assert not Extension.objects.exists()
    assert not Grant.objects.exists()


def test_who_leaves_between_the_look_and_the_deed_refuses_the_whole(
    assignment: Assignment, cohort: Cohort, alice: User, bob: User, ines: User, now: datetime
) -> None:
    sitting = assignment.start(alice, now=now)
    cohort.memberships.filter(user=bob).update(left_at=now)
    with pytest.raises(NotInvolved):
        add(assignment, alice, bob, actor=ines, now=now)
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 20 * MINUTE
    assert not Extension.objects.exists()


def test_who_left_in_mid_interview_can_be_given_time(
    assignment: Assignment, cohort: Cohort, alice: User, ines_client: Client, now: datetime
) -> None:
    sitting = assignment.start(alice, now=now)
    cohort.memberships.filter(user=alice).update(left_at=now)
    give(ines_client, assignment, alice)
    sitting.refresh_from_db()
    assert sitting.deadline_at == now + 25 * MINUTE


def test_who_was_handed_in_meanwhile_is_named_and_the_others_get_their_time(
    assignment: Assignment, alice: User, bob: User, ines_client: Client, now: datetime
) -> None:
    handed_in, running = assignment.start(alice, now=now), assignment.start(bob, now=now)
    handed_in.submit(now=now)
    page = give(ines_client, assignment, alice, bob)
    assert "Too late for Alice: the interview has ended." in page
    assert "+5 min for 1 learner." in page
    running.refresh_from_db()
    handed_in.refresh_from_db()
    assert running.deadline_at == now + 25 * MINUTE
    assert (handed_in.state, handed_in.deadline_at) == ("submitted", now + 20 * MINUTE)
    assert [each.learner for each in Extension.objects.all()] == [bob]


def test_nobody_gets_more_than_an_extension_may_give(
    assignment: Assignment, alice: User, bob: User, ines_client: Client, now: datetime
) -> None:
    sitting = assignment.start(alice, now=now)
    assignment.extensions.create(learner=bob, extra_minutes=476)
    response = ines_client.post(url_of(assignment), form_of(alice, bob))
    assert response.status_code == 422
    assert "Bob has 476 more minutes already, and 480 is the most." in text_of(response)
    sitting.refresh_from_db()
    assert (sitting.deadline_at, minutes_of(bob)) == (now + 20 * MINUTE, 476)
    assert not Extension.objects.filter(learner=alice).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"minutes": "0"}, "greater than or equal to 1"),
        ({"minutes": "481"}, "less than or equal to 480"),
        ({"minutes": "-5"}, "greater than or equal to 1"),
        ({"minutes": "2.5"}, "Enter a whole number"),
        ({"minutes": "five"}, "Enter a whole number"),
        ({"minutes": ""}, "This field is required"),
        ({"reason": ""}, "This field is required"),
        ({"reason": "   "}, "This field is required"),
        ({"reason": "x" * 201}, "at most 200 characters"),
        ({"learners": []}, "Choose at least one learner."),
        ({"token": "nonsense"}, "did not arrive whole"),
        ({"token": ""}, "did not arrive whole"),
    ],
)
def test_nonsense_is_refused_and_what_was_typed_is_kept(
    assignment: Assignment,
    alice: User,
    ines_client: Client,
    wrong: dict[str, Any],
    said: str,
) -> None:
    form = form_of(alice, **wrong)
    response = ines_client.post(url_of(assignment), form)
    assert response.status_code == 422
    page = text_of(response)
    assert said in page
    assert "Fire alarm" in page or "reason" in wrong
    ticked = [
        str(place.learner.pk) for place, is_chosen in response.context["offered"] if is_chosen
    ]
    assert ticked == form["learners"]
    is_kept = str(response.context["token"]) == form["token"]
    assert is_kept is ("token" not in wrong)
    assert not Extension.objects.exists()


def test_everybody_who_can_use_it_is_ticked_or_whoever_was_asked_for(
    assignment: Assignment, alice: User, bob: User, carol: User, ines_client: Client
) -> None:
    def ticked(query: dict[str, Any]) -> list[User]:
        offered = ines_client.get(url_of(assignment), query).context["offered"]
        return [place.learner for place, is_chosen in offered if is_chosen]

    assert ticked({}) == [alice, bob, carol]
    assert ticked({"learner": [alice.pk, carol.pk]}) == [alice, carol]
    assert ticked({"learner": ["x", "-1", alice.pk, "99999999999999999999"]}) == [alice]
    assert ticked({"learner": ""}) == []


def test_the_page_offers_it_to_whom_it_helps_and_names_the_others_with_the_way_out(
    assignment: Assignment, ines_client: Client, now: datetime
) -> None:
    people = {}
    for state in ("running", "paused", "over", "submitted", "marked", "released"):
        person = people[state] = factories.make_user(name=state.title())
        assignment.learners.add(person)
        closed = {"state": state, "submitted_at": now} if state in Sitting.State.values else {}
        factories.make_sitting(assignment, person, **closed)
    paused = Sitting.objects.filter(learner=people["paused"])
    paused.update(paused_at=now)
    Sitting.objects.filter(learner=people["over"]).update(deadline_at=now - MINUTE)
    missed = factories.make_user(name="Missed")
    assignment.learners.add(missed)
    assignment.extensions.create(learner=missed, closes_at=now - MINUTE)
    early = factories.make_user(name="Early")
    assignment.learners.add(early)
    assignment.extensions.create(learner=early, opens_at=now + MINUTE)
    response = ines_client.get(url_of(assignment))
    offered = [str(place.learner) for place, _is_chosen in response.context["offered"]]
    assert offered == ["Alice", "Bob", "Carol", "Early", "Paused", "Running"]
    page = text_of(response)
    assert page.count("20 minutes left") == 2
    for sentence, names in (
        ("reopen the interview instead:", ("Marked", "Over", "Submitted")),
        ("allow another sitting instead:", ("Released",)),
        ("set other dates instead:", ("Missed",)),
    ):
        line = page.split(sentence)[1].split("</p>")[0]
        assert [name for name in (*names, "Alice") if f">{name}</a>" in line] == list(names)


def test_where_nobody_can_use_it_the_page_says_so(
    assignment: Assignment, ines_client: Client, now: datetime
) -> None:
    assignment.withdraw(now=now)
    page = text_of(ines_client.get(url_of(assignment)))
    assert "Nobody can use more minutes now" in page
    assert "the interview is withdrawn: Alice, Bob, Carol." in page
    overview = text_of(ines_client.get(reverse("interviews:assignment", args=[assignment.pk])))
    assert "More time" not in overview


def test_the_assignments_page_leads_there_with_those_ticked(
    assignment: Assignment, alice: User, bob: User, ines_client: Client, now: datetime
) -> None:
    assignment.start(alice, now=now).submit(now=now)
    page = text_of(ines_client.get(reverse("interviews:assignment", args=[assignment.pk])))
    assert f'<form id="more-time" method="get" action="{url_of(assignment)}">' in page
    assert f'form="more-time" name="learner" value="{bob.pk}"' in page
    assert f'name="learner" value="{alice.pk}"' not in page


def test_the_page_of_one_learner_tells_what_was_added_and_why(
    assignment: Assignment, alice: User, ines_client: Client
) -> None:
    give(ines_client, assignment, alice, reason="<b>Fire</b> alarm")
    url = reverse("interviews:extend", args=[assignment.pk, alice.pk])
    page = text_of(ines_client.get(url))
    assert "+5 min on 23 Nov 2026, 12:00, by Ines: &lt;b&gt;Fire&lt;/b&gt; alarm" in page


def test_learners_strangers_and_other_instructors_find_nothing(
    assignment: Assignment,
    alice: User,
    alice_client: Client,
    otto_client: Client,
    client: Client,
    now: datetime,
) -> None:
    for stranger in (alice_client, otto_client):
        assert stranger.get(url_of(assignment)).status_code == 404
        assert stranger.post(url_of(assignment), form_of(alice)).status_code == 404
    assert client.get(url_of(assignment)).status_code == 302
    assert not Extension.objects.exists()


def test_the_page_takes_as_many_queries_for_many_learners_as_for_few(
    ines: User, ines_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    learners = tuple(factories.make_user(name=f"Person {number}") for number in range(60))
    cohort = factories.make_cohort(instructor=ines, learners=learners)
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    for number, learner in enumerate(learners[:40]):
        state = {"state": "submitted", "submitted_at": factories.NOON} if number % 2 else {}
        factories.make_sitting(assignment, learner, **state)
        Extension.objects.create(assignment=assignment, learner=learner, extra_minutes=5)
    with django_assert_max_num_queries(9):
        page = ines_client.get(url_of(assignment))
    assert len(page.context["offered"]) == 40
