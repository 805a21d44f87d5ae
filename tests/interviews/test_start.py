"""Who may start what, and what a start draws and freezes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from interviews.deadlines import RefusalReason
from interviews.drawing import PoolTooSmall
from interviews.models import Assignment, Extension, HandPicked, Section, Sitting
from interviews.models.assignments import StartRefused
from tests import factories

HOUR = timedelta(hours=1)


def make_own_mock(learner, **fields):
    blueprint = factories.make_blueprint(owner=learner, is_quick=True, **fields)
    return factories.make_assignment(blueprint=blueprint, instructor=learner, learners=(learner,))


@pytest.fixture
def assignment(alice, ines):
    for _number in range(4):
        factories.make_question()
    return factories.make_assignment(instructor=ines, learners=(alice,))


def refusal_of(assignment, learner, now):
    with pytest.raises(StartRefused) as refused:
        assignment.start(learner, now=now)
    assert not assignment.sittings.exists()
    return refused.value.refusal.reason


def test_an_assignment_reaches_learners_directly_and_by_cohort_but_once(alice, bob, ines):
    cohort = factories.make_cohort(instructor=ines, learners=(alice, bob))
    other = factories.make_cohort(learners=(alice,))
    assignment = factories.make_assignment(
        instructor=ines, learners=(alice,), cohorts=(cohort, other)
    )
    assert list(Assignment.objects.given_to(alice)) == [assignment]
    assert list(Assignment.objects.given_to(bob)) == [assignment]


def test_who_left_the_cohort_is_given_nothing_more(alice, now):
    cohort = factories.make_cohort(learners=(alice,))
    factories.make_assignment(cohorts=(cohort,))
    cohort.memberships.update(left_at=now)
    assert not Assignment.objects.given_to(alice).exists()


def test_a_withdrawn_assignment_is_given_to_nobody(assignment, alice, now):
    Assignment.objects.update(withdrawn_at=now)
    assert not Assignment.objects.given_to(alice).exists()
    assert refusal_of(assignment, alice, now) == RefusalReason.CLOSED


def test_instructors_see_what_they_gave_and_what_their_cohorts_got(ines, otto, alice):
    cohort = factories.make_cohort(instructor=otto)
    assignment = factories.make_assignment(instructor=ines, cohorts=(cohort,))
    make_own_mock(ines)
    assert list(Assignment.objects.given_by(ines)) == [assignment]
    assert list(Assignment.objects.given_by(otto)) == [assignment]
    assert not Assignment.objects.given_by(alice).exists()


def test_terms_join_extension_and_time_factor(assignment, alice, now):
    alice.time_factor = Decimal("1.5")
    Extension.objects.create(assignment=assignment, learner=alice, extra_minutes=5)
    assert assignment.terms_for(alice).full_time == timedelta(minutes=35)


def test_a_cohorts_extension_counts_only_for_its_learners(assignment, alice, bob):
    cohort = factories.make_cohort(learners=(bob,))
    Extension.objects.create(assignment=assignment, cohort=cohort, is_untimed=True)
    assert assignment.terms_for(alice).full_time == timedelta(minutes=20)
    assert assignment.terms_for(bob).full_time is None


def test_start_draws_freezes_and_notes(assignment, alice, now):
    sitting = assignment.start(alice, now=now)
    assert sitting.deadline_at == now + timedelta(minutes=20)
    assert sitting.points == 20
    items = list(sitting.items.select_related("response", "revision"))
    assert [item.position for item in items] == [0, 1]
    assert all(not item.response.is_answered for item in items)
    assert [event.kind for event in sitting.events.all()] == ["started"]
    assert sitting.events.get().new_deadline_at == sitting.deadline_at


def test_starting_again_returns_the_same_sitting(assignment, alice, now):
    first = assignment.start(alice, now=now)
    assert assignment.start(alice, now=now + HOUR / 6) == first
    assert Sitting.objects.count() == 1


def test_a_click_that_comes_twice_starts_no_second_sitting(assignment, alice, now):
    Assignment.objects.update(sittings_allowed=None)
    first = assignment.start(alice, now=now, number=1)
    first.submit(now=now)
    assert assignment.start(alice, now=now, number=1) == first
    assert assignment.start(alice, now=now, number=2).number == 2


def test_a_forgotten_sitting_is_closed_before_the_next_starts(assignment, alice, now):
    Assignment.objects.update(sittings_allowed=2)
    first = assignment.start(alice, now=now)
    second = assignment.start(alice, now=now + HOUR)
    first.refresh_from_db()
    assert (first.state, second.state) == ("submitted", "in_progress")


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ({"opens_at": HOUR}, RefusalReason.NOT_OPEN_YET),
        ({"start_by": -HOUR}, RefusalReason.START_BY_PASSED),
        ({"closes_at": -HOUR}, RefusalReason.CLOSED),
    ],
)
def test_a_start_outside_the_window_is_refused(assignment, alice, now, dates, reason):
    Assignment.objects.update(**{name: now + delta for name, delta in dates.items()})
    assert refusal_of(assignment, alice, now) == reason


def test_sittings_run_out_but_voided_ones_do_not_count(assignment, alice, now):
    sitting = assignment.start(alice, now=now)
    sitting.submit(now=now)
    with pytest.raises(StartRefused) as refused:
        assignment.start(alice, now=now)
    assert refused.value.refusal.reason == RefusalReason.NO_SITTINGS_LEFT
    Sitting.objects.update(state="voided")
    assert assignment.start(alice, now=now).number == 2


def test_a_pool_too_small_names_the_section_and_starts_nothing(alice, now):
    factories.make_question()
    assignment = make_own_mock(alice, count=3)
    with pytest.raises(PoolTooSmall) as refused:
        assignment.start(alice, now=now)
    assert (refused.value.name, refused.value.available) == ("Docker", 1)
    assert not Sitting.objects.exists()


def test_a_blueprint_that_asks_nothing_cannot_be_started(alice, now):
    assignment = make_own_mock(alice)
    Section.objects.all().delete()
    with pytest.raises(PoolTooSmall):
        assignment.start(alice, now=now)


def test_own_mocks_ask_private_questions_and_assigned_ones_do_not(alice, bob, ines, now):
    mine = factories.make_question(private_to=alice)
    factories.make_question(private_to=bob)
    shared = factories.make_question()
    own = make_own_mock(alice).start(alice, now=now)
    assert {item.revision.question for item in own.items.all()} == {mine, shared}
    assigned = factories.make_assignment(
        blueprint=factories.make_blueprint(count=1), learners=(alice,)
    )
    sitting = assigned.start(alice, now=now)
    assert [item.revision.question for item in sitting.items.all()] == [shared]


def test_sections_filter_by_topic_tag_level_and_kind(alice, now):
    wanted = factories.make_question(topic="git/branches", tags=("rebase",), level="senior")
    factories.make_question(topic="git/branches", tags=("merge",), level="senior")
    factories.make_question(topic="docker", tags=("rebase",), level="senior")
    factories.make_question(topic="git/branches", tags=("rebase",), level="junior")
    factories.make_choice_question(topic="git", tags=("rebase",), level="senior")
    assignment = make_own_mock(alice, count=1, tags=("rebase",))
    section = Section.objects.get()
    section.topics.add(wanted.topic.parent)
    Section.objects.update(levels=["senior"], kinds=["open"])
    section.refresh_from_db()
    assert list(section.candidates(alice, with_private=True)) == [wanted]
    assert assignment.start(alice, now=now).items.get().revision.question == wanted


def test_hand_picked_questions_are_asked_in_their_order(alice, ines, now):
    picked = [factories.make_question(private_to=ines), factories.make_question()]
    assignment = factories.make_assignment(instructor=ines, learners=(alice,))
    section = assignment.blueprint.sections.get()
    for position, question in enumerate(reversed(picked)):
        HandPicked.objects.create(section=section, question=question, position=position)
    sitting = assignment.start(alice, now=now)
    assert [item.revision.question for item in sitting.items.all()] == picked[::-1]


def test_a_second_sitting_asks_what_was_not_asked_yet(assignment, alice, now):
    Assignment.objects.update(sittings_allowed=None)
    first = assignment.start(alice, now=now)
    first.submit(now=now)
    second = assignment.start(alice, now=now + HOUR)
    asked = [item.revision_id for sitting in (first, second) for item in sitting.items.all()]
    assert len(set(asked)) == 4


def test_editing_and_retiring_a_question_touches_no_sitting(assignment, alice, now):
    sitting = assignment.start(alice, now=now)
    revision = sitting.items.first().revision
    question = revision.question
    newer = question.revisions.create(number=2, kind="open", prompt="Newer", frozen_at=now)
    question.current_revision, question.status = newer, "retired"
    question.save()
    assert sitting.items.first().revision == revision
