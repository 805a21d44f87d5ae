"""Clicks that come at the very same moment, each in a thread and a transaction of its own."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest

from interviews.deadlines import GRACE, MINUTE
from interviews.extending import extend_cohort
from interviews.models import Assignment, Extension, Grant, Response, Sitting
from interviews.models.responses import SaveOutcome
from interviews.models.sittings import NotReopenable
from interviews.more_time import Addition, Effect, add_minutes
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


def test_a_reopening_beside_a_start_never_leaves_two_in_progress(assignment, learner, now):
    Assignment.objects.update(sittings_allowed=None)
    first = assignment.start(learner, now=now)
    first.submit(now=now)
    later = now + timedelta(minutes=30)

    def reopen() -> bool:
        sitting = Sitting.objects.get(pk=first.pk)
        try:
            sitting.reopen(deadline_at=later, reason="Alarm", actor=assignment.assigned_by, now=now)
        except NotReopenable:
            return False
        return True

    def start() -> int:
        return Assignment.objects.get(pk=assignment.pk).start(learner, now=now).number

    is_reopened, *numbers = at_once(reopen, start, start)
    assert set(numbers) == {1 if is_reopened else 2}
    assert Sitting.objects.in_progress().get().number == numbers[0]


@pytest.mark.parametrize("end", ["handing in", "the sweeper"])
def test_voiding_beside_the_end_voids_whatever_comes_first(sitting, end):
    late = sitting.deadline_at + timedelta(minutes=1)
    in_time = sitting.deadline_at - timedelta(minutes=1)
    actor, at = sitting.assignment.assigned_by, late if end == "the sweeper" else in_time

    def void() -> bool:
        return Sitting.objects.get(pk=sitting.pk).void(reason="Alarm", actor=actor, now=at)

    def close() -> bool:
        if end == "the sweeper":
            return bool(sweep(at))
        return Sitting.objects.get(pk=sitting.pk).submit(now=at)

    is_voided, is_closed, voided_again = at_once(void, close, void)
    assert sorted([is_voided, voided_again]) == [False, True]
    sitting.refresh_from_db()
    assert sitting.state == "voided"
    closing = {"handing in": "submitted", "the sweeper": "closed"}[end]
    kinds = [event.kind for event in sitting.events.order_by("pk")]
    assert kinds == ["started", *([closing] if is_closed else []), "voided"]


def test_pausing_from_every_tab_pauses_once_and_so_does_going_on(sitting, now):
    ines, deadline_at = factories.make_user(is_instructor=True), sitting.deadline_at
    said = {"reason": "Fire alarm", "actor": ines}

    def pause() -> bool:
        return Sitting.objects.get(pk=sitting.pk).pause(now=now, **said)

    def resume() -> bool:
        later = now + timedelta(minutes=3)
        return Sitting.objects.get(pk=sitting.pk).resume(now=later, **said)

    assert sorted(at_once(*[pause] * TABS)) == [False] * (TABS - 1) + [True]
    assert sorted(at_once(*[resume] * TABS)) == [False] * (TABS - 1) + [True]
    sitting.refresh_from_db()
    assert sitting.deadline_at == deadline_at + timedelta(minutes=3)
    assert [event.kind for event in sitting.events.all()] == ["started", "paused", "resumed"]


def test_a_pause_while_the_sweeper_comes_stops_it_or_comes_too_late(sitting):
    """In the grace after the deadline nobody has claimed it yet."""
    ines = factories.make_user(is_instructor=True)
    end = sitting.deadline_at + GRACE

    def pause() -> bool:
        reason = "Fire alarm"
        return Sitting.objects.get(pk=sitting.pk).pause(reason=reason, actor=ines, now=end)

    late = end + timedelta(seconds=1)
    is_paused, _closed, _closed_too = at_once(pause, lambda: sweep(late), lambda: sweep(late))
    sitting.refresh_from_db()
    assert sitting.state == ("in_progress" if is_paused else "submitted")
    kinds = [event.kind for event in sitting.events.all()]
    assert kinds == ["started", "paused" if is_paused else "closed"]


@pytest.fixture
def paced(learner, now):
    """Three questions, each with half a minute to think and two minutes to answer."""
    for _number in range(3):
        factories.make_question()
    blueprint = factories.make_blueprint(
        count=3,
        minutes=None,
        navigation="one_at_a_time",
        think_seconds=30,
        answer_seconds=120,
    )
    assignment = factories.make_assignment(blueprint=blueprint, learners=(learner,))
    return assignment.start(learner, now=now)


def test_looks_from_everywhere_ask_the_next_question_once(paced, now):
    late = now + timedelta(seconds=170)

    def look() -> bool:
        return Sitting.objects.get(pk=paced.pk).close_if_overdue(late)

    assert not any(at_once(*[look] * TABS, lambda: sweep(late)))
    paced.refresh_from_db()
    assert paced.reached_position == 1
    assert [event.kind for event in paced.events.all()] == ["started", "lapsed"]


def test_going_on_from_every_tab_goes_on_once(paced, now):
    soon = now + timedelta(seconds=40)

    def go_on() -> bool:
        return Sitting.objects.get(pk=paced.pk).move_on(position=0, now=soon)

    assert all(at_once(*[go_on] * TABS))
    paced.refresh_from_db()
    assert (paced.reached_position, paced.step_ends_at) == (1, soon + timedelta(seconds=150))
    assert [event.kind for event in paced.events.all()] == ["started", "asked"]


def test_beginning_from_every_tab_begins_once(paced, now):
    soon = now + timedelta(seconds=10)
    pk = Response.objects.get(item__sitting=paced, item__position=0).pk

    def begin() -> bool:
        return Response.objects.get(pk=pk).begin(now=soon)

    assert sorted(at_once(*[begin] * TABS)) == [False] * (TABS - 1) + [True]
    paced.refresh_from_db()
    assert paced.step_ends_at == soon + timedelta(seconds=120)


def test_going_on_as_the_time_ends_asks_each_question_once(paced, now):
    late = paced.step_ends_at + GRACE

    def go_on() -> bool:
        return Sitting.objects.get(pk=paced.pk).move_on(position=0, now=late)

    at_once(go_on, lambda: sweep(late + timedelta(seconds=1)), go_on)
    paced.refresh_from_db()
    assert paced.reached_position == 1
    assert paced.events.filter(kind__in=["asked", "lapsed"]).count() == 1


def test_more_time_beside_the_end_of_a_question_is_given_once(paced, learner, now):
    late = paced.step_ends_at + GRACE + timedelta(seconds=1)
    actor = factories.make_user(is_instructor=True)

    def extend() -> bool:
        assignment = Assignment.objects.get(pk=paced.assignment_id)
        return assignment.extend(learner, terms={"extra_minutes": 5}, actor=actor, now=late)

    at_once(extend, lambda: sweep(late), extend)
    paced.refresh_from_db()
    assert paced.reached_position == 1
    assert paced.step_ends_at == now + timedelta(seconds=300, minutes=5)


def test_predictions_from_two_tabs_are_made_once(paced, now):
    Sitting.objects.get(pk=paced.pk).submit(now=now)

    def predict(percent: int) -> bool:
        return Sitting.objects.get(pk=paced.pk).predict({0: percent}, now=now)

    made = at_once(*[lambda percent=percent: predict(percent) for percent in (0, 50, 100)])
    assert sorted(made) == [False, False, True]
    assert paced.items.get(position=0).predicted_percent == (0, 50, 100)[made.index(True)]


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


def test_many_sweepers_close_each_sitting_once(assignment, learner, now):
    others = [factories.make_user() for _number in range(4)]
    assignment.learners.add(*others)
    sittings = [assignment.start(each, now=now) for each in (learner, *others)]
    late = sittings[0].deadline_at + timedelta(minutes=1)
    assert sum(at_once(*[lambda: sweep(late)] * TABS)) == len(sittings)
    for sitting in sittings:
        assert [event.kind for event in sitting.events.all()] == ["started", "closed"]


def test_an_autosave_beside_the_sweeper_counts_or_is_kept_as_late(sitting):
    pk = Response.objects.filter(item__sitting=sitting).first().pk
    in_time = sitting.deadline_at + GRACE
    late = in_time + timedelta(seconds=1)

    def save() -> SaveOutcome:
        return Response.objects.get(pk=pk).save_draft(text="My text", base_number=0, now=in_time)

    outcome, _closed = at_once(save, lambda: sweep(late))
    response = Response.objects.get(pk=pk)
    sitting.refresh_from_db()
    assert (sitting.closed_by, sitting.submitted_at) == ("sweeper", sitting.deadline_at)
    if outcome == SaveOutcome.SAVED:
        assert (response.text, response.revisions.count()) == ("My text", 0)
    else:
        assert (response.text, response.revisions.get().text) == ("", "My text")


def test_the_same_autosave_from_many_retries_is_stored_once(sitting, now):
    pk = Response.objects.filter(item__sitting=sitting).first().pk

    def save() -> SaveOutcome:
        return Response.objects.get(pk=pk).save_draft(text="My text", base_number=0, now=now)

    assert set(at_once(*[save] * TABS)) == {SaveOutcome.SAVED}
    response = Response.objects.get(pk=pk)
    assert (response.text, response.number, response.revisions.count()) == ("My text", 1, 0)


def test_the_same_extension_from_many_clicks_is_given_once(sitting, learner, now):
    actor = factories.make_user(is_instructor=True)

    def extend() -> bool:
        assignment = Assignment.objects.get(pk=sitting.assignment_id)
        return assignment.extend(learner, terms={"extra_minutes": 5}, actor=actor, now=now)

    assert sorted(at_once(*[extend] * TABS)) == [False] * (TABS - 1) + [True]
    old = sitting.deadline_at
    sitting.refresh_from_db()
    assert sitting.deadline_at == old + timedelta(minutes=5)
    event = sitting.events.get(kind="extended")
    assert (event.old_deadline_at, event.new_deadline_at) == (old, sitting.deadline_at)


def test_other_terms_for_a_cohort_from_many_clicks_are_given_once(shared_database, now):
    learners = [factories.make_user() for _number in range(3)]
    for _number in range(4):
        factories.make_question()
    cohort = factories.make_cohort(learners=learners)
    assignment = factories.make_assignment(cohorts=(cohort,))
    for learner in learners[:2]:
        assignment.start(learner, now=now)
    said = {"terms": {"extra_minutes": 5}, "actor": assignment.assigned_by, "now": now, "seen": ""}

    def extend() -> int:
        return extend_cohort(Assignment.objects.get(pk=assignment.pk), cohort, **said)

    def start() -> None:
        Assignment.objects.get(pk=assignment.pk).start(learners[2], now=now)

    results = at_once(*[extend] * TABS, start)
    # Whether the third had started by then is chance; the deadline is not.
    assert sorted(results[:TABS])[:-1] == [0] * (TABS - 1)
    assert {each.deadline_at for each in assignment.sittings.all()} == {now + 25 * MINUTE}
    assert Extension.objects.get().extra_minutes == 5


def test_more_minutes_from_many_clicks_of_one_form_are_added_once(sitting, learner, now):
    actor, deadline_at = factories.make_user(is_instructor=True), sitting.deadline_at
    addition = Addition(minutes=5, reason="Fire alarm", token=uuid4(), actor=actor, now=now)

    def add() -> list[Effect]:
        return list(add_minutes(sitting.assignment, [learner.pk], addition))

    effects = at_once(*[add] * TABS)
    assert sorted(effects) == [[Effect.LATER]] + [[Effect.REPEATED]] * (TABS - 1)
    sitting.refresh_from_db()
    assert sitting.deadline_at == deadline_at + timedelta(minutes=5)
    assert Extension.objects.get().extra_minutes == 5
    assert sitting.events.filter(kind="extended").count() == 1


def test_more_minutes_from_two_forms_at_once_are_both_added(sitting, learner, now):
    actor, deadline_at = factories.make_user(is_instructor=True), sitting.deadline_at
    said = {"minutes": 5, "reason": "Fire alarm", "actor": actor, "now": now}

    def add() -> list[Effect]:
        addition = Addition(token=uuid4(), **said)
        return list(add_minutes(sitting.assignment, [learner.pk], addition))

    assert at_once(*[add] * 4) == [[Effect.LATER]] * 4
    sitting.refresh_from_db()
    assert sitting.deadline_at == deadline_at + timedelta(minutes=20)
    assert Extension.objects.get().extra_minutes == 20


def test_more_minutes_beside_handing_in_are_given_before_it_or_too_late(sitting, learner, now):
    actor, deadline_at = factories.make_user(is_instructor=True), sitting.deadline_at
    addition = Addition(minutes=5, reason="Fire alarm", token=uuid4(), actor=actor, now=now)

    def add() -> bool:
        return Effect.LATER in add_minutes(sitting.assignment, [learner.pk], addition)

    is_later, _submitted = at_once(add, lambda: Sitting.objects.get(pk=sitting.pk).submit(now=now))
    sitting.refresh_from_db()
    assert sitting.state == "submitted"
    assert (sitting.deadline_at > deadline_at) is is_later
    assert sitting.events.filter(kind="extended").exists() is is_later
    assert Extension.objects.exists() is is_later


def test_an_extension_beside_the_sweeper_never_moves_what_the_timer_ended(sitting, learner):
    actor = factories.make_user(is_instructor=True)
    old, in_time = sitting.deadline_at, sitting.deadline_at + GRACE

    def extend() -> bool:
        assignment = Assignment.objects.get(pk=sitting.assignment_id)
        return assignment.extend(learner, terms={"extra_minutes": 5}, actor=actor, now=in_time)

    is_extended, closed = at_once(extend, lambda: sweep(in_time + timedelta(seconds=1)))
    assert (is_extended, closed) in [(True, 0), (False, 1)]
    sitting.refresh_from_db()
    assert sitting.is_in_progress is is_extended
    assert (sitting.deadline_at > old) is is_extended
    assert sitting.events.filter(kind="extended").exists() is is_extended


def test_handing_in_beside_more_time_for_everyone_never_deadlocks(shared_database, now):
    """What the server scores writes the sitting twice, and then asks for its assignment."""
    learners = [factories.make_user() for _number in range(4)]
    questions = tuple(factories.make_choice_question(f"Which is it? {n}") for n in range(12))
    assignment = factories.make_assignment(learners=tuple(learners))
    sittings = [
        factories.make_sitting(
            assignment,
            learner,
            questions=questions,
            started_at=now,
            deadline_at=now + timedelta(minutes=20),
        )
        for learner in learners
    ]

    def extend(learner) -> bool:
        terms = {"extra_minutes": 5, "reason": "Fire alarm"}
        return assignment.extend(learner, terms=terms, actor=assignment.assigned_by, now=now)

    def submit(sitting) -> bool:
        return Sitting.objects.get(pk=sitting.pk).submit(now=now)

    at_once(
        *(partial(submit, sitting) for sitting in sittings),
        *(partial(extend, learner) for learner in learners),
    )
    assert {each.state for each in assignment.sittings.all()} == {"marked"}
    assert {each.extra_minutes for each in assignment.extensions.all()} == {5}


def test_handing_in_beside_minutes_added_for_all_never_deadlocks(shared_database, now):
    learners = [factories.make_user() for _number in range(4)]
    questions = tuple(factories.make_choice_question(f"Which is it? {n}") for n in range(12))
    assignment = factories.make_assignment(learners=tuple(learners))
    for learner in learners:
        factories.make_sitting(assignment, learner, questions=questions)
    said = {"minutes": 5, "reason": "Fire alarm", "actor": assignment.assigned_by, "now": now}

    def add() -> None:
        pks = [learner.pk for learner in learners]
        add_minutes(assignment, pks, Addition(token=uuid4(), **said))

    def submit(sitting) -> bool:
        return Sitting.objects.get(pk=sitting.pk).submit(now=now)

    at_once(*(partial(submit, each) for each in assignment.sittings.all()), add, add)
    for sitting in assignment.sittings.all():
        given = sum(
            grant.minutes for grant in Grant.objects.filter(extension__learner=sitting.learner)
        )
        assert sitting.state == "marked"
        assert sitting.deadline_at == now + timedelta(minutes=20 + given)
