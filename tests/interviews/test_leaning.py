"""The draw leans to what the learner got wrong, in practice or in an interview."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interviews.quick import start_quick_mock
from questions.models import Question
from questions.weaknesses import Judged, newest, weak_questions
from tests import factories

DAY = timedelta(days=1)


@pytest.fixture
def bank(db):
    """Four new questions on each of two tags, and one more of each that is judged by the test."""
    for tag in ("volumes", "layers"):
        for number in range(4):
            factories.make_question(tags=(tag,), slug=f"{tag}-{number}")
        factories.make_question(tags=(tag,), slug=f"{tag}-judged")


def judge(learner, slug, *, missed, now):
    """In practice."""
    question = Question.objects.get(slug=slug)
    return factories.make_card(
        learner, question, due_on=now.date(), missed_points=2 if missed else 0
    )


def mark(learner, slug, *, score, state="released", days_ago=0, instructor=None, now=None):
    """In an interview."""
    assignment = factories.make_assignment(instructor=instructor, learners=(learner,))
    sitting = factories.make_sitting(
        assignment,
        learner,
        questions=(Question.objects.get(slug=slug),),
        state=state,
        started_at=now - days_ago * DAY,
        submitted_at=now - days_ago * DAY,
    )
    sitting.items.get().marks.create(score=score)
    return sitting


def start(learner, ines, now, **fields):
    blueprint = factories.make_blueprint(owner=ines, count=4, **{"leans_to_weak": True, **fields})
    assignment = factories.make_assignment(blueprint=blueprint, learners=(learner,))
    return assignment.start(learner, now=now, seed=7)


def tags_drawn(sitting):
    items = sitting.items.select_related("revision__question")
    return {item.revision.question.slug.partition("-")[0] for item in items}


def test_what_was_missed_in_practice_is_asked_first(bank, alice, ines, now):
    judge(alice, "volumes-judged", missed=True, now=now)
    judge(alice, "layers-judged", missed=False, now=now)
    assert tags_drawn(start(alice, ines, now)) == {"volumes"}


def test_what_was_missed_in_an_interview_is_asked_first(bank, alice, ines, now):
    mark(alice, "layers-judged", score=4, now=now - DAY)
    mark(alice, "volumes-judged", score=10, now=now - DAY)
    assert tags_drawn(start(alice, ines, now)) == {"layers"}


def test_a_draw_that_does_not_lean_takes_what_comes(bank, alice, ines, now):
    judge(alice, "volumes-judged", missed=True, now=now)
    assert tags_drawn(start(alice, ines, now, leans_to_weak=False)) == {"volumes", "layers"}


def test_what_others_missed_does_not_count(bank, alice, bob, ines, now):
    judge(bob, "volumes-judged", missed=True, now=now)
    assert tags_drawn(start(alice, ines, now)) == {"volumes", "layers"}


def test_unseen_comes_before_weak(bank, alice, ines, now):
    mark(alice, "volumes-judged", score=0, now=now - DAY)
    assert "volumes-judged" not in {
        item.revision.question.slug for item in start(alice, ines, now).items.all()
    }


def test_a_mock_of_ones_own_leans(bank, alice, now):
    judge(alice, "layers-judged", missed=True, now=now)
    pk = "6f1f5a54-2b0c-4d0a-9c3e-7d1f0c6a2bff"
    sitting = start_quick_mock(alice, pk=pk, title="Docker", minutes=20, count=4, now=now, seed=7)
    assert tags_drawn(sitting) == {"layers"}


@pytest.mark.parametrize("state", ["marked", "voided"])
def test_marks_that_are_hidden_or_do_not_count_tell_nothing(bank, alice, now, state):
    mark(alice, "volumes-judged", score=0, state=state, now=now)
    assert weak_questions(alice) == set()


def test_marks_one_gave_oneself_count_at_once(bank, alice, now):
    mark(alice, "volumes-judged", score=0, state="marked", instructor=alice, now=now)
    assert Question.objects.get(slug="volumes-0").pk in weak_questions(alice)


def test_what_went_well_since_is_weak_no_more(bank, alice, now):
    mark(alice, "volumes-judged", score=0, days_ago=9, now=now)
    card = judge(alice, "volumes-judged", missed=False, now=now)
    assert card.reviewed_on > (now - 9 * DAY).date()
    assert weak_questions(alice) == set()


def test_the_latest_interview_counts(bank, alice, now):
    mark(alice, "volumes-judged", score=10, days_ago=1, now=now)
    mark(alice, "volumes-judged", score=0, days_ago=5, now=now)
    assert weak_questions(alice) == set()


def test_a_tag_mostly_known_is_not_weak_for_one_miss(bank, alice, now):
    judge(alice, "volumes-judged", missed=True, now=now)
    for number in (0, 1):
        judge(alice, f"volumes-{number}", missed=False, now=now)
    missed = Question.objects.get(slug="volumes-judged").pk
    assert weak_questions(alice) == {missed}


def test_of_two_judgements_on_a_day_the_one_that_missed_counts(now):
    today, yesterday = now.date(), now.date() - DAY
    told = [
        {1: Judged(today, is_missed=False), 2: Judged(today, is_missed=False)},
        {1: Judged(today, is_missed=True), 2: Judged(yesterday, is_missed=True)},
    ]
    assert newest(told) == {1: Judged(today, True), 2: Judged(today, False)}


def test_leaning_takes_as_few_queries_for_many_judged(bank, alice, now, django_assert_num_queries):
    for question in Question.objects.all():
        factories.make_card(alice, question, due_on=now.date(), missed_points=1)
    with django_assert_num_queries(4):
        assert len(weak_questions(alice)) == 10


def test_a_copied_blueprint_leans_as_its_model_does(ines):
    blueprint = factories.make_blueprint(owner=ines, leans_to_weak=True)
    assert blueprint.copy(owner=ines, title="Copy").leans_to_weak
