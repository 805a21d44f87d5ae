"""A sitting while it runs and as it closes: saves, conflicts, the deadline, the sweep."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import ProtectedError

from accounts.models import Membership
from interviews import tasks
from interviews.deadlines import GRACE
from interviews.models import Item, Sitting
from interviews.models.responses import NOTED_EVERY, SaveOutcome, Writer
from interviews.sweeping import sweep
from tests import factories

MILLISECOND = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def sitting(alice, ines):
    assignment = factories.make_assignment(instructor=ines, learners=(alice,))
    questions = (factories.make_question("What is an image?"), factories.make_question())
    return factories.make_sitting(assignment, alice, questions=questions)


@pytest.fixture
def response(sitting):
    return sitting.items.first().response


def kinds(sitting):
    return [event.kind for event in sitting.events.all()]


def test_of_many_saves_a_few_are_noted(sitting, response, now):
    for number in range(NOTED_EVERY + 1):
        response.save_draft(text=f"Draft {number}", base_number=number, now=now + number * SECOND)
    noted = sitting.events.filter(kind="saved").values_list("at", "actor", "reason")
    assert list(noted) == [
        (now, sitting.learner_id, "1"),
        (now + NOTED_EVERY * SECOND, sitting.learner_id, "1"),
    ]


def test_a_draft_is_saved_and_counted(response, now):
    assert response.save_draft(text="A template", base_number=0, now=now) == SaveOutcome.SAVED
    response.refresh_from_db()
    assert (response.text, response.number, response.saved_at) == ("A template", 1, now)


def test_saving_the_same_text_again_makes_no_revision(response, now):
    response.save_draft(text="A template", base_number=0, now=now)
    again = response.save_draft(text="A template", base_number=0, now=now + SECOND)
    assert (again, response.number, response.saved_at) == (SaveOutcome.SAVED, 1, now)
    assert not response.revisions.exists()


def test_two_tabs_in_conflict_keep_both_texts(response, sitting, now):
    response.save_draft(text="From one tab", base_number=0, now=now)
    outcome = response.save_draft(text="From the other", base_number=0, now=now)
    assert outcome == SaveOutcome.CONFLICT
    assert (response.text, response.number) == ("From one tab", 1)
    assert response.revisions.get().text == "From the other"
    assert kinds(sitting) == ["saved", "conflict"]


def test_a_conflict_that_is_sent_again_is_kept_once(response, sitting, now):
    response.save_draft(text="From one tab", base_number=0, now=now)
    for _attempt in range(3):
        response.save_draft(text="From the other", base_number=0, now=now)
    assert response.revisions.count() == 1
    assert kinds(sitting) == ["saved", "conflict"]


def test_the_text_that_loses_a_conflict_is_kept_whichever_it_is(response, now):
    response.save_draft(text="One", base_number=0, now=now)
    response.save_draft(text="Other", base_number=0, now=now + SECOND)
    response.save_draft(text="Other, mended", base_number=1, now=now + 2 * SECOND)
    assert response.text == "Other, mended"
    assert {revision.text for revision in response.revisions.all()} == {"One", "Other"}
    response.save_draft(text="Other, mended again", base_number=2, now=now + 3 * SECOND)
    assert response.revisions.count() == 2


def test_a_page_is_in_no_conflict_with_its_own_last_save(response, now):
    response.save_draft(text="A", base_number=0, now=now, writer=Writer(name="tab", sequence=1))
    leaving = response.save_draft(
        text="AB", base_number=0, now=now, writer=Writer(name="tab", sequence=2)
    )
    assert (leaving, response.text) == (SaveOutcome.SAVED, "AB")


def test_an_older_save_that_arrives_late_replaces_nothing(response, now):
    response.save_draft(text="AB", base_number=0, now=now, writer=Writer(name="tab", sequence=2))
    outcome = response.save_draft(
        text="A", base_number=0, now=now, writer=Writer(name="tab", sequence=1)
    )
    assert (outcome, response.text) == (SaveOutcome.CONFLICT, "AB")
    assert response.revisions.get().text == "A"


@pytest.mark.parametrize(
    ("after_deadline", "outcome", "state"),
    [
        (-MILLISECOND, SaveOutcome.SAVED, "in_progress"),
        (0 * SECOND, SaveOutcome.SAVED, "in_progress"),
        (MILLISECOND, SaveOutcome.SAVED, "in_progress"),
        (GRACE - MILLISECOND, SaveOutcome.SAVED, "in_progress"),
        (GRACE, SaveOutcome.SAVED, "in_progress"),
        (GRACE + MILLISECOND, SaveOutcome.LATE, "submitted"),
    ],
)
def test_a_text_counts_until_deadline_and_grace(sitting, response, after_deadline, outcome, state):
    received_at = sitting.deadline_at + after_deadline
    assert response.save_draft(text="Just", base_number=0, now=received_at) == outcome
    sitting.refresh_from_db()
    assert sitting.state == state


def test_a_late_text_is_kept_and_does_not_count(sitting, response, now):
    response.save_draft(text="In time", base_number=0, now=now)
    late = sitting.deadline_at + timedelta(minutes=1)
    assert response.save_draft(text="Too late", base_number=1, now=late) == SaveOutcome.LATE
    response.refresh_from_db()
    sitting.refresh_from_db()
    assert response.text == "In time"
    assert (response.revisions.get().kind, response.revisions.get().text) == ("late", "Too late")
    assert (sitting.closed_by, sitting.submitted_at) == ("timer", sitting.deadline_at)
    assert sorted(kinds(sitting)) == ["closed", "late", "saved"]


def test_the_last_draft_sent_again_after_closing_is_no_late_text(sitting, response, now):
    response.save_draft(text="In time", base_number=0, now=now)
    late = sitting.deadline_at + timedelta(minutes=1)
    assert response.save_draft(text="In time", base_number=0, now=late) == SaveOutcome.SAVED
    assert not response.revisions.exists()


def test_nothing_changes_after_handing_in(sitting, response, now):
    sitting.submit(now=now)
    assert response.save_draft(text="One thing more", base_number=0, now=now) == SaveOutcome.LATE
    response.refresh_from_db()
    assert response.text == ""


# A request reads first and saves a moment later; another may have come between.


def as_read(response):
    return Item.objects.select_related("sitting", "response").get(pk=response.item_id).response


def test_a_save_that_read_before_the_handing_in_is_kept_as_late(sitting, response, now):
    read_before = as_read(response)
    sitting.submit(now=now)
    assert read_before.save_draft(text="More", base_number=0, now=now) == SaveOutcome.LATE
    response.refresh_from_db()
    assert (response.text, response.revisions.get().text) == ("", "More")


def test_a_save_that_read_before_another_tab_saved_is_a_conflict(response, now):
    read_before = as_read(response)
    response.save_draft(text="From the other tab", base_number=0, now=now)
    assert read_before.save_draft(text="Mine", base_number=0, now=now) == SaveOutcome.CONFLICT
    assert (read_before.text, read_before.number) == ("From the other tab", 1)
    assert response.revisions.get().text == "Mine"


def test_a_save_that_read_before_an_extension_has_the_time_given(sitting, response, ines):
    read_before, late = as_read(response), sitting.deadline_at + timedelta(minutes=1)
    longer = sitting.deadline_at + timedelta(minutes=5)
    sitting.extend(longer, reason="Alarm", actor=ines, now=sitting.started_at)
    assert read_before.save_draft(text="Mine", base_number=0, now=late) == SaveOutcome.SAVED


def test_a_save_that_read_before_the_interviewer_went_on_is_kept_as_late(sitting, response, now):
    Sitting.objects.update(is_one_at_a_time=True)
    read_before = as_read(response)
    as_read(response).sitting.move_on(position=0, now=now)
    assert read_before.save_draft(text="More", base_number=0, now=now) == SaveOutcome.LATE
    response.refresh_from_db()
    assert (response.text, response.revisions.get().text) == ("", "More")


def test_handing_in_twice_is_handing_in_once(sitting, now):
    assert sitting.submit(now=now) is True
    again = Sitting.objects.get(pk=sitting.pk)
    assert again.submit(now=now + SECOND) is False
    again.refresh_from_db()
    assert (again.submitted_at, again.closed_by) == (now, "learner")
    assert kinds(sitting) == ["submitted"]


def test_who_loses_the_race_to_the_sweeper_changes_nothing(sitting):
    now = sitting.deadline_at + timedelta(minutes=1)
    slow = Sitting.objects.get(pk=sitting.pk)
    assert sweep(now) == 1
    assert slow.submit(now=now) is False
    assert (slow.state, slow.closed_by) == ("submitted", "sweeper")
    assert kinds(sitting) == ["closed"]


def test_handing_in_too_late_counts_as_closed_by_the_timer(sitting):
    assert sitting.submit(now=sitting.deadline_at + GRACE + MILLISECOND) is False
    assert (sitting.closed_by, sitting.submitted_at) == ("timer", sitting.deadline_at)


def test_an_extension_given_meanwhile_keeps_the_sitting_open(sitting):
    stale = Sitting.objects.get(pk=sitting.pk)
    Sitting.objects.update(deadline_at=sitting.deadline_at + timedelta(hours=1))
    assert stale.close_if_overdue(sitting.deadline_at + timedelta(minutes=1)) is False
    assert stale.is_in_progress


def test_the_sweeper_respects_the_grace_and_keeps_the_draft(sitting, response, now):
    response.save_draft(text="My draft", base_number=0, now=now)
    assert sweep(sitting.deadline_at + GRACE) == 0
    assert sweep(sitting.deadline_at + GRACE + MILLISECOND) == 1
    sitting.refresh_from_db()
    response.refresh_from_db()
    assert (sitting.closed_by, sitting.submitted_at) == ("sweeper", sitting.deadline_at)
    assert response.text == "My draft"


def test_one_broken_sitting_does_not_stop_the_sweep(sitting, bob, monkeypatch):
    factories.make_sitting(sitting.assignment, bob)
    real_close = Sitting.close

    def close(self, **terms):
        if self.pk == sitting.pk:
            raise RuntimeError("broken")
        return real_close(self, **terms)

    monkeypatch.setattr(Sitting, "close", close)
    assert sweep(sitting.deadline_at + timedelta(hours=1)) == 1
    assert Sitting.objects.in_progress().get() == sitting


def test_the_sweeper_leaves_untimed_sittings_alone(sitting, now):
    Sitting.objects.update(deadline_at=None)
    assert sweep(now + timedelta(days=365)) == 0


def test_command_and_task_sweep(sitting, capsys):
    Sitting.objects.update(deadline_at=factories.NOON - timedelta(days=9999))
    call_command("sweep_sittings")
    assert "1 sitting closed." in capsys.readouterr().out
    Sitting.objects.update(state="in_progress")
    tasks.sweep.call()
    assert not Sitting.objects.in_progress().exists()


def test_choices_orders_and_outputs_are_scored_as_the_sitting_closes(alice, now):
    single = factories.make_choice_question()
    ordering = factories.make_question(kind="ordering", steps=("one", "two"))
    output = factories.make_question(kind="output", expected_output="42")
    assignment = factories.make_assignment(learners=(alice,))
    sitting = factories.make_sitting(assignment, alice, questions=(single, ordering, output))
    right = [single.current_revision.answers.get(is_correct=True).pk]
    steps = [step.pk for step in ordering.current_revision.answers.filter(role="step")]
    for position, draft in enumerate(({"choice": right}, {"choice": steps}, {"text": "42\n"})):
        sitting.items.get(position=position).response.save_draft(**draft, base_number=0, now=now)
    sitting.submit(now=now)
    sitting.refresh_from_db()
    assert (sitting.state, sitting.score, sitting.percent) == ("marked", Decimal(30), 100)
    assert kinds(sitting) == ["saved", "saved", "saved", "submitted", "marked"]


def test_there_is_no_percentage_until_everything_is_marked(sitting, now):
    sitting.submit(now=now)
    first, second = sitting.items.all()
    first.marks.create(score=7)
    sitting.settle(now=now)
    assert (sitting.percent, sitting.state) == (None, "submitted")
    second.marks.create(score=2)
    second.marks.create(score=8, number=2)
    sitting.settle(now=now)
    assert (sitting.percent, sitting.state) == (75, "marked")


def test_one_at_a_time_locks_what_is_behind(sitting, response, now):
    Sitting.objects.update(is_one_at_a_time=True)
    response = Item.objects.get(pk=response.item_id).response
    assert response.save_draft(text="First", base_number=0, now=now) == SaveOutcome.SAVED
    sitting.move_on(position=0, now=now)
    sitting.move_on(position=0, now=now)
    assert sitting.reached_position == 1
    assert response.save_draft(text="Again", base_number=1, now=now) == SaveOutcome.LATE
    response.refresh_from_db()
    assert response.text == "First"


def test_moving_on_stops_at_the_last_question(sitting, now):
    for position in range(5):
        sitting.move_on(position=position, now=now)
    assert sitting.reached_position == 1


@pytest.mark.parametrize(
    ("reveal", "state", "model_answers", "marks"),
    [
        ("on_submit", "in_progress", False, False),
        ("on_submit", "submitted", True, False),
        ("on_submit", "marked", True, False),
        ("on_submit", "released", True, True),
        ("on_submit", "voided", False, False),
        ("on_release", "in_progress", False, False),
        ("on_release", "submitted", False, False),
        ("on_release", "marked", False, False),
        ("on_release", "released", True, True),
        ("on_release", "voided", False, False),
    ],
)
def test_what_a_learner_may_see_when(sitting, alice, reveal, state, model_answers, marks):
    sitting.assignment.reveal = reveal
    sitting.state = state
    shown = sitting.shown_to(alice)
    assert (shown.model_answers, shown.marks) == (model_answers, marks)


def test_instructors_see_all_and_strangers_nothing(sitting, ines, otto, bob):
    assert sitting.shown_to(ines).marks
    assert not sitting.shown_to(otto).questions
    assert not sitting.shown_to(bob).responses


def test_a_crash_between_closing_and_scoring_leaves_it_open_for_the_next_sweep(alice, monkeypatch):
    question = factories.make_choice_question()
    sitting = factories.make_sitting(factories.make_assignment(), alice, questions=(question,))
    right = [question.current_revision.answers.get(is_correct=True).pk]
    response = sitting.items.get().response
    response.save_draft(choice=right, base_number=0, now=sitting.started_at)
    late = sitting.deadline_at + timedelta(minutes=1)

    def crash(self, **terms):
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as broken:
        broken.setattr(Sitting, "settle", crash)
        assert sweep(late) == 0
    sitting.refresh_from_db()
    assert (sitting.state, sitting.submitted_at, kinds(sitting)) == ("in_progress", None, ["saved"])
    assert not sitting.items.get().marks.exists()
    assert sweep(late + timedelta(minutes=1)) == 1
    sitting.refresh_from_db()
    assert (sitting.state, sitting.score) == ("marked", Decimal(10))
    assert sitting.submitted_at == sitting.deadline_at
    assert kinds(sitting) == ["saved", "closed", "marked"]


def test_a_question_in_a_sitting_cannot_be_deleted(sitting, now):
    revision = sitting.items.first().revision
    with pytest.raises(ProtectedError):
        revision.question.delete()
    with pytest.raises(ProtectedError):
        revision.delete()
    assert sitting.items.first().revision == revision


def test_who_leaves_the_cohort_in_mid_sitting_goes_on_to_the_end(alice, now):
    factories.make_question()
    factories.make_question()
    cohort = factories.make_cohort(learners=(alice,))
    sitting = factories.make_assignment(cohorts=(cohort,)).start(alice, now=now)
    cohort.memberships.update(left_at=now)
    response = sitting.items.first().response
    assert response.save_draft(text="Still here", base_number=0, now=now) == SaveOutcome.SAVED
    assert sitting.submit(now=now)


def test_joining_a_cohort_with_more_time_in_mid_sitting_moves_no_deadline(alice, ines, now):
    factories.make_question()
    factories.make_question()
    cohort = factories.make_cohort(instructor=ines)
    assignment = factories.make_assignment(learners=(alice,), cohorts=(cohort,))
    assignment.extensions.create(cohort=cohort, extra_minutes=30, granted_by=ines)
    sitting = assignment.start(alice, now=now)
    Membership.objects.create(cohort=cohort, user=alice)
    again = assignment.start(alice, now=now + SECOND)
    assert (again, again.deadline_at) == (sitting, sitting.deadline_at)
    assert not sitting.events.exclude(kind="started").exists()
